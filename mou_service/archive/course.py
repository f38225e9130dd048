"""The course of a signing for the completion certificate: what happened, when and by whom, with every exception."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import force_locale

from mou_service.agreements import history
from mou_service.agreements.models import Agreement
from mou_service.core.actors import SERVICE
from mou_service.core.events import Event
from mou_service.documents.pdf.sheets import Occurrence
from mou_service.documents.pdf.words import in_languages
from mou_service.partners import authority_words
from mou_service.partners.authority import Lack
from mou_service.signing.dates import written
from mou_service.web.filters import colon
from mou_service.web.languages import LOCALES

from .audience import keeps_reason_inside

#: Kinds of event that concern the signing. Whatever is new among them is told as soon as the trail has words for it.
FAMILIES = ("slot.", "package.", "delegation.", "override.")
#: Milestones of the agreement before and around it.
MILESTONES = frozenset({"agreement.start", "agreement.agree_text", "agreement.approve", "agreement.freeze",
                        "agreement.void", "agreement.execute",
                        "translation.confirm", "translation.go_on"})  # fmt: skip
#: Mere way-marks: whose turn it is, what was sent and looked at. They stand in the trail itself.
WAY_MARKS = frozenset({"slot.turn", "slot.invite", "slot.withdraw_link", "slot.code", "slot.look", "slot.remind",
                       "slot.take_out", "slot.give_back", "slot.extend", "package.complete", "package.problem",
                       "package.extend", "package.lapse", "delegation.ask", "override.ask"})  # fmt: skip
#: What people do themselves, also where the device is somebody else's and the trail names the host of the table.
OWN_ACTS = frozenset({"slot.sign", "slot.decline"})
#: Reasons are told as far as a line holds.
_LONGEST = 160
_SERVICE = {"en": "This service", "zh": "本服务"}
_TABLE = "signing table of "


def occurrences(
    agreement: Agreement, trail: Iterable[Event], *, languages: Sequence[str], zone: str
) -> list[Occurrence]:
    """One line for each thing that mattered, oldest first."""
    return [
        Occurrence(
            at=written(event.at, zone=zone), what=what, about=_about(event), who=_who(event, agreement, languages),
            detail=_detail(event, languages),
        )
        for event in trail
        if _matters(event) and (what := _said(event, languages))
    ]  # fmt: skip


def lacking(lacks: Iterable[Mapping[str, Any]], language: str) -> str:
    """Who lacked which authority to sign, in one language: "Galina Ivanova: no authority on record"."""
    with force_locale(LOCALES.get(language, LOCALES["en"])):
        return "; ".join(
            f"{_called(each, language)}{colon()}{authority_words.in_short(Lack(each['position'], each['code'], each))}"
            for each in lacks
        )


def _matters(event: Event) -> bool:
    if event.name in WAY_MARKS:
        return False
    return event.name in MILESTONES or (event.name.startswith(FAMILIES) and event.name in history.WORDS)


def _said(event: Event, languages: Sequence[str]) -> dict[str, str]:
    return dict(_in_each(event, languages))


def _in_each(event: Event, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    for language in languages:
        with force_locale(LOCALES.get(language, LOCALES["en"])):
            yield language, history.words(event)


def _about(event: Event) -> str:
    """Whom it concerned; of what people do themselves nobody else."""
    if event.name in OWN_ACTS:
        return ""
    if event.name.startswith("override."):
        return ", ".join(_called(each, "en") for each in event.facts.get("lacks", ()))
    person = str(event.facts.get("person") or "")
    instead = str(event.facts.get("now_person") or event.facts.get("holder") or "")
    return f"{person} → {instead}" if instead else person


def _who(event: Event, agreement: Agreement, languages: Sequence[str]) -> str:
    """Who did it, without an address; of an override both who agreed on it."""
    if event.name == "override.confirm":
        found = next((each for each in agreement.authority_overrides if each.id == event.facts.get("override")), None)
        people = [found.asked_by, found.decided_by] if found else []
        return ", ".join(each.name for each in people if each is not None)
    if event.name in OWN_ACTS and event.facts.get("person"):
        return str(event.facts["person"])
    if event.actor == SERVICE.label:
        return "  ".join(in_languages(_SERVICE, languages).values())
    return event.actor.partition(" <")[0].removeprefix(_TABLE)


def _detail(event: Event, languages: Sequence[str]) -> str:
    """What was lacking, and the reason where it is for everybody."""
    lines = [lacking(event.facts["lacks"], each) for each in languages] if event.facts.get("lacks") else []
    if not keeps_reason_inside(event):
        lines.append(str(event.facts.get("reason") or event.facts.get("certified") or ""))
    return "\n".join(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…" for line in lines if line)


def _called(lack: Mapping[str, Any], language: str) -> str:
    names = lack.get("name", {})
    return str(names.get(language) or names.get("en") or next(iter(names.values()), ""))
