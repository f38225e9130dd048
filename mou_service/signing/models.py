"""What is signed: the package with the frozen file, a slot for every mark on it, witnesses and personal links."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.accounts.models import User
from mou_service.agreements.models import Agreement, Party, Signatory
from mou_service.core.clock import now
from mou_service.core.db import Model
from mou_service.drafting.models import Version
from mou_service.partners.models import Position

from . import order, statements


class Witness(Model):
    """Somebody who is to witness the signing of one agreement; no party to it."""

    __tablename__ = "witness"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    position_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("position.id"))
    rank: orm.Mapped[int] = orm.mapped_column(default=0)
    as_shown: orm.Mapped[dict[str, Any]]
    #: "ceremonial" never blocks the effect; "attesting" is required where the type says so.
    capacity: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="ceremonial")
    #: "in_room", or "remote": by video
    presence: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="in_room")
    #: "whole": of the whole signing; "one": of the signature of one signatory
    scope: orm.Mapped[str] = orm.mapped_column(sa.String(8), default="whole")
    #: The signatory of scope "one"; empty again when that person no longer signs, which the freeze refuses.
    of_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("signatory.id", ondelete="SET NULL"))
    #: How it is to be made sure who this is: a key of statements.IDENTITIES; the act records what was done.
    identity: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="known")
    #: {language: what the witness states} where the organiser wrote it; empty: the usual words.
    statement: orm.Mapped[dict[str, str]] = orm.mapped_column(default=dict)

    agreement: orm.Mapped[Agreement] = orm.relationship(back_populates="witnesses")
    position: orm.Mapped[Position] = orm.relationship(lazy="joined")
    of: orm.Mapped[Signatory | None] = orm.relationship()

    @property
    def whom(self) -> dict[str, str]:
        """The name of the one signatory they witness, per language; empty for the whole signing."""
        return dict(self.of.as_shown.get("name", {})) if self.of is not None else {}

    @property
    def stated(self) -> dict[str, str]:
        """What the witness will state, in the document's languages."""
        usual = statements.usual(self.capacity, self.presence, self.whom, self.agreement.languages)
        return dict(self.statement) or usual


class Package(Model):
    """The approved text made ready to be signed, and every revision that came of it.

    `preparing` while a job makes the file; `open` while people sign; `sealing` while jobs finish it; `done`.
    """

    __tablename__ = "package"
    __table_args__ = (
        # Two packages of one agreement never count at the same time.
        sa.Index(
            "uq_package_that_counts", "agreement_id", unique=True,
            sqlite_where=sa.text("voided_at IS NULL"), postgresql_where=sa.text("voided_at IS NULL"),
        ),
    )  # fmt: skip

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    version_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("version.id"))
    #: listed, own_first, partner_first, free
    order: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="listed")
    state: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="preparing")
    #: Why the last attempt to make or finish the file failed, in words; empty while all is well.
    problem: orm.Mapped[str] = orm.mapped_column(default="")
    #: The same as findings with code and facts, to be told in the language of whoever asks.
    problems: orm.Mapped[list[Any]] = orm.mapped_column(default=list)
    #: Keys of files, which are their SHA-256: frozen and certified, the newest revision, sealed, time-stamped.
    frozen: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    current: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    sealed: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    final: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    #: The level (B-B, B-T, B-LT, B-LTA) the finished file has to prove; empty: as high as can be reached.
    level_wanted: orm.Mapped[str] = orm.mapped_column(sa.String(8), default="")
    #: The level of the finished file, in form only if the time-stamp is a placeholder; empty while it is unfinished.
    level: orm.Mapped[str] = orm.mapped_column(sa.String(8), default="")
    #: What the time-stamp source called itself, and whether it was only a placeholder.
    timestamp_label: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    timestamp_placeholder: orm.Mapped[bool] = orm.mapped_column(default=False)
    pages: orm.Mapped[int] = orm.mapped_column(default=0)
    #: {field: [page from 0, left, bottom, right, top]} in points: where each mark will stand.
    places: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)
    opened_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    #: The moment from which nobody can sign any more unless the organiser extends it; None: no end.
    open_until: orm.Mapped[datetime | None]
    #: When the owner was told that this moment is past.
    lapsed_at: orm.Mapped[datetime | None]
    #: When it stopped counting, by being voided or because a new one took its place.
    voided_at: orm.Mapped[datetime | None]
    void_reason: orm.Mapped[str] = orm.mapped_column(default="")
    #: "voided" or "replaced"; empty while it counts.
    ending: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="")
    row_version: orm.Mapped[int] = orm.mapped_column(default=0)

    agreement: orm.Mapped[Agreement] = orm.relationship(back_populates="packages")
    version: orm.Mapped[Version] = orm.relationship()
    slots: orm.Mapped[list[Slot]] = orm.relationship(
        back_populates="package", cascade="all, delete-orphan", order_by="Slot.rank, Slot.id"
    )

    __mapper_args__ = {"version_id_col": row_version}

    @property
    def is_over(self) -> bool:
        """Whether the time for signing is past while it still counts."""
        past = self.open_until is not None and self.open_until <= now()
        return past and self.voided_at is None and self.state in ("preparing", "open")

    @property
    def due(self) -> list[Slot]:
        """The places whose turn it is; nobody's while the file is not open to be signed."""
        return order.next_slots(self.slots) if self.state == "open" and self.voided_at is None else []


class Slot(Model):
    """A place for one mark: a signatory's, a witness's, or the institution's seal."""

    __tablename__ = "slot"
    __table_args__ = (
        sa.UniqueConstraint("package_id", "field"),
        sa.CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed"),
    )

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    package_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("package.id"), index=True)
    #: "signatory", "witness" or "seal"
    kind: orm.Mapped[str] = orm.mapped_column(sa.String(16))
    #: Slots of one rank may be signed in any order; see order.py.
    rank: orm.Mapped[int]
    #: The name of the signature field in the PDF.
    field: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    party_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("party.id"))
    position_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("position.id"))
    #: As it stands in the frozen file.
    as_shown: orm.Mapped[dict[str, Any]]
    capacity: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="")
    presence: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="")
    statement: orm.Mapped[dict[str, str]] = orm.mapped_column(default=dict)
    #: The signatory's place a witness witnesses; None for the whole signing.
    of_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("slot.id"))
    #: How it was planned to make sure who the witness is; the act's evidence says what was done.
    identity: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="")
    #: waiting, signed, declined; absent: a ceremonial witness who was not waited for
    state: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="waiting")
    #: When this person's turn came, and they were told.
    turn_at: orm.Mapped[datetime | None]
    signed_at: orm.Mapped[datetime | None]
    #: drawn, typed, picture
    mark: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="")
    #: A way of `operations.Method`; "service" for the seal.
    method: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="")
    #: How the person was identified, consent text and language, address and device, digest of the mark.
    evidence: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)
    #: Serial number of the certificate that was made for this one act, hexadecimal.
    certificate: orm.Mapped[str] = orm.mapped_column(sa.String(64), default="")
    #: The revision this act made.
    revision: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    decline_reason: orm.Mapped[str] = orm.mapped_column(default="")
    #: By which power of attorney somebody else stands here than who was named.
    delegation_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("delegation.id"))
    row_version: orm.Mapped[int] = orm.mapped_column(default=0)

    package: orm.Mapped[Package] = orm.relationship(back_populates="slots")
    party: orm.Mapped[Party | None] = orm.relationship()
    position: orm.Mapped[Position | None] = orm.relationship()
    of: orm.Mapped[Slot | None] = orm.relationship(remote_side="Slot.id")
    links: orm.Mapped[list[SigningLink]] = orm.relationship(back_populates="slot", cascade="all, delete-orphan")
    delegation: orm.Mapped[Delegation | None] = orm.relationship()
    reminders: orm.Mapped[list[Reminder]] = orm.relationship(
        back_populates="slot", cascade="all, delete-orphan", order_by="Reminder.id"
    )

    __mapper_args__ = {"version_id_col": row_version}

    @property
    def whom(self) -> dict[str, str]:
        """The name of the one signatory this witness witnesses, per language; empty for the whole signing."""
        return dict(self.of.as_shown.get("name", {})) if self.of is not None else {}


class SigningLink(Model):
    """A personal link to one slot for somebody without an account."""

    __tablename__ = "signing_link"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    slot_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("slot.id"), index=True)
    email: orm.Mapped[str] = orm.mapped_column(sa.String(254))
    token_hash: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    created_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    expires_at: orm.Mapped[datetime]
    opened_at: orm.Mapped[datetime | None]
    revoked_at: orm.Mapped[datetime | None]
    #: The one-time code sent by mail before the act, hashed; and how often it was guessed.
    code_hash: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    code_expires_at: orm.Mapped[datetime | None]
    code_tries: orm.Mapped[int] = orm.mapped_column(default=0)

    slot: orm.Mapped[Slot] = orm.relationship(back_populates="links")


class Reminder(Model):
    """That somebody was reminded for one reason; the row is written with the event, so the reason counts once."""

    __tablename__ = "reminder"
    __table_args__ = (sa.UniqueConstraint("slot_id", "reason"),)

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    slot_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("slot.id"), index=True)
    #: "after:7" days since the turn came, "before:2:2026-12-01" days to that end, "hand:1" by a person.
    reason: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    at: orm.Mapped[datetime] = orm.mapped_column(default=now)

    slot: orm.Mapped[Slot] = orm.relationship(back_populates="reminders")


class Delegation(Model):
    """That somebody else signs for a signatory of one agreement, by a power of attorney that is kept as a file.

    It hangs on the agreement and the post that delegates, so it outlives a voided package and a changed text.
    """

    __tablename__ = "delegation"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    #: The post of the signatory who gives the power.
    position_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("position.id"))
    #: {"name": {language: …}, "title": {…}} of the person who signs instead.
    as_shown: orm.Mapped[dict[str, Any]]
    email: orm.Mapped[str] = orm.mapped_column(sa.String(254), default="")
    reason: orm.Mapped[str] = orm.mapped_column(default="")
    #: The power of attorney: key of the file as it came, which is its SHA-256; its name and its kind.
    document: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    document_name: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    document_type: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    #: asked, confirmed, refused, ended
    state: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="asked")
    asked_by: orm.Mapped[str]
    asked_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    decided_by: orm.Mapped[str] = orm.mapped_column(default="")
    decided_at: orm.Mapped[datetime | None]
    #: Why it was refused or ended.
    answer: orm.Mapped[str] = orm.mapped_column(default="")
    #: The post the delegate has in the register, once confirmed.
    delegate_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("position.id"))

    agreement: orm.Mapped[Agreement] = orm.relationship(back_populates="delegations")
    position: orm.Mapped[Position] = orm.relationship(foreign_keys=[position_id])
    delegate: orm.Mapped[Position | None] = orm.relationship(foreign_keys=[delegate_id])


class AuthorityOverride(Model):
    """Two people take it on themselves that somebody signs whose authority the register does not show.

    It holds for this text, these signatories and what was lacking when it was asked for, and for nothing else.
    """

    __tablename__ = "authority_override"
    __table_args__ = (
        sa.CheckConstraint("(decision = '') = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_people"),
    )

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    version_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("version.id"))
    #: The posts that sign, in order of their numbers.
    signatories: orm.Mapped[list[Any]]
    #: What was lacking, as plain facts: see partners/authority.py.
    lacks: orm.Mapped[list[Any]]
    reason: orm.Mapped[str]
    asked_by_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    asked_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    #: "confirmed", "refused", or empty while it waits
    decision: orm.Mapped[str] = orm.mapped_column(sa.String(12), default="")
    decided_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: orm.Mapped[datetime | None]
    note: orm.Mapped[str] = orm.mapped_column(default="")

    agreement: orm.Mapped[Agreement] = orm.relationship(back_populates="authority_overrides")
    version: orm.Mapped[Version] = orm.relationship()
    asked_by: orm.Mapped[User] = orm.relationship(foreign_keys=[asked_by_id])
    decided_by: orm.Mapped[User | None] = orm.relationship(foreign_keys=[decided_by_id])
