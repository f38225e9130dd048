"""The outbox: every message this service writes to somebody, sent or not."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.core.clock import now
from mou_service.core.db import Model
from mou_service.core.events import Event


class Message(Model):
    """One message to one person. Without a mail server it stays readable here, `kept`."""

    __tablename__ = "message"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    event_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("event.id"), index=True)
    #: Event and recipient; the same notice is written once, however often its job runs.
    unique_key: orm.Mapped[str] = orm.mapped_column(sa.String(200), unique=True)
    kind: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    recipient: orm.Mapped[str] = orm.mapped_column(sa.String(254))
    #: How the recipient is called in the message.
    name: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    #: The agreement it is about; empty for accounts.
    about: orm.Mapped[str] = orm.mapped_column(sa.String(40), default="")
    language: orm.Mapped[str] = orm.mapped_column(sa.String(16))
    subject: orm.Mapped[str] = orm.mapped_column(sa.String(400))
    text: orm.Mapped[str]
    html: orm.Mapped[str] = orm.mapped_column(default="")
    #: The personal link or code that the text holds; taken out of text and row once the message is sent.
    secret: orm.Mapped[str] = orm.mapped_column(sa.String(400), default="")
    #: waiting, sent, kept (no mail server), refused
    state: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="waiting")
    problem: orm.Mapped[str] = orm.mapped_column(default="")
    written_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    sent_at: orm.Mapped[datetime | None]

    event: orm.Mapped[Event | None] = orm.relationship()
