"""The words our documents need in each language beside their clauses: numbers, dates, labels of a signature block."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from mou_service.documents.word.reading.counting import ONES, TENS
from mou_service.documents.word.templates.fields import Unit

DIGITS = "零一二三四五六七八九"
ENGLISH_UNITS: Mapping[Unit, str] = {
    "year": "year",
    "month": "month",
    "day": "day",
    "time": "time",
    "original": "original",
}
#: One with its article as an object, and many.
GERMAN_UNITS: Mapping[Unit, tuple[tuple[str, str], str]] = {
    "year": (("ein", "Jahr"), "Jahre"),
    "month": (("einen", "Monat"), "Monate"),
    "day": (("einen", "Tag"), "Tage"),
    "time": (("ein", "Mal"), "Mal"),
    "original": (("ein", "Original"), "Originale"),
}
GERMAN_ONES = (
    "null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
    "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
)  # fmt: skip
GERMAN_TENS = ("", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
CHINESE_UNITS: Mapping[Unit, str] = {"year": "年", "month": "个月", "day": "日", "time": "次", "original": "份"}


@dataclass(frozen=True, slots=True)
class Wording:
    """One language's words for the parts which no template writes itself."""

    #: The language as its own readers call it; heads the column.
    name: str
    locale: str
    #: Spoken before and after the page number and the number of pages.
    page: tuple[str, str, str]
    on_behalf_of: str
    signature: str
    person: str
    position: str
    organisation: str
    date: str
    place: str
    witnessed_by: str
    witness_note: str
    demonstration: str
    spelled: Callable[[int, Unit | None], str]


def spelled(number: int, *, unit: Unit | None, language: str) -> str:
    """A number as a formal text says it: “five (5) years”, 五年."""
    return WORDINGS[language].spelled(number, unit)


def long_date(day: date, *, language: str) -> str:
    """A date in words that cannot be misread: “27 March 2024”, 2024年3月27日."""
    locale = WORDINGS[language].locale
    return format_date(day, "d MMMM y" if language == "en" else "long", locale=locale)


def _english(number: int, unit: Unit | None) -> str:
    said = f"{_english_words(number)} ({number})"
    if unit is None:
        return said
    return f"{said} {ENGLISH_UNITS[unit]}{'' if number == 1 else 's'}"


def _english_words(number: int) -> str:
    if number < 20:
        return ONES[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        return TENS[tens] + (f"-{ONES[rest]}" if rest else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{ONES[hundreds]} hundred" + (f" and {_english_words(rest)}" if rest else "")
    return f"{number:,}"


def _german(number: int, unit: Unit | None) -> str:
    """A German number with its unit as an object: “einen (1) Monat”, “fünf (5) Jahre”; texts put it where that is right."""
    if unit is None:
        return f"{_german_words(number)} ({number})"
    one, many = GERMAN_UNITS[unit]
    return f"{one[0]} (1) {one[1]}" if number == 1 else f"{_german_words(number)} ({number}) {many}"


def _german_words(number: int) -> str:
    if number < 20:
        return GERMAN_ONES[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        joined = "ein" if rest == 1 else GERMAN_ONES[rest]
        return (f"{joined}und" if rest else "") + GERMAN_TENS[tens]
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return ("ein" if hundreds == 1 else GERMAN_ONES[hundreds]) + "hundert" + (_german_words(rest) if rest else "")
    return f"{number:,}".replace(",", ".")


def _chinese(number: int, unit: Unit | None) -> str:
    if unit is None:
        return _chinese_words(number)
    # Two of a thing is 两, but the second day of nothing: 两年, 两个月, 二日.
    counted = "两" if number == 2 and unit != "day" else _chinese_words(number)
    return counted + CHINESE_UNITS[unit]


def _chinese_words(number: int) -> str:
    if number < 10:
        return DIGITS[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[rest] if rest else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return DIGITS[hundreds] + "百" + _after_hundreds(rest)
    return str(number)


def _after_hundreds(rest: int) -> str:
    if rest == 0:
        return ""
    if rest < 10:
        return "零" + DIGITS[rest]
    return ("一" if rest < 20 else "") + _chinese_words(rest)


WORDINGS: Mapping[str, Wording] = {
    "en": Wording(
        name="English",
        locale="en_GB",
        page=("Page ", " of ", ""),
        on_behalf_of="For and on behalf of",
        signature="Signature",
        person="Name",
        position="Title",
        organisation="Organisation",
        date="Date",
        place="Place",
        witnessed_by="Witnessed by",
        witness_note=(
            "The persons named below were present and saw the signing. They are not party to this document "
            "and assume no right or obligation under it."
        ),
        demonstration="DEMONSTRATION – nobody named here signed this document",
        spelled=_english,
    ),
    "zh": Wording(
        name="中文",
        locale="zh_CN",
        page=("第", "页 共", "页"),
        on_behalf_of="代表",
        signature="签字",
        person="姓名",
        position="职务",
        organisation="单位",
        date="日期",
        place="地点",
        witnessed_by="见证人",
        witness_note="下列人士在场见证签署。见证人不是本文件的当事方，不因见证而享有权利或承担义务。",
        demonstration="演示文件，文中人士并未签署",
        spelled=_chinese,
    ),
    "de": Wording(
        name="Deutsch",
        locale="de_DE",
        page=("Seite ", " von ", ""),
        on_behalf_of="Für",
        signature="Unterschrift",
        person="Name",
        position="Funktion",
        organisation="Einrichtung",
        date="Datum",
        place="Ort",
        witnessed_by="Zeugen",
        witness_note=(
            "Die nachstehend genannten Personen waren bei der Unterzeichnung zugegen. Sie sind nicht Partei dieses "
            "Dokuments und übernehmen daraus weder Rechte noch Pflichten."
        ),
        demonstration="DEMONSTRATION – keine der genannten Personen hat dieses Dokument unterzeichnet",
        spelled=_german,
    ),
}
