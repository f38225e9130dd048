"""Reading everything that is kept and comparing it with what it is kept under."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from mou_service.agreements.models import Ending
from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.core.errors import EngineFailed, Missing
from mou_service.core.ports import FileStore
from mou_service.partners.models import SigningAuthority
from mou_service.signing.models import Delegation

from . import witness_certificates
from .models import FixityCheck, Record
from .roots import recorded_with


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was deposited."""

    ref: str
    what: str
    key: str
    problem: str


def check(files: FileStore) -> Iterator[Difference | None]:
    """Read every deposited file; yields None for one that is as it was, else what differs."""
    for record in db.session.scalars(sa.select(Record).order_by(Record.id)):
        named = {
            "final": record.final, "certificate": record.certificate, "frozen": record.frozen, "draft": record.draft,
        }  # fmt: skip
        for what, key in named.items():
            yield _examine(files, record, what, key)
        for renewal in record.renewals:
            yield _read(files, record.agreement.ref, "renewed copy", renewal.file, size=renewal.size)
        recorded = recorded_with(record)
        for key in (*recorded.signers, *recorded.times):
            yield _read(files, record.agreement.ref, "accepted root", key)
    for ending in db.session.scalars(sa.select(Ending).order_by(Ending.id)):
        yield _read(files, ending.agreement.ref, "paper of an end", ending.evidence)
    shown = sa.select(SigningAuthority).where(SigningAuthority.evidence.is_not(None)).order_by(SigningAuthority.id)
    for entry in db.session.scalars(shown):
        yield _read(files, entry.position.organisation.ref, "paper of an authority", entry.evidence or "")
    for power in db.session.scalars(sa.select(Delegation).order_by(Delegation.id)):
        yield _read(files, power.agreement.ref, "power of attorney", power.document)
    for ref, key in witness_certificates.all_files():
        yield _read(files, ref, "witness certificate", key)


def run(files: FileStore) -> FixityCheck:
    """One whole check, kept with its result; a difference is an event as well."""
    results = list(check(files))
    problems = [asdict(found) for found in results if found is not None]
    made = FixityCheck(files=len(results), problems=problems)
    db.session.add(made)
    if problems:
        events.record("archive.difference", actor=SERVICE, stream="service", problems=problems)
    return made


def _examine(files: FileStore, record: Record, what: str, key: str) -> Difference | None:
    return _read(files, record.agreement.ref, what, key, size=record.size if what == "final" else None)


def _read(files: FileStore, ref: str, what: str, key: str, *, size: int | None = None) -> Difference | None:
    try:
        content = files.get(key)
    except Missing:
        return Difference(ref, what, key, "the file is gone")
    except EngineFailed:
        return Difference(ref, what, key, "the bytes are not those that were deposited")
    if size is not None and len(content) != size:
        return Difference(ref, what, key, "the size is not the one in the register")
    return None
