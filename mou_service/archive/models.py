"""What lies in the archive, who may fetch it with a link, and what the nightly check found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.agreements.models import Agreement
from mou_service.core.clock import now
from mou_service.core.db import Model
from mou_service.signing.models import Slot


class Record(Model):
    """The deposit of one executed agreement: the final file byte for byte and its certificate."""

    __tablename__ = "record"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), unique=True)
    #: Gapless within a year: "2024-0015".
    register_number: orm.Mapped[str] = orm.mapped_column(sa.String(24), unique=True)
    #: SHA-256 of the bytes, which is also the key they lie under.
    final: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    size: orm.Mapped[int]
    revisions: orm.Mapped[int]
    #: Names of the signature fields a complete file carries.
    fields: orm.Mapped[list[str]]
    certificate: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    draft: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    frozen: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    #: B-B, B-T, B-LT, B-LTA as reached, and what the time-stamp source calls itself.
    level: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    timestamp_label: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    timestamp_placeholder: orm.Mapped[bool] = orm.mapped_column(default=False)
    #: Hash of the newest event when the certificate was made.
    log_head: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    #: When the first certificate ends that the proof of time in the final file rests on; None: not yet looked up.
    protected_until: orm.Mapped[datetime | None]
    #: Keys of the root certificates that its time-stamps led to when they were accepted, here and at each renewal.
    time_roots: orm.Mapped[list[str]] = orm.mapped_column(default=list)
    #: When an archivist looked it over, and when a contact of the partner first fetched it: nobody is asked to any more.
    looked_over_at: orm.Mapped[datetime | None]
    fetched_at: orm.Mapped[datetime | None]
    executed_on: orm.Mapped[date]
    deposited_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    search_text: orm.Mapped[str] = orm.mapped_column(default="")

    agreement: orm.Mapped[Agreement] = orm.relationship(back_populates="record")
    renewals: orm.Mapped[list[Renewal]] = orm.relationship(back_populates="record", order_by="Renewal.id")

    @property
    def newest(self) -> str:
        """The key of the copy that counts: the final file, or its newest renewal."""
        return self.renewals[-1].file if self.renewals else self.final

    @property
    def copies(self) -> tuple[str, ...]:
        """The keys of all its states that are kept, oldest first."""
        return (self.final, *(renewal.file for renewal in self.renewals))

    @property
    def ends(self) -> datetime | None:
        """Until when the newest copy proves its times by itself."""
        return self.renewals[-1].valid_until if self.renewals else self.protected_until


class Renewal(Model):
    """One new time-stamp over an archived file; the result is the copy that counts, and the one before it stays."""

    __tablename__ = "renewal"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    record_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("record.id"), index=True)
    #: SHA-256 of the bytes, which is also the key they lie under; and of those it was made from.
    file: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    previous: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    size: orm.Mapped[int]
    revisions: orm.Mapped[int]
    at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    #: What the time-stamp source calls itself.
    label: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    placeholder: orm.Mapped[bool] = orm.mapped_column(default=False)
    valid_until: orm.Mapped[datetime]

    record: orm.Mapped[Record] = orm.relationship(back_populates="renewals")


class DownloadLink(Model):
    """A link by which a partner without an account downloads one signed document."""

    __tablename__ = "download_link"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    email: orm.Mapped[str] = orm.mapped_column(sa.String(254))
    token_hash: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    created_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    expires_at: orm.Mapped[datetime]
    revoked_at: orm.Mapped[datetime | None]
    downloads: orm.Mapped[int] = orm.mapped_column(default=0)

    agreement: orm.Mapped[Agreement] = orm.relationship()


class WitnessCertificate(Model):
    """One edition of what the service certifies about one witness; a correction makes the next, and keeps this one."""

    __tablename__ = "witness_certificate"
    __table_args__ = (sa.UniqueConstraint("slot_id", "edition"),)

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    slot_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("slot.id"), index=True)
    edition: orm.Mapped[int] = orm.mapped_column(default=1)
    #: Printed as QR code on this edition and typed at /verify.
    code: orm.Mapped[str] = orm.mapped_column(sa.String(16), unique=True)
    #: SHA-256 of the bytes, which is also the key they lie under.
    file: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    #: The witness as this edition names them; the signed file goes on showing what it showed.
    as_shown: orm.Mapped[dict[str, Any]]
    #: Why there is this edition; empty for the first.
    reason: orm.Mapped[str] = orm.mapped_column(default="")
    corrected_by: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    made_at: orm.Mapped[datetime] = orm.mapped_column(default=now)

    slot: orm.Mapped[Slot] = orm.relationship()


class FixityCheck(Model):
    """One run over everything that is kept: how much was read, and what differed."""

    __tablename__ = "fixity_check"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    files: orm.Mapped[int]
    problems: orm.Mapped[list[Any]] = orm.mapped_column(default=list)
