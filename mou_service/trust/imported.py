"""A seal that the institution brings along: from a PKCS#12 file, or a key in a token with its certificate.

Checked before it is used as a verifier will check it afterwards; what it lacks is told by a code, with the facts.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from asn1crypto import pem, x509
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathError, ValidationError

from mou_service.core.errors import MouError
from mou_service.trust import chains, names, revocation
from mou_service.trust.keys import PrivateKey, ValidationData
from mou_service.trust.ring import Entry, TokenPlace
from mou_service.trust.tokens import Token

#: A certificate with its chain and key has a few thousand bytes.
LARGEST = 200_000
#: Rounds of one derivation of a key from a passphrase. Firefox asks for 600,000, and 2³¹ would hold us up for minutes.
_MOST_ROUNDS = 5_000_000
_SECONDS = 10.0
_SMALLEST_RSA = 2048
_CURVES = ("secp256r1", "secp384r1", "secp521r1")
#: Purposes that common verifiers take for signing documents: RFC 9336, e-mail, Adobe's, Microsoft's, any.
_PURPOSES = frozenset(
    {
        "1.3.6.1.5.5.7.3.36",
        "1.3.6.1.5.5.7.3.4",
        "1.2.840.113583.1.1.5",
        "1.3.6.1.4.1.311.10.3.12",
        "2.5.29.37.0",
    }
)


class Unusable(MouError):
    """Why a credential cannot be the seal: `code` says it, `facts` are for the words.

    file, passphrase, no_key, weak_key, other_key, not_for_signing, not_yet, ended, unknown_chain
    """

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(f"{code}: {facts}" if facts else code)
        self.code = code
        self.facts = facts


def from_pkcs12(content: bytes, *, passphrase: bytes, roots: Sequence[bytes], at: datetime) -> Entry:
    """The seal in a PKCS#12 file, its chain leading to one of `roots`. Raises `Unusable`."""
    store = _opened(content, passphrase)
    if store.cert is None or not isinstance(store.key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise Unusable("no_key")
    certificate, *others = (
        names.load_certificate(each.certificate.public_bytes(serialization.Encoding.DER))
        for each in (store.cert, *store.additional_certs)
    )
    return _checked(certificate, others, store.key, public=_public(store.key), roots=roots, at=at)


def from_token(content: bytes, *, token: Token, label: str, roots: Sequence[bytes], at: datetime) -> Entry:
    """The seal whose key lies in the token under `label`; `content` holds its certificate and chain (PEM or DER).

    Raises `Unusable`, or `EngineFailed` when the token does not answer.
    """
    try:
        certificate, *others = chains.load_roots([content])
    except (ValueError, TypeError) as problem:
        raise Unusable("file") from problem
    place, public = token.public_key(label)
    return _checked(certificate, others, place, public=public, roots=roots, at=at)


def bundle(entry: Entry) -> bytes:
    """The seal with its chain, as `verify` takes it for one of ours (PEM)."""
    return b"".join(pem.armor("CERTIFICATE", der) for der in (entry.certificate, *entry.chain))


def validation_data(entry: Entry, *, at: datetime) -> ValidationData:
    """The chain and fresh statements that nothing in it was revoked, asked for where the certificates say.

    Without statements when they name nobody to ask. Raises `EngineFailed` when somebody is named and does not answer.
    """
    chain = [names.load_certificate(each) for each in entry.chain]
    path = [*reversed(chain), names.load_certificate(entry.certificate)]
    return ValidationData(certificates=entry.chain) + revocation.fetch(
        path, at=at, seconds=_SECONDS, engine="seal", of="the seal"
    )


def _opened(content: bytes, passphrase: bytes) -> Any:
    if not content or len(content) > LARGEST or any(each > _MOST_ROUNDS for each in _rounds(content)):
        raise Unusable("file")
    try:
        return pkcs12.load_pkcs12(content, passphrase)
    except ValueError as problem:
        # The library tells damage from a wrong passphrase in words only; what is no PKCS#12 begins otherwise.
        code = "passphrase" if content[:1] == b"\x30" else "file"
        raise Unusable(code) from problem


def _rounds(content: bytes) -> Iterator[int]:
    """How often each derivation that opens the file is to be repeated; what cannot be read is for the library to name."""
    try:
        file = asn1_pkcs12.Pfx.load(content)
        yield (file["mac_data"].native or {}).get("iterations", 1)
        for part in file.authenticated_safe:
            if part["content_type"].native == "encrypted_data":
                yield part["content"]["encrypted_content_info"]["content_encryption_algorithm"].kdf_iterations
                continue
            for bag in asn1_pkcs12.SafeContents.load(part["content"].native):
                if bag["bag_id"].native == "pkcs8_shrouded_key_bag":
                    yield bag["bag_value"]["encryption_algorithm"].kdf_iterations
    except (ValueError, TypeError, KeyError):
        return


def _checked(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    key: PrivateKey | TokenPlace,
    *,
    public: bytes,
    roots: Sequence[bytes],
    at: datetime,
) -> Entry:
    _check_key(certificate, public)
    _check_purpose(certificate)
    _check_dates(certificate, at)
    path = _path(certificate, others, roots=roots, at=at)
    return Entry(
        name="seal",
        certificate=certificate.dump(),
        key=key,
        since=at,
        chain=tuple(each.dump() for each in reversed(path[:-1])),
    )


def _check_key(certificate: x509.Certificate, public: bytes) -> None:
    if certificate.public_key.dump() != public:
        raise Unusable("other_key")
    key = serialization.load_der_public_key(public)
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _SMALLEST_RSA:
        raise Unusable("weak_key", key=f"RSA {key.key_size}")
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name not in _CURVES:
        raise Unusable("weak_key", key=key.curve.name)


def _check_purpose(certificate: x509.Certificate) -> None:
    usage = certificate.key_usage_value
    allowed = usage is None or bool({"digital_signature", "non_repudiation"} & usage.native)
    purposes = certificate.extended_key_usage_value
    fitting = purposes is None or any(each.dotted in _PURPOSES for each in purposes)
    if certificate.ca or not allowed or not fitting:
        raise Unusable("not_for_signing", name=_name(certificate))


def _check_dates(certificate: x509.Certificate, at: datetime) -> None:
    if certificate.not_valid_after < at:
        raise Unusable("ended", name=_name(certificate), day=f"{certificate.not_valid_after:%Y-%m-%d}")
    if certificate.not_valid_before > at:
        raise Unusable("not_yet", name=_name(certificate), day=f"{certificate.not_valid_before:%Y-%m-%d}")


def _path(
    certificate: x509.Certificate, others: Sequence[x509.Certificate], *, roots: Sequence[bytes], at: datetime
) -> list[x509.Certificate]:
    """From one of `roots` to the certificate."""
    context = ValidationContext(
        trust_roots=chains.load_roots(roots),
        other_certs=[each for each in others if not each.self_issued],
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    try:
        found = asyncio.run(CertificateValidator(certificate, validation_context=context).async_validate_path())
    except (PathBuildingError, PathError, ValidationError) as problem:
        last = _last_known(certificate, others)
        raise Unusable(
            "unknown_chain",
            name=_name(certificate),
            issuer=names.read(last.issuer).name,
            fingerprint=_root_of(last, others),
        ) from problem
    return list(found)


def _last_known(certificate: x509.Certificate, others: Sequence[x509.Certificate]) -> x509.Certificate:
    """As far up as the file itself leads."""
    last = certificate
    for _ in others:
        last = next((each for each in others if each.subject == last.issuer and each != last), last)
    return last


def _root_of(last: x509.Certificate, others: Sequence[x509.Certificate]) -> str:
    """The fingerprint of the root, when the file holds it: what an administrator compares before adding it."""
    root = next((each for each in (last, *others) if each.self_issued and each.subject == last.issuer), None)
    return hashlib.sha256(root.dump()).hexdigest().upper() if root is not None else ""


def _public(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _name(certificate: x509.Certificate) -> str:
    return names.read(certificate.subject).name
