"""An answer as a text says it, understood again: “six (6) months”, 六个月, “1 March 2027”, the words of a choice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from babel.dates import get_month_names

from mou_service.documents.word.templates.fields import EMAIL, Field
from mou_service.documents.word.templates.wording import CHINESE_UNITS, ENGLISH_UNITS, GERMAN_UNITS, WORDINGS, spelled
from mou_service.documents.word.text import normalised

#: No answer in words counts further; more is said in figures.
_SPELLED = 1000
_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
_CHINESE = re.compile("[零〇一二两三四五六七八九十百千]+")
_CHINESE_FIGURES = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CHINESE_PLACES = {"十": 10, "百": 100, "千": 1000}
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_CHINESE_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?\s+([^\W\d_]+)\.?,?\s+(\d{4})")
_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_BETWEEN = {"zh": re.compile("[、，,]"), "other": re.compile(r",|;|\band\b|\bund\b")}


class NotUnderstood(ValueError):
    """The words are no answer of this type; they are known only as text."""


def understood(field: Field, text: str, language: str) -> Any:
    """The answer these words give to a question, in the type of the field; raises `NotUnderstood`.

    A number in words and one in figures beside it must be the same, and a unit must be the field's own: “twelve (12)
    months” does not answer a question for years. A date must name its month, or be written year first.
    """
    said = normalised(text)
    if field.type == "int":
        return _number(said, field, language)
    if field.type == "date":
        return _date(said, language).isoformat()
    if field.type == "choice":
        return _choice(said, field, language)
    if field.type == "choices":
        parts = _BETWEEN["zh" if language == "zh" else "other"].split(said)
        return [_choice(part.strip(), field, language) for part in parts if part.strip()]
    if field.type == "email" and not EMAIL.fullmatch(said):
        raise NotUnderstood(said)
    if field.type == "bool":
        raise NotUnderstood(said)
    return text.strip() if field.type == "paragraph" else said


def _number(said: str, field: Field, language: str) -> int:
    numbers = set(_figures(said)) | {number for number, _ in _in_words(said, language)}
    rest = _without_numbers(said, language)
    units = _units(field, language)
    if len(numbers) != 1 or (rest and rest not in units):
        raise NotUnderstood(said)
    return numbers.pop()


def _figures(said: str) -> Iterator[int]:
    return (int(found.replace(",", "")) for found in _DIGITS.findall(said))


def _in_words(said: str, language: str) -> Iterator[tuple[int, str]]:
    """(number, its words) for each number that is spelled out."""
    if language == "zh":
        for found in _CHINESE.findall(said):
            yield _chinese(found), found
        return
    words = _spelled_numbers(language)
    for match in _spelled_pattern(language).finditer(said):
        yield words[match[0].casefold()], match[0]


def _chinese(said: str) -> int:
    """十二 → 12, 一百零五 → 105, 两 → 2, 二〇二七 → 2027."""
    if len(said) > 1 and not set(said) & _CHINESE_PLACES.keys():
        return int("".join(str(_CHINESE_FIGURES[sign]) for sign in said[:9]))
    total = current = 0
    for sign in said:
        if sign in _CHINESE_PLACES:
            total += (current or 1) * _CHINESE_PLACES[sign]
            current = 0
        else:
            current = _CHINESE_FIGURES[sign]
    return total + current


@cache
def _spelled_numbers(language: str) -> Mapping[str, int]:
    """The words of every number without the figures in brackets behind them; of German ones also “einen (1) Monat”."""
    words = {
        spelled(number, unit=None, language=language).partition(" (")[0].casefold(): number
        for number in range(_SPELLED)
    }
    if language == "de":
        words |= {"ein": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1}
    return words


@cache
def _spelled_pattern(language: str) -> re.Pattern[str]:
    longest_first = sorted(_spelled_numbers(language), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)


def _without_numbers(said: str, language: str) -> str:
    for _, words in _in_words(said, language):
        said = said.replace(words, " ", 1)
    return " ".join(re.sub(r"[()（）]", " ", _DIGITS.sub(" ", said)).split()).casefold()


def _units(field: Field, language: str) -> set[str]:
    if field.unit is None:
        return set()
    if language == "zh":
        unit = CHINESE_UNITS[field.unit]
        return {unit, *({"月"} if unit == "个月" else {"天"} if unit == "日" else ())}
    if language == "de":
        (_, one), many = GERMAN_UNITS[field.unit]
        return {one.casefold(), many.casefold(), f"{many.casefold()}n"}
    unit = ENGLISH_UNITS[field.unit]
    return {unit, f"{unit}s"}


def _date(said: str, language: str) -> date:
    if found := _ISO_DATE.fullmatch(said) or _CHINESE_DATE.fullmatch(said):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(said):
        year, month, day = int(found[3]), _month(found[2], language), int(found[1])
    elif found := _MONTH_FIRST.fullmatch(said):
        year, month, day = int(found[3]), _month(found[1], language), int(found[2])
    else:
        raise NotUnderstood(said)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NotUnderstood(said) from error


def _month(name: str, language: str) -> int:
    months = _months(language)
    if name.casefold() not in months:
        raise NotUnderstood(name)
    return months[name.casefold()]


@cache
def _months(language: str) -> Mapping[str, int]:
    locale = WORDINGS[language].locale
    return {
        name.casefold().rstrip("."): number
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=locale).items()
    }


def _choice(said: str, field: Field, language: str) -> str:
    for option in field.options:
        if normalised(option.label.get(language, "")).casefold() == said.casefold():
            return option.key
    raise NotUnderstood(said)
