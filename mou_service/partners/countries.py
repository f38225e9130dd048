"""Countries and regions by their ISO 3166-1 codes, named as a public institution in mainland China may print them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from babel import Locale
from babel.core import UnknownLocaleError

#: Regions are never listed as countries; English puts nothing but a comma between them and China.
REGIONS: Mapping[str, Mapping[str, str]] = {
    "HK": {"en": "Hong Kong, China", "zh": "中国香港"},
    "MO": {"en": "Macao, China", "zh": "中国澳门"},
    "TW": {"en": "Taiwan, China", "zh": "中国台湾"},
}
#: What CLDR knows beside them is no country or region an organisation can sit in.
_NO_SEAT = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
#: CLDR's long forms are longer than anything one prints.
_SHORTER: Mapping[str, Mapping[str, str]] = {
    "MM": {"en": "Myanmar"},
    "PS": {"en": "Palestine", "zh": "巴勒斯坦"},
    "TR": {"en": "Türkiye"},
}
#: Longer names that stand on envelopes and in no list.
_IN_FULL: Mapping[str, tuple[str, ...]] = {
    "CN": ("People's Republic of China", "People’s Republic of China", "P.R. China", "P. R. China", "PR China", "PRC",
           "中华人民共和国"),
    "GB": ("UK", "U.K.", "Great Britain"),
    "US": ("USA", "U.S.A.", "United States of America"),
    "KR": ("Republic of Korea", "大韩民国"),
    "TR": ("Turkey",),
    "CZ": ("Czech Republic",),
}  # fmt: skip
_REPUBLIC = ("Republic of", "The Republic of")


def name(code: str, language: str) -> str:
    """What the country or region is called in the language; the code itself where nobody knows it."""
    code = code.upper()
    locale = _locale(language)
    if code in REGIONS:
        return REGIONS[code].get(locale.language) or _of_china(_cldr(code, locale), _cldr("CN", locale))
    return _SHORTER.get(code, {}).get(locale.language) or _cldr(code, locale)


@cache
def choices(language: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of every country and region, in the order of the names in this language."""
    named = [(code, name(code, language)) for code in _codes()]
    return tuple(sorted(named, key=lambda pair: sort_key(pair[1], language)))


def found(text: str) -> str | None:
    """The code of a country or region as somebody wrote it: as a code, or by its English or Chinese name."""
    wanted = text.strip().casefold()
    if wanted.upper() in _codes():
        return wanted.upper()
    return next(
        (code for language in ("en", "zh") for code, label in choices(language) if label.casefold() == wanted), None
    )


def left_out(address: str, code: str, language: str) -> str:
    """The address without its country at the end or the beginning: a document names the country itself.

    An address that is nothing but the country stays as it is.
    """
    labels = "|".join(map(re.escape, _labels(code.upper(), language)))
    # Chinese begins with the country and needs no comma behind it; elsewhere a word of the address could begin so.
    after = r"[\s,，、;；]*" if _locale(language).language == "zh" else r"[\s]*[,;\n]\s*"
    shorter = re.sub(rf"[\s]*[,，、;；\n]\s*(?:{labels})[\s.,，。;；]*$", "", address, flags=re.IGNORECASE)
    shorter = re.sub(rf"^\s*(?:{labels}){after}", "", shorter, flags=re.IGNORECASE)
    return shorter.strip() or address


@cache
def _labels(code: str, language: str) -> tuple[str, ...]:
    """What people write for the country in this language or in English, the longest first."""
    tags = (language, "en", "zh")
    named = {found for tag in tags for found in (name(code, tag), _cldr(code, _locale(tag)))}
    named |= {label.partition(",")[0] for label in named if code in REGIONS}
    named |= set(_IN_FULL.get(code, ())) | {f"{prefix} {label}" for label in named for prefix in _REPUBLIC}
    return tuple(sorted(named, key=len, reverse=True))


@cache
def _codes() -> frozenset[str]:
    territories = map(str, Locale("en").territories)
    return frozenset(code for code in territories if len(code) == 2 and code.isalpha() and code not in _NO_SEAT)


def _cldr(code: str, locale: Locale) -> str:
    return str(locale.territories.get(code) or Locale("en").territories.get(code) or code)


def _of_china(region: str, china: str) -> str:
    """Many languages' names of a region say already whose it is; the others get it behind a comma."""
    return region if china[:4].casefold() in region.casefold() else f"{region}, {china}"


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def sort_key(label: str, language: str) -> tuple[bytes, str]:
    """The place of a name in a list. Chinese names sort by sound as GB 2312 has them in order; letters with accents beside those without."""
    if language.startswith("zh"):
        return label.encode("gb18030", "replace"), label
    plain = label.casefold().replace("å", "a").replace("ô", "o").replace("é", "e").replace("ü", "u")
    return plain.encode(), label
