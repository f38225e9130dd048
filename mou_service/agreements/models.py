"""The record of an agreement, its parties and how long it holds.

Versions, opinions, slots and the archived record hang on an agreement from packages above; rules read
them through the relationships declared here by name.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.accounts.models import User
from mou_service.core.clock import now
from mou_service.core.db import Model
from mou_service.core.ids import code
from mou_service.partners.models import Organisation, Position

from .states import State

if TYPE_CHECKING:
    from mou_service.archive.models import Record
    from mou_service.drafting.models import Annex, Version
    from mou_service.drafting.translation.models import TranslationConfirmation
    from mou_service.review.models import ReviewStep
    from mou_service.signing.models import AuthorityOverride, Delegation, Package, Witness


class Agreement(Model):
    """One memorandum or letter on its way from the first draft to the archive."""

    __tablename__ = "agreement"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    #: SSPU-MOU-2024-0007: given on the first day, never used again.
    ref: orm.Mapped[str] = orm.mapped_column(sa.String(40), unique=True)
    #: Random; printed as QR code and typed at /verify.
    verification_code: orm.Mapped[str] = orm.mapped_column(sa.String(16), unique=True, default=code)
    template: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    #: {language: title as signed}
    titles: orm.Mapped[dict[str, str]]
    languages: orm.Mapped[list[str]]
    #: Why we want it, in a few sentences for the leader.
    purpose: orm.Mapped[str] = orm.mapped_column(default="")
    state: orm.Mapped[str] = orm.mapped_column(sa.String(16), default=State.DRAFTING)
    #: Since when it stands where it stands.
    state_since: orm.Mapped[datetime] = orm.mapped_column(default=now)
    owner_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("user_account.id"), index=True)
    demonstration: orm.Mapped[bool] = orm.mapped_column(default=False)
    #: Its kind of document asks for an attesting witness of every signature; kept from the day it was started.
    attested: orm.Mapped[bool] = orm.mapped_column(default=False)
    search_text: orm.Mapped[str] = orm.mapped_column(default="")
    created_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    row_version: orm.Mapped[int] = orm.mapped_column(default=0)

    owner: orm.Mapped[User] = orm.relationship(lazy="joined")
    parties: orm.Mapped[list[Party]] = orm.relationship(
        back_populates="agreement", cascade="all, delete-orphan", order_by="Party.rank"
    )
    term: orm.Mapped[Term | None] = orm.relationship(back_populates="agreement", cascade="all, delete-orphan")
    versions: orm.Mapped[list[Version]] = orm.relationship(
        "Version", back_populates="agreement", order_by="Version.number"
    )
    annexes: orm.Mapped[list[Annex]] = orm.relationship("Annex", back_populates="agreement", order_by="Annex.rank")
    translation_confirmations: orm.Mapped[list[TranslationConfirmation]] = orm.relationship(
        "TranslationConfirmation", back_populates="agreement", order_by="TranslationConfirmation.id"
    )
    review_steps: orm.Mapped[list[ReviewStep]] = orm.relationship(
        "ReviewStep", back_populates="agreement", order_by="ReviewStep.id"
    )
    witnesses: orm.Mapped[list[Witness]] = orm.relationship(
        "Witness", back_populates="agreement", order_by="Witness.rank"
    )
    packages: orm.Mapped[list[Package]] = orm.relationship("Package", back_populates="agreement", order_by="Package.id")
    authority_overrides: orm.Mapped[list[AuthorityOverride]] = orm.relationship(
        "AuthorityOverride", back_populates="agreement", order_by="AuthorityOverride.id"
    )
    delegations: orm.Mapped[list[Delegation]] = orm.relationship(
        "Delegation", back_populates="agreement", order_by="Delegation.id"
    )
    record: orm.Mapped[Record | None] = orm.relationship("Record", back_populates="agreement")
    endings: orm.Mapped[list[Ending]] = orm.relationship(back_populates="agreement", order_by="Ending.id")
    #: What this agreement says of older ones, and what newer ones say of it.
    relations: orm.Mapped[list[Relation]] = orm.relationship(
        back_populates="newer", order_by="Relation.id", foreign_keys="Relation.newer_id"
    )
    followers: orm.Mapped[list[Relation]] = orm.relationship(
        back_populates="older", order_by="Relation.id", foreign_keys="Relation.older_id"
    )

    __table_args__ = (sa.Index("ix_agreement_state_since", "state", "state_since"),)
    __mapper_args__ = {"version_id_col": row_version}

    @property
    def stream(self) -> str:
        """The name of this agreement's chain of events."""
        return f"agreement/{self.ref}"

    @property
    def own_party(self) -> Party:
        return next(party for party in self.parties if party.own)

    @property
    def partner_parties(self) -> list[Party]:
        return [party for party in self.parties if not party.own]

    @property
    def version(self) -> Version | None:
        """The newest version of the text."""
        return self.versions[-1] if self.versions else None

    @property
    def package(self) -> Package | None:
        """The signing package that counts: the newest that was not voided."""
        live = [package for package in self.packages if package.voided_at is None]
        return live[-1] if live else None


class Party(Model):
    """An organisation as a party to one agreement, with the people who sign for it."""

    __tablename__ = "party"
    __table_args__ = (sa.UniqueConstraint("agreement_id", "organisation_id"),)

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    organisation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    own: orm.Mapped[bool] = orm.mapped_column(default=False)
    rank: orm.Mapped[int] = orm.mapped_column(default=0)

    agreement: orm.Mapped[Agreement] = orm.relationship(back_populates="parties")
    organisation: orm.Mapped[Organisation] = orm.relationship(lazy="joined")
    signatories: orm.Mapped[list[Signatory]] = orm.relationship(
        back_populates="party", cascade="all, delete-orphan", order_by="Signatory.rank"
    )


class Signatory(Model):
    """Somebody who is to sign for a party, with name and title as shown on paper."""

    __tablename__ = "signatory"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    party_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("party.id"), index=True)
    position_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("position.id"))
    rank: orm.Mapped[int] = orm.mapped_column(default=0)
    #: {"name": {language: …}, "title": {…}, "organisation": {…}}; the register's words, corrected before the freeze.
    as_shown: orm.Mapped[dict[str, Any]]

    party: orm.Mapped[Party] = orm.relationship(back_populates="signatories")
    position: orm.Mapped[Position] = orm.relationship(lazy="joined")


class Term(Model):
    """How long the agreement holds; days are computed from these facts, never typed."""

    __tablename__ = "term"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), unique=True)
    #: 0 where the text names a last day instead of a length.
    months: orm.Mapped[int]
    #: Days that the text itself names: not in effect before the one, ended with the other.
    begins_on: orm.Mapped[date | None]
    ends_on: orm.Mapped[date | None]
    #: none, written_consent, automatic
    renewal: orm.Mapped[str] = orm.mapped_column(sa.String(20), default="written_consent")
    notice_months: orm.Mapped[int] = orm.mapped_column(default=0)
    #: The day of the last signature, or `begins_on` if that is later, once everybody signed.
    starts: orm.Mapped[date | None]
    #: The last day, inclusive.
    ends: orm.Mapped[date | None]

    agreement: orm.Mapped[Agreement] = orm.relationship(back_populates="term")


class Ending(Model):
    """That an agreement was ended before its time. One entered by mistake is taken back and stays."""

    __tablename__ = "ending"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    #: The last day on which it still holds.
    last_day: orm.Mapped[date]
    #: Who ended it: ours, partner, both
    ended_by: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    reason: orm.Mapped[str]
    #: The key of the paper that shows it, which is its SHA-256.
    evidence: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    evidence_name: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    evidence_type: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    entered_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    entered_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    taken_back_at: orm.Mapped[datetime | None]

    agreement: orm.Mapped[Agreement] = orm.relationship(back_populates="endings")
    entered_by: orm.Mapped[User | None] = orm.relationship()


class Relation(Model):
    """What a newer agreement does to an older one, from the day the newer one takes effect."""

    __tablename__ = "agreement_relation"
    __table_args__ = (sa.CheckConstraint("newer_id != older_id", name="two"),)

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    newer_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    older_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    #: supersedes, renews, amends, terminates
    kind: orm.Mapped[str] = orm.mapped_column(sa.String(12))
    entered_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    entered_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    taken_back_at: orm.Mapped[datetime | None]

    newer: orm.Mapped[Agreement] = orm.relationship(back_populates="relations", foreign_keys=[newer_id])
    older: orm.Mapped[Agreement] = orm.relationship(back_populates="followers", foreign_keys=[older_id])


class Sequence(Model):
    """The next number of a series, such as references or register numbers of one year."""

    __tablename__ = "sequence"

    name: orm.Mapped[str] = orm.mapped_column(sa.String(60), primary_key=True)
    value: orm.Mapped[int] = orm.mapped_column(default=0)
