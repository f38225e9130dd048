"""Where in the text an answer stands: the clause that says it, and the part of the pages that clause takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jinja2 import nodes

from mou_service.documents.pdf.glance import Glance
from mou_service.documents.word.templates.clauses import Clause
from mou_service.documents.word.templates.expressions import environment
from mou_service.documents.word.templates.manifest import Manifest

from .desk import PEOPLE, Desk
from .forms import ASKED

_ENVIRONMENT = environment()
#: What the first topic asks for, by what the text says of it.
_OF_EVERY_DOCUMENT = {"own_contact": ("own", "contact"), "partner_contact": ("partner", "contact")}


def of_answers(desk: Desk, seen: Glance) -> dict[str, list[list[float]]]:
    """By the name of the form's field: [page, top, bottom] of each part of a page its clause takes.

    What stands before the clauses is told as the top of the first page.
    """
    headings = {title: clause.key for clause in desk.manifest.clauses for title in clause.title.values()}
    stretches = seen.stretches(headings)
    found = {}
    for name, clauses in _named(desk):
        stands = next((stretches[key] for key in clauses if key in stretches), None)
        found[name] = [[s.page, round(s.top, 4), round(s.bottom, 4)] for s in stands] if stands else [[1, 0.0, 0.0]]
    return found


def _named(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """The fields of this topic with the clauses that say their answers, the first one first."""
    if desk.topic == PEOPLE:
        for name, (party, part) in _OF_EVERY_DOCUMENT.items():
            yield name, [c.key for c in desk.manifest.clauses if (party, part) in _said(desk.manifest, c)]
        return
    for field in desk.fields:
        yield ASKED + field.key, [c.key for c in desk.manifest.clauses if field.key in _said(desk.manifest, c)]


def _said(manifest: Manifest, clause: Clause) -> frozenset[Any]:
    """The names a clause speaks of: questions, and (party, part) of what the register knows."""
    key = (manifest.type, manifest.number, clause.key)
    if key not in _KNOWN:
        _KNOWN[key] = frozenset(_names(clause))
    return _KNOWN[key]


#: Of each clause of each template, found once.
_KNOWN: dict[tuple[str, int, str], frozenset[Any]] = {}


def _names(clause: Clause) -> Iterator[Any]:
    conditions = [clause.condition, *(condition for condition, _passages in clause.positions())]
    sources = [text for passage in clause.every_passage() for text in passage.text.values()]
    conditions += [passage.when for passage in clause.every_passage()]
    yield from (passage.each for passage in clause.every_passage() if passage.each)
    for source in (*sources, *(f"{{% if {each} %}}{{% endif %}}" for each in conditions if each)):
        tree = _ENVIRONMENT.parse(source)
        yield from (name.name for name in tree.find_all(nodes.Name))
        for part in tree.find_all(nodes.Getattr):
            if isinstance(part.node, nodes.Name):
                yield part.attr if part.node.name == "words" else (part.node.name, part.attr)
