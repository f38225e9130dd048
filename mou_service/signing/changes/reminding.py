"""When somebody is reminded: thresholds, counted in days of the institution's calendar (pure)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Nobody is written to before or after these hours of the institution's day.
MORNING, EVENING = time(8), time(20)


@dataclass(frozen=True)
class Rhythm:
    """After how many days since the turn, and at how many days before the end, somebody is reminded."""

    after: Sequence[int]
    before: Sequence[int]


def reasons(rhythm: Rhythm, *, turn: date, today: date, last_day: date | None, done: Collection[str]) -> list[str]:
    """The thresholds that were reached and not reminded of; several at once, after a pause, are one letter.

    `last_day` is the last day on which can be signed. A threshold before the end that was past when the turn came is
    no news and does not count; nor does anything once the last day is over.
    """
    if last_day is not None and today > last_day:
        return []
    reached = [f"after:{days}" for days in rhythm.after if today >= turn + timedelta(days=days)]
    if last_day is not None:
        news = [days for days in rhythm.before if turn < last_day - timedelta(days=days) <= today]
        reached += [f"before:{days}:{last_day}" for days in news]
    return [each for each in reached if each not in done]


def may_write(at: datetime, *, zone: str) -> bool:
    """Whether it is day where the institution is."""
    return MORNING <= at.astimezone(ZoneInfo(zone)).time() < EVENING


def morning_of(day: date, *, zone: str) -> datetime:
    """The hour of a day from which people may be written to."""
    return datetime.combine(day, MORNING, tzinfo=ZoneInfo(zone))


def next_morning(at: datetime, *, zone: str) -> datetime:
    """The next hour at which people may be written to."""
    local = at.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return morning_of(day, zone=zone)


def days(written: str) -> list[int]:
    """The days of a setting such as "3, 7, 14"."""
    return [int(part) for part in written.split(",") if part.strip()]


def day_at(at: datetime, *, zone: str) -> date:
    """The institution's calendar day."""
    return at.astimezone(ZoneInfo(zone)).date()


def end_of(day: date, *, zone: str) -> datetime:
    """The moment the day is over: from then on nobody can sign. The calendar's last day ends a day early."""
    after = min(day, date.max - timedelta(days=1)) + timedelta(days=1)
    return datetime.combine(after, time(), tzinfo=ZoneInfo(zone))


def last_day(open_until: datetime | None, *, zone: str) -> date | None:
    """The last day on which can be signed."""
    return day_at(open_until - timedelta(seconds=1), zone=zone) if open_until else None
