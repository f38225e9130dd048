"""Who may look into the register of partners, and who keeps it."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _

from mou_service.accounts.roles import STAFF, Role
from mou_service.core.actors import Actor
from mou_service.core.errors import Missing

from .models import Organisation, Person

KEEPERS = (Role.DRAFTER, Role.ORGANISER, Role.ADMINISTRATOR)


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Our people see every organisation; a partner contact sees the own one, everybody else none."""
    if actor.kind == "service" or (actor.is_signed_in and actor.has(*STAFF)):
        return sa.true()
    if actor.has(Role.PARTNER) and actor.organisation_id is not None:
        return Organisation.id == actor.organisation_id
    return sa.false()


def staff(actor: Actor, *_about: object) -> list[str]:
    """The register as a whole is for our own people."""
    return [] if actor.has(*STAFF) else [_("The register of partners is for our own staff.")]


def contact(actor: Actor, *_about: object) -> list[str]:
    """The page of an own institution is for a partner's contact."""
    if actor.has(Role.PARTNER) and actor.organisation_id is not None:
        return []
    return [_("Only a contact of a partner has an institution of their own here.")]


def look(actor: Actor, organisation: Organisation) -> list[str]:
    """One organisation: also for its own contact; nobody else learns that it is there."""
    if not actor.is_signed_in:
        return [_("Please sign in first.")]
    if actor.has(*STAFF) or (actor.has(Role.PARTNER) and actor.organisation_id == organisation.id):
        return []
    raise Missing(organisation.ref)


def keep(actor: Actor, *_about: Organisation | Person | object) -> list[str]:
    """Write in the register."""
    return [] if actor.has(*KEEPERS) else [_("Only legal staff, organisers and administrators keep the register.")]
