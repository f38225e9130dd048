"""New time-stamps over archived files, before the certificate behind the last one ends.

What was deposited stays as it is. A renewal adds to it, in a revision of its own, fresh statements about certificates
and a time-stamp over everything before; the result is filed beside it and is the copy that is handed out from then on.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from mou_service.core import events, jobs
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import EngineFailed
from mou_service.core.jobs import Job
from mou_service.core.ports import FileStore
from mou_service.signing.making import finishing
from mou_service.trust import names, revocation, sign
from mou_service.trust.authority import Authority
from mou_service.trust.keys import ValidationData
from mou_service.trust.timestamps import TimestampSource
from mou_service.trust.verdict import Expected, Verdict

from .models import Record, Renewal
from .roots import Recorded, Roots, of_times, recorded_with

_log = logging.getLogger(__name__)

#: How long the authorities behind an old time-stamp are waited for; what they say is good to have, not needed.
_SECONDS = 10.0


@dataclass(frozen=True)
class Plan:
    """What is to be renewed, read from the register."""

    ref: str
    record: int
    file: str
    fields: tuple[str, ...]
    recorded: Recorded


@dataclass(frozen=True)
class Made:
    """A renewed copy that was checked and is kept."""

    file: str
    size: int
    revisions: int
    label: str
    placeholder: bool
    valid_until: datetime
    #: The keys of the roots its time-stamps lead to.
    time_roots: tuple[str, ...] = ()


def due(*, days: int, at: datetime) -> list[Record]:
    """The records whose newest copy proves its times for fewer than `days` from now, the most urgent first."""
    newest = sa.select(sa.func.max(Renewal.valid_until)).where(Renewal.record_id == Record.id).scalar_subquery()
    ends = sa.func.coalesce(newest, Record.protected_until)
    query = sa.select(Record).where(ends < at + timedelta(days=days)).order_by(ends)
    return list(db.session.scalars(query))


def late(*, days: int, at: datetime) -> list[Record]:
    """What should have been renewed by now and was not: half of the time for it is over."""
    return due(days=days // 2, at=at)


def unknown() -> list[Record]:
    """The records of which nobody has looked up yet how long they prove their times."""
    return list(db.session.scalars(sa.select(Record).where(Record.protected_until.is_(None), ~Record.renewals.any())))


def plan(record: Record) -> Plan:
    return Plan(record.agreement.ref, record.id, record.newest, tuple(record.fields), recorded_with(record))


def look_up(plan_: Plan, *, files: FileStore, roots: Roots, at: datetime) -> datetime | None:
    """Until when the file proves its times; None when it proves none now."""
    roots = roots.together_with(plan_.recorded, files=files)
    return _verdict(files.get(plan_.file), roots, fields=plan_.fields, at=at).protected_until


def note(found: Mapping[int, datetime | None]) -> None:
    """Keep in the register what was looked up, by the number of the record."""
    for number, until in found.items():
        db.session.get_one(Record, number).protected_until = until


def make(
    plan_: Plan, *, files: FileStore, source: TimestampSource, authority: Authority, roots: Roots, at: datetime
) -> Made:
    """Add the evidence and the time-stamp, look at the result as a stranger would, and keep it.

    `EngineFailed`: the source gave nothing, or nothing would be gained; permanent when the file itself does not hold.
    """
    content, roots = files.get(plan_.file), roots.together_with(plan_.recorded, files=files)
    before = _verdict(content, roots, fields=plan_.fields, at=at)
    if before.outcome != "valid":
        said = " ".join(finding.sentence for finding in before.findings if finding.severity != "information")
        raise EngineFailed("renewal", f"the archived file no longer proves its times by itself. {said}", permanent=True)
    if source.placeholder and before.proven_level != "B-B":
        raise EngineFailed("renewal", "TSA_URL is not set, and our own clock does not replace a time-stamp service.")
    evidence = _evidence(before, authority=authority, at=at)
    renewed = sign.timestamp(content, source=source, evidence=evidence, at=at).pdf
    after = _verdict(renewed, roots, fields=plan_.fields, at=at)
    valid_until = _checked(before, after)
    key = files.put(renewed)
    return Made(
        key, len(renewed), after.revisions, finishing.label(source), source.placeholder, valid_until,
        tuple(of_times(after, files=files)),
    )  # fmt: skip


def save(plan_: Plan, made: Made, *, actor: Actor, at: datetime) -> Renewal | None:
    """File the renewed copy as the one that counts; None when somebody was quicker."""
    record = db.session.get_one(Record, plan_.record, with_for_update=True, populate_existing=True)
    if record.newest != plan_.file:
        return None
    renewal = Renewal(
        record=record, file=made.file, previous=plan_.file, size=made.size, revisions=made.revisions, at=at,
        label=made.label, placeholder=made.placeholder, valid_until=made.valid_until,
    )  # fmt: skip
    db.session.add(renewal)
    record.time_roots = list(dict.fromkeys([*record.time_roots, *made.time_roots]))
    db.session.flush()
    events.record(
        "archive.renew", actor=actor, stream=record.agreement.stream, before=plan_.file, after=made.file,
        label=made.label, placeholder=made.placeholder, valid_until=made.valid_until.isoformat(),
    )  # fmt: skip
    return renewal


def ask(record: Record, *, actor: Actor) -> None:
    """Have the newest copy renewed by a job; asked again, what was given up is tried anew."""
    jobs.enqueue("archive.renew_one", unique_key=key(record), ref=record.agreement.ref, actor=actor.label)
    known = work_of(record)
    if known is not None and known.due is None and known.finished_at is None:
        jobs.again(known)


def work_of(record: Record) -> Job | None:
    """The job that renews the newest copy, if there is one."""
    return db.session.scalar(sa.select(Job).where(Job.unique_key == key(record)))


def key(record: Record) -> str:
    return f"archive.renew_one:{record.newest}"


def _verdict(content: bytes, roots: Roots, *, fields: Sequence[str], at: datetime) -> Verdict:
    expected = Expected(sha256=hashlib.sha256(content).hexdigest(), revisions=0, fields=tuple(fields))
    return roots.verify(content, expected=expected, at=at)


def _evidence(before: Verdict, *, authority: Authority, at: datetime) -> ValidationData:
    """Fresh statements about our own certificates, and about those behind the time-stamp that is to be protected."""
    data = authority.validation_data(at)
    stamps = [each for each in before.signatures if each.kind == "timestamp" and each.trusted]
    try:
        signers = [each.chain[-1] for each in before.signatures if each.kind != "timestamp" and each.chain]
        data += authority.evidence(signers, at)
        if stamps:
            path = [names.load_certificate(der) for der in stamps[-1].chain]
            data += revocation.fetch(path, at=at, seconds=_SECONDS)
    except revocation.RevokedError:
        raise
    except EngineFailed:
        # After years a service may be gone. What it said when the file was made is in the file, and stamped.
        _log.info("fresh statements for a renewal are not to be had", exc_info=True)
    return data


def _checked(before: Verdict, after: Verdict) -> datetime:
    """Until when the renewed copy proves its times, if it holds and that is longer than before."""
    if after.outcome != "valid":
        said = " ".join(finding.sentence for finding in after.errors)
        raise EngineFailed("renewal", f"the renewed copy does not verify and was not filed. {said}", permanent=True)
    assert before.protected_until is not None, "a valid file proves its times"
    assert after.protected_until is not None, "a valid file with a time-stamp proves its times"
    if after.protected_until <= before.protected_until:
        ends = after.protected_until.date().isoformat()
        raise EngineFailed(
            "renewal", f"the time-stamp source still uses a certificate that ends on {ends}: nothing would be gained."
        )
    return after.protected_until
