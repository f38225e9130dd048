"""Finding what lies in the archive."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.agreements.models import Agreement, Relation
from mou_service.agreements.permissions import visible_to
from mou_service.core import events, ids
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Missing
from mou_service.core.search import wanted
from mou_service.signing.models import Package

from .models import DownloadLink, FixityCheck, Record, Renewal


def register(actor: Actor, *, words: str = "", before: str = "", limit: int = 26) -> list[Record]:
    """The register, newest number first; `before` is the number of the last one shown."""
    query = sa.select(Record).join(Agreement).where(visible_to(actor)).options(*_with_its_standing())
    for word in wanted(words):
        query = query.where(Record.search_text.contains(word, autoescape=True))
    if before:
        query = query.where(Record.register_number < before)
    return list(db.session.scalars(query.order_by(Record.register_number.desc()).limit(limit)))


def _with_its_standing() -> list[orm.interfaces.ORMOption]:
    """What a line of the register says of an agreement in law, for all lines at once."""
    agreement = orm.joinedload(Record.agreement)
    followers = agreement.selectinload(Agreement.followers).joinedload(Relation.newer)
    return [
        agreement.joinedload(Agreement.term),
        agreement.selectinload(Agreement.parties),
        agreement.selectinload(Agreement.endings),
        agreement.selectinload(Agreement.packages).selectinload(Package.slots),
        followers.joinedload(Agreement.term),
        followers.joinedload(Agreement.record),
    ]


def record_of(ref: str) -> Record:
    """The record of an agreement; raises `Missing` while there is none."""
    found = db.session.scalar(sa.select(Record).join(Agreement).where(Agreement.ref == ref))
    if found is None:
        raise Missing(ref)
    return found


def agreement_with_record(ref: str) -> Agreement:
    """The archived agreement of a reference; raises `Missing`."""
    return record_of(ref).agreement


def by_sha256(sha256: str) -> Record | None:
    """The record whose final file, or a renewed copy of it, has these very bytes."""
    renewed = Record.renewals.any(Renewal.file == sha256)
    return db.session.scalar(sa.select(Record).where(sa.or_(Record.final == sha256, renewed)))


def by_certificate(sha256: str) -> Record | None:
    """The record whose completion certificate has these very bytes."""
    return db.session.scalar(sa.select(Record).where(Record.certificate == sha256))


def link(secret: str) -> DownloadLink:
    """The link of a secret that may still be used; raises `Missing` otherwise."""
    found = db.session.scalar(sa.select(DownloadLink).where(DownloadLink.token_hash == ids.token_hash(secret)))
    if found is None or found.revoked_at is not None or found.expires_at < now():
        raise Missing("link")
    return found


def links_of(agreement: Agreement) -> list[DownloadLink]:
    """All links to one document, newest first."""
    query = sa.select(DownloadLink).where(DownloadLink.agreement_id == agreement.id)
    return list(db.session.scalars(query.order_by(DownloadLink.id.desc())))


def lost_heads() -> Iterator[events.Break]:
    """Archived agreements whose trail no longer has the event that was its newest when they were deposited."""
    for record in db.session.scalars(sa.select(Record).options(orm.joinedload(Record.agreement)).order_by(Record.id)):
        if not events.holds(record.agreement.stream, record.log_head):
            yield events.Break(
                record.agreement.stream, 0, "does not hold the event its certificate of completion names"
            )


def last_check() -> FixityCheck | None:
    """The newest run over everything that is kept."""
    return db.session.scalar(sa.select(FixityCheck).order_by(FixityCheck.id.desc()).limit(1))
