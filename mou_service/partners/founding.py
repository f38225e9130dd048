"""The first day: whose service this is, and who administers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from mou_service.accounts import operations as accounts
from mou_service.accounts.models import User
from mou_service.core import events
from mou_service.core.actors import SERVICE, Actor
from mou_service.core.db import db
from mou_service.core.errors import Refused

from . import operations
from .institution import is_set_up
from .models import EVIDENCE_POLICIES, ONLY, Institution
from .operations import Name, OrganisationFacts


@dataclass(frozen=True)
class InstitutionFacts:
    """What is said of our own institution when the service is set up."""

    #: {language: official name}, in the order of the documents' columns.
    names: Mapping[str, str]
    acronym: str
    kind: str
    country: str
    time_zone: str
    #: Key of a picture in the file store.
    logo: str | None = None
    #: Documents say on every page that they are a demonstration, for ever.
    demonstration: bool = False


@dataclass(frozen=True)
class Administrator:
    """The person who sets the service up."""

    name: str
    email: str
    password: str
    language: str


def set_up(facts: InstitutionFacts, administrator: Administrator) -> tuple[Institution, User]:
    """Make the institution and its first administrator; raises `Refused` when that was done before."""
    _refuse_when_set_up()
    user = accounts.first_administrator(
        name=administrator.name, email=administrator.email, password=administrator.password,
        language=administrator.language,
    )  # fmt: skip
    return found(facts, actor=user.actor()), user


def found(facts: InstitutionFacts, *, actor: Actor = SERVICE) -> Institution:
    """Make the institution alone; the administrator comes in another way, as in a demonstration."""
    _refuse_when_set_up()
    names = [Name(language=language, text=text, verified=True) for language, text in facts.names.items()]
    acronym = Name(
        language="en" if "en" in facts.names else next(iter(facts.names)),
        text=facts.acronym,
        kind="acronym",
        verified=True,
    )
    described = OrganisationFacts(kind=facts.kind, country=facts.country, names=[*names, acronym])
    organisation = operations.add_organisation(described, actor=actor, own=True)
    institution = Institution(
        id=ONLY, organisation=organisation, acronym=facts.acronym, time_zone=facts.time_zone, logo=facts.logo,
        languages=list(facts.names), demonstration=facts.demonstration,
    )  # fmt: skip
    db.session.add(institution)
    db.session.flush()
    events.record(
        "institution.found", actor=actor, stream="service", names=dict(facts.names), acronym=facts.acronym,
        demonstration=facts.demonstration,
    )  # fmt: skip
    return institution


def change(
    institution: Institution,
    *,
    actor: Actor,
    acronym: str,
    time_zone: str,
    logo: str | None,
    authority_evidence: str | None = None,
) -> None:
    """Correct what is only said of our own institution; names are corrected in the register.

    `authority_evidence` is a key of EVIDENCE_POLICIES; None leaves the policy as it is.
    """
    institution.acronym, institution.time_zone, institution.logo = acronym, time_zone, logo
    if authority_evidence is not None:
        assert authority_evidence in EVIDENCE_POLICIES, authority_evidence
        institution.authority_evidence = authority_evidence
    events.record(
        "institution.change", actor=actor, stream="service", acronym=acronym, time_zone=time_zone, logo=logo,
        authority_evidence=institution.authority_evidence,
    )  # fmt: skip


def _refuse_when_set_up() -> None:
    if is_set_up():
        raise Refused(_("This service is set up already. Please sign in."))
