"""The cryptographic evidence of signed files, taken apart: signatures, time-stamps, certificates, revocation."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from mou_service.trust import chains, evidence, names
from mou_service.trust.description import kind_of_field
from mou_service.trust.evidence import SignatureParts

from ..words import pem


@dataclass(frozen=True)
class Trusted:
    """Whom a verifier has to trust, each as DER or PEM: for signatures, and for times alone."""

    roots: tuple[bytes, ...]
    timestamp_roots: tuple[bytes, ...] = ()


@dataclass
class Evidence:
    """What was found in the files, each thing once, by the path it gets in the bag."""

    files: dict[str, bytes] = field(default_factory=dict)
    #: One entry for each signature of each file, as signatures/index.json holds it.
    index: list[dict[str, Any]] = field(default_factory=list)
    _certificates: dict[bytes, None] = field(default_factory=dict)
    _known: dict[bytes, str] = field(default_factory=dict)

    def read(self, document: str, pdf: bytes) -> None:
        """Take the evidence out of one PDF that lies at `document` in the bag."""
        stem = document.rpartition("/")[2].removesuffix(".pdf")
        for number, parts in enumerate(evidence.signatures(pdf), 1):
            place = f"{stem}/{number:02d}-{_slug(parts.field)}"
            self.index.append(self._entry(document, number, parts, place))
            self._certificates |= dict.fromkeys([parts.certificate, *parts.other_certificates])
            for token in filter(None, (parts.timestamp_token,)):
                self._certificates |= dict.fromkeys(_certificates_in(token))
        data = evidence.validation_data(pdf)
        self._certificates |= dict.fromkeys(data.certificates)
        for ending, contents in (("crl", data.revocation_lists), ("ocsp", data.ocsp_responses)):
            for content in contents:
                self._keep(f"revocation/{hashlib.sha256(content).hexdigest()[:16]}.{ending}", content)

    def close(self, trusted: Trusted) -> None:
        """Add the certificates, and those of the trusted roots that issued one of them."""
        for der in self._certificates:
            self.files[f"certificates/{_file_name(der)}"] = pem(der).encode()
        seen: set[bytes] = set()
        for folder, roots in (("roots", trusted.roots), ("time-roots", trusted.timestamp_roots)):
            for root in chains.load_roots(roots):
                der = root.dump()
                if der not in seen and _issued_any(der, self._certificates):
                    seen.add(der)
                    self.files[f"certificates/{folder}/{_file_name(der)}"] = pem(der).encode()

    def _entry(self, document: str, number: int, parts: SignatureParts, place: str) -> dict[str, Any]:
        subject = names.read(chains.load_roots([parts.certificate])[0].subject)
        main = f"timestamps/{place}.tst" if parts.is_timestamp else f"signatures/{place}.p7s"
        token = parts.timestamp_token
        return {
            "document": document,
            "number": number,
            "field": parts.field,
            "kind": "timestamp" if parts.is_timestamp else _kind(parts),
            "signer": subject.name,
            "organisation": subject.organisation,
            "certificate_sha256": hashlib.sha256(parts.certificate).hexdigest(),
            "byte_range": list(parts.byte_range),
            "file": self._keep(main, parts.cms),
            "timestamp": self._keep(f"timestamps/{place}.tst", token) if token else "",
        }

    def _keep(self, path: str, content: bytes) -> str:
        """Where the bytes lie: a renewed copy carries the signatures of the file before it, which are there already."""
        if content not in self._known:
            self._known[content] = path
            self.files[path] = content
        return self._known[content]


def states(pdf: bytes) -> list[dict[str, Any]]:
    """Every state the file went through, oldest first; each is the beginning of the next."""
    return [
        {"number": each.number, "length": each.length, "sha256": each.sha256, "signed": list(each.signed)}
        for each in evidence.revisions(pdf)
    ]


def _kind(parts: SignatureParts) -> str:
    return "certification" if parts.field == "Certification" else kind_of_field(parts.field)


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower()[:24].rstrip("-") or "x"


def _file_name(der: bytes) -> str:
    name = names.read(chains.load_roots([der])[0].subject).name
    return f"{_slug(name)}-{hashlib.sha256(der).hexdigest()[:12]}.pem"


def _certificates_in(token: bytes) -> Iterator[bytes]:
    signed = cms.ContentInfo.load(token)["content"]
    for each in signed["certificates"] or ():
        if each.name == "certificate":
            yield each.chosen.dump()


def _issued_any(root: bytes, certificates: Iterable[bytes]) -> bool:
    issuer = x509.load_der_x509_certificate(root)
    return any(_issued(issuer, x509.load_der_x509_certificate(der)) for der in certificates)


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def renewed_name(number: int) -> str:
    """Where a copy with newer time-stamps lies."""
    return f"documents/renewed-{number}.pdf"


def documents_of(pairs: Sequence[tuple[str, bytes]], trusted: Trusted) -> Evidence:
    """The evidence of several PDFs together."""
    found = Evidence()
    for path, content in pairs:
        found.read(path, content)
    found.close(trusted)
    return found
