"""What an agreement is in law follows from signatures and days; the last day counts, leap days are not lost."""

from datetime import date

import pytest

from mou_service.agreements.status import LABELS, TONES, LegalStatus, last_day, legal_status, length, months_before

STARTS, ENDS = date(2024, 3, 27), date(2029, 3, 26)


@pytest.mark.parametrize(
    ("starts", "months", "ends"),
    [
        (date(2024, 3, 27), 60, date(2029, 3, 26)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 28)),
        (date(2024, 3, 1), 12, date(2025, 2, 28)),
        (date(2023, 3, 1), 12, date(2024, 2, 29)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 12, 1), 1, date(2024, 12, 31)),
        (date(2024, 1, 1), 12, date(2024, 12, 31)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
    ],
)
def test_the_last_day(starts: date, months: int, ends: date) -> None:
    assert last_day(starts, months) == ends


@pytest.mark.parametrize(
    ("today", "status"),
    [
        (date(2024, 3, 26), LegalStatus.EXECUTED_NOT_EFFECTIVE),
        (date(2024, 3, 27), LegalStatus.IN_FORCE),
        (date(2028, 9, 25), LegalStatus.IN_FORCE),
        (date(2028, 9, 26), LegalStatus.EXPIRING),
        (date(2029, 3, 26), LegalStatus.EXPIRING),
        (date(2029, 3, 27), LegalStatus.EXPIRED),
    ],
)
def test_the_days_of_a_signed_agreement(today: date, status: LegalStatus) -> None:
    assert legal_status(signed=2, needed=2, starts=STARTS, ends=ENDS, today=today) is status


@pytest.mark.parametrize(
    ("signed", "needed", "status"),
    [
        (0, 0, LegalStatus.NONE),
        (0, 2, LegalStatus.NONE),
        (1, 2, LegalStatus.PARTIALLY_SIGNED),
    ],
)
def test_without_every_signature_no_day_matters(signed: int, needed: int, status: LegalStatus) -> None:
    assert legal_status(signed=signed, needed=needed, starts=STARTS, ends=ENDS, today=date(2025, 1, 1)) is status


def test_without_an_end_it_stays_in_effect() -> None:
    assert legal_status(signed=2, needed=2, starts=STARTS, ends=None, today=date(2099, 1, 1)) is LegalStatus.IN_FORCE


def test_every_status_has_its_words() -> None:
    assert set(LABELS) == set(TONES) == set(LegalStatus)


def test_months_before_a_day_the_month_lacks() -> None:
    assert months_before(date(2024, 8, 31), 6) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("months", "begins", "ends", "lasts"),
    [
        (36, None, None, 36),
        (0, None, date(2025, 3, 26), 12),
        (0, None, date(2025, 3, 27), 13),
        (0, date(2024, 9, 1), date(2029, 8, 31), 60),
        (0, None, date(2024, 1, 1), 0),
    ],
)
def test_a_text_that_names_its_last_day_has_a_length_too(
    months: int, begins: date | None, ends: date | None, lasts: int
) -> None:
    assert length(months, begins=begins, ends=ends, today=STARTS) == lasts
