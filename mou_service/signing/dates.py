"""Days and moments of a signing, where our institution is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def effective_day(signed: Iterable[datetime], *, zone: str) -> date:
    """The day of the last signature, where our institution is."""
    return max(signed).astimezone(ZoneInfo(zone)).date()


def written(moment: datetime, *, zone: str) -> str:
    """Date, time and zone as on a stamp, in figures every script shares: "2024-03-27 10:42 (UTC+8)"."""
    local = moment.astimezone(ZoneInfo(zone))
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    offset = f"{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
    return f"{local:%Y-%m-%d %H:%M} (UTC{offset})"
