"""Whether a row that names a party, its address or its people does so in every language, as the register has it. (pure)"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

_GAPS = re.compile(r"[\s·・•‧,，()（）-]")
_QUOTED = re.compile('[“"„「『«][^“”"„「」『』«»]{1,80}[”"“」』»]')
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Name:
    """How one organisation, person or address is written per language: the full form first, then shorter ones."""

    forms: Mapping[str, tuple[str, ...]]
    #: The titles of a person, which stand in a row that names the person.
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A name that one language says and the other does not: how each should say it."""

    said: str
    wanted: str
    #: Which of the two says it: 0 or 1.
    side: int
    start: int
    end: int


def of_parties(values: Mapping[str, Any]) -> tuple[Name, ...]:
    """The names in the values a text was filled with: of the parties, their addresses and whoever signs for them."""
    found: list[Name] = []
    for party in values.get("parties") or [values[key] for key in ("own", "partner") if key in values]:
        found.append(Name(_forms(party.get("name"), party.get("short"))))
        found.append(Name(_forms(party.get("address"))))
        for person in party.get("signatories", ()):
            found.append(Name(_forms(person.get("name")), dict(person.get("title") or {})))
            house = Name(_forms(person.get("organisation")))
            if not any(_same(house, each) for each in found):
                found.append(house)
    unique = {tuple(sorted(name.forms.items())): name for name in found if len(name.forms) > 1}
    return tuple(unique.values())


def unnamed(texts: Sequence[str], languages: Sequence[str], names: Sequence[Name]) -> Iterator[Unnamed]:
    """The names that only one of two texts says in full, though the register knows them in both languages.

    A short form asks for nothing (it may be the name of a town), but it answers.
    """
    for name in names:
        forms = [name.forms.get(language, ()) for language in languages]
        if not all(forms):
            continue
        for side in (0, 1):
            place = _place(texts[side], forms[side][0])
            if place and not _answers(texts[1 - side], forms[1 - side]):
                yield Unnamed(forms[side][0], forms[1 - side][0], side, *place)
        yield from _titles(texts, languages, name, forms)


def without(text: str, names: Sequence[Name], language: str) -> str:
    """The text with every full name blanked, for the second in a name is none; addresses stay, their numbers count."""
    for name in names:
        form = name.forms.get(language, ("",))[0]
        if form and not form.isupper() and not _FIGURE.search(form) and (place := _place(text, form)):
            text = text.replace(form, " " * len(form)) if form in text else _blanked(text, place)
    return text


def _titles(
    texts: Sequence[str], languages: Sequence[str], name: Name, forms: Sequence[tuple[str, ...]]
) -> Iterator[Unnamed]:
    titles = [name.titles.get(language, "") for language in languages]
    if all(titles) and all(_holds(text, each[0]) for text, each in zip(texts, forms, strict=True)):
        for side in (0, 1):
            place = _place(texts[side], titles[side])
            if place and not _holds(texts[1 - side], titles[1 - side]):
                yield Unnamed(titles[side], titles[1 - side], side, *place)


def _answers(text: str, forms: Sequence[str]) -> bool:
    """Whether a text says the full name, or a shorter form that it does not just introduce in quotation marks."""
    full, *shorter = forms
    introduced = " ".join(_QUOTED.findall(text))
    return _holds(text, full) or any(_holds(text, form) and not _holds(introduced, form) for form in shorter)


def _same(house: Name, party: Name) -> bool:
    """Whether a signatory's organisation is the party, which has short forms as well."""
    return any(forms[0] in party.forms.get(language, ()) for language, forms in house.forms.items())


def _forms(*texts: Any) -> dict[str, tuple[str, ...]]:
    """{language: forms}, the same once."""
    languages = dict.fromkeys(language for each in texts for language in each or ())
    return {
        language: tuple(dict.fromkeys(each[language] for each in texts if each and each.get(language)))
        for language in languages
        if any(each and each.get(language) for each in texts)
    }


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    return _GAPS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _holds(text: str, form: str) -> bool:
    return _bare(form) in _bare(text)


def _place(text: str, form: str) -> tuple[int, int] | None:
    """Where a name stands in a text, however it is spaced; None where it does not."""
    if not form or not _holds(text, form):
        return None
    start = text.find(form)
    if start >= 0:
        return start, start + len(form)
    letters = [re.escape(letter) for letter in _GAPS.sub("", form)]
    loose = re.search(r"[\s·・•‧,，()（）-]{0,3}".join(letters), text, re.IGNORECASE)
    return loose.span() if loose else (0, 0)


def _blanked(text: str, place: tuple[int, int]) -> str:
    return text[: place[0]] + " " * (place[1] - place[0]) + text[place[1] :]
