"""One signature in the words of the verdict: whose it is, what kind, when it was made, how far it reaches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from mou_service.trust import certificates, names, objects
from mou_service.trust.chains import Standing, Store
from mou_service.trust.verdict import Kind, SignatureVerdict


@dataclass
class Found:
    """A filled signature field while it is being examined."""

    name: str
    value: EmbeddedPdfSignature | None
    problem: str | None = None
    standing: Standing | None = None
    changed_later: bool = False

    @property
    def is_timestamp(self) -> bool:
        return self.value is not None and self.value.sig_object_type == "/DocTimeStamp"

    @property
    def is_ours(self) -> bool:
        return self.standing is not None and (self.standing.trusted or self.standing.lapsed is not None)

    @property
    def certifies(self) -> bool:
        return self.value is not None and _certifies(self.value)

    @property
    def end(self) -> int:
        """How far it covers the file."""
        return int(self.value.byte_range[2]) + int(self.value.byte_range[3]) if self.value is not None else 0

    @property
    def signer(self) -> str:
        return names.read(self.value.signer_cert.subject).name if self.value is not None else ""

    @property
    def revision(self) -> int:
        return int(self.value.signed_revision) if self.value is not None else -1


@dataclass
class Stores:
    """The security store as it was after each revision; what a later one added, no earlier time-stamp protects."""

    last: Store
    read: Callable[[int], Store]
    newest: int
    _read: dict[int, Store] = field(default_factory=dict)

    def at(self, revision: int) -> Store:
        if revision == self.newest:
            return self.last
        if revision not in self._read:
            self._read[revision] = self.read(revision)
        return self._read[revision]


def describe(found: Found, filled: Sequence[Found], stores: Stores, total: int, *, size: int) -> SignatureVerdict:
    value, standing = found.value, found.standing
    if value is None or standing is None:
        return SignatureVerdict(found.name, _kind(found), later_changes="not_allowed", revision=found.revision + 1)
    certificate = value.signer_cert
    subject = names.read(certificate.subject)
    whole = found.end == size
    return SignatureVerdict(
        field=found.name,
        kind=_kind(found),
        name=_full_name(value, subject.name),
        organisation=subject.organisation,
        title=subject.title,
        serial=names.serial_text(certificate),
        certificate_sha256=certificate.sha256.hex(),
        at=standing.stamp.at.astimezone(UTC) if standing.stamp.at is not None else None,
        time_source=standing.stamp.source,
        reason=_text(value, "/Reason"),
        location=_text(value, "/Location"),
        level=_level(found, filled, stores, proven=False),
        proven_level=_level(found, filled, stores, proven=True),
        intact=standing.intact and standing.sound and found.problem is None,
        trusted=standing.trusted,
        trusted_by=names.read(standing.path[0].subject).name if standing.path else "",
        chain=tuple(each.dump() for each in standing.path),
        ends=standing.ends,
        lapsed=standing.lapsed,
        issuer=names.read(certificate.issuer).name,
        own_certificate=standing.own_certificate,
        revision=found.revision + 1,
        covers_whole_file=whole and found.problem is None,
        later_changes="not_allowed" if found.changed_later else "none" if found.revision == total - 1 else "allowed",
    )


def _kind(found: Found) -> Kind:
    if found.is_timestamp:
        return "timestamp"
    if found.value is not None:
        if _certifies(found.value):
            return "certification"
        if certificates.SEAL in certificates.policies(found.value.signer_cert):
            return "seal"
    return kind_of_field(found.name)


def kind_of_field(name: str) -> Kind:
    """What a field is for. Its name was fixed when the document was certified, so nobody could choose it later."""
    lower = name.lower()
    return "witness" if lower.startswith("witness") else "seal" if lower.startswith("seal") else "signatory"


def _certifies(value: EmbeddedPdfSignature) -> bool:
    references = objects.get(value.sig_object, "/Reference") or ()
    return any(
        isinstance(each, generic.DictionaryObject) and objects.get(each, "/TransformMethod") == "/DocMDP"
        for each in (each.get_object() for each in references)
    )


def _full_name(value: EmbeddedPdfSignature, certified: str) -> str:
    # A certificate holds 64 characters; the longer name is believed only if it begins as the certificate says.
    written = _text(value, "/Name")
    return written if names.shorten(written) == certified else certified


def _text(value: EmbeddedPdfSignature, key: str) -> str:
    return str(objects.get(value.sig_object, key) or "")


def _level(found: Found, filled: Sequence[Found], stores: Stores, *, proven: bool) -> str:
    """The PAdES level (ETSI EN 319 142-1); `proven` leaves out the times that only our own clock gave.

    A later document time-stamp proves the time of a signature just as one of its own does. The file is at B-LTA if
    such a time-stamp covers the data as well; data that were added after the last one are no more than B-LT.
    """
    standing = found.standing
    if standing is None or not standing.trusted or found.is_timestamp or not _is_pades(found):
        return ""
    later = [each for each in filled if each.is_timestamp and each.revision > found.revision]
    stamps = [(each.revision, each.standing.path) for each in later if each.standing and _counts(each.standing, proven)]
    own = standing.stamp.trusted and _counts(standing, proven)
    if not (own or stamps):
        return "B-B"
    paths = (standing.path, _token_path(standing) if own else stamps[0][1])
    if not stores.last.covers(*paths):
        return "B-T"
    return "B-LTA" if any(stores.at(revision).covers(*paths) for revision, _ in stamps) else "B-LT"


def _is_pades(found: Found) -> bool:
    # Acrobat's older form (ISO 32000-1) is as sound, but has no level: it does not bind its certificate in the same way.
    return found.value is not None and objects.get(found.value.sig_object, "/SubFilter") == "/ETSI.CAdES.detached"


def _counts(standing: Standing, proven: bool) -> bool:
    return standing.trusted and (not proven or standing.stamp.source != "placeholder")


def _token_path(standing: Standing) -> Sequence[x509.Certificate]:
    token = standing.token
    return list(token.validation_path) if token is not None and token.validation_path is not None else []
