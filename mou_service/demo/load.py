"""Puts the people, partners, accounts and drafts of the ceremony into an empty service, by the real operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from mou_service.accounts import demonstration
from mou_service.accounts import operations as accounts
from mou_service.accounts.models import User
from mou_service.agreements.models import Agreement
from mou_service.ceremonies import operations as ceremonies
from mou_service.ceremonies.models import Ceremony
from mou_service.core.actors import SERVICE, Actor
from mou_service.core.db import db
from mou_service.drafting import operations as drafting
from mou_service.drafting.plan import Contact, Plan, Side
from mou_service.engines import Engines
from mou_service.library import queries as library
from mou_service.partners import founding, granting, institution
from mou_service.partners import operations as partners
from mou_service.partners.institution import is_set_up
from mou_service.partners.models import Organisation, OrganisationName, Position

from .facts import facts

SOURCE = "published accounts of 27 March 2024"


@dataclass
class Loaded:
    """What was made, by the keys of the facts."""

    own: Organisation
    organisations: dict[str, Organisation] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    agreements: list[Agreement] = field(default_factory=list)
    ceremony: Ceremony | None = None


def is_empty() -> bool:
    """Whether nobody has used this service yet."""
    return not is_set_up() and db.session.scalar(sa.select(User.id).limit(1)) is None


def load(engines: Engines) -> Loaded:
    """Make everything up to the two drafts that are ready to be submitted, and the ceremony they are for."""
    known = facts()
    loaded = Loaded(own=_institution(known["institution"]))
    for described in known["organisations"]:
        loaded.organisations[described["key"]] = _organisation(described, loaded)
    _accounts(known["accounts"], loaded, engines)
    for described in known["agreements"]:
        loaded.agreements.append(_draft(described, loaded, engines))
    loaded.ceremony = _ceremony(known, loaded)
    return loaded


def _institution(described: Mapping[str, Any]) -> Organisation:
    made = founding.found(
        founding.InstitutionFacts(
            names=described["names"],
            acronym=described["acronym"],
            kind=described["kind"],
            country=described["country"],
            time_zone=described["time_zone"],
            demonstration=True,
        )
    )
    made.organisation.names.extend(
        OrganisationName(language=language, text=text, kind="short", verified=True, source=SOURCE)
        for language, text in described["short"].items()
    )
    made.organisation.addresses = dict(described["addresses"])
    made.organisation.website = described["website"]
    return made.organisation


def _people(described: Mapping[str, Any], organisation: Organisation, loaded: Loaded) -> None:
    for person in described.get("people", ()):
        unverified = person.get("unverified", ())
        _, position = partners.add_person(
            partners.PersonFacts(
                names=[
                    partners.Called(language, name, verified=language not in unverified, source=SOURCE)
                    for language, name in person["names"].items()
                ],
                email=person.get("email", ""),
                language="zh" if organisation.own and "zh" in person["names"] else "en",
            ),
            actor=SERVICE,
            organisation=organisation,
            position=partners.PositionFacts(titles=person["titles"]),
        )
        if described_authority := person.get("authority"):
            granting.enter(position, granting.AuthorityFacts(**described_authority), actor=SERVICE)
        loaded.positions[person["key"]] = position


def _organisation(described: Mapping[str, Any], loaded: Loaded) -> Organisation:
    unverified = described.get("unverified", ())
    organisation = partners.add_organisation(
        partners.OrganisationFacts(
            kind=described["kind"],
            country=described["country"],
            names=[
                partners.Name(
                    language,
                    text,
                    verified=language not in unverified,
                    source=SOURCE,
                    kind="transliteration" if language in unverified else "legal",
                )
                for language, text in described["names"].items()
            ]
            + [
                partners.Name(language, text, kind="short", verified=True, source=SOURCE)
                for language, text in described.get("short", {}).items()
            ],
            addresses=described.get("addresses", {}),
        ),
        actor=SERVICE,
    )
    _people(described, organisation, loaded)
    return organisation


def _accounts(described: list[Mapping[str, Any]], loaded: Loaded, engines: Engines) -> None:
    _people(facts()["institution"], loaded.own, loaded)
    for account in described:
        organisation = loaded.organisations.get(account.get("organisation", ""))
        user = accounts.demo_account(
            name=account["name"],
            email=account["email"],
            language="en",
            roles=[account["role"]],
            password_hash=demonstration.password_hash(),
            demo_allowed=engines.settings.demo,
            organisation_id=organisation.id if organisation else None,
        )
        loaded.actors.setdefault(account["role"], user.actor())
    db.session.flush()


def _draft(described: Mapping[str, Any], loaded: Loaded, engines: Engines) -> Agreement:
    manifest = library.template(described["template"])
    example = manifest.example()
    ceremony = facts()["ceremony"]
    wish = Plan(
        own=_side(loaded.own, described["own_signatories"], loaded, example["own"]["contact"]),
        partner=_side(
            loaded.organisations[described["partner"]],
            described["partner_signatories"],
            loaded,
            example["partner"]["contact"],
        ),
        titles=example["title"],
        purpose=described["purpose"],
        day=ceremony["starts_at"].date(),
        place=example["place"],
        answers={field.key: example[field.key] for field in manifest.fields if field.key in example},
    )
    return drafting.start(
        manifest,
        wish,
        actor=loaded.actors["drafter"],
        files=engines.files,
        fonts=engines.fonts,
        institution=institution.ours(),
        year=ceremony["starts_at"].year,
    )


def _side(organisation: Organisation, people: list[str], loaded: Loaded, contact: Mapping[str, str]) -> Side:
    positions = [loaded.positions[key] for key in people]
    return Side(organisation, tuple((p, p.as_shown()) for p in positions), Contact(**contact))


def _ceremony(known: Mapping[str, Any], loaded: Loaded) -> Ceremony:
    described, organiser = known["ceremony"], loaded.actors["organiser"]
    made = ceremonies.plan(
        ceremonies.CeremonyFacts(
            code=described["code"],
            names=described["names"],
            places=described["places"],
            starts_at=described["starts_at"],
            time_zone=known["institution"]["time_zone"],
            occasion=known["occasion"]["names"],
            occasion_starts=known["occasion"]["starts"],
        ),
        actor=organiser,
    )
    for agreement in loaded.agreements:
        ceremonies.add_item(made, agreement, actor=organiser)
    ceremonies.add_participant(made, loaded.positions[described["presiding"]], part="presiding", actor=organiser)
    for key in described["witnesses"]:
        ceremonies.add_participant(made, loaded.positions[key], part="witness", actor=organiser)
    return made
