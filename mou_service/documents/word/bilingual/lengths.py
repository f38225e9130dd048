"""Lengths of time, how often something happens and which one it is, in words that only some languages count by. (pure)"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from .numerals import CHINESE, CHINESE_NUMBER, chinese_number, spelled

#: What is found: the value, and where it stands.
Found = tuple[str, int, int]
#: Lengths of time in the smaller unit they are counted in: (pattern, unit, how many).
_UNITS: Mapping[str, Sequence[tuple[str, str, int]]] = {
    "zh": (("个?学年|周?年(?!度|级|月|龄|内|初|底|末|轻|半)", "month", 12), ("个?月(?!度|份|底|末|初)", "month", 1),
           ("个?工作日", "working day", 1), ("周(?!年|边|期|转)|个?星期", "day", 7), ("个?(?:日历|自然)?[日天](?!期|常|历|元)", "day", 1),
           ("个?学期", "semester", 1), ("个?小时", "hour", 1), ("分钟", "minute", 1)),
    "en": (("years?", "month", 12), ("months?", "month", 1), ("(?:working|business) days?", "working day", 1),
           ("weeks?", "day", 7), ("days?", "day", 1), ("semesters?|terms?", "semester", 1), ("hours?", "hour", 1),
           ("minutes?", "minute", 1)),
    "de": (("Jahre?n?|Studienjahre?n?", "month", 12), ("Monate?n?", "month", 1), ("(?:Arbeits|Werk)tagen?", "working day", 1),
           ("Wochen?", "day", 7), ("(?:Kalender)?Tagen?", "day", 1), ("Semestern?", "semester", 1), ("Stunden?", "hour", 1)),
    "bg": (("години?|год\\.", "month", 12), ("месеца?", "month", 1), ("работни дни", "working day", 1),
           ("седмици?", "day", 7), ("дни|ден|дена", "day", 1), ("семестъра?", "semester", 1), ("часа?", "hour", 1)),
}  # fmt: skip
_ADJECTIVES = r"(?:calendar|full|academic|consecutive|successive|further|more|additional|whole|Kalender|volle|aufeinanderfolgende|weitere)"
_WHOLE = re.compile(r"(?<![\d.,])\d{1,4}(?![\d.,])")
#: Those with a half, in months or days.
_HALVES: Mapping[str, re.Pattern[str]] = {
    "zh": re.compile(rf"(?:(\d{{1,3}}|{CHINESE_NUMBER})\s*年半|半个?(?:学)?年(?!度))"),
    "en": re.compile(r"\b(?:(\w+)\s+and\s+a\s+half\s+years?|half\s+(?:a|of\s+a)\s+year|half-year)\b", re.IGNORECASE),
}
_FORTNIGHT = re.compile(r"\bfortnight\b", re.IGNORECASE)
#: How often: 两次, twice, three times.
_TIMES: Mapping[str, re.Pattern[str]] = {
    "zh": re.compile(rf"(?<![第{{])(\d{{1,3}}|{CHINESE_NUMBER})\s*次(?!性|序|日)"),
    "en": re.compile(r"\b(once|twice|thrice|\w+(?=\s+times\b))", re.IGNORECASE),
}
#: Which one: 第二期, the second instalment.
_CHINESE_PLACE = re.compile(rf"第\s?(\d{{1,2}}|{CHINESE_NUMBER})\s?(?=[期次年批阶届学部步名轮])")
_PLACES = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip
_ENGLISH_PLACE = re.compile(rf"(?<![\w-])(?:{'|'.join(_PLACES)})(?![\w-])(?! part(?:y|ies)\b)", re.IGNORECASE)


def durations(text: str, language: str) -> Iterator[Found]:
    """“five years” and 五年 are both "60 month"; working days stay what they are."""
    for pattern, unit, times in _patterns(language):
        if language == "zh":
            values = [(_whole(m[1]), m.span()) for m in pattern.finditer(text)]
        else:
            starts = [(int(m[0]), m.start(), m.end()) for m in _WHOLE.finditer(text)]
            starts += [(n.value, n.start, n.end) for n in spelled(text, language)]
            values = [(v, (start, b.end())) for v, start, end in starts if (b := pattern.match(text, end))]
        for value, span in values:
            if 0 < value < 1900:
                yield f"{value * times} {unit}", *span
    yield from _halves(text, language)


def often(text: str, language: str) -> Iterator[Found]:
    """How many times something happens."""
    pattern = _TIMES.get(language)
    for match in pattern.finditer(text) if pattern else ():
        count = {"once": 1, "twice": 2, "thrice": 3}.get(match[1].casefold()) or _number(match[1], language)
        if count:
            yield str(count), *match.span()


def places(text: str, language: str) -> Iterator[Found]:
    """Which of several: "2" for 第二期 and “the second”."""
    if language == "zh":
        yield from ((str(_whole(m[1])), *m.span()) for m in _CHINESE_PLACE.finditer(text))
    elif language == "en":
        yield from ((str(_PLACES.index(m[0].casefold()) + 1), *m.span()) for m in _ENGLISH_PLACE.finditer(text))


def _halves(text: str, language: str) -> Iterator[Found]:
    pattern = _HALVES.get(language)
    for match in pattern.finditer(text) if pattern else ():
        years = _number(match[1], language) if match[1] else 0
        if years or not match[1]:
            yield f"{12 * years + 6} month", *match.span()
    if language == "en":
        yield from (("14 day", *match.span()) for match in _FORTNIGHT.finditer(text))


def _number(word: str, language: str) -> int:
    """A number in figures or words; 0 for anything else."""
    if word.isdecimal():
        return int(word)
    return next((each.value for each in spelled(word, language) if each.end == len(word) and not each.start), 0)


def _whole(number: str) -> int:
    return chinese_number(number) if CHINESE.fullmatch(number) else int(number)


@lru_cache(maxsize=16)
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str, int], ...]:
    """In Chinese number and unit, elsewhere what stands behind the number."""
    if language == "zh":
        around = rf"(?<!第)(\d{{1,6}}|{CHINESE_NUMBER})\s*(?:[（(]\s*(?:\d+|{CHINESE_NUMBER})\s*[）)])?\s*(?:%s)", 0
    else:
        around = (
            rf"(?:\s*\((?:\d+|[^\W\d]+(?:[ -][^\W\d]+){{0,3}})\))?[\s-]+(?:{_ADJECTIVES}\s+)?(?:%s)\b",
            re.IGNORECASE,
        )
    return tuple(
        (re.compile(around[0] % pattern, around[1]), unit, times) for pattern, unit, times in _UNITS.get(language, ())
    )
