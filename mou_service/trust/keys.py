"""Keys and the certificates that say whose they are, ready to sign without being parsed again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from mou_service.trust import names

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class OutsideKey(Protocol):
    """A key that signs somewhere else, such as in a token; every failure is an `EngineFailed`."""

    @property
    def public(self) -> bytes:
        """SubjectPublicKeyInfo (DER)."""

    @property
    def longest(self) -> int:
        """How many bytes a signature has at most."""

    def sign(self, data: bytes, digest: str) -> bytes: ...


SigningKey = PrivateKey | OutsideKey

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True)
class ValidationData:
    """What a verifier needs years later: certificates and signed statements that they were not revoked (all DER)."""

    certificates: tuple[bytes, ...] = ()
    revocation_lists: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()

    def __add__(self, other: ValidationData) -> ValidationData:
        return ValidationData(
            _distinct(self.certificates, other.certificates),
            _distinct(self.revocation_lists, other.revocation_lists),
            _distinct(self.ocsp_responses, other.ocsp_responses),
        )


@dataclass(frozen=True)
class Credential:
    """A key that can sign, with the certificate that says whose it is.

    `signer` may be any pyHanko signer, so a key in a token serves as well as one in memory. `validation_data`
    answers for a moment; without it nothing signed with this credential reaches level B-LT.
    """

    signer: Signer
    chain: tuple[x509.Certificate, ...]
    validation_data: Callable[[datetime], ValidationData] | None = None

    @property
    def certificate(self) -> x509.Certificate:
        return self.signer.signing_cert

    @property
    def der(self) -> bytes:
        der: bytes = self.certificate.dump()
        return der

    @property
    def serial(self) -> str:
        return names.serial_text(self.certificate)

    @property
    def name(self) -> str:
        return names.read(self.certificate.subject).name

    @property
    def expires(self) -> datetime:
        moment: datetime = self.certificate.not_valid_after
        return moment


class KeySigner(Signer):
    """A pyHanko signer that keeps the key object; pyHanko's own parses and checks the key twice per signature."""

    def __init__(self, key: SigningKey, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> None:
        registry = SimpleCertificateStore()
        # Whoever verifies has the root already, and every file carries it once in its store: not in each signature.
        registry.register_multiple(each for each in chain if not each.self_issued)
        super().__init__(signing_cert=certificate, cert_registry=registry)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        # The rehearsal only asks for the size, and an ECDSA signature varies in length: answer with the longest.
        return bytes(longest_signature(self._key)) if dry_run else sign_raw(self._key, data, digest_algorithm)


def sign_raw(key: SigningKey, data: bytes, digest: str = "sha256") -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), _HASHES[digest])
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(_HASHES[digest]))
    return key.sign(data, digest)


def longest_signature(key: SigningKey) -> int:
    if isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        return longest_of(key.public_key())
    return key.longest


def longest_of(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> int:
    """How many bytes a signature that `key` verifies has at most."""
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size // 8
    # SEQUENCE of two INTEGERs, each with a possible leading zero byte.
    return 2 * ((key.key_size + 7) // 8 + 3) + (3 if key.key_size > 480 else 2)


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public_der(key: SigningKey) -> bytes:
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        return key.public
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _distinct(first: tuple[bytes, ...], second: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(first + second))
