"""A file that came back from Word, and what was decided of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.accounts.models import User
from mou_service.agreements.models import Agreement
from mou_service.core.clock import now
from mou_service.core.db import Model

from ..models import Version

#: Still being decided; made into a version; put aside without one.
OPEN, MADE, ASIDE = "open", "made", "aside"


class ReturnedFile(Model):
    """One upload; its bytes never change, only what is decided of it."""

    __tablename__ = "returned_file"
    __table_args__ = (sa.UniqueConstraint("agreement_id", "number"),)

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    number: orm.Mapped[int]
    state: orm.Mapped[str] = orm.mapped_column(sa.String(16), default=OPEN)
    #: The version that went out and that this file answers; guessed from the words, chosen by a person where need be.
    answers_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("version.id"))
    #: The version that was made of it.
    made_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("version.id"))
    file_name: orm.Mapped[str] = orm.mapped_column(sa.String(255))
    #: The bytes as they came, and the clean copy with its tracked changes and comments.
    original: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    docx: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    findings: orm.Mapped[list[Any]] = orm.mapped_column(default=list)
    #: Key of what is decided → {"say", "reply", "by", "by_id", "at", "act"}; replaced as a whole, never changed in place.
    decisions: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)
    #: Each act in order, with what it replaced: {"number", "say", "by", "by_id", "at", "before": {key: decision or None}}.
    acts: orm.Mapped[list[Any]] = orm.mapped_column(default=list)
    note: orm.Mapped[str] = orm.mapped_column(default="")
    uploaded_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    uploaded_by_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    closed_at: orm.Mapped[datetime | None]
    closed_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("user_account.id"))

    agreement: orm.Mapped[Agreement] = orm.relationship(
        backref=orm.backref("returned_files", order_by="ReturnedFile.number")
    )
    answers: orm.Mapped[Version] = orm.relationship(foreign_keys=answers_id)
    made: orm.Mapped[Version | None] = orm.relationship(
        foreign_keys=made_id, backref=orm.backref("returned", uselist=False)
    )
    uploaded_by: orm.Mapped[User] = orm.relationship(foreign_keys=uploaded_by_id)
    closed_by: orm.Mapped[User | None] = orm.relationship(foreign_keys=closed_by_id)
