"""What there is: our keys with their generations, certificates of others that we depend on, and when each ends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from asn1crypto import x509

from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.events import Event
from mou_service.core.ports import FileStore
from mou_service.trust import chains, evidence, names
from mou_service.trust.authority import Authority
from mou_service.trust.issuing import NAMES
from mou_service.trust.ring import Entry, TokenPlace

STREAM = "service"
#: So many days ahead administrators are told; 0 is the day it has ended.
THRESHOLDS = (60, 30, 7, 0)

Place = Literal["file", "token", "destroyed"]


@dataclass(frozen=True)
class Kept:
    """One of our certificates, with what became of its key."""

    name: str
    number: int
    subject: str
    serial: str
    fingerprint: str
    since: datetime
    ends: datetime
    place: Place
    token_label: str
    imported: bool
    retired: datetime | None
    reason: str
    #: When it was taken back.
    revoked: datetime | None

    @property
    def days(self) -> int:
        return days_to(self.ends)


@dataclass(frozen=True)
class Watched:
    """A certificate that matters now, ours or not; `role` is one of ours or of `words.OTHERS`."""

    role: str
    subject: str
    fingerprint: str
    ends: datetime

    @property
    def days(self) -> int:
        return days_to(self.ends)

    @property
    def threshold(self) -> int | None:
        """The tightest threshold it has passed; None while there is time."""
        passed = (each for each in THRESHOLDS if (self.days <= each if each else self.days < 0))
        return min(passed, default=None)


def current(authority: Authority) -> list[Kept]:
    """What is in use, from the root downwards."""
    return [_kept(authority, authority.ring.current[name]) for name in NAMES]


def earlier(authority: Authority) -> list[Kept]:
    """What was in use before, youngest first."""
    retired = sorted(authority.ring.retired, key=lambda each: (each.retired or now(), each.number), reverse=True)
    return [_kept(authority, each) for each in retired]


def watched(
    authority: Authority,
    *,
    timestamp_roots: Sequence[bytes],
    signer_roots: Sequence[bytes],
    last_stamp: bytes | None = None,
) -> list[Watched]:
    """Every certificate whose end would hold something up, the next to end first; each once."""
    found: dict[str, Watched] = {}
    for role, certificate in _that_matter(authority, timestamp_roots, signer_roots, last_stamp):
        fingerprint = hashlib.sha256(certificate.dump()).hexdigest()
        subject = names.read(certificate.subject).name
        found.setdefault(fingerprint, Watched(role, subject, fingerprint, certificate.not_valid_after))
    return sorted(found.values(), key=lambda each: each.ends)


def last_stamp(files: FileStore) -> bytes | None:
    """The certificate that the time-stamp service stamped a document with last; None when it never did."""
    stamps = sa.select(Event).where(Event.name == "package.timestamp").order_by(Event.id.desc()).limit(20)
    for event in db.session.scalars(stamps):
        if not event.facts.get("placeholder") and files.has(event.facts["after"]):
            stamped = [each for each in evidence.signatures(files.get(event.facts["after"])) if each.is_timestamp]
            return stamped[-1].certificate if stamped else None
    return None


def history(limit: int = 50) -> list[Event]:
    """What was done with keys and certificates, newest first."""
    done = sa.select(Event).where(Event.stream == STREAM, Event.name.like("keys.%"))
    return list(db.session.scalars(done.order_by(Event.seq.desc()).limit(limit)))


def rotations() -> set[str]:
    """Fingerprints of the certificates whose retirement stands in the trail."""
    done = sa.select(Event).where(Event.stream == STREAM, Event.name.in_(("keys.rotate", "keys.import")))
    return {each["fingerprint"] for event in db.session.scalars(done) for each in event.facts["retired"]}


def was_issued(authority: Authority, serial: str) -> bool:
    """Whether a certificate of this serial number is one of ours, or was made for an act of signing."""
    return serial in {each.serial for each in authority.ring.entries()} or _signed_with(serial, outside=False)


def was_brought(serial: str) -> bool:
    """Whether somebody signed with a certificate of this serial number that another authority issued."""
    return _signed_with(serial, outside=True)


def _signed_with(serial: str, *, outside: bool) -> bool:
    written = f"{int(serial.replace(':', ''), 16):x}"
    method, used = Event.facts["method"].as_string(), Event.facts["certificate"].as_string()
    acts = sa.select(Event.id).where(
        Event.name == "slot.sign", used == written, method == "outside" if outside else method != "outside"
    )
    return db.session.scalar(acts.limit(1)) is not None


def days_to(moment: datetime) -> int:
    """Whole days that are left; negative once it is past."""
    return (moment - now()).days


def _that_matter(
    authority: Authority, timestamp_roots: Sequence[bytes], signer_roots: Sequence[bytes], last: bytes | None
) -> Iterator[tuple[str, x509.Certificate]]:
    for entry in authority.ring.current.values():
        yield entry.name, names.load_certificate(entry.certificate)
        yield from _all("chain", map(names.load_certificate, entry.chain))
    yield from _all("TSA_ROOTS", chains.load_roots(timestamp_roots))
    yield from _all("SIGNER_ROOTS", chains.load_roots(signer_roots))
    if last is not None:
        yield "stamp", names.load_certificate(last)


def _all(role: str, certificates: Iterable[x509.Certificate]) -> Iterator[tuple[str, x509.Certificate]]:
    return ((role, each) for each in certificates)


def _kept(authority: Authority, entry: Entry) -> Kept:
    certificate = names.load_certificate(entry.certificate)
    revocation = authority.revocations.get(entry.serial)
    token = entry.key if isinstance(entry.key, TokenPlace) else None
    return Kept(
        name=entry.name,
        number=entry.number,
        subject=names.read(certificate.subject).name,
        serial=entry.serial,
        fingerprint=entry.fingerprint,
        since=entry.since,
        ends=certificate.not_valid_after,
        place="token" if token else "file" if entry.key is not None else "destroyed",
        token_label=token.label if token else "",
        imported=entry.imported,
        retired=entry.retired,
        reason=entry.reason,
        revoked=revocation.since if revocation else None,
    )
