"""Days and moments of a signing, as they are written where our institution is."""

from __future__ import annotations

from datetime import UTC, date, datetime

from mou_service.signing import dates


def test_the_day_is_that_of_the_institution() -> None:
    late = datetime(2024, 3, 26, 17, 0, tzinfo=UTC)
    assert dates.effective_day([datetime(2024, 3, 26, 1, 0, tzinfo=UTC), late], zone="Asia/Shanghai") == date(
        2024, 3, 27
    )
    assert dates.written(late, zone="Asia/Shanghai") == "2024-03-27 01:00 (UTC+8)"
    assert dates.written(late, zone="Asia/Kolkata") == "2024-03-26 22:30 (UTC+5:30)"
    assert dates.written(late, zone="America/St_Johns") == "2024-03-26 14:30 (UTC-2:30)"
