"""Pages of the clause library: every clause, one with its texts and where it stands, one proposed text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mou_service.accounts import sessions
from mou_service.agreements import states, tasks
from mou_service.core.actors import Actor
from mou_service.core.errors import Missing
from mou_service.core.search import folded
from mou_service.documents.word.revising.compare import Change, compare_passages
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.documents.word.text import Passage
from mou_service.web.routing import form_for, page

from . import clause_operations, clause_queries, clause_rules, clause_texts, clause_words, queries, rules
from .blueprint import bp
from .clause_forms import RefuseForm
from .clause_models import ClauseVersion
from .clause_texts import Entry, Position

SHOWN = 100


def _waiting(actor: Actor) -> Iterator[tasks.Matter]:
    """What this person can decide on as the second one."""
    for each in clause_queries.waiting() if not rules.may_keep(actor) else ():
        if not clause_rules.may_approve(actor, each):
            of, name = each.address.split("/")
            yield tasks.Matter(
                called=each.texts["title"], what=str(_("Approve or refuse a new text of a clause")), since=each.proposed_at,
                endpoint="library.text", values={"of": of, "name": name, "number": each.number},
            )  # fmt: skip


tasks.MATTERS.append(_waiting)


@dataclass(frozen=True)
class Proposed:
    """One text that was proposed for a clause."""

    entry: Entry
    row: ClauseVersion

    @property
    def outdated(self) -> bool:
        return self.row.state == "proposed" and clause_operations.outdated(self.row, self.entry)

    @property
    def before(self) -> Mapping[str, Any]:
        """The texts it was written on."""
        if self.row.base:
            return clause_queries.version(self.entry.of, self.entry.key, self.row.base).texts
        return clause_queries.shipped_texts(self.entry.address, self.entry.slots)


def entry(of: str, name: str) -> Entry:
    """A clause by its address; raises `Missing`."""
    return clause_queries.entry(of, name)


def proposed(of: str, name: str, number: int) -> Proposed:
    """One of the texts the house proposed for it; raises `Missing`."""
    return Proposed(clause_queries.entry(of, name), clause_queries.version(of, name, number))


@page(bp, "/clauses", access=rules.may_look)
def clauses() -> ResponseReturnValue:
    """Every clause of every template, with search."""
    asked = {name: request.args.get(name, "").strip() for name in ("q", "of", "binding", "lock", "language", "waiting")}
    every = clause_queries.entries()
    manifests = queries.manifests()
    found = [each for each in every if _fits(each, asked)]
    return render_template(
        "library/clauses.html", asked=asked, groups=list(_groups(found, manifests)), count=len(found), words=clause_words,
        owners=[(each.of, manifests.get(each.of)) for each in {each.of: each for each in every}.values()],
        languages=sorted({tag for each in every for tag in each.languages}),
    )  # fmt: skip


@page(bp, "/clauses/<of>/<name>", about=entry, access=rules.may_look)
def clause(found: Entry) -> ResponseReturnValue:
    """One clause: its texts, who approved them, where it stands and which agreements have which of them."""
    uses = clause_queries.uses(found, g.actor)
    return render_template(
        "library/clause.html", entry=found, words=clause_words, versions=clause_queries.versions(found.address),
        by_hand=clause_queries.by_hand(found), uses=uses[:SHOWN], uses_count=len(uses), keeps=not rules.may_keep(g.actor),
        told=[clause_words.told(event) for event in clause_queries.trail(found.address)], owner=_owner(found),
        labels=_labels(found), state_labels=states.LABELS, state_tones=states.TONES,
    )  # fmt: skip


@page(bp, "/clauses/<of>/<name>/texts/<int:number>", about=proposed, access=rules.may_look)
def text(shown: Proposed) -> ResponseReturnValue:
    """One proposed text: what differs, what was found in it, which templates follow, and the decision."""
    found, row = shown.entry, shown.row
    old, new = _position(shown.before, row.position), _position(row.texts, row.position)
    return render_template(
        "library/clause_text.html", entry=found, row=row, words=clause_words, old=old, new=new, owner=_owner(found),
        staying=clause_queries.staying(found), outdated=shown.outdated, keeps=not rules.may_keep(g.actor), approval=clause_rules.may_approve(g.actor, row),
        mine=row.proposed_by_id == g.actor.user_id, fresh=sessions.is_fresh(), refusing=form_for(RefuseForm),
        changes={tag: _differences(old, new, tag) for tag in clause_texts.languages_of(found.slots)},
    )  # fmt: skip


def position(of: str, name: str, which: str) -> tuple[Entry, Position]:
    """One of the texts in use; raises `Missing`."""
    found = clause_queries.entry(of, name)
    chosen = _position(found.texts, which)
    if chosen is None:
        raise Missing(which)
    return found, chosen


def _position(texts: Mapping[str, Any], key: str) -> Position | None:
    return next((each for each in clause_texts.positions(texts) if each.key == key), None)


def _labels(found: Entry) -> dict[str, Mapping[str, str]]:
    """What the positions are called, those of earlier texts too: agreements still have them."""
    every = [*reversed(clause_queries.versions(found.address))]
    texts = [*(each.texts for each in every), found.texts]
    return {each.key: each.label for one in texts for each in clause_texts.positions(one)}


def _owner(found: Entry) -> Manifest | None:
    return queries.manifests().get(found.of)


def _differences(old: Position | None, new: Position | None, language: str) -> list[Change]:
    before, after = (
        [Passage(str(each.get(language, "")), "", "", "", "", 1) for each in (one.paragraphs if one else ())]
        for one in (old, new)
    )
    return list(compare_passages(before, after).rows)


def _fits(each: Entry, asked: Mapping[str, str]) -> bool:
    words = folded(asked["q"])
    return (
        (not words or words in _searched(each))
        and asked["of"] in ("", each.of, *(slot.manifest.type for slot in each.slots))
        and (not asked["binding"] or asked["binding"] in each.bindings)
        and (not asked["lock"] or asked["lock"] in each.locks)
        and (not asked["language"] or asked["language"] in each.languages)
        and (not asked["waiting"] or bool(each.waiting))
    )


def _searched(each: Entry) -> str:
    said = [
        str(text) for _key, _number, paragraph in clause_texts.paragraphs(each.texts) for text in paragraph.values()
    ]
    return folded(" ".join([each.key, *each.title.values(), *said]))


def _groups(found: Iterable[Entry], manifests: Mapping[str, Manifest]) -> Iterator[tuple[Manifest | None, list[Entry]]]:
    grouped: dict[str, list[Entry]] = {}
    for each in found:
        grouped.setdefault(each.of, []).append(each)
    for of, entries in grouped.items():
        yield manifests.get(of), entries
