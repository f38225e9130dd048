"""The days a passage names, in any language that Babel knows. (pure)

A day may lack its year (“31 March”) or a month its day (“March 2024”): as much as is said has to agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from .numerals import chinese_number

_NUMERAL = "[〇○零一二三四五六七八九十]"
_TO_CHINESE = "(?:至|到|—|–|-|~|～)"
_CHINESE = re.compile(
    rf"(?:(\d{{4}}|{_NUMERAL}{{4}})\s*年\s*)?(\d{{1,2}}|{_NUMERAL}{{1,3}})\s*月\s*(\d{{1,2}}|{_NUMERAL}{{1,3}})\s*[日号]"
    rf"(?:\s*{_TO_CHINESE}+\s*(\d{{1,2}}|{_NUMERAL}{{1,3}})\s*[日号])?"
)
_CHINESE_MONTH = re.compile(rf"(\d{{4}}|{_NUMERAL}{{4}})\s*年\s*(\d{{1,2}}|{_NUMERAL}{{1,3}})\s*月")
_CHINESE_MONTHS = re.compile(
    rf"(\d{{4}}|{_NUMERAL}{{4}})\s*年\s*(\d{{1,2}}|{_NUMERAL}{{1,3}})\s*月\s*份?"
    rf"((?:\s*[、，和及与或至到—–~～-]+\s*(?:\d{{1,2}}|{_NUMERAL}{{1,3}})\s*月)+)"
)
_MONTH_NUMBER = re.compile(rf"\d{{1,2}}|{_NUMERAL}{{1,3}}")
_ISO = re.compile(r"(?<![\w.-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\w-])", re.ASCII)
_POINTS = re.compile(r"(?<![\w.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)", re.ASCII)
_STROKES = re.compile(r"(?<![\w/])(\d{1,2})/(\d{1,2})/(\d{4})(?!\w)", re.ASCII)


_ONES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
#: “the twenty-seventh day of March”
_ORDINALS = {
    word: day
    for day, word in enumerate(
        (*_ONES, "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
         "eighteenth", "nineteenth", "twentieth", *(f"twenty-{one}" for one in _ONES), "thirtieth", "thirty-first"), 1,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Day:
    """A day as far as it is said, 0 for what is left out, and the stretch of text that says it."""

    year: int
    month: int
    day: int
    start: int
    end: int
    #: The other reading of 3/4/2024, as (month, day).
    or_else: tuple[int, int] | None = None

    def agrees(self, other: Day) -> bool:
        """Whether both can be the same day."""
        return not (self.year and other.year and self.year != other.year) and bool(self._readings() & other._readings())

    def _readings(self) -> set[tuple[int, int]]:
        return {(self.month, self.day), *((self.or_else,) if self.or_else else ())}


def days(text: str, language: str) -> list[Day]:
    """Each day named in the text, in the order of the patterns; no stretch of text is read twice."""
    found: list[Day] = []
    for pattern, read in (*_FIXED, *_in_words(language)):
        rest = list(text)
        for match in pattern.finditer(text):
            days_ = [day for day in read(match) if 0 < day.month < 13 and day.day < 32]
            if days_:
                found += days_
                rest[match.start() : match.end()] = " " * (match.end() - match.start())
        text = "".join(rest)
    return found


@lru_cache(maxsize=32)
def months(language: str) -> Mapping[str, int]:
    """The names of the months in lower case, long and short, as headings and inside a date."""
    try:
        names = Locale.parse(language.replace("-", "_")).months
    except (UnknownLocaleError, ValueError):
        return {}
    return {
        str(name).casefold().rstrip("."): number
        for context in names
        for width in ("wide", "abbreviated")
        for number, name in names[context][width].items()
        if not str(name).isdigit()
    }


def named_months(text: str, language: str) -> Iterator[tuple[int, int, int]]:
    """Each month that is named, with or without a day: its number, and where it stands."""
    pattern = _month_names(language)
    known = months(language)
    for match in pattern.finditer(text) if pattern else ():
        yield known[match[0].casefold()], match.start(), match.end()


@lru_cache(maxsize=32)
def _month_names(language: str) -> re.Pattern[str] | None:
    names = "|".join(map(re.escape, sorted(months(language), key=len, reverse=True)))
    return re.compile(rf"\b(?:{names})\b", re.IGNORECASE) if names else None


_Reader = Callable[[re.Match[str]], Iterator[Day]]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else chinese_number(text)


def _chinese(match: re.Match[str]) -> Iterator[Day]:
    year, month, first, last = match.groups()
    for day in (first, last):
        if day:
            yield Day(_number(year) if year else 0, _number(month), _number(day), match.start(), match.end())


def _chinese_month(match: re.Match[str]) -> Iterator[Day]:
    yield Day(_number(match[1]), _number(match[2]), 0, match.start(), match.end())


def _chinese_months(match: re.Match[str]) -> Iterator[Day]:
    """2024年3月和6月, 2024年3月至6月."""
    for month in (match[2], *_MONTH_NUMBER.findall(match[3])):
        yield Day(_number(match[1]), _number(month), 0, match.start(), match.end())


def _iso(match: re.Match[str]) -> Iterator[Day]:
    yield Day(int(match[1]), int(match[3]), int(match[4]), match.start(), match.end())


def _points(match: re.Match[str]) -> Iterator[Day]:
    yield Day(int(match[3]), int(match[2]), int(match[1]), match.start(), match.end())


def _strokes(match: re.Match[str]) -> Iterator[Day]:
    """Day or month first: whichever is possible, both where both are."""
    one, other, year = (int(each) for each in match.groups())
    if other > 12:
        yield Day(year, one, other, match.start(), match.end())
    else:
        yield Day(year, other, one, match.start(), match.end(), (one, other) if one < 13 else None)


_FIXED: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_CHINESE, _chinese), (_CHINESE_MONTHS, _chinese_months), (_CHINESE_MONTH, _chinese_month), (_ISO, _iso), (_POINTS, _points), (_STROKES, _strokes),
)  # fmt: skip


@lru_cache(maxsize=32)
def _in_words(language: str) -> tuple[tuple[re.Pattern[str], _Reader], ...]:
    """Days with the month in words: “1 to 31 March 2024”, “March 27, 2024”, „27. März 2024“, “March 2024”."""
    known = months(language)
    if language == "zh" or not known:
        return ()
    names = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    ordinal = r"(?:st|nd|rd|th|\.|-?(?:ти|ви|ри|ми))?"
    to = r"(?:to|until|and|bis|und|до|и|au|al|–|—|-)"
    first = re.compile(
        rf"\b(\d{{1,2}}){ordinal}(?:\s*{to}\s*(\d{{1,2}}){ordinal})?\s+(?:(?:day\s+)?of\s+|de\s+)?({names})\b\.?"
        rf"(?:,?\s+(?:de\s+)?(\d{{4}})\b)?",
        re.IGNORECASE,
    )
    american = re.compile(rf"\b({names})\s+(\d{{1,2}}){ordinal}(?:,?\s+(\d{{4}})\b|(?![\d:]))", re.IGNORECASE)
    month = re.compile(rf"\b({names})\.?,?\s+(\d{{4}})\b", re.IGNORECASE)

    several = re.compile(
        rf"\b({names})((?:\s*,\s*(?:{names})){{0,10}}\s*(?:,?\s*\b(?:and|or|to|until|through|und|oder|bis|и|или|до)\b|[–—-])"
        rf"\s*(?:{names}))\s+(\d{{4}})\b",
        re.IGNORECASE,
    )
    one_of = re.compile(rf"\b(?:{names})\b", re.IGNORECASE)
    spelled = re.compile(
        rf"\b({'|'.join(sorted(_ORDINALS, key=len, reverse=True))})\s+(?:day\s+)?of\s+({names})\b(?:,?\s+(\d{{4}})\b)?",
        re.IGNORECASE,
    )

    def name(text: str) -> int:
        return known[text.casefold().rstrip(".")]

    def day_first(match: re.Match[str]) -> Iterator[Day]:
        for day in match.group(1, 2):
            if day:
                yield Day(int(match[4] or 0), name(match[3]), int(day), match.start(), match.end())

    def month_first(match: re.Match[str]) -> Iterator[Day]:
        yield Day(int(match[3] or 0), name(match[1]), int(match[2]), match.start(), match.end())

    def month_only(match: re.Match[str]) -> Iterator[Day]:
        yield Day(int(match[2]), name(match[1]), 0, match.start(), match.end())

    def months_of(match: re.Match[str]) -> Iterator[Day]:
        for each in (match[1], *one_of.findall(match[2])):
            yield Day(int(match[3]), name(each), 0, match.start(), match.end())

    def day_in_words(match: re.Match[str]) -> Iterator[Day]:
        yield Day(int(match[3] or 0), name(match[2]), _ORDINALS[match[1].casefold()], match.start(), match.end())

    in_words = ((spelled, day_in_words),) if language == "en" else ()
    return (*in_words, (first, day_first), (several, months_of), (american, month_first), (month, month_only))
