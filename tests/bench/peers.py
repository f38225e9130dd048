"""pyHanko as its documentation shows it: what our own way of signing and checking is measured against."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import crl, x509
from asn1crypto.keys import PrivateKeyInfo
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, SimpleSigner
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from mou_service.trust.keys import Credential, PrivateKey


class CachedKey(Signer):
    """The few lines everybody writes who measured once: the key is parsed once, and not used for a rehearsal."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, credential: Credential) -> None:
        super().__init__(signing_cert=credential.certificate, cert_registry=_registry(credential))
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return bytes(72) if dry_run else self._key.sign(data, ec.ECDSA(hashes.SHA256()))


def plain_signer(key: rsa.RSAPrivateKey, credential: Credential) -> SimpleSigner:
    """SimpleSigner as it comes."""
    info = PrivateKeyInfo.load(_pkcs8(key))
    return SimpleSigner(credential.certificate, info, _registry(credential))


@dataclass(frozen=True)
class Trust:
    """What a validation context is made from; nothing is fetched."""

    root: x509.Certificate
    others: tuple[x509.Certificate, ...]
    lists: tuple[bytes, ...]
    at: datetime

    def context(self) -> ValidationContext:
        return ValidationContext(
            trust_roots=[self.root], other_certs=list(self.others), crls=[crl.CertificateList.load(each) for each in self.lists],
            allow_fetching=False, moment=self.at, revocation_mode="soft-fail",
        )  # fmt: skip


def sign_all(
    certified: bytes, *, signers: Mapping[str, Signer], stamps: Mapping[str, Path], timestamper: TimeStamper, trust: Trust,
    own_times: bool, fresh: bool,
) -> bytes:  # fmt: skip
    """A signature in every field and an archive time-stamp over all.

    With `own_times` each signature has its time-stamp and validation data (B-LT); `fresh` makes a validation context
    for each, as the examples do.
    """
    shared = trust.context()
    buffer = io.BytesIO(certified)
    for field, signer in signers.items():
        context = trust.context() if fresh else shared
        metadata = PdfSignatureMetadata(
            field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, reason="I sign", location="Shanghai",
            embed_validation_info=own_times, validation_context=context if own_times else None,
        )  # fmt: skip
        style = StaticStampStyle(border_width=0, background=ImportedPdfPage(str(stamps[field])), background_opacity=1.0)
        pdf_signer = PdfSigner(metadata, signer, timestamper=timestamper if own_times else None, stamp_style=style)
        pdf_signer.sign_pdf(IncrementalPdfFileWriter(buffer), existing_fields_only=True, in_place=True)
    stamper = PdfTimeStamper(timestamper)
    stamper.timestamp_pdf(
        IncrementalPdfFileWriter(buffer), "sha256", trust.context() if fresh else shared, in_place=True
    )
    return buffer.getvalue()


def validate_all(pdf: bytes, *, trust: Trust) -> None:
    """Every signature by pyHanko's own calls, with the difference analysis they do by default."""
    reader = PdfFileReader(io.BytesIO(pdf))
    context = trust.context()
    for signature in reader.embedded_signatures:
        if signature.sig_object_type == "/DocTimeStamp":
            assert validate_pdf_timestamp(signature, context).valid
        else:
            assert validate_pdf_signature(signature, context).valid


def stamp_files(stamps: Mapping[str, bytes], folder: Path) -> dict[str, Path]:
    """pyHanko imports a page from a file."""
    for field, content in stamps.items():
        (folder / f"{field}.pdf").write_bytes(content)
    return {field: folder / f"{field}.pdf" for field in stamps}


def _registry(credential: Credential) -> SimpleCertificateStore:
    registry = SimpleCertificateStore()
    registry.register_multiple(credential.chain)
    return registry


def _pkcs8(key: PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
