"""What a template may say: the sandbox it is filled in, its filters, and the list of allowed expressions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jinja2 import StrictUndefined, Undefined, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from mou_service.documents.word.templates.wording import long_date, spelled

MAX_LOOPS = 2
#: Brackets in brackets, conditions in conditions.
MAX_DEPTH = 50
_BUILT_IN = ("upper", "lower", "title", "capitalize", "trim", "join", "length", "first", "last", "default")
TESTS = frozenset({"defined", "undefined", "none", "true", "false", "equalto", "eq", "ne", "in"})
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.For,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Filter,
    nodes.Test,
    nodes.CondExpr,
    nodes.List,
    nodes.Tuple,
    nodes.Concat,
    nodes.Keyword,
)
_BREAKS = {
    "\n": '</w:t><w:br/><w:t xml:space="preserve">',
    "\t": '</w:t><w:tab/><w:t xml:space="preserve">',
}
#: Characters that no XML file can hold.
_NOT_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))


def a_date(day: str, language: str = "en") -> str:
    """ "2027-03-01" in words: {{ start | date("zh") }}; an empty day stays empty."""
    return long_date(date.fromisoformat(day), language=language) if day else ""


def a_list(items: Sequence[object], language: str = "en") -> str:
    """{{ fields | list_and("en") }}: “physics, chemistry and law”, 物理、化学和法学."""
    words = [str(item) for item in items]
    comma, last = ("、", "和") if language == "zh" else (", ", " and ")
    return comma.join(words[:-1]) + last + words[-1] if len(words) > 1 else "".join(words)


def a_number(number: int, language: str = "en", unit: Any = None) -> str:
    """{{ term_years | spelled("en", "year") }}: “five (5) years”, 五年; an empty number stays empty."""
    return "" if isinstance(number, Blank) else spelled(number, unit=unit, language=language)


class Blank(str):
    """An answer that is not given: it prints nothing, and no comparison of size with it is true."""

    __slots__ = ()

    def _never(self, _other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never


def comparable(value: Any) -> Any:
    """The value with every empty text in it made `Blank`, so that a condition may compare what nobody answered."""
    if isinstance(value, dict):
        return {key: comparable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [comparable(part) for part in value]
    return Blank() if value == "" else value


FILTERS: Mapping[str, Callable[..., Any]] = {"date": a_date, "list_and": a_list, "spelled": a_number}
FILTER_NAMES = frozenset({*_BUILT_IN, *FILTERS})


def environment() -> ImmutableSandboxedEnvironment:
    """A sandbox in which a missing name is an error and values are text, never markup."""
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True, finalize=_as_text)
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in _BUILT_IN} | dict(FILTERS)
    made.tests = {name: test for name, test in made.tests.items() if name in TESTS}
    return made


def _as_text(value: Any) -> Any:
    """Only text and numbers can be printed; their line breaks and tabs become Word's."""
    if isinstance(value, (Undefined, Markup)):
        return value
    if value is None:
        raise UndefinedError("a value printed here is empty (none)")
    if isinstance(value, (Mapping, list, tuple)):
        kind = f"one text for each of {', '.join(map(str, value))}" if isinstance(value, Mapping) else "a list"
        raise UndefinedError(f"a value printed here is {kind}; choose which one to print")
    text = str(value)
    if text.isprintable():
        return text
    escaped = str(escape(text.replace("\r\n", "\n").translate(_NOT_XML)))
    for mark, markup in _BREAKS.items():
        escaped = escaped.replace(mark, markup)
    return Markup(escaped)  # noqa: S704 - escaped above, then only our own two tags


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a parsed template that is not on the list."""

    line: int
    code: str
    facts: Mapping[str, Any]


def faults(tree: nodes.Node) -> Iterator[Fault]:
    """Everything in a parsed template that is not on the list."""
    yield from _faults(tree, loops=0, depth=0)


def _forbidden(node: nodes.Node, kind: str, **facts: str) -> Fault:
    # The parser makes some nodes without a line; what is inside them has one.
    line = node.lineno or next((each.lineno for each in node.find_all(nodes.Node) if each.lineno), 1)
    return Fault(line, "forbidden_expression", {"kind": kind, **facts})


def _faults(node: nodes.Node, *, loops: int, depth: int) -> Iterator[Fault]:
    if depth > MAX_DEPTH:
        yield Fault(node.lineno, "deep_nesting", {"limit": str(MAX_DEPTH)})
        return
    if not isinstance(node, _ALLOWED):
        yield _construct(node)
        return
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        yield _forbidden(node, "name", what=node.attr)
    if isinstance(node, nodes.Getitem) and not _plain_item(node.arg):
        yield _forbidden(node, "brackets")
    if isinstance(node, nodes.Filter) and node.name not in FILTER_NAMES:
        yield Fault(node.lineno, "unknown_filter", {"name": node.name, "known": ", ".join(sorted(FILTER_NAMES))})
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        yield _forbidden(node, "test", what=node.name)
    if isinstance(node, nodes.For):
        yield from _loop_faults(node, loops=loops)
        loops += 1
    for child in node.iter_child_nodes():
        yield from _faults(child, loops=loops, depth=depth + 1)


def _plain_item(argument: nodes.Node) -> bool:
    return isinstance(argument, nodes.Const) and not str(argument.value).startswith("_")


def _loop_faults(node: nodes.For, *, loops: int) -> Iterator[Fault]:
    if loops >= MAX_LOOPS:
        yield Fault(node.lineno, "deep_loop", {"limit": str(MAX_LOOPS)})
    if node.recursive or not isinstance(node.iter, (nodes.Name, nodes.Getattr, nodes.Getitem)):
        yield _forbidden(node, "loop")


def _construct(node: nodes.Node) -> Fault:
    kinds: dict[type[nodes.Node], str] = {nodes.Call: "call", nodes.Mul: "multiplication"}
    signs: dict[type[nodes.Node], str] = {
        nodes.Assign: "set", nodes.FromImport: "import", nodes.Pow: "**", nodes.Add: "+", nodes.Mod: "%",
    }  # fmt: skip
    if type(node) in kinds:
        return _forbidden(node, kinds[type(node)])
    return _forbidden(node, "construct", what=signs.get(type(node), type(node).__name__.lower()))


def names(tree: nodes.Node) -> Iterator[tuple[int, str]]:
    """(line, name) for every name that has to come from the values."""
    yield from _names(tree, frozenset({"loop"}))


def _names(node: nodes.Node, bound: frozenset[str]) -> Iterator[tuple[int, str]]:
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in bound:
        yield node.lineno, node.name
    if isinstance(node, nodes.For):
        yield from _names(node.iter, bound)
        inside = bound | {target.name for target in node.target.find_all(nodes.Name)}
        inside |= {node.target.name} if isinstance(node.target, nodes.Name) else frozenset()
        for child in (*node.body, *node.else_, *((node.test,) if node.test else ())):
            yield from _names(child, inside)
        return
    for child in node.iter_child_nodes():
        yield from _names(child, bound)
