"""Opinions, remarks and what is open."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.agreements.models import Agreement
from mou_service.core.actors import Actor
from mou_service.core.db import db

from .models import Comment, ReviewStep


def comments(agreement: Agreement) -> list[Comment]:
    """Every remark, oldest first, answers behind what they answer."""
    query = sa.select(Comment).where(Comment.agreement_id == agreement.id).options(orm.joinedload(Comment.author))
    found = list(db.session.scalars(query.order_by(Comment.id)))
    first = {c.id: c.replies_to_id or c.id for c in found}
    return sorted(found, key=lambda c: (first.get(first[c.id], first[c.id]), c.id))


def open_steps(agreement: Agreement, actor: Actor) -> list[ReviewStep]:
    """What this person is asked for now."""
    return [
        s for s in agreement.review_steps
        if s.counts and s.decision is None and s.role in actor.roles and actor.user_id != agreement.owner_id
    ]  # fmt: skip


def current_steps(agreement: Agreement) -> list[ReviewStep]:
    """The steps that count, review before approval."""
    return [s for s in agreement.review_steps if s.counts]


def earlier_steps(agreement: Agreement) -> list[ReviewStep]:
    """Decisions on texts that are no longer the newest."""
    return [s for s in agreement.review_steps if not s.counts and s.decision]
