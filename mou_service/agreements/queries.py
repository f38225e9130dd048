"""Finding agreements; every query asks permissions.visible_to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.core.actors import Actor
from mou_service.core.db import db, insert_if_absent
from mou_service.core.errors import Missing
from mou_service.core.search import wanted

from .models import Agreement, Sequence
from .permissions import visible_to
from .states import FINAL, State


def get(ref: str) -> Agreement:
    """The agreement of a reference; raises `Missing`. The route's access decides whether it may be seen."""
    found = db.session.scalar(sa.select(Agreement).where(Agreement.ref == ref))
    if found is None:
        raise Missing(ref)
    return found


def hold(agreement: Agreement) -> None:
    """Wait for whoever changes the agreement this moment, and see it as it is then; whoever comes now waits for us."""
    db.session.execute(sa.select(Agreement.id).where(Agreement.id == agreement.id).with_for_update())
    db.session.expire(agreement)


def exists(ref: str) -> bool:
    """Whether there is an agreement of this reference."""
    return db.session.scalar(sa.select(Agreement.id).where(Agreement.ref == ref)) is not None


def by_code(code: str) -> Agreement | None:
    """The agreement a verification code names."""
    return db.session.scalar(sa.select(Agreement).where(Agreement.verification_code == code))


def listed(
    actor: Actor,
    *,
    words: str = "",
    states: tuple[str, ...] = (),
    before: tuple[object, int] | None = None,
    limit: int = 26,
) -> list[Agreement]:
    """Those the actor may see, newest movement first. `before` is (state_since, id) of the last one shown."""
    query = sa.select(Agreement).where(visible_to(actor))
    for word in wanted(words):
        query = query.where(Agreement.search_text.contains(word, autoescape=True))
    if states:
        query = query.where(Agreement.state.in_(states))
    if before:
        query = query.where(sa.tuple_(Agreement.state_since, Agreement.id) < sa.tuple_(*before))
    return list(db.session.scalars(query.order_by(Agreement.state_since.desc(), Agreement.id.desc()).limit(limit)))


def moving(actor: Actor, *, since: datetime, limit: int = 200) -> list[Agreement]:
    """Those the actor may see that are on their way, or arrived after `since`; what waits longest comes first."""
    recent = sa.or_(Agreement.state.not_in(list(FINAL)), Agreement.state_since > since)
    query = sa.select(Agreement).where(visible_to(actor), recent, Agreement.state != State.WITHDRAWN)
    query = query.options(
        orm.selectinload(Agreement.parties),
        orm.selectinload(Agreement.review_steps).joinedload(_deciders()),
        orm.selectinload(Agreement.packages).selectinload(_slots()),
        orm.selectinload(Agreement.authority_overrides),
        orm.selectinload(Agreement.delegations),
        orm.selectinload(Agreement.record),
    )
    return list(db.session.scalars(query.order_by(Agreement.state_since, Agreement.id).limit(limit)))


def _deciders() -> orm.InstrumentedAttribute[Any]:
    """Who decided a step; steps lie in a package above this one."""
    step = Agreement.review_steps.property.mapper.class_
    deciders: orm.InstrumentedAttribute[Any] = step.decided_by
    return deciders


def _slots() -> orm.InstrumentedAttribute[Any]:
    """Slots hang on a package, whose class lies in a package above this one."""
    package = Agreement.packages.property.mapper.class_
    slots: orm.InstrumentedAttribute[Any] = package.slots
    return slots


def coming_number(series: str) -> int:
    """The number `next_number` would give now; somebody else may get it first."""
    row = db.session.get(Sequence, series)
    return (row.value if row else 0) + 1


def next_number(series: str) -> int:
    """The next number of a series, never given twice; a transaction taken back leaves it free again."""
    insert_if_absent(Sequence, name=series, value=0)
    row = db.session.get_one(Sequence, series, with_for_update=True, populate_existing=True)
    row.value += 1
    db.session.flush()
    return row.value
