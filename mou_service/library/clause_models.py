"""The texts of clauses as the house words them: proposed by one person, approved by another, followed, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.accounts.models import User
from mou_service.core.clock import now
from mou_service.core.db import Model


class ClauseVersion(Model):
    """One whole text of a clause, all its positions. What came with the service is number 0 and has no row."""

    __tablename__ = "clause_version"
    __table_args__ = (sa.UniqueConstraint("address", "number"),)

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    #: `library/<name>` for a clause that templates share, `<type>/<key>` for one of a single template.
    address: orm.Mapped[str] = orm.mapped_column(sa.String(120), index=True)
    number: orm.Mapped[int]
    #: proposed, approved, refused, withdrawn; of those approved the one with the highest number is in use.
    state: orm.Mapped[str] = orm.mapped_column(sa.String(10), default="proposed")
    #: What it changes: reword, offer (another fallback), retire (a fallback).
    act: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    #: Which of its texts: "preferred", or the key of a fallback.
    position: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    #: title, guidance, paragraphs and fallbacks in the form of a manifest file, in all languages of all templates.
    texts: orm.Mapped[dict[str, Any]]
    #: The number of the text it was written on, and the digest of its words: a text changed meanwhile is noticed.
    base: orm.Mapped[int] = orm.mapped_column(default=0)
    base_digest: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    findings: orm.Mapped[list[Any]] = orm.mapped_column(default=list)
    note: orm.Mapped[str] = orm.mapped_column(default="")
    proposed_by_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    proposed_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    decided_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: orm.Mapped[datetime | None]
    #: Why it was refused or withdrawn.
    reason: orm.Mapped[str] = orm.mapped_column(default="")
    row_version: orm.Mapped[int] = orm.mapped_column(default=0)

    proposed_by: orm.Mapped[User] = orm.relationship(lazy="joined", foreign_keys=[proposed_by_id])
    decided_by: orm.Mapped[User | None] = orm.relationship(lazy="joined", foreign_keys=[decided_by_id])

    __mapper_args__ = {"version_id_col": row_version}
