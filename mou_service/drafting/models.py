"""Versions of an agreement's text and the annexes that go with it; both are never changed, only followed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.accounts.models import User
from mou_service.agreements.models import Agreement
from mou_service.core.clock import now
from mou_service.core.db import Model

from .drawing.models import Drawing


class Version(Model):
    """One numbered text: from the template, or uploaded from Word."""

    __tablename__ = "version"
    __table_args__ = (sa.UniqueConstraint("agreement_id", "number"),)

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    number: orm.Mapped[int]
    #: "template" or "upload"
    origin: orm.Mapped[str] = orm.mapped_column(sa.String(16))
    #: The clean .docx; for an upload `original` keeps the bytes as they came.
    docx: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    original: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    #: Over the normalised accepted text: two versions with one digest say the same.
    text_digest: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    #: What the form held when the template was filled.
    values: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)
    #: Of the template's .docx, so that an old version still says where it came from.
    template_sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64), default="")
    #: Which of the files the house keeps of it; 0: as it came with the service.
    template_number: orm.Mapped[int] = orm.mapped_column(default=0)
    #: The clauses that stood in the newest text from the template, each with its version and position (see clauses.py).
    clauses: orm.Mapped[list[Any]] = orm.mapped_column(default=list)
    findings: orm.Mapped[list[Any]] = orm.mapped_column(default=list)
    #: {language: SHA-256 of what it says}, and under "" of what stands in no language's column.
    language_digests: orm.Mapped[dict[str, str]] = orm.mapped_column(default=dict)
    note: orm.Mapped[str] = orm.mapped_column(default="")
    created_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    created_by_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("user_account.id"))

    agreement: orm.Mapped[Agreement] = orm.relationship(back_populates="versions")
    #: What LibreOffice made of it; nothing for a text that we draw ourselves.
    drawing: orm.Mapped[Drawing | None] = orm.relationship(
        primaryjoin=lambda: orm.foreign(Version.docx) == Drawing.docx, viewonly=True, uselist=False
    )
    created_by: orm.Mapped[User] = orm.relationship(lazy="joined")


class Annex(Model):
    """A PDF or Word file that becomes part of the frozen text, behind it."""

    __tablename__ = "annex"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    rank: orm.Mapped[int]
    titles: orm.Mapped[dict[str, str]]
    file_name: orm.Mapped[str] = orm.mapped_column(sa.String(255))
    #: The clean .docx that is rendered behind the text; empty for a PDF.
    docx: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    #: The clean copy of a PDF; empty for a Word file.
    pdf: orm.Mapped[str] = orm.mapped_column(sa.String(64), default="")
    findings: orm.Mapped[list[Any]] = orm.mapped_column(default=list)
    original: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    text_digest: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    created_at: orm.Mapped[datetime] = orm.mapped_column(default=now)

    @property
    def clean(self) -> str:
        """The key of the clean copy."""
        return self.pdf or self.docx

    agreement: orm.Mapped[Agreement] = orm.relationship(back_populates="annexes")
    drawing: orm.Mapped[Drawing | None] = orm.relationship(
        primaryjoin=lambda: orm.foreign(Annex.docx) == Drawing.docx, viewonly=True, uselist=False
    )


class SavedForm(Model):
    """What somebody typed into a draft's form and has not sent; survives a reload and an ended session."""

    __tablename__ = "saved_form"
    __table_args__ = (sa.UniqueConstraint("user_id", "place"),)

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    #: Which form: "new/<template>" or "agreement/<ref>".
    place: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    typed: orm.Mapped[dict[str, Any]]
    saved_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
