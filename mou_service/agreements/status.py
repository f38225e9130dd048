"""What an agreement is in law today, worked out from signatures and dates; nobody types it (pure)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l


class LegalStatus(StrEnum):
    """Where an agreement stands in law."""

    NONE = "none"
    PARTIALLY_SIGNED = "partially_signed"
    EXECUTED_NOT_EFFECTIVE = "executed_not_effective"
    IN_FORCE = "in_force"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    TERMINATED = "terminated"
    SUPERSEDED = "superseded"


LABELS = {
    LegalStatus.NONE: _l("Not signed"),
    LegalStatus.PARTIALLY_SIGNED: _l("Signed by some"),
    LegalStatus.EXECUTED_NOT_EFFECTIVE: _l("Signed, not yet in effect"),
    LegalStatus.IN_FORCE: _l("In effect"),
    LegalStatus.EXPIRING: _l("In effect, ending soon"),
    LegalStatus.EXPIRED: _l("Ended"),
    LegalStatus.TERMINATED: _l("Terminated"),
    LegalStatus.SUPERSEDED: _l("Superseded"),
}
TONES = {
    LegalStatus.NONE: "quiet",
    LegalStatus.PARTIALLY_SIGNED: "waiting",
    LegalStatus.EXECUTED_NOT_EFFECTIVE: "waiting",
    LegalStatus.IN_FORCE: "done",
    LegalStatus.EXPIRING: "waiting",
    LegalStatus.EXPIRED: "stopped",
    LegalStatus.TERMINATED: "stopped",
    LegalStatus.SUPERSEDED: "stopped",
}
#: So long before the last day somebody has to think about what follows.
SOON = 6


def legal_status(
    *,
    signed: int,
    needed: int,
    starts: date | None,
    ends: date | None,
    today: date,
    terminated: date | None = None,
    superseded: date | None = None,
    soon_months: int = SOON,
) -> LegalStatus:
    """The status on a day. `ends` is the last day of the term, `terminated` the last day after it was ended earlier;
    `superseded` is the first day on which another agreement holds in its place.

    `signed` of `needed` signatures are there; what nobody has to sign is not signed. Whatever ended it first counts.
    """
    if not signed or not needed:
        return LegalStatus.NONE
    if signed < needed:
        return LegalStatus.PARTIALLY_SIGNED
    last_days = [
        (terminated, LegalStatus.TERMINATED),
        (superseded - timedelta(days=1) if superseded else None, LegalStatus.SUPERSEDED),
        (ends, LegalStatus.EXPIRED),
    ]
    last, how = min(((day, how) for day, how in last_days if day), key=lambda each: each[0], default=(None, None))
    if last and how and today > last:
        return how
    if starts is None or today < starts:
        return LegalStatus.EXECUTED_NOT_EFFECTIVE
    if last is None:
        return LegalStatus.IN_FORCE
    return LegalStatus.EXPIRING if months_before(last, soon_months) <= today else LegalStatus.IN_FORCE


def last_day(starts: date, months: int) -> date:
    """The last day of a term of whole months, inclusive: 27 March 2024 and 60 months → 26 March 2029.

    A term that begins on a day the last month does not have ends with that month: 29 February 2024
    and 12 months → 28 February 2025, so that no day is lost.
    """
    year, month = _moved(starts, months)
    length = calendar.monthrange(year, month)[1]
    if starts.day > length:
        return date(year, month, length)
    return date(year, month, starts.day) - timedelta(days=1)


def length(months: int, *, begins: date | None, ends: date | None, today: date) -> int:
    """For how many months an unsigned text would hold; a month that is begun counts."""
    if ends is None:
        return months
    first = begins or today
    whole = (ends.year - first.year) * 12 + ends.month - first.month
    return max(0, whole + (1 if ends.day >= first.day else 0))


def months_before(day: date, months: int) -> date:
    """The same day of the month some months earlier, or that month's last day."""
    year, month = _moved(day, -months)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _moved(day: date, months: int) -> tuple[int, int]:
    count = day.year * 12 + day.month - 1 + months
    return count // 12, count % 12 + 1
