"""Finding organisations and people by any of their names in any script."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Missing
from mou_service.core.search import folded, wanted

from . import authority
from .models import ONLY, Institution, Organisation, OrganisationIdentifier, Person, Position, SigningAuthority
from .permissions import visible_to


def get(ref: str) -> Organisation:
    """The organisation of a reference; raises `Missing`."""
    found = db.session.scalar(sa.select(Organisation).where(Organisation.ref == ref))
    if found is None:
        raise Missing(ref)
    return found


def partner(ref: str) -> Organisation:
    """An organisation that is not our own; raises `Missing`."""
    found = get(ref)
    if found.own:
        raise Missing(ref)
    return found


def own_of(actor: Actor) -> Organisation:
    """The organisation a partner's contact speaks for; raises `Missing`."""
    found = db.session.get(Organisation, actor.organisation_id) if actor.organisation_id is not None else None
    if found is None:
        raise Missing("organisation")
    return found


def person(ref: str) -> Person:
    """The person of a reference; raises `Missing`."""
    found = db.session.scalar(sa.select(Person).where(Person.ref == ref))
    if found is None:
        raise Missing(ref)
    return found


def position(number: int) -> Position:
    """One post; raises `Missing`."""
    found = db.session.get(Position, number)
    if found is None:
        raise Missing(str(number))
    return found


def listed(
    actor: Actor, *, words: str = "", kind: str = "", country: str = "", after: int | None = None, limit: int = 51
) -> list[Organisation]:
    """Organisations in whose names (or people's names) every word occurs; the newest first.

    `after` is the id of the last one shown.
    """
    query = sa.select(Organisation).where(visible_to(actor)).options(orm.selectinload(Organisation.names))
    for word in wanted(words):
        holder = (
            sa.select(Position.organisation_id).join(Person).where(Person.search_text.contains(word, autoescape=True))
        )
        query = query.where(
            sa.or_(Organisation.search_text.contains(word, autoescape=True), Organisation.id.in_(holder))
        )
    if kind:
        query = query.where(Organisation.kind == kind)
    if country:
        query = query.where(Organisation.country == country)
    if after is not None:
        query = query.where(Organisation.id < after)
    return list(db.session.scalars(query.order_by(Organisation.id.desc()).limit(limit)))


def people(*, words: str, limit: int = 20) -> list[Person]:
    """People whose names hold every word; nobody when no word is given."""
    parts = wanted(words)
    if not parts:
        return []
    query = sa.select(Person).options(orm.selectinload(Person.positions))
    for word in parts:
        query = query.where(Person.search_text.contains(word, autoescape=True))
    return list(db.session.scalars(query.order_by(Person.id).limit(limit)))


def called(names: Iterable[str], *, country: str = "") -> Organisation | None:
    """The organisation that bears one of these names exactly, apart from case, accents and punctuation."""
    for name in sorted({folded(name) for name in names if name}):
        query = sa.select(Organisation).where(Organisation.search_text.contains(f"|{name}|", autoescape=True))
        if country:
            query = query.where(Organisation.country == country)
        if found := db.session.scalars(query.order_by(Organisation.id)).first():
            return found
    return None


def identified(identifiers: Iterable[tuple[str, str]]) -> Organisation | None:
    """The organisation that has one of these (scheme, value) numbers."""
    for scheme, value in identifiers:
        query = (
            sa.select(Organisation)
            .join(OrganisationIdentifier)
            .where(OrganisationIdentifier.scheme == scheme, OrganisationIdentifier.value == value)
        )
        if found := db.session.scalars(query).first():
            return found
    return None


def signing_positions(organisation: Organisation, day: date) -> list[Position]:
    """Posts that may sign for the organisation on that day, alone or with others."""
    return [p for p in organisation.positions if authority.valid(p, day)]


def signing_authority(number: int) -> SigningAuthority:
    """One entry of the register of authority; raises `Missing`."""
    found = db.session.get(SigningAuthority, number)
    if found is None:
        raise Missing(str(number))
    return found


def evidence_policy() -> str:
    """For whose signatories a file has to show the authority: nobody, partners or everybody."""
    known = db.session.get(Institution, ONLY)
    return known.authority_evidence if known else "nobody"


def today() -> date:
    """The day it is where our institution is."""
    known = db.session.get(Institution, ONLY)
    return now().astimezone(ZoneInfo(known.time_zone if known else "UTC")).date()


def ours() -> Organisation:
    """Our own institution; raises `Missing` before it was set up."""
    found = db.session.scalar(sa.select(Organisation).join(Institution))
    if found is None:
        raise Missing("institution")
    return found


def languages_of(organisation: Organisation) -> list[str]:
    """The languages in which an organisation is named, in the order they were given."""
    return list(dict.fromkeys(name.language for name in organisation.names))
