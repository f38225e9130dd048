"""The course of a signing for the completion certificate: what happened, when and by whom, with every exception."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask_babel import force_locale

from mou_service.agreements import history
from mou_service.agreements.models import Agreement
from mou_service.core.actors import SERVICE
from mou_service.core.events import Event
from mou_service.documents.pdf.sheets import Occurrence
from mou_service.signing.dates import written
from mou_service.web.languages import LOCALES

#: Kinds of event that concern the signing. Whatever is new among them is told as soon as the trail has words for it.
FAMILIES = ("slot.", "package.", "delegation.", "override.")
#: Milestones of the agreement before and around it.
MILESTONES = frozenset({"agreement.start", "agreement.agree_text", "agreement.approve", "agreement.freeze",
                        "agreement.void", "agreement.execute"})  # fmt: skip
#: Mere way-marks: whose turn it is, what was sent and looked at. They stand in the trail itself.
WAY_MARKS = frozenset({"slot.turn", "slot.invite", "slot.withdraw_link", "slot.code", "slot.look", "slot.remind",
                       "slot.take_out", "slot.give_back", "slot.extend", "package.complete", "package.problem",
                       "package.extend", "package.lapse", "delegation.ask", "override.ask"})  # fmt: skip
#: Reasons are told as far as a line holds.
_LONGEST = 160


def occurrences(
    agreement: Agreement, trail: Iterable[Event], *, languages: Sequence[str], zone: str
) -> list[Occurrence]:
    """One line for each thing that mattered, oldest first."""
    return [
        Occurrence(at=written(event.at, zone=zone), what=what, who=_who(event, agreement), detail=_detail(event))
        for event in trail
        if _matters(event) and (what := _said(event, languages))
    ]


def _matters(event: Event) -> bool:
    if event.name in WAY_MARKS:
        return False
    return event.name in MILESTONES or (event.name.startswith(FAMILIES) and event.name in history.WORDS)


def _said(event: Event, languages: Sequence[str]) -> dict[str, str]:
    name = "slot.attest" if event.name == "slot.sign" and event.facts.get("kind") == "witness" else event.name
    return dict(_in_each(name, languages))


def _in_each(name: str, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    for language in languages:
        with force_locale(LOCALES.get(language, LOCALES["en"])):
            yield language, str(history.WORDS[name])


def _who(event: Event, agreement: Agreement) -> str:
    """The person it was about, else who did it, without an address; of an override both who agreed on it."""
    if event.name == "override.confirm":
        found = next((each for each in agreement.authority_overrides if each.id == event.facts.get("override")), None)
        people = [found.asked_by, found.decided_by] if found else []
        return ", ".join(each.name for each in people if each is not None)
    person = event.facts.get("person")
    return str(person) if person else "" if event.actor == SERVICE.label else event.actor.partition(" <")[0]


def _detail(event: Event) -> str:
    with force_locale(LOCALES["en"]):
        told = history.detail(event)
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"
