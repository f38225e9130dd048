"""What a passage says that must be the same in every language: addresses, days, sums, shares, numbers, lengths of time. (pure)"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from . import dates, lengths, money
from .dates import Day
from .numerals import (
    CHINESE_NUMBER,
    CHINESE_NUMERALS,
    FIGURE,
    amount,
    chinese_number,
    plain_digits,
    spelled,
    written,
)

Kind = Literal[
    "email",
    "web",
    "phone",
    "code",
    "date",
    "time",
    "money",
    "percent",
    "fraction",
    "duration",
    "often",
    "place",
    "reference",
    "number",
]

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_WEB = re.compile(r"(?:https?://|www\.)[A-Za-z0-9._~:/?#@!$&'*+=%-]+", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w.,/])(?:\+|00)\d[\d ()./-]{6,22}\d|(?<![\w.,/-])\(?0\d{1,4}\)?[-/ ]\d{3,4}[- ]?\d{3,5}(?![\w-])", re.ASCII
)
_CALLED = re.compile(
    r"(?:tel(?:ephone|efon)?|phone|fax|mobile|电话|手机|传真|тел)[.:：\s]*(\(?\+?\d[\d ()/-]{5,22}\d)", re.I
)
_CODE = re.compile(
    r"\b(?=[A-Z0-9/-]{0,40}\d)(?=[A-Z0-9/-]{0,40}[A-Z])[A-Z0-9]{2,}(?:[-/][A-Z0-9]+)+\b|\b(?=[A-Z]{0,33}\d)(?=\d{0,33}[A-Z])[A-Z0-9]{10,34}\b",
    re.ASCII,
)
_YEARS = re.compile(r"\b((?:19|20)\d\d)\s?[/–—-]\s?(\d\d)\b(?![\d/–-]|\.\d)", re.ASCII)
_TIME = re.compile(
    r"(?<![\d:])([0-2]?\d)[:：h]([0-5]\d)(?![\d:])(?:\s?([ap])\.?\s?m\b)?|\b(\d{1,2})\s?([ap])\.?m\b", re.I | re.ASCII
)
_LATE = re.compile(r"(?:下午|晚上?)\s?$")
_CHINESE_TIME = re.compile(
    rf"(?<![第\d])(?:(上午|下午|晚上?|中午)\s?(?=[\d{CHINESE_NUMERALS}])|(?=\d))(\d{{1,2}}|[{CHINESE_NUMERALS}]{{1,3}})\s?[时點点](?!间|\d)(?:(\d{{1,2}}|[{CHINESE_NUMERALS}]{{1,3}})分|(半))?"
)
_PERCENT = re.compile(rf"({FIGURE.pattern})\s?(%|‰|per\s?cent\b|Prozent\b|процента?\b|на сто\b)", re.IGNORECASE)
_CHINESE_PERCENT = re.compile(rf"(百|千|万)分之({CHINESE_NUMBER}(?:点{CHINESE_NUMBER})?|\d+(?:\.\d+)?)")
_PERCENT_BEHIND = re.compile(r"\s?(?:\([^)]*\)\s?)?(?:%|per\s?cent\b|Prozent\b|процента?\b)", re.IGNORECASE)
_FRACTION = re.compile(rf"({CHINESE_NUMBER})分之({CHINESE_NUMBER})|(过?半数|一半)")
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_ABOVE = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "nine": 9}
_ENGLISH_FRACTION = re.compile(
    rf"\b({'|'.join(_ABOVE)}|an?)[\s-]((?:{'|'.join(_PARTS)})s?|halves)\b(?!\s+part(?:y|ies)\b)|\bhalf\b", re.IGNORECASE
)
_OF = re.compile(r"\s+(?:of|majority)\b", re.IGNORECASE)
_FIGURE_FRACTION = re.compile(r"(?<![\d/.,\w-])(\d)/(\d{1,2})(?![\d/.,\w-])", re.ASCII)
#: What is counted, so that a Chinese number in front of it is meant as one.
_COUNTED = (
    "个月|个?工作日|个?小时|个?星期|个?学期|个?学年|年|月|日|天|份|次|周|分钟|名|人|位|学分|学时|课时|门|期|届|倍|%|"
    "万|套|台|间|张|页|号|条|款|项|章|节|目"
)
_CHINESE_COUNT = re.compile(
    rf"(?P<th>第?)(?P<n>{CHINESE_NUMBER})(?=(?:[至到—–~～-]+{CHINESE_NUMBER})?\s*(?:（\d+）|\(\d+\))?\s*(?:{_COUNTED}))"
)
#: In front of a number it makes the name of a clause.
_CLAUSE = r"(?:Articles?|Sections?|Clauses?|Paragraphs?|Para\.|Annex(?:es)?|Appendix|Schedule|Artikel|Abschnitt|Ziffer|Absatz|Anlage|член|чл\.|Приложение)"
_REFERENCE = re.compile(rf"\b{_CLAUSE}\s+(\d+(?:\.\d+)*)", re.IGNORECASE)
_ROMAN_REFERENCE = re.compile(rf"\b(?i:{_CLAUSE})\s+([IVX]{{1,6}})\b")
_CHINESE_REFERENCE = re.compile(
    rf"(?:第\s?({CHINESE_NUMBER}|\d+(?:\.\d+)*)\s?[条款项章节]|附[件录表]\s?({CHINESE_NUMBER}|\d+))"
)
_MYRIADS = {"万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something said, where it stands; what does not `ask` only answers for what another language says."""

    kind: Kind
    value: str
    start: int
    end: int
    asks: bool = True
    day: Day | None = None

    def agrees(self, other: Fact) -> bool:
        """Whether the other language can mean the same by its words."""
        if self.kind == "phone" and other.kind == "phone":
            return self.value.endswith(other.value.lstrip("0")) or other.value.endswith(self.value.lstrip("0"))
        if self.day is not None and other.day is not None:
            return self.day.agrees(other.day)
        if self.kind == "money" and other.kind != "money":
            return self.value.partition(" ")[2] == other.value
        return self.value == other.value


def facts(text: str, language: str) -> list[Fact]:
    """Everything of these kinds in a passage, each stretch of text under one kind."""
    reading = _Reading(plain_digits(text), language)
    for read in _READERS:
        reading.take(read)
    return reading.found


class _Reading:
    """Takes one kind after the other out of a text; what was read is blanked, so that places stay."""

    def __init__(self, text: str, language: str) -> None:
        self.text, self.language = text, language
        self.found: list[Fact] = []

    def take(self, read: Callable[[str, str], Iterator[Fact]]) -> None:
        found = list(read(self.text, self.language))
        self.found += found
        read_now = [fact for fact in found if fact.kind not in ("duration", "often", "place", "number") and fact.asks]
        if read_now:
            letters = list(self.text)
            for fact in read_now:
                letters[fact.start : fact.end] = " " * (fact.end - fact.start)
            self.text = "".join(letters)


def _emails(text: str, _language: str) -> Iterator[Fact]:
    yield from (Fact("email", m[0].rstrip(".").casefold(), *m.span()) for m in _EMAIL.finditer(text))


def _webs(text: str, _language: str) -> Iterator[Fact]:
    for match in _WEB.finditer(text):
        address = match[0].rstrip(".,:;!?'/")
        bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", address, flags=re.IGNORECASE)
        yield Fact("web", bare.casefold(), match.start(), match.start() + len(address))


def _phones(text: str, _language: str) -> Iterator[Fact]:
    seen: list[tuple[int, int]] = []
    for match, group in [(m, 1) for m in _CALLED.finditer(text)] + [(m, 0) for m in _PHONE.finditer(text)]:
        digits = re.sub(r"\D", "", match[group])
        if len(digits) > 6 and not any(a < match.end(group) and match.start(group) < b for a, b in seen):
            seen.append(match.span(group))
            yield Fact("phone", digits.removeprefix("00"), *match.span(group))


def _codes(text: str, _language: str) -> Iterator[Fact]:
    yield from (Fact("code", m[0], *m.span()) for m in _CODE.finditer(text))


def _days(text: str, language: str) -> Iterator[Fact]:
    for day in dates.days(text, language):
        value = "-".join(f"{part:02d}" for part in (day.year, day.month, day.day) if part)
        yield Fact("date", value, day.start, day.end, day=day)


def _sums(text: str, language: str) -> Iterator[Fact]:
    for each in money.sums(text, language):
        yield Fact("money", f"{each.currency} {written(each.amount)}", each.start, each.end)


def _percents(text: str, language: str) -> Iterator[Fact]:
    for match in _PERCENT.finditer(text):
        share = amount(match[1]) / (10 if match[2] == "‰" else 1)
        yield Fact("percent", written(share), *match.span())
    for match in _CHINESE_PERCENT.finditer(text):
        share = _chinese_decimal(match[2]) / {"百": 1, "千": 10, "万": 100}[match[1]]
        yield Fact("percent", written(share), *match.span())
    if language != "zh":
        for number in spelled(text, language):
            if behind := _PERCENT_BEHIND.match(text, number.end):
                yield Fact("percent", str(number.value), number.start, behind.end(), asks=False)


def _times(text: str, language: str) -> Iterator[Fact]:
    for match in _TIME.finditer(text):
        hour, half = int(match[1] or match[4]), (match[3] or match[5] or "").casefold()
        yield Fact(
            "time",
            _clock(hour, match[2] or "00", late=half == "p" or _is_late(text, match.start()), early=half == "a"),
            *match.span(),
        )
    if language == "zh":
        for match in _CHINESE_TIME.finditer(text):
            hour, minutes = (_whole(each) if each else 0 for each in match.group(2, 3))
            late = match[1] in ("下午", "晚", "晚上")
            yield Fact("time", _clock(hour, "30" if match[4] else str(minutes), late=late, early=False), *match.span())


def _is_late(text: str, start: int) -> bool:
    return bool(_LATE.search(text, max(0, start - 4), start))


def _whole(number: str) -> int:
    return int(number) if number.isdecimal() else chinese_number(number)


def _clock(hour: int, minutes: str, *, late: bool, early: bool) -> str:
    hour = hour + 12 if late and hour < 12 else 0 if early and hour == 12 else hour
    return f"{hour}:{int(minutes):02d}"


def _years(text: str, _language: str) -> Iterator[Fact]:
    """2025/26 is two years."""
    for match in _YEARS.finditer(text):
        yield Fact("reference", match[1], *match.span(1))
        yield Fact("reference", match[1][:2] + match[2], *match.span(2))


def _references(text: str, language: str) -> Iterator[Fact]:
    """Each number of “Article 8.2” and 第八条第二款 by itself."""
    if language == "zh":
        for match in _CHINESE_REFERENCE.finditer(text):
            number = match[1] or match[2]
            parts = number.split(".") if number[0].isdigit() else [str(chinese_number(number))]
            yield from (Fact("reference", part, *match.span()) for part in parts)
    else:
        for match in _REFERENCE.finditer(text):
            yield from (Fact("reference", part, *match.span(1)) for part in match[1].split("."))
        for match in _ROMAN_REFERENCE.finditer(text):
            yield Fact("reference", str(_roman(match[1])), *match.span(1), asks=False)


def _roman(number: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in number]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _numbers(text: str, language: str) -> Iterator[Fact]:
    """Figures ask; so does a Chinese number in front of what it counts, unless it is one: “a day”, 一次."""
    for match in FIGURE.finditer(text):
        times = _MYRIADS.get(text[match.end() : match.end() + 1], 1)
        yield Fact("number", written(amount(match[0]) * times), *match.span())
    yield from (Fact("number", str(n.value), n.start, n.end, asks=False) for n in spelled(text, language))
    if language != "zh":
        yield from (
            Fact("number", str(number), start, end, asks=False)
            for number, start, end in dates.named_months(text, language)
        )
    if language == "zh":
        for match in _CHINESE_COUNT.finditer(text):
            if (value := chinese_number(match["n"])) > 1:
                yield Fact("number", str(value), *match.span("n"))


def _fractions(text: str, language: str) -> Iterator[Fact]:
    """Shares of a whole by their percentage, where it has one: 四分之三, “three quarters” and 3/4 are 75."""
    for match in _FIGURE_FRACTION.finditer(text):
        if 0 < int(match[1]) < int(match[2]):
            yield Fact("fraction", _share(int(match[1]), int(match[2])), *match.span())
    if language == "zh":
        for match in _FRACTION.finditer(text):
            above, below = (1, 2) if match[3] else (chinese_number(match[2]), chinese_number(match[1]))
            if below:
                yield Fact("fraction", _share(above, below), *match.span(), asks=not match[3])
    for match in _ENGLISH_FRACTION.finditer(text) if language == "en" else ():
        counted = (match[1] or "").casefold()
        part = "half" if not match[2] or match[2].casefold() == "halves" else match[2].casefold().removesuffix("s")
        named = _share(_ABOVE.get(counted, 1), _PARTS[part])
        # Without “of”, a quarter may be three months.
        asks = counted in _ABOVE and (part != "quarter" or bool(_OF.match(text, match.end())))
        yield Fact("fraction", named, *match.span(), asks=asks)


def _share(above: int, below: int) -> str:
    share = Fraction(above, below)
    return written(Decimal(100 * share.numerator) / share.denominator) if 100 % share.denominator == 0 else str(share)


def _durations(text: str, language: str) -> Iterator[Fact]:
    yield from (Fact("duration", *found) for found in lengths.durations(text, language))
    yield from (Fact("often", *found) for found in lengths.often(text, language))
    yield from (Fact("place", *found) for found in lengths.places(text, language))


def _chinese_decimal(text: str) -> Decimal:
    whole, _, rest = text.partition("点")
    if rest:
        return Decimal(f"{chinese_number(whole)}.{''.join(str(chinese_number(each)) for each in rest)}")
    return Decimal(text) if text[0].isdigit() else Decimal(chinese_number(text))


#: What is read first is not read again as something smaller.
_READERS = (
    _emails,
    _webs,
    _codes,
    _phones,
    _days,
    _sums,
    _percents,
    _fractions,
    _years,
    _references,
    _times,
    _durations,
    _numbers,
)
