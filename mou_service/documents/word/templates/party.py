"""The values every document gets beside its own fields: two parties, people as shown on paper, date, place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mou_service.documents.word.templates.fields import Problem

#: What every template may use. `words` is made from the answers when a document is merged.
CORE_NAMES = frozenset(
    {
        "ref",
        "title",
        "demonstration",
        "own",
        "partner",
        "parties",
        "date",
        "place",
        "witnesses",
        "words",
    }
)
PARTY_TEXTS = ("name", "short", "address", "country")
PERSON_TEXTS = ("name", "title", "organisation")
CONTACT_TEXTS = ("name", "email", "phone")


def core_problems(values: Mapping[str, Any], languages: Sequence[str]) -> list[Problem]:
    """What is missing in the parties, people, date and place of these values."""
    return list(_find(values, languages))


def _find(values: Mapping[str, Any], languages: Sequence[str]) -> Iterator[Problem]:
    if not values.get("ref"):
        yield _missing("ref", "The document has no reference.")
    if not isinstance(values.get("demonstration"), bool):
        yield _missing("demonstration", "Say whether this is a demonstration (true or false).")
    yield from _texts(values, "title", languages)
    yield from _texts(values, "date", languages)
    yield from _texts(values, "place", languages)
    for side in ("own", "partner"):
        yield from _party(values.get(side), side, languages)
    if values.get("parties") != [values.get("own"), values.get("partner")]:
        yield _missing("parties", "“parties” must list the own institution and the partner, in this order.")
    yield from _people(values.get("witnesses"), "witnesses", languages)


def _party(party: Any, path: str, languages: Sequence[str]) -> Iterator[Problem]:
    if not isinstance(party, Mapping):
        yield _missing(path, f"The party “{path}” is missing.")
        return
    for name in PARTY_TEXTS:
        yield from _texts(party, name, languages, path=path)
    if not isinstance(party.get("identifier"), str):
        yield _missing(f"{path}.identifier", f"“{path}.identifier” must be text; leave it empty if there is none.")
    if not party.get("signatories"):
        yield _missing(f"{path}.signatories", f"Nobody is named who signs for “{path}”. Choose a signatory.")
    yield from _people(party.get("signatories", []), f"{path}.signatories", languages)
    contact = party.get("contact")
    if not isinstance(contact, Mapping) or not set(CONTACT_TEXTS) <= set(contact):
        yield _missing(f"{path}.contact", f"“{path}.contact” needs name, email and phone.")


def _people(people: Any, path: str, languages: Sequence[str]) -> Iterator[Problem]:
    if not isinstance(people, list):
        yield _missing(path, f"“{path}” must be a list of people; an empty list if there are none.")
        return
    for number, person in enumerate(people):
        for name in PERSON_TEXTS:
            yield from _texts(person, name, languages, path=f"{path}.{number}")


def _texts(holder: Any, name: str, languages: Sequence[str], *, path: str = "") -> Iterator[Problem]:
    place = f"{path}.{name}" if path else name
    texts = holder.get(name) if isinstance(holder, Mapping) else None
    for language in languages:
        text = texts.get(language) if isinstance(texts, Mapping) else None
        if not isinstance(text, str) or not text.strip():
            yield _missing(f"{place}.{language}", f"“{place}” is missing in the language “{language}”.")


def _missing(path: str, message: str) -> Problem:
    return Problem(path, "missing", message, {"path": path})
