"""What the values of a document look like, and what a template asks of them that no value will ever have.

A shape is plain data: "" for one text or number, {…} for a thing with named parts, […] for a list of things of the one
shape inside, True for anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from jinja2 import nodes

from mou_service.documents.word.templates.fields import PER_LANGUAGE, Field
from mou_service.documents.word.templates.party import CONTACT_TEXTS, PARTY_TEXTS, PERSON_TEXTS

Shape = Any
ANYTHING = True
TEXT = ""
_LOOP = dict.fromkeys(("index", "index0", "revindex", "revindex0", "first", "last", "length"), TEXT)


def of_values(fields: Sequence[Field], languages: Sequence[str]) -> dict[str, Shape]:
    """The shape of the values of every document with these questions in these languages."""
    said = dict.fromkeys(languages, TEXT)
    person = dict.fromkeys(PERSON_TEXTS, said)
    party = {
        **dict.fromkeys(PARTY_TEXTS, said), "identifier": TEXT, "kind": TEXT, "signatories": [person],
        "contact": dict.fromkeys(CONTACT_TEXTS, TEXT),
    }  # fmt: skip
    return {
        "ref": TEXT, "demonstration": TEXT, "title": said, "date": said, "place": said, "own": party, "partner": party,
        "parties": [party], "witnesses": [person], **_answers(fields, said),
    }  # fmt: skip


def _answers(fields: Sequence[Field], said: Mapping[str, Shape]) -> dict[str, Shape]:
    shapes = {field.key: _answer(field, said) for field in fields}
    return {**shapes, "words": {field.key: said for field in fields if not field.columns}}


def _answer(field: Field, said: Mapping[str, Shape]) -> Shape:
    if field.columns:
        return [_answers(field.columns, said)]
    if field.type in PER_LANGUAGE:
        return said
    return [TEXT] if field.type == "choices" else TEXT


@dataclass(frozen=True, slots=True)
class Missed:
    """A place of a template that asks for what no value has; `whole` where a thing is printed instead of a part of it."""

    line: int
    name: str
    near: str = ""
    whole: bool = False


def missed(tree: nodes.Node, shape: Mapping[str, Shape]) -> Iterator[Missed]:
    """Everything a parsed template asks of its values in vain, in whichever branch it stands."""
    walk = _Walk()
    walk.visit(tree, dict(shape))
    yield from walk.found


class _Walk:
    def __init__(self) -> None:
        self.found: list[Missed] = []

    def visit(self, node: nodes.Node, scope: Mapping[str, Shape]) -> Shape:
        """Look through a part of the template; gives the shape of what it stands for."""
        if isinstance(node, nodes.Name):
            return self._part(scope, node.name, "", node.lineno) if node.ctx == "load" else ANYTHING
        if isinstance(node, (nodes.Getattr, nodes.Getitem)):
            return self._of(node, scope)
        if isinstance(node, nodes.For):
            return self._loop(node, scope)
        if isinstance(node, nodes.Output):
            self._printed(node, scope)
            return ANYTHING
        inside = [self.visit(child, scope) for child in node.iter_child_nodes()]
        if isinstance(node, nodes.Filter) and node.name in ("first", "last") and inside:
            return _element(inside[0])
        return TEXT if isinstance(node, (nodes.Filter, nodes.Const, nodes.Concat)) else ANYTHING

    def _of(self, node: nodes.Getattr | nodes.Getitem, scope: Mapping[str, Shape]) -> Shape:
        whole = self.visit(node.node, scope)
        key = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", None)
        if isinstance(key, int) and isinstance(whole, list):
            return _element(whole)
        return self._part(whole, str(key), _path(node.node), node.lineno)

    def _part(self, whole: Shape, key: str, of: str, line: int) -> Shape:
        if whole is ANYTHING:
            return ANYTHING
        known: Mapping[str, Shape] = whole if isinstance(whole, Mapping) else {}
        if key in known:
            return known[key]
        before = f"{of}." if of else ""
        near = get_close_matches(key, list(known), n=1)
        self.found.append(Missed(line, before + key, before + near[0] if near else ""))
        return ANYTHING

    def _loop(self, node: nodes.For, scope: Mapping[str, Shape]) -> Shape:
        element = _element(self.visit(node.iter, scope))
        target = {node.target.name: element} if isinstance(node.target, nodes.Name) else {
            each.name: ANYTHING for each in node.target.find_all(nodes.Name)
        }  # fmt: skip
        inside = {**scope, **target, "loop": _LOOP}
        for child in (*node.body, *((node.test,) if node.test else ())):
            self.visit(child, inside)
        for child in node.else_:
            self.visit(child, scope)
        return ANYTHING

    def _printed(self, node: nodes.Output, scope: Mapping[str, Shape]) -> None:
        for child in node.nodes:
            shape = self.visit(child, scope)
            if isinstance(shape, Mapping | list):
                near = f"{_path(child)}.{next(iter(shape))}" if isinstance(shape, Mapping) and shape else ""
                self.found.append(Missed(child.lineno, _path(child), near, whole=True))


def _element(shape: Shape) -> Shape:
    return shape[0] if isinstance(shape, list) and shape else ANYTHING


def _path(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_path(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{_path(node.node)}[{getattr(node.arg, 'value', '…')!r}]"
    return "…"
