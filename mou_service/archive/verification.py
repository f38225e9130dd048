"""What we can say about a file or a code: the verdict on the signatures, and what the archive knows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from mou_service.agreements.models import Agreement
from mou_service.agreements.queries import by_code
from mou_service.core.db import db
from mou_service.core.ids import ungrouped
from mou_service.core.ports import FileStore
from mou_service.partners import institution
from mou_service.signing.models import Package, Slot
from mou_service.trust import structure
from mou_service.trust.verdict import Expected, Finding, Verdict

from . import queries
from .models import Record
from .roots import Roots, recorded_with

#: What the seal of a completion certificate gives as its reason; see `certificate.draw`.
_CERTIFICATE = re.compile(r"Certificate of completion .+; final file ([0-9a-f]{64}); ")


@dataclass(frozen=True)
class Answer:
    """The verdict and, when the file or code is one of ours, what it belongs to."""

    verdict: Verdict
    record: Record | None
    agreement: Agreement | None
    #: True when the very bytes are in the archive; None when nothing was uploaded.
    archived: bool | None
    #: The file is the completion certificate of the record, or was before it was changed; not the document itself.
    is_certificate: bool = False


def of_upload(
    content: bytes,
    *,
    roots: Roots,
    files: FileStore,
    revocation_lists: Sequence[bytes] = (),
) -> Answer:
    """Verify an uploaded file; nothing of it is stored.

    What comes from an archived agreement is also believed by whom that one was accepted with. `revocation_lists` are today's. What lies in the archive was there before them, which is why they do not matter to
    it; anything else a stolen key could have signed since.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    record = queries.by_sha256(sha256)
    if record is not None:
        trusted = roots.together_with(recorded_with(record), files=files)
        verdict = trusted.verify(content, expected=expected(record, sha256=sha256))
        return Answer(_with_renewals(verdict, record), record, record.agreement, True)
    if (record := queries.by_certificate(sha256)) is not None:
        return Answer(roots.verify(content), record, record.agreement, True, is_certificate=True)
    verdict = roots.verify(content, revocation_lists=revocation_lists)
    if (record := _certified(verdict)) is not None:
        return Answer(verdict, record, record.agreement, False, is_certificate=True)
    record = _recognised(content, verdict)
    if record is not None:
        trusted = roots.together_with(recorded_with(record), files=files)
        known = expected(record, sha256=sha256)
        verdict = trusted.verify(content, expected=known, revocation_lists=revocation_lists)
    return Answer(verdict, record, record.agreement if record else None, False)


def of_code(typed: str, *, files: FileStore, roots: Roots) -> Answer | None:
    """Verify the archived file of a code; None when we gave no such code. Not archived yet: no verdict, no record."""
    agreement = by_code(ungrouped(typed))
    if agreement is None:
        return None
    if agreement.record is None:
        return Answer(Verdict("unreadable", "", 0), None, agreement, None)
    record = agreement.record
    trusted = roots.together_with(recorded_with(record), files=files)
    verdict = trusted.verify(files.get(record.newest), expected=expected(record, sha256=record.newest))
    return Answer(_with_renewals(verdict, record), record, agreement, None)


def expected(record: Record, *, sha256: str) -> Expected:
    """What the archive knows about the final file, and its renewed copies, from outside of them."""
    newest = record.renewals[-1].revisions if record.renewals else record.revisions
    since = next((each.at for each in record.renewals if each.file == sha256), record.deposited_at)
    return Expected(
        sha256=record.newest, revisions=newest, fields=tuple(record.fields), copies=record.copies[:-1],
        since=_day(since),
    )  # fmt: skip


def _with_renewals(verdict: Verdict, record: Record) -> Verdict:
    """Say which of its archived states this is, when its time-stamp was renewed."""
    if not record.renewals or verdict.sha256 not in record.copies:
        return verdict
    is_newest = verdict.sha256 == record.newest
    finding = Finding("renewed" if is_newest else "newer_copy", {"since": _day(record.renewals[-1].at)})
    return replace(verdict, findings=(*verdict.findings, finding))


def _day(moment: datetime) -> str:
    """The day it was where the archive is."""
    return moment.astimezone(ZoneInfo(institution.ours().time_zone)).date().isoformat()


def _certified(verdict: Verdict) -> Record | None:
    """The record whose completion certificate this was before it was changed: its one seal names the final file."""
    said = _CERTIFICATE.match(verdict.signatures[0].reason) if len(verdict.signatures) == 1 else None
    return queries.by_sha256(said[1]) if said is not None else None


def _recognised(content: bytes, verdict: Verdict) -> Record | None:
    """The archived agreement that a changed or earlier file comes from; None also when it comes from one of ours that is
    not archived.

    Told by the bytes as they were frozen, else by the certificates made for one act each. Who brings a certificate along
    may have signed other agreements with it too: it counts only while it leads to a single one.
    """
    serials = [s.serial.replace(":", "").lower().lstrip("0") for s in verdict.signatures if s.serial]
    if not serials:
        return None
    frozen = hashlib.sha256(structure.first_signed(content)).hexdigest()
    made_here = sa.and_(Slot.kind != "seal", Slot.method != "outside", Slot.certificate.in_(serials))
    brought_along = Slot.evidence["own_certificate"]["sha256"].as_string()
    fingerprints = [s.certificate_sha256 for s in verdict.signatures if s.own_certificate]
    # Other authorities number their certificates as they like: a serial number of theirs may be one of ours.
    for known in (Package.frozen == frozen, made_here, brought_along.in_(fingerprints)):
        query = (
            sa.select(Package.agreement_id).join(Slot, Slot.package_id == Package.id).where(known).distinct().limit(2)
        )
        if found := db.session.scalars(query).all():
            one = Record.agreement_id == found[0]
            return db.session.scalar(sa.select(Record).where(one)) if len(found) == 1 else None
    return None
