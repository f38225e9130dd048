"""What is done to the register of partners: organisations, people, and the posts they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import Invalid
from mou_service.core.search import folded

from . import granting, identifiers
from .granting import AuthorityFacts
from .models import Organisation, OrganisationIdentifier, OrganisationName, Person, PersonName, Position


@dataclass(frozen=True)
class Name:
    """One name of an organisation as it was typed."""

    language: str
    text: str
    kind: str = "legal"
    verified: bool = False
    source: str = ""


@dataclass(frozen=True)
class Called:
    """One name of a person as it was typed."""

    language: str
    full_name: str
    reading: str = ""
    verified: bool = False
    source: str = ""


@dataclass(frozen=True)
class OrganisationFacts:
    """Everything the register keeps of an organisation."""

    kind: str
    country: str
    names: Sequence[Name]
    identifiers: Sequence[tuple[str, str]] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    website: str = ""
    notes: str = ""


@dataclass(frozen=True)
class PersonFacts:
    """Everything the register keeps of a person, apart from posts."""

    names: Sequence[Called]
    email: str = ""
    language: str = "en"
    notes: str = ""


@dataclass(frozen=True)
class PositionFacts:
    """A post in an organisation.

    With `signs`, entering the post also enters the authority to sign alone, which `authority` says what shows; every
    other kind of authority, and each change of it, is a matter of granting.py.
    """

    titles: Mapping[str, str]
    signs: bool = False
    authority: str = ""
    starts: date | None = None
    ends: date | None = None


def add_organisation(facts: OrganisationFacts, *, actor: Actor, own: bool = False) -> Organisation:
    """Take an organisation into the register; raises `Invalid` when something in the facts cannot be."""
    organisation = Organisation(own=own, kind=facts.kind, country=facts.country)
    db.session.add(organisation)
    _write_organisation(organisation, facts)
    db.session.flush()
    events.record("partner.add", actor=actor, stream=stream(organisation), names=organisation.called())
    return organisation


def change_organisation(organisation: Organisation, facts: OrganisationFacts, *, actor: Actor) -> None:
    """Put these facts in the place of those the register had; texts that were drafted before keep their words."""
    before = organisation.called()
    _write_organisation(organisation, facts)
    db.session.flush()
    events.record(
        "partner.change", actor=actor, stream=stream(organisation), before=before, names=organisation.called()
    )


def add_person(
    facts: PersonFacts, *, actor: Actor, organisation: Organisation, position: PositionFacts
) -> tuple[Person, Position]:
    """Take a person into the register, with the post held in this organisation."""
    person = Person()
    db.session.add(person)
    _write_person(person, facts)
    db.session.flush()
    events.record("person.add", actor=actor, stream=stream(organisation), person=person.ref, names=person.called())
    return person, add_position(person, organisation, position, actor=actor)


def change_person(person: Person, facts: PersonFacts, *, actor: Actor) -> None:
    """Correct what the register says of a person."""
    before = person.called()
    _write_person(person, facts)
    db.session.flush()
    for organisation in {p.organisation for p in person.positions}:
        events.record(
            "person.change", actor=actor, stream=stream(organisation), person=person.ref, before=before,
            names=person.called(),
        )  # fmt: skip


def add_position(person: Person, organisation: Organisation, facts: PositionFacts, *, actor: Actor) -> Position:
    """Note that the person holds a post, and may sign for the organisation if the facts say so."""
    if facts.signs and not facts.authority:
        raise Invalid(
            {"authority": _("Say what shows that this person may sign: a statute, a register, a power of attorney.")}
        )
    position = Position(person=person, organisation=organisation)
    _write_position(position, facts)
    db.session.add(position)
    db.session.flush()
    events.record(
        "position.add", actor=actor, stream=stream(organisation), person=person.ref, titles=position.titles
    )  # fmt: skip
    if facts.signs:
        granting.enter(position, AuthorityFacts(basis="other", source=facts.authority), actor=actor)
    return position


def change_position(position: Position, facts: PositionFacts, *, actor: Actor) -> None:
    """Correct or end a post. Signatories named on agreements keep the words they were named with."""
    _write_position(position, facts)
    db.session.flush()
    events.record(
        "position.change", actor=actor, stream=stream(position.organisation), person=position.person.ref,
        titles=position.titles, starts=_day(position.starts), ends=_day(position.ends),
    )  # fmt: skip


def stream(organisation: Organisation) -> str:
    """The name of the chain of events about an organisation and its people."""
    return organisation.stream


def checked_identifiers(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The numbers as they are kept; raises `Invalid` for the first that has a slip."""
    kept = []
    for scheme, typed in pairs:
        value = identifiers.normalised(scheme, typed)
        if found := identifiers.problem(scheme, value):
            raise Invalid({"identifiers": identifier_problem(scheme, value, found)})
        kept.append((scheme, value))
    return kept


def identifier_problem(scheme: str, value: str, found: str) -> str:
    """A sentence about a number that cannot be right."""
    known = identifiers.SCHEMES[scheme]
    if found == "shape":
        return str(_("“%(value)s” is not a valid %(scheme)s. It looks like this: %(example)s.",
                     value=value, scheme=known.label, example=known.looks_like))  # fmt: skip
    return str(_("“%(value)s” contains a mistake: the check digit of this %(scheme)s does not match. Compare it with the source.",
                 value=value, scheme=known.label))  # fmt: skip


def _write_organisation(organisation: Organisation, facts: OrganisationFacts) -> None:
    names = [name for name in facts.names if name.text]
    if not any(name.kind in ("legal", "official_foreign") for name in names):
        raise Invalid({"names": _("Give at least one legal name, as it stands on the seal or in the register.")})
    numbers = checked_identifiers([pair for pair in facts.identifiers if pair[1].strip()])
    organisation.kind, organisation.country = facts.kind, facts.country
    organisation.website, organisation.notes = facts.website, facts.notes
    organisation.addresses = {language: text for language, text in facts.addresses.items() if text}
    organisation.names = [
        OrganisationName(language=n.language, kind=n.kind, text=n.text, verified=n.verified, source=n.source)
        for n in names
    ]
    organisation.identifiers = [OrganisationIdentifier(scheme=scheme, value=value) for scheme, value in numbers]
    organisation.search_text = _searchable([name.text for name in names], [value for _scheme, value in numbers])


def _write_person(person: Person, facts: PersonFacts) -> None:
    names = [name for name in facts.names if name.full_name]
    if not names:
        raise Invalid({"names": _("Give the person's name in at least one language.")})
    if len({name.language for name in names}) < len(names):
        raise Invalid({"names": _("Each language has one name: the one the person writes in it.")})
    person.email, person.language, person.notes = facts.email, facts.language, facts.notes
    person.names = [
        PersonName(language=n.language, full_name=n.full_name, reading=n.reading, verified=n.verified, source=n.source)
        for n in names
    ]
    person.search_text = _searchable([text for n in names for text in (n.full_name, n.reading) if text], [])


def _write_position(position: Position, facts: PositionFacts) -> None:
    titles = {language: text for language, text in facts.titles.items() if text}
    if not titles:
        raise Invalid({"titles": _("Give the title in at least one language.")})
    if facts.starts and facts.ends and facts.ends < facts.starts:
        raise Invalid({"ends": _("The last day lies before the first.")})
    position.titles = titles
    position.starts, position.ends = facts.starts, facts.ends


def _searchable(names: Sequence[str], numbers: Sequence[str]) -> str:
    """Names folded and fenced, so that a search finds a part and an import finds the whole."""
    return "|" + "|".join(dict.fromkeys(folded(text) for text in (*names, *numbers))) + "|"


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
