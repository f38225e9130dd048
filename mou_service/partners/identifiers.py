"""Numbers by which the world knows an organisation, and whether one was typed without a slip."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ROR = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True)
class Scheme:
    """One register of organisations: its name, how a value looks, and whether its check digits hold."""

    key: str
    label: str
    shape: re.Pattern[str]
    #: An example of the shape, shown when a value does not have it.
    looks_like: str
    holds: Callable[[str], bool]
    #: What to leave out of the value as people paste it.
    prefix: str = ""


def ror_holds(value: str) -> bool:
    """ROR: a Crockford base-32 number whose check is 98 minus it, modulo 97."""
    number = 0
    for character in value[:7]:
        number = number * 32 + _ROR.index(character)
    return 98 - (number * 100) % 97 == int(value[7:])


def lei_holds(value: str) -> bool:
    """LEI: ISO 7064 mod 97-10, letters read as 10 to 35."""
    return int("".join(str(int(character, 36)) for character in value)) % 97 == 1


def uscc_holds(value: str) -> bool:
    """Unified social credit code (GB 32100): weights are the powers of 3 modulo 31."""
    total = sum(_USCC.index(character) * pow(3, place, 31) for place, character in enumerate(value[:17]))
    return _USCC[(31 - total % 31) % 31] == value[17]


def isni_holds(value: str) -> bool:
    """ISNI: ISO 7064 mod 11-2."""
    total = 0
    for character in value[:15]:
        total = (total + int(character)) * 2
    check = (12 - total % 11) % 11
    return value[15] == ("X" if check == 10 else str(check))


def _always(_value: str) -> bool:
    return True


SCHEMES: Mapping[str, Scheme] = {
    scheme.key: scheme
    for scheme in (
        Scheme("uscc", _l("Unified social credit code (China)"), re.compile(rf"[{_USCC}]{{18}}"),
               "91350100M000100Y43", uscc_holds),
        Scheme("ror", _l("ROR"), re.compile(rf"0[{_ROR}]{{6}}\d\d"), "05jb9pq57", ror_holds, prefix="https://ror.org/"),
        Scheme("isni", _l("ISNI"), re.compile(r"\d{15}[\dX]"), "0000000121032683", isni_holds,
               prefix="https://isni.org/isni/"),
        Scheme("lei", _l("LEI"), re.compile(r"[A-Z0-9]{18}\d\d"), "5493001KJTIIGC8Y1R12", lei_holds),
        Scheme("erasmus", _l("Erasmus code"), re.compile(r"[A-Z]{1,3} ?[A-Z\-]{2,10}\d{2,3}"), "BG ROUSSE01", _always),
        Scheme("pic", _l("PIC (European Commission)"), re.compile(r"\d{9}"), "999874349", _always),
        Scheme("wikidata", _l("Wikidata"), re.compile(r"Q[1-9]\d*"), "Q3150", _always,
               prefix="https://www.wikidata.org/wiki/"),
        Scheme("vat", _l("VAT number"), re.compile(r"[A-Z]{2}[A-Z0-9+*.]{2,14}"), "DE123456789", _always),
        Scheme("register", _l("National register"), re.compile(r".{2,120}"), "HRB 12345, Amtsgericht Stuttgart",
               _always),
    )
}  # fmt: skip
#: Those a document names first, when an organisation has several.
IN_DOCUMENTS = ("uscc", "register", "vat", "ror", "lei", "isni", "erasmus", "pic", "wikidata")
_LOWER = frozenset({"ror"})
_AS_WRITTEN = frozenset({"register", "erasmus"})


def normalised(scheme: str, typed: str) -> str:
    """The value as it is kept: without the address and the gaps people paste along."""
    value = typed.strip()
    prefix = SCHEMES[scheme].prefix
    if prefix and value.casefold().startswith(prefix):
        value = value[len(prefix) :]
    if scheme in _AS_WRITTEN:
        return " ".join(value.split())
    value = re.sub(r"[\s\-]", "", value)
    return value.casefold() if scheme in _LOWER else value.upper()


def problem(scheme: str, value: str) -> str | None:
    """What is wrong with a normalised value, as "shape" or "check"; None when nothing is."""
    known = SCHEMES[scheme]
    if not known.shape.fullmatch(value):
        return "shape"
    return None if known.holds(value) else "check"
