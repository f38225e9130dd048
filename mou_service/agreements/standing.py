"""Where an agreement stands, for the people who look at it: who holds it, what it is in law, the line of its life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.core.events import Event
from mou_service.web.filters import in_language

from .models import Agreement
from .states import LABELS, LINE, State

NEXT = {
    State.DRAFTING: _l("Submit for review"),
    State.IN_REVIEW: _l("Opinions of the reviewers"),
    State.TEXT_AGREED: _l("Present for approval"),
    State.IN_APPROVAL: _l("Decision of the leader"),
    State.APPROVED: _l("Freeze for signing"),
    State.SIGNING: _l("Signatures"),
    State.EXECUTED: _l("Deposit in the archive"),
    State.ARCHIVED: "",
    State.WITHDRAWN: "",
}


@dataclass(frozen=True)
class Point:
    """One point on the line of an agreement's life."""

    label: str
    #: done, current, next, stopped, complete
    state: str
    since: datetime | None


def holder(agreement: Agreement) -> str:
    """Who has to do the next thing, in words."""
    match State(agreement.state):
        case State.DRAFTING | State.TEXT_AGREED:
            return agreement.owner.name
        case State.IN_REVIEW:
            return str(_("the reviewers")) if _open(agreement, "review") else agreement.owner.name
        case State.IN_APPROVAL:
            return str(_("the leader"))
        case State.APPROVED:
            return str(_("the ceremony organiser"))
        case State.SIGNING:
            if was_refused(agreement) or time_is_over(agreement):
                return str(_("the ceremony organiser"))
            return ", ".join(_next_signers(agreement)) or str(_("the service"))
        case State.EXECUTED:
            return str(_("the service"))
        case State.ARCHIVED:
            return str(_("the archive"))
        case _:
            return ""


@dataclass(frozen=True)
class Return:
    """Why a text is back with its drafter."""

    name: str
    at: datetime
    reason: str


def returned(agreement: Agreement) -> Return | None:
    """The decision that sent the text back to drafting, as long as it stands there because of it."""
    if agreement.state != State.DRAFTING:
        return None
    for step in agreement.review_steps:
        if step.decision == "return" and step.decided_at and step.decided_at >= agreement.state_since:
            return Return(step.decided_by.name if step.decided_by else "", step.decided_at, step.opinion)
    return None


def life(agreement: Agreement, trail: Sequence[Event]) -> list[Point]:
    """The line from the first draft to the archive, with the day each point was last reached."""
    reached = {str(e.facts["now"]): e.at for e in trail if "now" in e.facts}
    reached.setdefault(State.DRAFTING, agreement.created_at)
    if agreement.state == State.WITHDRAWN:
        was = next((str(e.facts["was"]) for e in reversed(trail) if e.facts.get("now") == State.WITHDRAWN), "")
        before = [s for s in LINE if s in reached and (not was or LINE.index(s) <= LINE.index(State(was)))]
        stopped = Point(str(LABELS[State.WITHDRAWN]), "stopped", agreement.state_since)
        return [*(Point(str(LABELS[s]), "done", reached[s]) for s in before), stopped]
    here = LINE.index(State(agreement.state))
    return [Point(str(LABELS[s]), _look(place, here), reached.get(s) if place <= here else None)
            for place, s in enumerate(LINE)]  # fmt: skip


def _look(place: int, here: int) -> str:
    if place == here:
        return "complete" if place == len(LINE) - 1 else "current"
    return "done" if place < here else "next"


def _open(agreement: Agreement, phase: str) -> bool:
    return any(s.counts and s.phase == phase and s.decision is None for s in agreement.review_steps)


def was_refused(agreement: Agreement) -> bool:
    """Whether somebody declined whose mark the agreement needs: a signatory, or an attesting witness."""
    slots = agreement.package.slots if agreement.package else []
    return any(s.state == "declined" and (s.kind == "signatory" or s.capacity == "attesting") for s in slots)


def time_is_over(agreement: Agreement) -> bool:
    """Whether the last day to sign is past, and not everybody has signed."""
    return agreement.package is not None and agreement.package.is_over


def _next_signers(agreement: Agreement) -> list[str]:
    due = agreement.package.due if agreement.package else []
    return [in_language(slot.as_shown.get("name", {})) for slot in due if slot.kind != "seal"]
