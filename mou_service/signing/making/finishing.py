"""The saved steps behind the last signature: seal, time-stamp, check. Each may die and be done again.

A step reads what it needs, works without the database, and writes its result only if nobody was quicker.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mou_service.agreements import lifecycle, status
from mou_service.agreements.models import Agreement
from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.core.errors import EngineFailed
from mou_service.core.ports import FileStore
from mou_service.trust import evidence
from mou_service.trust import sign as signatures
from mou_service.trust.authority import Authority
from mou_service.trust.keys import ValidationData
from mou_service.trust.timestamps import TimestampSource
from mou_service.trust.verdict import Expected, Verdict
from mou_service.trust.verify import verify

from .. import dates
from ..models import Package, Slot
from . import levels, stamping

PLACEHOLDER = "Local placeholder time-stamp, no evidential value"
LONGEST_LABEL = 200


@dataclass(frozen=True)
class ToSeal:
    """What the seal goes on."""

    file: str
    field: str
    stamp: bytes
    reason: str
    at: datetime


def seal(work: ToSeal, *, files: FileStore, authority: Authority) -> str:
    """Close the file with the institution's seal; gives the key of the sealed file."""
    with files.draft(work.file) as file:
        signatures.seal(
            file,
            field=work.field,
            credential=authority.seal,
            stamp=work.stamp,
            reason=work.reason,
            location="",
            at=work.at,
        )
        return files.keep(file)


def save_seal(package: Package, *, sealed: str, at: datetime, serial: str) -> None:
    """The sealed file counts from here on."""
    slot = seal_slot(package)
    slot.state, slot.signed_at, slot.method, slot.certificate, slot.revision = "signed", at, "service", serial, sealed
    before, package.sealed, package.current, package.problem = package.current, sealed, sealed, ""
    db.session.flush()
    events.record(
        "package.seal", actor=SERVICE, stream=package.agreement.stream, package=package.id, before=before, after=sealed,
        certificate=serial,
    )  # fmt: skip


def timestamp(
    file: str,
    *,
    files: FileStore,
    source: TimestampSource,
    authority: Authority,
    own: ValidationData,
    wanted: str,
    at: datetime,
) -> str:
    """Put what a later verifier needs into the file and time-stamp the whole; gives the key.

    `own` is what validates the certificates that people brought along.

    `EngineFailed` when the source gives less than the level that was `wanted`; empty: whatever it can give.
    """
    levels.check_source(source, wanted=wanted)
    level: signatures.Level = wanted or "B-LTA"  # type: ignore[assignment]
    signers = [each.certificate for each in evidence.signatures(files.get(file))] if authority.has_history else []
    with files.draft(file) as draft:
        stamped = signatures.timestamp(
            draft, source=source, evidence=authority.evidence(signers, at) + own, level=level, at=at
        )
        levels.check_reached(stamped.level, wanted=wanted)
        return files.keep(draft)


def label(source: TimestampSource) -> str:
    """What the page, the register and the certificate say about where the time comes from."""
    return PLACEHOLDER if source.placeholder else source.name[:LONGEST_LABEL]


def save_timestamp(package: Package, *, stamped: str, label: str, placeholder: bool) -> None:
    """The time-stamped file counts from here on; its source is named as what it is."""
    before, package.current, package.problem = package.current, stamped, ""
    package.timestamp_label, package.timestamp_placeholder = label, placeholder
    db.session.flush()
    events.record(
        "package.timestamp", actor=SERVICE, stream=package.agreement.stream, package=package.id, before=before,
        after=stamped, label=label, placeholder=placeholder,
    )  # fmt: skip


def save_no_timestamp(package: Package) -> None:
    """The sealed file is the last one: no time-stamp was wanted."""
    package.timestamp_label, package.timestamp_placeholder, package.problem = levels.NO_TIMESTAMP, False, ""
    db.session.flush()
    events.record("package.no_timestamp", actor=SERVICE, stream=package.agreement.stream, package=package.id)


def check(
    content: bytes,
    *,
    key: str,
    fields: tuple[str, ...],
    roots: tuple[bytes, ...],
    timestamp_roots: tuple[bytes, ...],
    signer_roots: tuple[bytes, ...] = (),
) -> Verdict:
    """Look at every signature of the finished file as a stranger would; raises when something does not hold."""
    expected = Expected(sha256=key, revisions=0, fields=fields)
    verdict = verify(
        content, roots=roots, timestamp_roots=timestamp_roots, signer_roots=signer_roots, expected=expected
    )
    signed = {signature.field for signature in verdict.signatures if signature.valid}
    missing = [name for name in fields if name not in signed]
    if verdict.outcome != "valid" or missing:
        reasons = [finding.sentence for finding in verdict.errors] or [f"no valid signature in {', '.join(missing)}"]
        raise EngineFailed("signing", f"the finished file does not verify: {' '.join(reasons)}", permanent=True)
    return verdict


def execute(package: Package, *, level: str, zone: str) -> None:
    """The file is final, and the agreement holds from the day of the last signature; `level` is what it reached."""
    agreement = package.agreement
    package.level = level
    package.final, package.state, package.problem = package.current, "done", ""
    _begin_term(agreement, package, zone=zone)
    db.session.flush()
    lifecycle.take(
        "execute", SERVICE, agreement, package=package.id, final=package.final, level=level,
        starts=agreement.term.starts.isoformat() if agreement.term and agreement.term.starts else None,
        ends=agreement.term.ends.isoformat() if agreement.term and agreement.term.ends else None,
    )  # fmt: skip


def seal_slot(package: Package) -> Slot:
    return next(slot for slot in package.slots if slot.kind == "seal")


def filled_fields(package: Package) -> tuple[str, ...]:
    """The fields a complete file of this package carries a signature in."""
    return tuple(slot.field for slot in package.slots if slot.state == "signed")


def _begin_term(agreement: Agreement, package: Package, *, zone: str) -> None:
    signed = [slot.signed_at for slot in package.slots if slot.kind == "signatory" and slot.signed_at is not None]
    if agreement.term is not None:
        term, last = agreement.term, dates.effective_day(signed, zone=zone)
        term.starts = max(last, term.begins_on or last)
        term.ends = term.ends_on or status.last_day(term.starts, term.months)


def to_seal(package: Package, *, stamp: bytes, at: datetime) -> ToSeal:
    """Read from the package what its seal goes on."""
    assert package.current is not None, "everybody has signed a file"
    slot = seal_slot(package)
    return ToSeal(file=package.current, field=slot.field, stamp=stamp, reason=stamping.reason(slot), at=at)
