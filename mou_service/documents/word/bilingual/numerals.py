"""Numbers as each language writes and spells them. (pure)

Lengths never change here: a place in the cleaned text is the same place in the text as it stands.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from mou_service.documents.word.reading.counting import ONES, TENS
from mou_service.documents.word.templates.wording import GERMAN_ONES, GERMAN_TENS

_CHINESE = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_LEGAL = {character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")} | {"貳": 2, "參": 3, "陸": 6}
_CHINESE_DIGITS = _CHINESE | _LEGAL
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
#: Characters that Chinese numbers are written with.
CHINESE_NUMERALS = "".join([*_CHINESE_DIGITS, *_PLACES, *_MYRIADS])
#: One such number; longer ones are none.
CHINESE_NUMBER = f"[{CHINESE_NUMERALS}]{{1,24}}"
CHINESE = re.compile(CHINESE_NUMBER)
#: With thousands and decimals as any of our languages sets them: 12,000.50 · 12.000,50 · 12 000,50.
FIGURE = re.compile(r"(?<!\d)(?:\d{1,3}(?:[,，.'’\u00a0\u202f ]\d{3}){1,6}(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?)")
_BULGARIAN = (
    "нула", "едно", "два", "три", "четири", "пет", "шест", "седем", "осем", "девет", "десет", "единадесет",
    "дванадесет", "тринадесет", "четиринадесет", "петнадесет", "шестнадесет", "седемнадесет", "осемнадесет",
    "деветнадесет", "двадесет",
)  # fmt: skip
_BULGARIAN_TENS = ("тридесет", "четиридесет", "петдесет", "шестдесет", "седемдесет", "осемдесет", "деветдесет")
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
)  # fmt: skip
_ENGLISH = {
    **{word: value for value, word in enumerate(ONES)},
    **{word: 10 * n for n, word in enumerate(TENS) if word},
}
#: Words that say a number without counting: they answer for it, and ask for nothing.
_ALSO: Mapping[str, Mapping[str, int]] = {
    "en": {"once": 1, "twice": 2, "both": 2, "duplicate": 2, "triplicate": 3, "quadruplicate": 4, "double": 2,
           "dual": 2, "bilateral": 2, "trilateral": 3, "tripartite": 3, "dozen": 12, "treble": 3, "triple": 3, "thrice": 3, "single": 1, "sole": 1,
           **{word: value for value, word in enumerate(_ORDINALS, 1)}},
    "de": {"ein": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "eines": 1, "einmal": 1, "zweimal": 2,
           "zweifach": 2, "dreifach": 3, "zweifacher": 2, "dreifacher": 3, "beide": 2, "beiden": 2, "beider": 2,
           "erste": 1, "ersten": 1, "zweite": 2, "zweiten": 2, "dritte": 3, "dritten": 3, "vierte": 4, "vierten": 4},
    "bg": {"един": 1, "една": 1, "две": 2, "двете": 2, "двата": 2, "двама": 2, "трима": 3, "веднъж": 1,
           "първи": 1, "първа": 1, "втори": 2, "втора": 2, "трети": 3, "трета": 3},
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_ENGLISH_WORD = rf"(?:{'|'.join(sorted([*_ENGLISH, *_SCALES], key=len, reverse=True))})"
_ENGLISH_NUMBER = re.compile(rf"\b{_ENGLISH_WORD}(?:(?:[ -]|\s+and\s+){_ENGLISH_WORD})*\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number in words, where it stands in the text."""

    value: int
    start: int
    end: int


def plain_digits(text: str) -> str:
    """The text with the figures of every script, full-width ones too, as 0–9; as long as before."""
    if text.isascii():
        return text
    return "".join(_plain(character) for character in text)


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character in "．％／：－（）＠＋":
        return unicodedata.normalize("NFKC", character)
    return str(unicodedata.digit(character)) if unicodedata.category(character) == "Nd" else character


def amount(figure: str) -> Decimal:
    """A figure as a number, whichever sign its language sets between thousands and before decimals."""
    bare = re.sub(r"[\s'’\u00a0\u202f]", "", figure).replace("，", ",")
    if (last := max(bare.rfind(","), bare.rfind("."))) >= 0:
        whole, rest = bare[:last], bare[last + 1 :]
        signs = {sign for sign in bare if sign in ",."}
        # One sign with three figures behind it sets thousands; another sign before it, or other figures, decimals.
        bare = whole + rest if len(signs) == 1 and len(rest) == 3 and whole != "0" else f"{whole}.{rest}"
        head, point, tail = bare.rpartition(".")
        bare = re.sub(r"[.,]", "", head) + point + tail if point else re.sub(r"[.,]", "", tail)
    try:
        return Decimal(bare)
    except InvalidOperation:
        return Decimal(0)


def written(number: Decimal | int) -> str:
    """One way to write a number, to compare it by: 12000, 0.5."""
    text = format(Decimal(number), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def chinese_number(text: str) -> int:
    """十二 → 12, 一百零五 → 105, 两 → 2, 二〇二四 → 2024, 伍拾万 → 500000."""
    if len(text) > 1 and all(character in _CHINESE_DIGITS for character in text):
        return int("".join(str(_CHINESE_DIGITS[character]) for character in text[:18]))
    total = section = current = 0
    for character in text:
        if character in _MYRIADS:
            total = (total + section + current or 1) * _MYRIADS[character]
            section = current = 0
        elif character in _PLACES:
            section += (current or 1) * _PLACES[character]
            current = 0
        else:
            current = _CHINESE_DIGITS[character]
    return total + section + current


def spells(language: str) -> bool:
    """Whether numbers in words are understood in this language."""
    return language in ("zh", "en", "de", "bg")


@lru_cache(maxsize=512)
def spelled(text: str, language: str) -> tuple[Spelled, ...]:
    """The numbers in words, in a language that `spells`; parts of a longer number come by themselves as well."""
    if language == "zh":
        return tuple(Spelled(chinese_number(m[0]), m.start(), m.end()) for m in CHINESE.finditer(text))
    known = _words(language)
    words = ((known.get(m[0].casefold()), m) for m in _WORD.finditer(text))
    single = tuple(Spelled(value, m.start(), m.end()) for value, m in words if value is not None)
    return (*_english(text), *single) if language == "en" else single


def _english(text: str) -> Iterator[Spelled]:
    for match in _ENGLISH_NUMBER.finditer(text):
        words = [word for word in re.split(r"[\s-]+", match[0].casefold()) if word != "and"]
        yield Spelled(_english_value(words), match.start(), match.end())


def _english_value(words: list[str]) -> int:
    """“two hundred and five thousand” → 205000."""
    total = current = 0
    for word in words:
        if word == "hundred":
            current = (current or 1) * 100
        elif word in _SCALES:
            total, current = total + (current or 1) * _SCALES[word], 0
        else:
            current += _ENGLISH[word]
    return total + current


@lru_cache(maxsize=8)
def _words(language: str) -> Mapping[str, int]:
    found: dict[str, int] = dict(_ALSO.get(language, {}))
    if language == "en":
        found |= _ENGLISH
    elif language == "de":
        found |= {word: value for value, word in enumerate(GERMAN_ONES)}
        found |= {word: 10 * tens for tens, word in enumerate(GERMAN_TENS) if word}
        found |= {
            f"{'ein' if ones == 1 else GERMAN_ONES[ones]}und{word}": 10 * tens + ones
            for (tens, word), ones in itertools.product(enumerate(GERMAN_TENS), range(1, 10))
            if word
        }
    elif language == "bg":
        found |= {word: value for value, word in enumerate(_BULGARIAN)}
        found |= {word: 10 * tens for tens, word in enumerate(_BULGARIAN_TENS, 3)}
    return found
