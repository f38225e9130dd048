"""The sums of money a passage names, with currency, in figures or in words. (pure)"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .numerals import CHINESE_NUMBER, CHINESE_NUMERALS, FIGURE, amount, chinese_number, spelled

#: What stands for a currency, the longest first; a sign that several countries use is the commonest of them.
CURRENCIES = {
    "人民币": "CNY", "RMB": "CNY", "CNY": "CNY", "¥": "CNY", "￥": "CNY", "yuan": "CNY", "renminbi": "CNY", "юана": "CNY",
    "欧元": "EUR", "EUR": "EUR", "€": "EUR", "euros": "EUR", "euro": "EUR", "евро": "EUR",
    "美元": "USD", "US$": "USD", "USD": "USD", "$": "USD", "dollars": "USD", "dollar": "USD", "долара": "USD",
    "英镑": "GBP", "GBP": "GBP", "£": "GBP", "pounds": "GBP", "日元": "JPY", "JPY": "JPY", "yen": "JPY",
    "港元": "HKD", "港币": "HKD", "HK$": "HKD", "HKD": "HKD", "瑞士法郎": "CHF", "CHF": "CHF",
    "列弗": "BGN", "BGN": "BGN", "лева": "BGN", "лв": "BGN", "leva": "BGN", "卢布": "RUB", "RUB": "RUB",
    "韩元": "KRW", "KRW": "KRW", "澳元": "AUD", "AUD": "AUD", "A$": "AUD", "加元": "CAD", "CAD": "CAD",
    "新加坡元": "SGD", "SGD": "SGD", "泰铢": "THB", "THB": "THB", "卢比": "INR", "INR": "INR",
    "元": "CNY", "圆": "CNY",
}  # fmt: skip
_SCALES = {
    "万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000, "千": 1000, "百万": 1_000_000,
    "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000, "mio": 1_000_000, "mrd": 1_000_000_000,
    "millionen": 1_000_000, "tausend": 1000, "хил": 1000, "хиляди": 1000, "млн": 1_000_000, "милиона": 1_000_000,
    "k": 1000, "m": 1_000_000, "bn": 1_000_000_000,
}  # fmt: skip
#: Chinese characters and figures stand beside a word without a gap: 为RMB12,000.
_LETTER = "[A-Za-z\u00c0-\u04ff]"
_BY_CASE = {word.casefold(): code for word, code in CURRENCIES.items()}


def _either(words: dict[str, object]) -> str:
    """Any of the words; those in letters only as whole words."""
    longest = sorted(words, key=len, reverse=True)
    return "|".join(
        rf"(?<!{_LETTER}){re.escape(word)}(?!{_LETTER})"
        if word.isalpha() and ord(word[0]) < 0x2E80
        else re.escape(word)
        for word in longest
    )


_SCALE = "(?:" + "|".join(sorted((word + r"\b" if ord(word[0]) < 0x2E80 else word for word in _SCALES), key=len, reverse=True)) + ")"  # fmt: skip
_CURRENCY = _either(dict(CURRENCIES))
#: 元 behind a figure means yuan, in front of one it means nothing.
_AHEAD = _either({word: code for word, code in CURRENCIES.items() if word not in ("元", "圆")})
_NUMBER = rf"(?:{FIGURE.pattern})(?:\s?{_SCALE}){{0,3}}"
_PATTERN = re.compile(
    rf"(?P<ahead>{_AHEAD})\s?(?P<after>{_NUMBER})(?:\s?[元圆])?|(?P<before>{_NUMBER})(?:\s?-?(?P<behind>{_CURRENCY}))",
    re.IGNORECASE,
)
_IN_CHINESE = re.compile(rf"(?P<number>{CHINESE_NUMBER})(?P<currency>人民币|欧元|美元|英镑|日元|港元|列弗|元|圆)"
                         rf"(?:(?P<tenths>[{CHINESE_NUMERALS}])角)?(?:(?P<cents>[{CHINESE_NUMERALS}])分)?整?")  # fmt: skip
_BEHIND_WORDS = re.compile(rf"[\s-]*(?:\([^)]*\)\s*)?(?P<currency>{_CURRENCY})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in a currency, and the stretch of text that says it."""

    currency: str
    amount: Decimal
    start: int
    end: int


def sums(text: str, language: str) -> Iterator[Money]:
    """Each sum of money in the text, those in words last."""
    rest = list(text)
    for match in _PATTERN.finditer(text):
        number, currency = match["after"] or match["before"], match["ahead"] or match["behind"]
        rest[match.start() : match.end()] = " " * (match.end() - match.start())
        yield Money(_BY_CASE[currency.casefold()], _scaled(number), *match.span())
    yield from _words("".join(rest), language)


def _scaled(number: str) -> Decimal:
    figure = FIGURE.match(number)
    assert figure is not None
    value, rest = amount(figure[0]), number[figure.end() :]
    for scale in re.findall(_SCALE, rest, re.IGNORECASE):
        value *= _SCALES[scale.casefold()]
    return value


def _chinese(text: str) -> Iterator[Money]:
    """伍拾万元整, 一千二百元五角."""
    for match in _IN_CHINESE.finditer(text):
        part = sum(
            Decimal(chinese_number(match[name])) * share
            for name, share in (("tenths", Decimal("0.1")), ("cents", Decimal("0.01")))
            if match[name]
        )
        yield Money(CURRENCIES[match["currency"]], Decimal(chinese_number(match["number"])) + part, *match.span())


def _words(text: str, language: str) -> Iterator[Money]:
    """“five thousand euros”, 伍拾万元; the longest reading only."""
    if language == "zh":
        yield from _chinese(text)
        return
    reach = 0
    for number in sorted(spelled(text, language), key=lambda each: (each.start, -each.end)):
        if number.start < reach:
            continue
        reach = number.end
        if behind := _BEHIND_WORDS.match(text, number.end):
            yield Money(_BY_CASE[behind["currency"].casefold()], Decimal(number.value), number.start, behind.end())
