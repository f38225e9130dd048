"""The document in somebody's hands: taken out to be signed with an own certificate, for a while.

Meanwhile nobody else's mark may change the file, or the signature that comes back would stand on a text that is no
longer there. A loan ends by itself, so that nobody holds the others up for ever.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy import orm

from mou_service.core.clock import now
from mou_service.core.db import Model, db
from mou_service.core.errors import Missing
from mou_service.web.filters import in_language, moment

from .models import Package, Slot

#: So often the time may be made longer before the others can go on without asking the organiser.
MOST_EXTENSIONS = 3


class Loan(Model):
    """The newest revision, handed to the person of one place until a moment."""

    __tablename__ = "loan"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    package_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("package.id"), index=True)
    slot_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("slot.id"))
    #: Key of the revision that was handed out: what comes back has to begin with these bytes.
    file: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    taken_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    until: orm.Mapped[datetime]
    extensions: orm.Mapped[int] = orm.mapped_column(default=0)
    ended_at: orm.Mapped[datetime | None]
    #: signed, given_back (by the person), taken_back (by the organiser), given_up (for another loan or way of signing,
    #: or because nobody is expected to sign in this place any more)
    outcome: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="")
    #: Key of the file that came back and fits, until the person confirms that it is theirs; and what it says.
    offered: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    said: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)

    slot: orm.Mapped[Slot] = orm.relationship()

    @property
    def runs(self) -> bool:
        """Whether the file still counts as out."""
        return self.ended_at is None and self.until > now()


def out(package: Package) -> Loan | None:
    """The loan that keeps the package's file from changing now."""
    found = sa.select(Loan).where(Loan.package_id == package.id, Loan.ended_at.is_(None), Loan.until > now())
    return db.session.scalars(found.order_by(Loan.id.desc())).first()


def of(slot: Slot) -> Loan | None:
    """The loan this place could still come back from, also after its time while nobody else made a mark."""
    found = sa.select(Loan).where(Loan.slot_id == slot.id, Loan.ended_at.is_(None))
    loan = db.session.scalars(found.order_by(Loan.id.desc())).first()
    return loan if loan is not None and loan.file == slot.package.current else None


def is_with(slot: Slot) -> bool:
    """Whether the document is out, to the person of this place."""
    loan = of(slot)
    return loan is not None and loan.runs


def get(number: int) -> Loan:
    """The loan of a number; raises `Missing`."""
    loan = db.session.get(Loan, number)
    if loan is None:
        raise Missing(f"loan {number}")
    return loan


def why_not(package: Package) -> list[str]:
    """What to tell everybody who wants to sign while the file is out; empty when it is not."""
    loan = out(package)
    if loan is None:
        return []
    name, until = in_language(loan.slot.as_shown.get("name", {})), moment(loan.until)
    return [_("%(name)s is signing with their own certificate until %(until)s. Nobody else can sign meanwhile.", name=name, until=until)]  # fmt: skip


def give_up(slot: Slot) -> None:
    """Nobody signs in this place any more: the document that was out for it keeps nobody else waiting."""
    for loan in db.session.scalars(sa.select(Loan).where(Loan.slot_id == slot.id, Loan.ended_at.is_(None))):
        end(loan, "given_up")


def end(loan: Loan, outcome: str) -> None:
    """Close the loan; one that ended stays as it ended."""
    if loan.ended_at is None:
        loan.ended_at, loan.outcome = now(), outcome
