"""From the day of the last signature to the last day an agreement holds."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def effective_day(signed: Iterable[datetime], *, zone: str) -> date:
    """The day of the last signature, where our institution is."""
    return max(signed).astimezone(ZoneInfo(zone)).date()


def last_day(first: date, *, months: int) -> date:
    """The last day, inclusive, of so many months that begin on `first`.

    It is the day before the same day of the month; where that month has no such day, its own last day:
    27 March 2024 and 60 months end on 26 March 2029, 31 August and 6 months on 28 (29) February.
    """
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    longest = calendar.monthrange(year, month + 1)[1]
    if first.day > longest:
        return date(year, month + 1, longest)
    return date(year, month + 1, first.day) - timedelta(days=1)


def written(moment: datetime, *, zone: str) -> str:
    """Date, time and zone as on a stamp, in figures every script shares: "2024-03-27 10:42 (UTC+8)"."""
    local = moment.astimezone(ZoneInfo(zone))
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    offset = f"{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
    return f"{local:%Y-%m-%d %H:%M} (UTC{offset})"
