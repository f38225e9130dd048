"""What an agreement is in law on a day, told to whoever asks: us, the other side, everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from flask_babel import gettext as _

from mou_service.web.filters import day as written

from . import after, status
from .after import Effect
from .models import Agreement
from .status import LegalStatus

#: "house" also hears of agreements that nobody signed yet; the others as the institution's policy says.
Tells = Literal["house", "full", "word", "none"]


@dataclass(frozen=True)
class InLaw:
    """The status with its word and tone, and the sentences that say why and since when."""

    status: LegalStatus
    label: str
    tone: str
    sentences: list[str]
    #: From when to when its text says it holds.
    term: str = ""

    @property
    def is_over(self) -> bool:
        """Whether it no longer holds."""
        return self.status in (LegalStatus.EXPIRED, LegalStatus.TERMINATED, LegalStatus.SUPERSEDED)


def legal(agreement: Agreement, today: date) -> LegalStatus:
    """What the agreement is in law on a day."""
    package, term = agreement.package, agreement.term
    slots = [slot for slot in package.slots if slot.kind == "signatory"] if package else []
    effects = after.effects(agreement)
    return status.legal_status(
        signed=sum(slot.state == "signed" for slot in slots),
        needed=len(slots),
        starts=term.starts if term else after.begins(agreement),
        ends=term.ends if term else None,
        terminated=_terminated(agreement, effects),
        superseded=min((each.since for each in effects if each.kind == "supersedes" and each.since), default=None),
        today=today,
    )


def in_law(agreement: Agreement, today: date, *, tells: Tells) -> InLaw | None:
    """The whole answer for somebody; None when the policy says nothing."""
    if tells == "none":
        return None
    found = legal(agreement, today)
    label, tone = str(status.LABELS[found]), status.TONES[found]
    if tells == "word":
        return InLaw(found, label, tone, [])
    return InLaw(found, label, tone, list(_sentences(agreement, inside=tells == "house")), _term(agreement))


def facts(agreement: Agreement) -> dict[str, Any]:
    """The same without a day, for a record that is read later: what was known when it was written."""
    term, ended = agreement.term, after.ending(agreement)
    told = [*((each, "by") for each in after.effects(agreement)), *((each, "of") for each in after.purposes(agreement))]
    return {
        "begins": _iso(term.starts if term else after.begins(agreement)),
        "ends": _iso(term.ends if term else None),
        "endedEarly": {"lastDay": _iso(ended.last_day), "by": ended.ended_by} if ended else None,
        "relations": [
            {"kind": each.kind, which: each.other.ref, "since": _iso(each.since)} for each, which in told if each.since
        ],
    }


def _terminated(agreement: Agreement, effects: list[Effect]) -> date | None:
    ended = after.ending(agreement)
    days = [each.since - timedelta(days=1) for each in effects if each.kind == "terminates" and each.since]
    return min([*days, *([ended.last_day] if ended else [])], default=None)


def _sentences(agreement: Agreement, *, inside: bool) -> Iterator[str]:
    if (ended := after.ending(agreement)) is not None:
        yield _("It was ended before its time; its last day is %(day)s.", day=written(ended.last_day))
    for effect in after.effects(agreement):
        if effect.since is not None:
            yield _followed(effect)
        elif inside:
            yield _("%(ref)s is meant to follow it, and is not signed by everybody yet.", ref=effect.other.ref)
    for effect in after.purposes(agreement):
        yield _purpose(effect)


def _term(agreement: Agreement) -> str:
    term = agreement.term
    if not (term and term.starts and term.ends):
        return ""
    return str(_("Its term: %(first)s to %(last)s.", first=written(term.starts), last=written(term.ends)))


def _followed(effect: Effect) -> str:
    values = {"ref": effect.other.ref, "day": written(effect.since)}
    match effect.kind:
        case "supersedes":
            return str(_("%(ref)s takes its place from %(day)s on.", **values))
        case "renews":
            return str(_("%(ref)s renews it from %(day)s on.", **values))
        case "amends":
            return str(_("%(ref)s changes parts of it from %(day)s on.", **values))
        case _:
            return str(_("%(ref)s ends it; from %(day)s on it no longer holds.", **values))


def _purpose(effect: Effect) -> str:
    ref = effect.other.ref
    match effect.kind:
        case "supersedes":
            return str(_("It takes the place of %(ref)s.", ref=ref))
        case "renews":
            return str(_("It renews %(ref)s.", ref=ref))
        case "amends":
            return str(_("It changes parts of %(ref)s.", ref=ref))
        case _:
            return str(_("It ends %(ref)s.", ref=ref))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
