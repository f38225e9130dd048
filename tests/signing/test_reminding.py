"""When somebody is reminded: days of the institution's calendar, each threshold once, never at night."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from mou_service.signing.changes import reminding
from mou_service.signing.changes.reminding import Rhythm

RHYTHM = Rhythm(after=[3, 7, 14], before=[7, 2, 1])
TURN = date(2026, 3, 1)


def reached(day: int, *, last: int | None = None, done: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    """The thresholds on a day of March, when the turn came on the first."""
    last_day = TURN + timedelta(days=last - 1) if last else None
    return reminding.reasons(RHYTHM, turn=TURN, today=TURN + timedelta(days=day - 1), last_day=last_day, done=done)


def test_days_after_the_turn() -> None:
    assert [reached(day) for day in (1, 3)] == [[], []]
    assert reached(4) == ["after:3"]
    assert reached(8, done={"after:3"}) == ["after:7"]
    assert reached(30) == ["after:3", "after:7", "after:14"], "after a pause of the service one letter covers all"
    assert reached(300, done={"after:3", "after:7", "after:14"}) == []


def test_days_before_the_end() -> None:
    done = {"after:3", "after:7", "after:14"}
    assert reached(22, last=30, done=done) == []
    assert reached(23, last=30, done=done) == ["before:7:2026-03-30"]
    assert reached(30, last=30, done=done | {"before:7:2026-03-30", "before:2:2026-03-30"}) == ["before:1:2026-03-30"]
    assert reached(31, last=30, done=done) == [], "nobody is reminded of what is over"
    assert reached(37, last=44, done=done | {"before:7:2026-03-30"}) == ["before:7:2026-04-13"], "extended: anew"


def test_a_threshold_that_was_past_when_the_turn_came_is_no_news() -> None:
    assert reached(1, last=6) == []
    assert reached(2, last=6) == []
    assert reached(4, last=6) == ["after:3", "before:2:2026-03-06"]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles", "Europe/Sofia"])
def test_the_day_is_that_of_the_institution(zone: str) -> None:
    last = date(2026, 3, 29)  # the clocks change in Europe
    end = reminding.end_of(last, zone=zone)
    assert reminding.last_day(end, zone=zone) == last
    assert reminding.day_at(end, zone=zone) == last + timedelta(days=1)
    assert reminding.may_write(reminding.morning_of(last, zone=zone), zone=zone)
    assert not reminding.may_write(end, zone=zone)
    assert reminding.next_morning(end, zone=zone) == reminding.morning_of(last + timedelta(days=1), zone=zone)
    late = end - timedelta(hours=2)
    assert reminding.next_morning(late, zone=zone) == reminding.morning_of(last + timedelta(days=1), zone=zone)


def test_a_night_in_shanghai_is_an_afternoon_in_utc() -> None:
    assert not reminding.may_write(datetime(2026, 3, 1, 16, tzinfo=UTC), zone="Asia/Shanghai")
    assert reminding.may_write(datetime(2026, 3, 1, 1, tzinfo=UTC), zone="Asia/Shanghai")


def test_the_days_of_a_setting() -> None:
    assert reminding.days("3, 7,14 ") == [3, 7, 14] and reminding.days("") == []


def test_the_last_day_of_the_calendar_is_a_day_like_any_other() -> None:
    assert reminding.end_of(date.max, zone="Asia/Shanghai") > datetime(9999, 12, 30, tzinfo=UTC)
