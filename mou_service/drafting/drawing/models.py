"""What LibreOffice made of a Word file that we do not draw ourselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.core.clock import now
from mou_service.core.db import Model


class Drawing(Model):
    """The pages of one Word file, or why there are none; one for a file, however many texts use it."""

    __tablename__ = "drawing"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    #: The clean .docx.
    docx: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    #: "asked", "drawn" or "failed"
    state: orm.Mapped[str] = orm.mapped_column(sa.String(8), default="asked")
    #: The pages, once they are drawn and say what the text says.
    pdf: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    #: Why there are none.
    findings: orm.Mapped[list[Any]] = orm.mapped_column(default=list)
    #: Which program drew them: "LibreOffice 7.4.7.2".
    program: orm.Mapped[str] = orm.mapped_column(sa.String(80), default="")
    asked_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    finished_at: orm.Mapped[datetime | None]
