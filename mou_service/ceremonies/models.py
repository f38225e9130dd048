"""Occasions, ceremonies, and which agreements and people they bring together."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.agreements.models import Agreement
from mou_service.core.db import Model
from mou_service.partners.models import Position


class Occasion(Model):
    """What a ceremony is part of, such as a Partnership Week."""

    __tablename__ = "occasion"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    names: orm.Mapped[dict[str, str]]
    starts: orm.Mapped[date]
    ends: orm.Mapped[date | None]


class Ceremony(Model):
    """One hour at one table: several agreements, shared witnesses, somebody who presides."""

    __tablename__ = "ceremony"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    code: orm.Mapped[str] = orm.mapped_column(sa.String(40), unique=True)
    occasion_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("occasion.id"))
    names: orm.Mapped[dict[str, str]]
    places: orm.Mapped[dict[str, str]]
    starts_at: orm.Mapped[datetime]
    time_zone: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    #: planned, open (the table accepts signatures), closed
    state: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="planned")
    opened_at: orm.Mapped[datetime | None]
    closed_at: orm.Mapped[datetime | None]
    #: Unlocks the hall screen without an account; hashed.
    screen_token_hash: orm.Mapped[str | None] = orm.mapped_column(sa.String(64), unique=True)
    row_version: orm.Mapped[int] = orm.mapped_column(default=0)

    occasion: orm.Mapped[Occasion | None] = orm.relationship(lazy="joined")
    items: orm.Mapped[list[CeremonyItem]] = orm.relationship(
        back_populates="ceremony", cascade="all, delete-orphan", order_by="CeremonyItem.rank"
    )
    participants: orm.Mapped[list[Participant]] = orm.relationship(
        back_populates="ceremony", cascade="all, delete-orphan", order_by="Participant.rank, Participant.id"
    )

    __mapper_args__ = {"version_id_col": row_version}

    @property
    def stream(self) -> str:
        return f"ceremony/{self.code}"


class CeremonyItem(Model):
    """An agreement on stage; in one ceremony only at a time."""

    __tablename__ = "ceremony_item"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    ceremony_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("ceremony.id"), index=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), unique=True)
    rank: orm.Mapped[int]

    ceremony: orm.Mapped[Ceremony] = orm.relationship(back_populates="items")
    agreement: orm.Mapped[Agreement] = orm.relationship(backref=orm.backref("ceremony_item", uselist=False))


class Participant(Model):
    """Somebody with a part in the ceremony beside the signatories: presiding, witness, assistant, interpreter."""

    __tablename__ = "participant"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    ceremony_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("ceremony.id"), index=True)
    position_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("position.id"))
    #: presiding, witness, assistant, interpreter, guest
    role: orm.Mapped[str] = orm.mapped_column(sa.String(16))
    rank: orm.Mapped[int] = orm.mapped_column(default=0)
    as_shown: orm.Mapped[dict[str, Any]]

    ceremony: orm.Mapped[Ceremony] = orm.relationship(back_populates="participants")
    position: orm.Mapped[Position] = orm.relationship(lazy="joined")
