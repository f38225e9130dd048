"""From the last signature to the last day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from mou_service.signing import dates


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2024, 3, 27), 60, date(2029, 3, 26)),
        (date(2024, 1, 1), 12, date(2024, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2024, 12, 1), 1, date(2024, 12, 31)),
        (date(2024, 3, 1), 12, date(2025, 2, 28)),
    ],
)
def test_the_last_day_is_inclusive(first: date, months: int, last: date) -> None:
    assert dates.last_day(first, months=months) == last


def test_the_day_is_that_of_the_institution() -> None:
    late = datetime(2024, 3, 26, 17, 0, tzinfo=UTC)
    assert dates.effective_day([datetime(2024, 3, 26, 1, 0, tzinfo=UTC), late], zone="Asia/Shanghai") == date(
        2024, 3, 27
    )
    assert dates.written(late, zone="Asia/Shanghai") == "2024-03-27 01:00 (UTC+8)"
    assert dates.written(late, zone="Asia/Kolkata") == "2024-03-26 22:30 (UTC+5:30)"
    assert dates.written(late, zone="America/St_Johns") == "2024-03-26 14:30 (UTC-2:30)"
