"""The document that is renewed or changed, taken from our own register: its number, title and days need not be typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from mou_service.agreements import after
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.agreements.states import State
from mou_service.core.actors import Actor
from mou_service.core.errors import Missing
from mou_service.documents.word.templates.wording import long_date

from .desk import Desk

#: A template that asks for this asks for an earlier document.
QUESTION = "original_ref"
#: What such a document does to the earlier one, by its code.
KINDS = {"RNW": "renews", "AMD": "amends"}
#: More of one partner than anybody would look through.
MOST = 200


def offered(desk: Desk, actor: Actor) -> list[Agreement]:
    """What was signed with this partner and this person may see, newest first; nothing where no such thing is asked."""
    return _signed(desk, actor) if any(field.key == QUESTION for field in desk.fields) else []


def relate(desk: Desk, agreement: Agreement, answers: Mapping[str, Any], *, actor: Actor) -> None:
    """Enter in the register what the new agreement does to the one it names, where that one is ours to know."""
    kind = KINDS.get(desk.manifest.code)
    older = next((each for each in _signed(desk, actor) if each.ref == answers.get(QUESTION)), None)
    if kind and older:
        after.relate(agreement, actor=actor, kind=kind, older=older)


def _signed(desk: Desk, actor: Actor) -> list[Agreement]:
    signed = agreements.listed(actor, states=(State.EXECUTED, State.ARCHIVED), limit=MOST)
    return [each for each in signed if desk.partner in [party.organisation for party in each.partner_parties]]


def chosen(desk: Desk, actor: Actor, ref: str) -> Agreement:
    """The one of those offered that has this reference; raises `Missing`."""
    found = next((each for each in offered(desk, actor) if each.ref == ref), None)
    if found is None:
        raise Missing(ref)
    return found


def answers(desk: Desk, older: Agreement) -> dict[str, Any]:
    """The template's questions the register can answer."""
    asked = {field.key for field in desk.manifest.fields}
    return {key: answer for key, answer in _known(desk, older) if key in asked and answer}


def _known(desk: Desk, older: Agreement) -> Iterator[tuple[str, Any]]:
    languages = desk.manifest.languages
    yield "original_title", {tag: older.titles.get(tag, "") for tag in languages}
    yield QUESTION, older.ref
    yield "original_date", older.record.executed_on.isoformat() if older.record else ""
    followed = [each for each in after.effects(older) if each.kind in ("amends", "renews") and each.since]
    if followed:
        called = {tag: [_called(each.other, each.since, tag) for each in followed] for tag in languages}
        yield "earlier_changes", {tag: ("、" if tag == "zh" else ", ").join(called[tag]) for tag in languages}
    yield "amendment_no", 1 + sum(each.kind == "amends" for each in followed)
    if older.term is not None and older.term.ends is not None:
        yield "original_end", older.term.ends.isoformat()
        yield "start_date", (older.term.ends + timedelta(days=1)).isoformat()


def _called(agreement: Agreement, since: date | None, tag: str) -> str:
    title = agreement.titles.get(tag) or next(iter(agreement.titles.values()), "")
    day = long_date(since, language=tag) if since else ""
    return f"{day}《{title}》（{agreement.ref}）" if tag == "zh" else f"“{title}” ({agreement.ref}, {day})"
