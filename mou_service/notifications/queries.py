"""Finding messages; administrators see all, organisers those about agreements."""

from __future__ import annotations

import sqlalchemy as sa

from mou_service.accounts.roles import Role
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import Missing

from .models import Message

STATES = ("waiting", "sent", "kept", "refused")


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """An organiser never sees what would open somebody's account."""
    if actor.has(Role.ADMINISTRATOR):
        return sa.true()
    return Message.about != "" if actor.has(Role.ORGANISER) else sa.false()


def sees(actor: Actor, message: Message) -> bool:
    """The same for one message."""
    return actor.has(Role.ADMINISTRATOR) or (actor.has(Role.ORGANISER) and message.about != "")


def get(number: int) -> Message:
    """The message of a number; raises `Missing`."""
    found = db.session.get(Message, number)
    if found is None:
        raise Missing(str(number))
    return found


def listed(actor: Actor, *, state: str = "", before: int | None = None, limit: int = 31) -> list[Message]:
    """Messages the actor may see, newest first; `before` is the id of the last one shown."""
    query = sa.select(Message).where(visible_to(actor))
    if state:
        query = query.where(Message.state == state)
    if before:
        query = query.where(Message.id < before)
    return list(db.session.scalars(query.order_by(Message.id.desc()).limit(limit)))


def counts(actor: Actor) -> dict[str, int]:
    """How many messages of each state the actor may see."""
    query = sa.select(Message.state, sa.func.count()).where(visible_to(actor)).group_by(Message.state)
    return dict(db.session.execute(query).all())


def refused(actor: Actor) -> int:
    """How many messages wait for somebody to look."""
    return counts(actor).get("refused", 0)
