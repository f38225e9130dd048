"""Numbers and dates in words."""

from datetime import date

import pytest

from mou_service.documents.word.templates.wording import long_date, spelled


@pytest.mark.parametrize(
    ("number", "unit", "english", "chinese"),
    [
        (1, "year", "one (1) year", "一年"),
        (2, "year", "two (2) years", "两年"),
        (5, "year", "five (5) years", "五年"),
        (2, "month", "two (2) months", "两个月"),
        (12, "month", "twelve (12) months", "十二个月"),
        (2, "day", "two (2) days", "二日"),
        (20, "day", "twenty (20) days", "二十日"),
        (60, "day", "sixty (60) days", "六十日"),
        (101, "day", "one hundred and one (101) days", "一百零一日"),
        (115, "day", "one hundred and fifteen (115) days", "一百一十五日"),
        (180, "day", "one hundred and eighty (180) days", "一百八十日"),
        (2, "original", "two (2) originals", "两份"),
        (1, "time", "one (1) time", "一次"),
        (38, None, "thirty-eight (38)", "三十八"),
    ],
)
def test_numbers_read_as_formal_texts_write_them(number, unit, english, chinese):
    assert spelled(number, unit=unit, language="en") == english
    assert spelled(number, unit=unit, language="zh") == chinese


@pytest.mark.parametrize(
    ("number", "unit", "german"),
    [
        (1, "month", "einen (1) Monat"),
        (1, "year", "ein (1) Jahr"),
        (5, "year", "fünf (5) Jahre"),
        (21, "day", "einundzwanzig (21) Tage"),
        (60, "day", "sechzig (60) Tage"),
        (101, "day", "einhunderteins (101) Tage"),
        (2, "time", "zwei (2) Mal"),
        (17, None, "siebzehn (17)"),
    ],
)
def test_a_german_number_stands_as_an_object(number, unit, german):
    assert spelled(number, unit=unit, language="de") == german


def test_dates_cannot_be_misread():
    day = date(2024, 3, 7)
    assert long_date(day, language="en") == "7 March 2024"
    assert long_date(day, language="zh") == "2024年3月7日"
    assert long_date(day, language="de") == "7. März 2024"
