"""The evidence in a signed file, taken out in parts that other tools can check: revisions, signatures, tokens."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from mou_service.core.errors import EngineFailed
from mou_service.trust import chains
from mou_service.trust.keys import ValidationData

_END = b"%%EOF"


@dataclass(frozen=True)
class Revision:
    """The file as it was after one act: its first `length` bytes."""

    #: Counted from 1.
    number: int
    length: int
    sha256: str
    #: The signature fields that were filled in it.
    signed: tuple[str, ...] = ()


@dataclass(frozen=True)
class SignatureParts:
    """One signature as `openssl cms -verify -binary` wants it: the signature, what it signs, and the certificates."""

    field: str
    #: Offset and length, twice: what the signature covers.
    byte_range: tuple[int, int, int, int]
    #: DER, without the zeros that fill its place in the file. Of a document time-stamp this is the token itself.
    cms: bytes
    certificate: bytes
    other_certificates: tuple[bytes, ...]
    #: The time-stamp token over the signature, if it carries one.
    timestamp_token: bytes | None
    is_timestamp: bool

    def covered(self, pdf: bytes) -> bytes:
        """The bytes of the file that were signed."""
        first, length, second, rest = self.byte_range
        return pdf[first : first + length] + pdf[second : second + rest]


def revisions(pdf: bytes) -> tuple[Revision, ...]:
    """The states that the file went through, oldest first; each is a complete PDF of its own."""
    reader = _read(pdf)
    signed: dict[int, list[str]] = {}
    for signature in reader.embedded_signatures:
        signed.setdefault(signature.signed_revision, []).append(signature.field_name)
    return tuple(
        _revision(pdf, _end_of(pdf, reader, index), index=index, signed=tuple(signed.get(index, ())))
        for index in range(reader.xrefs.total_revisions)
    )


def signatures(pdf: bytes) -> tuple[SignatureParts, ...]:
    """All signatures and document time-stamps in the order they were made."""
    return tuple(_parts(signature) for signature in _read(pdf).embedded_signatures)


def validation_data(pdf: bytes) -> ValidationData:
    """The certificates, revocation lists and OCSP answers that the file carries for later verification."""
    store = chains.read_store(_read(pdf))
    return ValidationData(
        certificates=tuple(each.dump() for each in store.certificates),
        revocation_lists=tuple(each.dump() for each in store.revocation_lists),
        ocsp_responses=tuple(each.dump() for each in store.ocsp_responses),
    )


def _read(pdf: bytes) -> PdfFileReader:
    try:
        return PdfFileReader(io.BytesIO(pdf))
    except (PdfError, ValueError, RecursionError) as problem:
        raise EngineFailed("evidence", f"This file is not a readable PDF: {problem}", permanent=True) from problem


def _end_of(pdf: bytes, reader: PdfFileReader, index: int) -> int:
    table_ends: int = reader.xrefs.get_xref_container_info(index).end_location
    end = pdf.index(_END, table_ends) + len(_END)
    return end + (2 if pdf[end : end + 2] == b"\r\n" else 1 if pdf[end : end + 1] in (b"\r", b"\n") else 0)


def _revision(pdf: bytes, length: int, *, index: int, signed: tuple[str, ...]) -> Revision:
    return Revision(index + 1, length, hashlib.sha256(memoryview(pdf)[:length]).hexdigest(), signed)


def _parts(signature: EmbeddedPdfSignature) -> SignatureParts:
    first, length, second, rest = (int(number) for number in signature.byte_range)
    return SignatureParts(
        field=signature.field_name,
        byte_range=(first, length, second, rest),
        cms=cms.ContentInfo.load(signature.pkcs7_content).dump(),
        certificate=signature.signer_cert.dump(),
        other_certificates=tuple(each.dump() for each in signature.other_embedded_certs),
        timestamp_token=_token(signature.signer_info),
        is_timestamp=signature.sig_object_type == "/DocTimeStamp",
    )


def _token(signer: Any) -> bytes | None:
    unsigned = signer["unsigned_attrs"]
    for attribute in unsigned if isinstance(unsigned, cms.CMSAttributes) else ():
        if attribute["type"].native == "signature_time_stamp_token":
            token: bytes = attribute["values"][0].dump()
            return token
    return None
