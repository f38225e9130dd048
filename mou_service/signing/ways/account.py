"""Somebody with an account signs at their own place: which place is theirs, and that it waits for them.

A person of the register and an account belong together when they have the same e-mail address: the organiser sends
a personal link to that address as well, so the account opens no more than the link does, and asks for a password on
top. Whose account it was is kept with the signature; where its name is another than the one on the paper, the organiser
is told.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from flask_babel import gettext as _

from mou_service.accounts import queries as accounts
from mou_service.accounts.models import User
from mou_service.agreements import permissions
from mou_service.agreements.models import Agreement
from mou_service.agreements.tasks import Task
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import Missing
from mou_service.partners.models import Person, Position

from .. import operations, wording
from ..making.marks import Mark
from ..models import Package, Slot
from ..operations import Circumstances, Tools
from . import likeness


def place(agreement: Agreement, actor: Actor) -> Slot | None:
    """The place that is theirs to sign: the one whose turn it is, else the first that waits, else one they signed."""
    package, user = agreement.package, _user(actor)
    if package is None or user is None:
        return None
    mine = [slot for slot in package.slots if _is_for(slot, user)]
    due = [slot for slot in mine if slot in package.due]
    waiting = [slot for slot in mine if slot.state == "waiting"]
    return next(iter([*due, *waiting, *mine]), None)


def signs_here(actor: Actor, agreement: Agreement) -> list[str]:
    """Access for that very person; who may not look at the agreement does not learn that there is one."""
    if not actor.is_signed_in:
        return [_("Please sign in first.")]
    if place(agreement, actor) is not None:
        return []
    if permissions.refusals("look", actor, agreement):
        raise Missing(agreement.ref)
    return [_("You are not asked to sign this agreement.")]


def tasks(actor: Actor) -> Iterator[Task]:
    """The signatures that are asked of this person now."""
    user = _user(actor)
    if user is None:
        return
    awaited = (
        sa.select(Slot.id, Person.email)
        .join(Package, Slot.package_id == Package.id)
        .join(Position, Slot.position_id == Position.id)
        .join(Person, Position.person_id == Person.id)
        .where(Package.state == "open", Package.voided_at.is_(None), Slot.state == "waiting", Person.email != "")
    )
    # Compared here: of letters outside of ASCII a database knows no small ones, or others than `email_key`.
    mine = [number for number, email in db.session.execute(awaited) if accounts.email_key(email) == user.email_key]
    for slot in db.session.scalars(sa.select(Slot).where(Slot.id.in_(mine)).order_by(Slot.id)) if mine else ():
        if slot.kind != "seal" and slot in slot.package.due:
            what = _("You are asked to witness it") if slot.kind == "witness" else _("Your signature is asked for")
            yield Task(slot.package.agreement, what, "signing.own")


def account_of(slot: Slot) -> User | None:
    """The account whose holder can sign here with its password, if there is one."""
    email = slot.position.person.email if slot.position and slot.kind != "seal" else ""
    user = accounts.by_email(email) if email else None
    return user if user is not None and user.active and user.password_hash else None


def sign(slot: Slot, *, actor: Actor, mark: Mark, about: Circumstances, tools: Tools) -> None:
    """Sign as `operations.sign` does, and tell the organiser when the account has another name than the paper."""
    again, user = slot.state == "signed", _user(actor)
    operations.sign(slot, actor=actor, mark=mark, about=about, tools=tools)
    if not again and user is not None and not likeness.agree(user.name, slot.as_shown.get("name", {}).values()):
        _tell(slot, actor=actor, certified=user.name)


def identified(actor: Actor) -> dict[str, str]:
    """How the person was made sure of, as it is kept."""
    user = _user(actor)
    assert user is not None, "the access rule looked"
    return {"how": "account", "name": user.name, "email": user.email}


def _tell(slot: Slot, *, actor: Actor, certified: str) -> None:
    events.record(
        "slot.other_name", actor=actor, stream=slot.package.agreement.stream, package=slot.package_id, slot=slot.id,
        field=slot.field, kind=slot.kind, person=wording.shown(slot.as_shown.get("name", {}), "en"), certified=certified,
    )  # fmt: skip


def _user(actor: Actor) -> User | None:
    return accounts.get(actor.user_id) if actor.is_signed_in and actor.user_id is not None else None


def _is_for(slot: Slot, user: User) -> bool:
    email = slot.position.person.email if slot.position and slot.kind != "seal" else ""
    return bool(email) and accounts.email_key(email) == user.email_key
