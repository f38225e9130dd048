"""Whose certificate a signature carries, whether it leads to a root we trust, and when the signature was made."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from asn1crypto import crl, ocsp, pem, x509
from cryptography.x509 import load_der_x509_crl
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.status import DocumentTimestampStatus, PdfSignatureStatus, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from mou_service.trust import certificates, names, objects, revocation
from mou_service.trust.bounds import Registry, Watch
from mou_service.trust.verdict import TimeSource

#: pyHanko tells of each certificate that leads to no root with a traceback; here that is an answer like any other.
logging.getLogger("pyhanko.sign.validation.generic_cms").setLevel(logging.ERROR)

#: Certificates, lists and answers read from one file; a file with more is not one of ours.
_MOST_OBJECTS = 500


@dataclass(frozen=True)
class Store:
    """The validation data that a file carries in its document security store."""

    certificates: tuple[x509.Certificate, ...] = ()
    revocation_lists: tuple[crl.CertificateList, ...] = ()
    ocsp_responses: tuple[ocsp.OCSPResponse, ...] = ()
    _known: dict[tuple[bytes, ...], bool] = field(default_factory=dict, compare=False)

    def covers(self, *paths: Sequence[x509.Certificate]) -> bool:
        """Whether for each certificate of these paths, roots first and left out, the file holds a signed statement."""
        return all(self._covers(path) for path in paths)

    def _covers(self, path: Sequence[x509.Certificate]) -> bool:
        key = tuple(each.sha256 for each in path)
        if key not in self._known:
            self._known[key] = revocation.covered(path, lists=self.revocation_lists, answers=self.ocsp_responses)
        return self._known[key]


@dataclass(frozen=True)
class Stamp:
    """A time, and how much it is worth."""

    at: datetime | None
    source: TimeSource = "claimed"
    trusted: bool = False
    broken: bool = False


@dataclass(frozen=True)
class Standing:
    """What the cryptography says about one signature."""

    intact: bool
    sound: bool
    path: tuple[x509.Certificate, ...] = ()
    problem: str = ""
    stamp: Stamp = field(default_factory=lambda: Stamp(None))
    token: TimestampSignatureStatus | None = None
    #: Made with a certificate of an authority that signatories and witnesses may bring along.
    own_certificate: bool = False
    #: Sound at the time the file names, but since this moment nobody vouches for that time any more.
    lapsed: datetime | None = None

    @property
    def trusted(self) -> bool:
        return self.intact and self.sound and bool(self.path) and not self.problem

    @property
    def ends(self) -> datetime | None:
        """The end of the first certificate of the path that ends; a root is trusted, not certified."""
        below: list[datetime] = [each.not_valid_after for each in self.path[1:]]
        return min(below) if below else None


@dataclass
class Until:
    """Until when a signature has to hold by itself: a later time-stamp vouches for it from there on."""

    #: By time-stamps that hold today.
    proven: datetime
    #: By those as well that held once.
    shown: datetime
    #: Since when nobody vouches for the latter.
    since: datetime | None = None

    def heed(self, stamp: Standing) -> None:
        """Go on below this document time-stamp."""
        if stamp.stamp.at is None:
            return
        if stamp.trusted:
            self.proven = self.shown = stamp.stamp.at
            self.since = None
        elif stamp.lapsed is not None:
            self.shown, self.since = stamp.stamp.at, stamp.lapsed


@dataclass
class Judge:
    """Validates signatures against fixed roots and nothing from the network; one context per moment."""

    roots: Sequence[x509.Certificate]
    #: Whom a time is believed: our own, and time-stamp services. Whom else those certify is a stranger.
    timestamp_roots: Sequence[x509.Certificate]
    store: Store
    now: datetime
    watch: Watch
    _contexts: dict[tuple[datetime, bool], ValidationContext] = field(default_factory=dict)

    async def as_shown(self, signature: EmbeddedPdfSignature, standing: Standing, *, until: Until) -> Standing:
        """What no longer holds by itself, judged by the times that the file shows but that nobody vouches for now."""
        judge = self.timestamp if signature.sig_object_type == "/DocTimeStamp" else self.signature
        if until.shown < until.proven:
            shown = await judge(signature, at=until.shown)
            if shown.trusted or shown.problem == "revoked":
                return _lapsed(shown, until) if shown.trusted else shown
        claimed = standing.stamp.at
        # A certificate that was taken back could have been used by anybody who names an earlier time.
        if claimed is not None and claimed < until.shown and standing.problem != "revoked":
            shown = await judge(signature, at=claimed)
            shown = self._heed_lists(shown, at=until.shown)
            if shown.trusted or shown.problem == "revoked":
                return _lapsed(shown, until) if shown.trusted else shown
        return standing

    async def timestamp(self, signature: EmbeddedPdfSignature, *, at: datetime) -> Standing:
        """A document time-stamp, judged at the moment until which it has to hold."""
        status = await async_validate_pdf_timestamp(signature, self._for_times(at), skip_diff=True)
        return replace(self._heed_lists(_standing(status), at=at), stamp=_stamp_of(status), token=status)

    async def signature(self, signature: EmbeddedPdfSignature, *, at: datetime) -> Standing:
        """A signature, judged at its own trusted time-stamp or else at `at`."""
        stamp = Stamp(signature.self_reported_timestamp)
        status = await async_validate_pdf_signature(
            signature, self._context(at), ts_validation_context=self._for_times(self.now), skip_diff=True
        )
        if (token := status.timestamp_validity) is not None:
            own = _stamp_of(token)
            stamp = own if own.trusted else replace(stamp, broken=own.broken)
            if own.trusted and own.at is not None:
                at = min(at, own.at)
                if not _standing(status).trusted:
                    status = await async_validate_pdf_signature(signature, self._context(at), skip_diff=True)
        return replace(self._heed_lists(_standing(status), at=at), stamp=stamp, token=token)

    def _heed_lists(self, standing: Standing, *, at: datetime) -> Standing:
        """Look where pyHanko does not: into the list of a certificate that does not say where one is published."""
        pairs = pairwise(standing.path)
        taken_back = any(_is_revoked(each, issuer, self.store.revocation_lists, at=at) for issuer, each in pairs)
        return replace(standing, path=(), problem="revoked") if taken_back else standing

    def _for_times(self, moment: datetime) -> ValidationContext:
        return self._context(moment, times=True)

    def _context(self, moment: datetime, *, times: bool = False) -> ValidationContext:
        if (moment, times) not in self._contexts:
            self._contexts[moment, times] = ValidationContext(
                trust_roots=list(self.timestamp_roots if times else self.roots),
                certificate_registry=Registry.of(list(self.store.certificates), self.watch),
                crls=list(self.store.revocation_lists),
                ocsps=list(self.store.ocsp_responses),
                moment=moment,
                allow_fetching=False,
                revocation_mode="soft-fail",
                # A list made after the signature speaks for it as well.
                retroactive_revinfo=True,
            )
        return self._contexts[moment, times]


def load_roots(roots: Iterable[bytes]) -> list[x509.Certificate]:
    """Certificates to trust, each given as DER or PEM."""
    loaded: list[x509.Certificate] = []
    for content in roots:
        if pem.detect(content):
            loaded.extend(names.load_certificate(der) for _, _, der in pem.unarmor(content, multiple=True))
        else:
            loaded.append(names.load_certificate(content))
    return loaded


def load_anchors(roots: Iterable[bytes]) -> tuple[list[x509.Certificate], dict[bytes, x509.Certificate]]:
    """Authorities to trust, and seals: certificate (DER) → its root.

    A seal is given as a certificate that is no authority, followed by its chain up to the root. Its root vouches for
    that one certificate and for no other: anybody may have one from the same authority.
    """
    anchors: list[x509.Certificate] = []
    seals: dict[bytes, x509.Certificate] = {}
    for first, *others in (load_roots([content]) for content in roots):
        if first.ca or not others:
            anchors += [first, *others]
        else:
            seals[first.dump()] = others[-1]
    return anchors, seals


def read_store(reader: PdfHandler, *, extra_lists: Iterable[bytes] = ()) -> Store:
    """The security store of the file; a part that cannot be read counts as absent."""
    store: Any = objects.get(reader.root, "/DSS") or {}
    listed = [
        *_load(store, "/CRLs", DecodePurpose.CRL, names.load_revocation_list),
        *(names.load_revocation_list(der) for der in extra_lists),
    ]
    return Store(
        certificates=tuple(_load(store, "/Certs", DecodePurpose.CERTIFICATE, names.load_certificate)),
        revocation_lists=tuple(listed),
        ocsp_responses=tuple(_load(store, "/OCSPs", DecodePurpose.OCSP_RESPONSE, ocsp.OCSPResponse.load)),
    )


def _load(store: Any, key: str, purpose: DecodePurpose, load: Any) -> list[Any]:
    found = []
    for entry in list(objects.get(store, key) or ())[:_MOST_OBJECTS]:
        try:
            found.append(load(entry.get_object().read_data(purpose)))
        except (ValueError, TypeError, AttributeError):
            continue
    return found


def _standing(status: PdfSignatureStatus | DocumentTimestampStatus) -> Standing:
    path = tuple(status.validation_path) if status.validation_path is not None else ()
    problem = status.trust_problem_indic
    return Standing(
        intact=status.intact,
        sound=status.valid,
        path=path if problem is None else (),
        problem=_PROBLEMS.get(problem, "untrusted") if problem is not None else "" if path else "untrusted",
    )


_PROBLEMS: dict[Any, str] = {
    AdESFailure.REVOKED: "revoked",
    AdESIndeterminate.REVOKED_NO_POE: "revoked",
    AdESIndeterminate.REVOKED_CA_NO_POE: "revoked",
    AdESFailure.NOT_YET_VALID: "not_yet_valid",
    AdESIndeterminate.EXPIRED: "expired",
    AdESIndeterminate.NOT_YET_VALID: "not_yet_valid",
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: "expired",
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: "expired",
}


def _lapsed(shown: Standing, until: Until) -> Standing:
    """It held by itself until its certificates ended, and by a time-stamp until that one did."""
    ends = [each for each in (shown.ends, until.since) if each is not None]
    return replace(shown, problem="lapsed", lapsed=max(ends))


def _is_revoked(
    certificate: x509.Certificate, issuer: x509.Certificate, lists: Iterable[crl.CertificateList], *, at: datetime
) -> bool:
    for each in lists:
        if each.issuer != issuer.subject:
            continue
        known = load_der_x509_crl(each.dump())
        entry = known.get_revoked_certificate_by_serial_number(certificate.serial_number)
        # Looked up first: almost nothing is revoked, and then the signature of the list need not be checked.
        if entry is not None and entry.revocation_date_utc <= at and revocation.is_list_of(each, issuer):
            return True
    return False


def _stamp_of(status: TimestampSignatureStatus) -> Stamp:
    broken = not (status.intact and status.valid)
    source: TimeSource = "placeholder" if certificates.is_placeholder(status.signing_cert) else "timestamp"
    return Stamp(status.timestamp, source=source, trusted=status.trusted, broken=broken)
