"""The linter for Word templates: everything that could go wrong when filling one, each with its place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from lxml import etree

from mou_service.documents.word.findings import Finding, finding
from mou_service.documents.word.gate.check import check
from mou_service.documents.word.ooxml import W
from mou_service.documents.word.package import Package
from mou_service.documents.word.places import part_words, place_of
from mou_service.documents.word.revising.revisions import list_changes
from mou_service.documents.word.templates import expressions, shapes

#: A tag: kind of brace, the docxtpl prefix that takes away its paragraph, row, cell or run, and what it says.
_TAG = re.compile(r"\{(?P<brace>[{%#])-?(?:(?P<prefix>p|tr|tc|r)(?=\s))?(?P<words>.*?)-?(?:\}\}|%\}|#\})", re.DOTALL)
_OPENING = re.compile(r"\{[{%#]")
_CLOSING = re.compile(r"[}%#]\}")
_FULL_WIDTH = re.compile(r"[｛{]\s?[｛{％%]|[｝}％%]\s?[｝}]")
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_CONTAINER = {
    "p": (W + "tc", W + "body", W + "hdr", W + "ftr", W + "footnote", W + "sdtContent"),
    "tr": (W + "tbl",),
    "tc": (W + "tr",),
}
#: Elements whose text is that of the page.
_TEXT = (W + "t", W + "delText")
#: In the name of a content control: which one of a list it stands around.
_COUNTED = re.compile(r"\{\{ loop\.index0 \}\}")
_TAKEN = {"p": W + "p", "tr": W + "tr", "tc": W + "tc"}
_TAKEN_KINDS = {"p": "paragraph", "tr": "row", "tc": "cell"}
_ENVIRONMENT = expressions.environment()
#: A person corrects some faults at a time; a file with more of them is no template.
MOST_FINDINGS = 60
#: Signs of a paragraph times its openings: what finding the tags in it may cost.
MOST_WORK = 20_000_000


@dataclass(frozen=True, slots=True)
class TemplateReport:
    """The names a template asks for, and what is wrong with it; without a refusal it can be used."""

    variables: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        return all(found.outcome != "refuse" for found in self.findings)


@dataclass(slots=True)
class _Tag:
    """One tag where it stands."""

    source: str
    prefix: str
    words: str
    brace: str
    paragraph: etree._Element
    part: str

    @property
    def word(self) -> str:
        """What a statement begins with: if, endfor …; empty for a value."""
        return self.words.split(maxsplit=1)[0] if self.brace == "%" and self.words.strip() else ""


#: After one of these the tags cannot be read together.
_UNREADABLE = frozenset({"unclosed_tag", "full_width_braces", "too_many_tags", "unended", "unbegun"})


@dataclass(slots=True)
class _Lint:
    """The findings so far and the template's logic as one Jinja source, one line for each paragraph."""

    findings: list[Finding] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    paragraphs: list[tuple[etree._Element, str]] = field(default_factory=list)
    more: int = 0

    def note(self, code: str, paragraph: etree._Element, part: str, **facts: Any) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding(code, place=place_of(paragraph, part), outcome="refuse", **facts))
        else:
            self.more += 1

    def all(self) -> list[Finding]:
        rest = [finding("more", outcome="refuse", kind="more", more=self.more)] if self.more else []
        return [*self.findings, *rest]


def inspect_template(content: bytes, *, shape: Mapping[str, shapes.Shape] | None = None) -> TemplateReport:
    """Everything wrong with a template; `shape` is what the values will look like (without it every name is taken as known).

    Raises `UnsafeFile` when it is no Word file that could be opened.
    """
    checked = check(content)
    package = Package(checked.clean)
    lint = _Lint()
    for part in package.stories:
        root = package.root(part)
        if root is not None:
            tags = [tag for paragraph in root.iter(W + "p") for tag in _paragraph(paragraph, part, lint)]
            _crossings(tags, lint)
            _lost_text(tags, lint)
            _in_codes(root, part, lint)
    _elsewhere(package, lint)
    variables = _logic(lint, shape)
    if list_changes(checked.clean):
        lint.findings.append(finding("tracked_changes", outcome="refuse"))
    return TemplateReport(variables, (*lint.all(), *checked.findings))


def _paragraph(paragraph: etree._Element, part: str, lint: _Lint) -> list[_Tag]:
    """The tags of one paragraph; its faults are noted."""
    text = "".join(
        node.text or "" for node in paragraph.iter(W + "t") if next(node.iterancestors(W + "p"), None) is paragraph
    )
    if not text or not ("{" in text or "}" in text or "｛" in text or "｝" in text):
        return []
    if len(text) * text.count("{") > MOST_WORK:
        lint.note("too_many_tags", paragraph, part)
        return []
    tags = [
        _Tag(found[0], found["prefix"] or "", found["words"].translate(_QUOTES), found["brace"], paragraph, part)
        for found in _TAG.finditer(text)
    ]
    rest = _TAG.sub("", text)
    if any(mark in found[0] for found in _FULL_WIDTH.finditer(text) for mark in "｛｝％"):
        lint.note("full_width_braces", paragraph, part)
    elif _OPENING.search(rest):
        lint.note("unclosed_tag", paragraph, part, text=_shown(rest, _OPENING))
        return []
    elif _CLOSING.search(rest):
        lint.note("unopened_tag", paragraph, part, text=_shown(rest, _CLOSING))
    _line(tags, paragraph, part, lint)
    return tags


def _shown(text: str, pattern: re.Pattern[str]) -> str:
    found = pattern.search(text)
    at = found.start() if found else 0
    return text[max(0, at - 10) : at + 30].strip()


def _line(tags: list[_Tag], paragraph: etree._Element, part: str, lint: _Lint) -> None:
    said = []
    for tag in tags:
        if tag.brace == "{" and tag.prefix in ("p", "r"):
            lint.note("forbidden_expression", paragraph, part, kind="formatted", what=tag.source)
        elif tag.brace != "#":
            closing = "}}" if tag.brace == "{" else "%}"
            said.append(f"{{{tag.brace} {' '.join(tag.words.split())} {closing}")
    lint.lines.append("".join(said))
    lint.paragraphs.append((paragraph, part))


def _crossings(tags: list[_Tag], lint: _Lint) -> None:
    """An if or for has to end, with its own word and at the level it began at, or the document breaks."""
    opened: list[_Tag] = []
    for tag in tags:
        if tag.word in ("if", "for"):
            opened.append(tag)
        elif tag.word in ("endif", "endfor", "else", "elif"):
            _met(tag, opened, lint)
    for tag in opened:
        lint.note("unended", tag.paragraph, tag.part, start=tag.source, end=f"{{% end{tag.word} %}}")


def _met(tag: _Tag, opened: list[_Tag], lint: _Lint) -> None:
    """A tag that goes on with the last one opened, or ends it."""
    if not opened or (tag.word.startswith("end") and tag.word != f"end{opened[-1].word}"):
        lint.note("unbegun", tag.paragraph, tag.part, end=tag.source)
        return
    start = opened.pop() if tag.word.startswith("end") else opened[-1]
    if start.prefix != tag.prefix or _container(start) is not _container(tag):
        lint.note("crossed_levels", tag.paragraph, tag.part, start=start.source, end=tag.source)


def _container(tag: _Tag) -> etree._Element | None:
    if tag.prefix in _CONTAINER:
        return next(tag.paragraph.iterancestors(*_CONTAINER[tag.prefix]), None)
    return tag.paragraph


def _lost_text(tags: list[_Tag], lint: _Lint) -> None:
    """{%p …%} takes its whole paragraph away, {%tr …%} its row: what else stands there would vanish."""
    seen: set[etree._Element] = set()
    for tag in tags:
        if tag.prefix not in _TAKEN or tag.brace == "{":
            continue
        taken = tag.paragraph if tag.prefix == "p" else next(tag.paragraph.iterancestors(_TAKEN[tag.prefix]), None)
        if taken is None or taken in seen:
            continue
        seen.add(taken)
        text = _text(taken)
        here = [found for found in _TAG.finditer(text) if found["prefix"] == tag.prefix]
        rest = " ".join(text.replace(here[0][0], " ", 1).split()) if here else ""
        if rest:
            kind = _TAKEN_KINDS[tag.prefix]
            lint.note("lost_text", tag.paragraph, tag.part, kind=kind, tag=tag.source, text=rest[:100])


def _in_codes(root: etree._Element, part: str, lint: _Lint) -> None:
    """What somebody answers must never become part of a field's instruction, an address or another attribute."""
    for element in root.iter(etree.Element):
        paragraph = next(element.iterancestors(W + "p"), element) if _has_tag(element) else None
        if paragraph is not None:
            lint.note("tag_in_code", paragraph, part, text=_has_tag(element))


def _has_tag(element: etree._Element) -> str:
    """A tag in an attribute or an instruction, as far as it is shown; empty when there is none."""
    texts = [_COUNTED.sub("", str(text)) if element.tag == W + "tag" else str(text) for text in element.attrib.values()]
    if element.tag not in _TEXT:
        texts.append(element.text or "")
    return next((_shown(text, _OPENING) for text in texts if _OPENING.search(text)), "")


def _elsewhere(package: Package, lint: _Lint) -> None:
    """Tags in comments, properties and other parts are never filled in."""
    for name in sorted(set(package.names) - set(package.stories)):
        if name.endswith(".xml") and _OPENING.search(_said(package, name)):
            text = _shown(_said(package, name), _OPENING)
            lint.findings.append(finding("tag_elsewhere", place=part_words(name), outcome="refuse", text=text))


def _said(package: Package, name: str) -> str:
    root = package.root(name)
    return "" if root is None else " ".join(str(text) for text in root.itertext())


def _text(taken: etree._Element) -> str:
    """The text of a paragraph, or of the paragraphs of a row with spaces between them."""
    paragraphs = [taken] if taken.tag == W + "p" else taken.iter(W + "p")
    return " ".join("".join(node.text or "" for node in each.iter(W + "t")) for each in paragraphs)


def _logic(lint: _Lint, shape: Mapping[str, shapes.Shape] | None) -> tuple[str, ...]:
    """Parse all tags together: syntax, what is allowed, and the names."""
    if any(found.code in _UNREADABLE for found in lint.findings):
        return ()
    try:
        tree = _ENVIRONMENT.parse("\n".join(lint.lines))
    except TemplateSyntaxError as error:
        paragraph, part = lint.paragraphs[min(error.lineno, len(lint.paragraphs)) - 1]
        lint.note("syntax", paragraph, part, detail=error.message)
        return ()
    except RecursionError:
        longest = max(range(len(lint.lines)), key=lambda at: len(lint.lines[at]))
        lint.note("deep_nesting", *lint.paragraphs[longest], limit=expressions.MAX_DEPTH)
        return ()
    faults = list(expressions.faults(tree))
    for fault in faults:
        lint.note(fault.code, *lint.paragraphs[fault.line - 1], **fault.facts)
    if shape is not None and not any(fault.code == "deep_nesting" for fault in faults):
        _missed(tree, shape, lint)
    return _asked_for(tree)


def _asked_for(tree: nodes.Template) -> tuple[str, ...]:
    """The names, and for answers in words which answers."""
    names = {name for _line, name in expressions.names(tree)} - {"words"}
    parts = tree.find_all(nodes.Getattr)
    in_words = {
        f"words.{each.attr}" for each in parts if isinstance(each.node, nodes.Name) and each.node.name == "words"
    }
    return tuple(sorted(names | in_words))


def _missed(tree: nodes.Template, shape: Mapping[str, shapes.Shape], lint: _Lint) -> None:
    said: set[str] = set()
    for each in shapes.missed(tree, shape):
        if each.name in said:
            continue
        said.add(each.name)
        code = "not_a_text" if each.whole else "unknown_name"
        near: dict[str, Any] = {"kind": "near", "near": each.near} if each.near else {}
        lint.note(code, *lint.paragraphs[each.line - 1], name=each.name, **near)
