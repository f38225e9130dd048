"""The Word files of the templates as the house keeps them: proposed, approved by a second person, followed, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.accounts.models import User
from mou_service.core.clock import now
from mou_service.core.db import Model

#: The chain of everything that happens to templates and clauses; its head changes with each act.
STREAM = "library"


class TemplateVersion(Model):
    """One Word file of a kind of document. What the service brings along is number 0 and has no row until somebody decides about it."""

    __tablename__ = "template_version"
    __table_args__ = (sa.UniqueConstraint("type", "number"),)

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    type: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    number: orm.Mapped[int]
    #: shipped: comes with a release; upload: from Word; clause: made anew because a clause has another text
    origin: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    #: proposed, approved, refused, retired; of those approved the one approved last is in use.
    state: orm.Mapped[str] = orm.mapped_column(sa.String(8), default="proposed")
    #: The clean .docx, named by its SHA-256; for an upload `original` keeps the bytes as they came.
    docx: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    original: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    findings: orm.Mapped[list[Any]] = orm.mapped_column(default=list)
    #: For one made from clauses: the texts that stand in it instead of those that came with the service.
    changes: orm.Mapped[dict[str, Any] | None] = orm.mapped_column(sa.JSON(none_as_null=True))
    note: orm.Mapped[str] = orm.mapped_column(default="")
    #: None: the service itself, with a release.
    proposed_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    proposed_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    decided_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: orm.Mapped[datetime | None]
    #: Why it was refused or retired.
    reason: orm.Mapped[str] = orm.mapped_column(default="")
    retired_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    retired_at: orm.Mapped[datetime | None]
    row_version: orm.Mapped[int] = orm.mapped_column(default=0)

    proposed_by: orm.Mapped[User | None] = orm.relationship(lazy="joined", foreign_keys=[proposed_by_id])
    decided_by: orm.Mapped[User | None] = orm.relationship(lazy="joined", foreign_keys=[decided_by_id])
    retired_by: orm.Mapped[User | None] = orm.relationship(lazy="joined", foreign_keys=[retired_by_id])

    __mapper_args__ = {"version_id_col": row_version}


class TemplateStop(Model):
    """That a kind of document is not offered for new drafts, until somebody offers it again."""

    __tablename__ = "template_stop"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    type: orm.Mapped[str] = orm.mapped_column(sa.String(60), index=True)
    reason: orm.Mapped[str]
    stopped_by_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    stopped_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    resumed_at: orm.Mapped[datetime | None]

    stopped_by: orm.Mapped[User] = orm.relationship(lazy="joined")
