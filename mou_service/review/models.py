"""Who has to look at a text, what they think of it, and what is said about it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.accounts.models import User
from mou_service.agreements.models import Agreement
from mou_service.core.clock import now
from mou_service.core.db import Model
from mou_service.drafting.models import Version


class ReviewStep(Model):
    """One opinion or approval the policy asks for, with the reasons why, about one version of the text.

    A step without a decision is open. A step of an older text counts no more: see `ReviewStep.counts`.
    """

    __tablename__ = "review_step"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    version_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("version.id"))
    #: "review" (before the text is agreed) or "approval" (by leaders)
    phase: orm.Mapped[str] = orm.mapped_column(sa.String(16))
    #: legal, international, … ; the words are in policy.py
    function: orm.Mapped[str] = orm.mapped_column(sa.String(32))
    #: The role whose people can decide.
    role: orm.Mapped[str] = orm.mapped_column(sa.String(32))
    #: Codes of the policy's rules that asked for this step.
    reasons: orm.Mapped[list[str]]
    #: agree, return (review); approve, return (approval); None while open
    decision: orm.Mapped[str | None] = orm.mapped_column(sa.String(16))
    #: In words; a condition or a concern must be answered by the drafter before the text can be agreed.
    opinion: orm.Mapped[str] = orm.mapped_column(default="")
    answer: orm.Mapped[str] = orm.mapped_column(default="")
    decided_at: orm.Mapped[datetime | None]
    decided_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    asked_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    #: Set when a later text, annex or name took the decision away.
    fallen_at: orm.Mapped[datetime | None]

    agreement: orm.Mapped[Agreement] = orm.relationship(back_populates="review_steps")
    version: orm.Mapped[Version] = orm.relationship()
    decided_by: orm.Mapped[User | None] = orm.relationship()

    @property
    def counts(self) -> bool:
        return self.fallen_at is None


class Comment(Model):
    """A remark on the text; internal ones are never shown to a partner."""

    __tablename__ = "comment"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    version_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("version.id"))
    author_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    #: The words or clause the remark is about; empty is the whole text.
    place: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    text: orm.Mapped[str]
    written_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    resolved_at: orm.Mapped[datetime | None]
    replies_to_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("comment.id"))

    agreement: orm.Mapped[Agreement] = orm.relationship()
    version: orm.Mapped[Version] = orm.relationship()
    author: orm.Mapped[User] = orm.relationship()
