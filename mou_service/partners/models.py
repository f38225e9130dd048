"""Organisations and people, what they are called in which language, and who holds which position when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.accounts.models import User
from mou_service.core.clock import now
from mou_service.core.db import Model
from mou_service.core.ids import code

OWN_KINDS = ("university", "company", "government", "association", "ngo", "hospital", "other")
#: What gives the authority to sign.
BASES = ("statute", "register", "resolution", "power_of_attorney", "other")
#: What a person who signs is in the law of the organisation; joint authority may ask for one of them beside.
FUNCTIONS = ("head", "deputy", "legal_representative", "managing_director", "board_member", "prokurist", "secretary")
EVIDENCE_POLICIES = ("nobody", "partners", "everybody")


#: There is one institution; a second founding at the same moment meets this number and is refused.
ONLY = 1


class Organisation(Model):
    """Our own institution (`own`), a partner, or the house of a witness."""

    __tablename__ = "organisation"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    ref: orm.Mapped[str] = orm.mapped_column(sa.String(16), unique=True, default=lambda: code(8))
    own: orm.Mapped[bool] = orm.mapped_column(default=False)
    kind: orm.Mapped[str] = orm.mapped_column(sa.String(16))
    #: ISO 3166-1 alpha-2, or a region's code from countries.py.
    country: orm.Mapped[str] = orm.mapped_column(sa.String(2), index=True)
    website: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    notes: orm.Mapped[str] = orm.mapped_column(default="")
    #: All names in every script, folded for searching; kept by operations.
    search_text: orm.Mapped[str] = orm.mapped_column(default="")
    created_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    row_version: orm.Mapped[int] = orm.mapped_column(default=0)

    names: orm.Mapped[list[OrganisationName]] = orm.relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="OrganisationName.id"
    )
    identifiers: orm.Mapped[list[OrganisationIdentifier]] = orm.relationship(
        cascade="all, delete-orphan", order_by="OrganisationIdentifier.id"
    )
    positions: orm.Mapped[list[Position]] = orm.relationship(back_populates="organisation", order_by="Position.id")
    #: {language: verbatim lines}, the seat as it is written in that language.
    addresses: orm.Mapped[dict[str, str]] = orm.mapped_column(default=dict)

    __mapper_args__ = {"version_id_col": row_version}

    @property
    def stream(self) -> str:
        """The name of the chain of events about the organisation and its people."""
        return f"partner/{self.ref}"

    def called(self, kind: str = "legal") -> dict[str, str]:
        """{language: name} of one kind, the newest of each language; official names stand in for legal ones."""
        kinds = ("official_foreign", "transliteration", "legal") if kind == "legal" else (kind,)
        ranked = sorted((n for n in self.names if n.kind in kinds), key=lambda n: kinds.index(n.kind))
        return {name.language: name.text for name in ranked}


class OrganisationName(Model):
    """One name in one language; the name on paper is a verified one."""

    __tablename__ = "organisation_name"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    organisation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    language: orm.Mapped[str] = orm.mapped_column(sa.String(16))
    #: legal, official_foreign, short, acronym, former, transliteration
    kind: orm.Mapped[str] = orm.mapped_column(sa.String(20), default="legal")
    text: orm.Mapped[str] = orm.mapped_column(sa.String(400))
    verified: orm.Mapped[bool] = orm.mapped_column(default=False)
    source: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")

    organisation: orm.Mapped[Organisation] = orm.relationship(back_populates="names")


class OrganisationIdentifier(Model):
    """A number by which others know the organisation (ROR, LEI, USCC, register number …)."""

    __tablename__ = "organisation_identifier"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    organisation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    scheme: orm.Mapped[str] = orm.mapped_column(sa.String(24))
    value: orm.Mapped[str] = orm.mapped_column(sa.String(120))


class Institution(Model):
    """What is only said of our own organisation; there is one row once the service is set up."""

    __tablename__ = "institution"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    organisation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("organisation.id"))
    acronym: orm.Mapped[str] = orm.mapped_column(sa.String(16))
    time_zone: orm.Mapped[str] = orm.mapped_column(sa.String(64), default="UTC")
    logo: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))  # key of a file
    languages: orm.Mapped[list[str]] = orm.mapped_column(default=lambda: ["zh", "en"])
    #: A demonstration's documents say so on every page, for ever.
    demonstration: orm.Mapped[bool] = orm.mapped_column(default=False)
    #: For whose signatories the register has to hold a file that shows their authority: a key of EVIDENCE_POLICIES.
    authority_evidence: orm.Mapped[str] = orm.mapped_column(sa.String(12), default="nobody")

    organisation: orm.Mapped[Organisation] = orm.relationship(lazy="joined")


class Person(Model):
    """Somebody who signs, witnesses, presides or is written to."""

    __tablename__ = "person"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    ref: orm.Mapped[str] = orm.mapped_column(sa.String(16), unique=True, default=lambda: code(8))
    email: orm.Mapped[str] = orm.mapped_column(sa.String(254), default="")
    #: The language this person is written to in.
    language: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="en")
    notes: orm.Mapped[str] = orm.mapped_column(default="")
    search_text: orm.Mapped[str] = orm.mapped_column(default="")
    row_version: orm.Mapped[int] = orm.mapped_column(default=0)

    names: orm.Mapped[list[PersonName]] = orm.relationship(
        back_populates="person", cascade="all, delete-orphan", order_by="PersonName.id", lazy="selectin"
    )
    positions: orm.Mapped[list[Position]] = orm.relationship(back_populates="person", order_by="Position.id")

    __mapper_args__ = {"version_id_col": row_version}

    def called(self) -> dict[str, str]:
        """{language: full name as the person writes it}."""
        return {name.language: name.full_name for name in self.names}


class PersonName(Model):
    """One name in one language or script; never put together from parts."""

    __tablename__ = "person_name"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    person_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("person.id"), index=True)
    language: orm.Mapped[str] = orm.mapped_column(sa.String(16))
    full_name: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    reading: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    verified: orm.Mapped[bool] = orm.mapped_column(default=False)
    source: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")

    person: orm.Mapped[Person] = orm.relationship(back_populates="names")


class Position(Model):
    """A person's post in an organisation, from one day to another."""

    __tablename__ = "position"
    __table_args__ = (sa.CheckConstraint("ends IS NULL OR starts IS NULL OR ends >= starts", name="dates"),)

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    person_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    titles: orm.Mapped[dict[str, str]]
    starts: orm.Mapped[date | None]
    ends: orm.Mapped[date | None]

    person: orm.Mapped[Person] = orm.relationship(back_populates="positions", lazy="joined")
    organisation: orm.Mapped[Organisation] = orm.relationship(back_populates="positions", lazy="joined")
    #: Everything the register ever held on this post's authority to sign, oldest first; authority.py says what counts.
    authorities: orm.Mapped[list[SigningAuthority]] = orm.relationship(
        back_populates="position", order_by="SigningAuthority.id", lazy="selectin"
    )

    def holds_on(self, day: date) -> bool:
        """Whether the post was held on that day."""
        return (self.starts is None or self.starts <= day) and (self.ends is None or day <= self.ends)

    def as_shown(self) -> dict[str, Any]:
        """How this person appears on paper today: name, title and organisation per language."""
        return {
            "name": self.person.called(),
            "title": dict(self.titles),
            "organisation": self.organisation.called(),
        }


class SigningAuthority(Model):
    """That the holder of a post may bind the organisation: alone or with others, for what, from when to when.

    What it says is never rewritten: a correction is a new row that takes the place of the old one. Only its end is
    added: a last day, or the moment it was withdrawn.
    """

    __tablename__ = "signing_authority"
    __table_args__ = (
        sa.CheckConstraint("ends IS NULL OR starts IS NULL OR ends >= starts", name="dates"),
        sa.CheckConstraint("(mode = 'joint') = (others > 0)", name="joint"),
    )

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    position_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("position.id"), index=True)
    #: "sole" or "joint"
    mode: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    #: Joint: how many others of the same party have to sign as well; 0 for sole.
    others: orm.Mapped[int] = orm.mapped_column(default=0)
    #: Who counts as one of them: holders of these posts or functions; both empty: whoever else may sign there.
    with_positions: orm.Mapped[list[Any]] = orm.mapped_column(default=list)
    with_functions: orm.Mapped[list[str]] = orm.mapped_column(default=list)
    #: One of FUNCTIONS, or empty.
    function: orm.Mapped[str] = orm.mapped_column(sa.String(24), default="")
    #: For which agreements: those of these templates, or the one of this reference; both empty: all.
    templates: orm.Mapped[list[str]] = orm.mapped_column(default=list)
    agreement_ref: orm.Mapped[str] = orm.mapped_column(sa.String(40), default="")
    #: Limits that only people can judge, such as an amount.
    limits: orm.Mapped[str] = orm.mapped_column(sa.String(400), default="")
    #: One of BASES, and which paper exactly.
    basis: orm.Mapped[str] = orm.mapped_column(sa.String(20))
    source: orm.Mapped[str] = orm.mapped_column(sa.String(400), default="")
    #: The key of the file that shows it, which is its SHA-256.
    evidence: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    evidence_name: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    evidence_type: orm.Mapped[str] = orm.mapped_column(sa.String(40), default="")
    #: First and last day, both inclusive.
    starts: orm.Mapped[date | None]
    ends: orm.Mapped[date | None]
    entered_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    entered_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    #: Somebody else compared the entry with what shows it.
    checked_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    checked_at: orm.Mapped[datetime | None]
    #: The organisation took it back: from that moment nobody signs on it.
    withdrawn_at: orm.Mapped[datetime | None]
    end_reason: orm.Mapped[str] = orm.mapped_column(sa.String(400), default="")
    replaced_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("signing_authority.id"))

    position: orm.Mapped[Position] = orm.relationship(back_populates="authorities")
    entered_by: orm.Mapped[User | None] = orm.relationship(foreign_keys=[entered_by_id])
    checked_by: orm.Mapped[User | None] = orm.relationship(foreign_keys=[checked_by_id])
