"""That somebody confirmed a translation, and which differences between the languages are right as they are."""

from __future__ import annotations

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.accounts.models import User
from mou_service.agreements.models import Agreement
from mou_service.core.clock import now
from mou_service.core.db import Model
from mou_service.drafting.models import Version

#: Under which name the annexes stand among the digests of the languages.
ANNEXES = "annexes"


class TranslationConfirmation(Model):
    """Somebody who commands the languages says that they say the same; or why the text goes on without that.

    It is about what each language said then. A later text that says anything else in any of them withdraws it.
    """

    __tablename__ = "translation_confirmation"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    version_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("version.id"))
    #: {language: SHA-256 of what it says}, of what stands in no column, and of the annexes.
    digests: orm.Mapped[dict[str, str]]
    #: Nobody confirmed: the text goes on for the reason in `note`.
    without: orm.Mapped[bool] = orm.mapped_column(default=False)
    note: orm.Mapped[str] = orm.mapped_column(default="")
    confirmed_by_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    confirmed_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    withdrawn_at: orm.Mapped[datetime | None]
    #: The languages that changed since, "" for what stands in no column, ANNEXES.
    changed: orm.Mapped[list[str]] = orm.mapped_column(default=list)

    agreement: orm.Mapped[Agreement] = orm.relationship(back_populates="translation_confirmations")
    version: orm.Mapped[Version] = orm.relationship()
    confirmed_by: orm.Mapped[User] = orm.relationship(lazy="joined")

    @property
    def holds(self) -> bool:
        return self.withdrawn_at is None and self.digests == said(self.agreement)


class AcceptedDifference(Model):
    """A difference between the languages that somebody says is right, with the reason; it is known by its rows."""

    __tablename__ = "accepted_difference"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    agreement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agreement.id"), index=True)
    #: Of what differs and of both rows: another word in one of them, and it is another difference.
    key: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    what: orm.Mapped[str]
    reason: orm.Mapped[str]
    accepted_by_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("user_account.id"))
    accepted_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    #: Somebody looks at it again.
    taken_back_at: orm.Mapped[datetime | None]

    accepted_by: orm.Mapped[User] = orm.relationship(lazy="joined")


def said(agreement: Agreement) -> dict[str, str]:
    """What the newest text and its annexes say, as digests; empty before there is a text."""
    version = agreement.version
    if version is None:
        return {}
    found = dict(version.language_digests)
    if agreement.annexes:
        annexes = "\n".join(sorted(annex.text_digest for annex in agreement.annexes))
        found[ANNEXES] = hashlib.sha256(annexes.encode()).hexdigest()
    return found
