"""Who could be a witness: people of the register, and people who are entered into it for this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from mou_service.agreements import rules
from mou_service.agreements.models import Agreement
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import Missing
from mou_service.partners import operations as partners
from mou_service.partners import queries
from mou_service.partners.models import Organisation, Position

from ..models import Witness

MOST = 40


def positions(agreement: Agreement, *, words: str = "") -> list[Position]:
    """Posts held today by people who do not sign: those found by the words, else who witnessed before and our own."""
    found = _searched(words) if words.strip() else [*_earlier(), *_own()]
    today = queries.today()
    usable = (p for p in found if p.holds_on(today) and not rules.signs(agreement, p.person))
    return list(dict.fromkeys(usable))[:MOST]


def choices(agreement: Agreement, *, words: str = "") -> list[tuple[int, str]]:
    """The same, to choose from."""
    return [(p.id, _label(p)) for p in positions(agreement, words=words)]


def people(*, words: str = "") -> list[tuple[int, str]]:
    """Posts held today by anybody, to choose from: those found by the words, else who witnessed before and our own."""
    found = _searched(words) if words.strip() else [*_earlier(), *_own()]
    today = queries.today()
    return [(p.id, _label(p)) for p in dict.fromkeys(found) if p.holds_on(today)][:MOST]


def listed(positions_: Iterable[Position]) -> list[tuple[int, str]]:
    """Those of the posts that are held today, to choose from."""
    today = queries.today()
    return [(p.id, _label(p)) for p in positions_ if p.holds_on(today)]


def organisations() -> list[tuple[int, str]]:
    """Every house a new witness could be from, our own first."""
    query = sa.select(Organisation).order_by(Organisation.own.desc(), Organisation.id)
    return [(each.id, _both(each.called().values())) for each in db.session.scalars(query)]


def enter(
    *, actor: Actor, organisation_id: int, names: Mapping[str, str], titles: Mapping[str, str], email: str
) -> Position:
    """Put somebody new into the register, with the post they witness in."""
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None:
        raise Missing(f"organisation {organisation_id}")
    called = [partners.Called(language, text) for language, text in names.items() if text]
    _person, position = partners.add_person(
        partners.PersonFacts(names=called, email=email),
        actor=actor,
        organisation=organisation,
        position=partners.PositionFacts(titles={language: text for language, text in titles.items() if text}),
    )
    return position


def _searched(words: str) -> list[Position]:
    return [position for person in queries.people(words=words) for position in person.positions]


def _earlier() -> list[Position]:
    query = (
        sa.select(Position).join(Witness, Witness.position_id == Position.id).order_by(Witness.id.desc()).limit(MOST)
    )
    return list(db.session.scalars(query).unique())


def _own() -> list[Position]:
    query = sa.select(Position).join(Organisation).where(Organisation.own).order_by(Position.id).limit(MOST)
    return list(db.session.scalars(query).unique())


def _label(position: Position) -> str:
    parts = (position.person.called(), position.titles, position.organisation.called())
    return " · ".join(_both(texts.values()) for texts in parts)


def _both(texts: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(text for text in list(texts)[:2] if text))
