"""Private keys: encrypted at rest in one file, opened once per process, ready to sign without being parsed again."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from mou_service.core.errors import EngineFailed
from mou_service.trust import names

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

#: Measured at about 80 ms and 32 MB: once per process for us, once per guess for a thief.
_SCRYPT = {"n": 2**15, "r": 8, "p": 1}
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

    def __init__(self, key: PrivateKey, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> None:
        registry = SimpleCertificateStore()
        # Whoever verifies has the root already, and every file carries it once in its store: not in each signature.
        registry.register_multiple(each for each in chain if not each.self_issued)
        super().__init__(signing_cert=certificate, cert_registry=registry)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        # The rehearsal only asks for the size, and an ECDSA signature varies in length: answer with the longest.
        return bytes(longest_signature(self._key)) if dry_run else sign_raw(self._key, data, digest_algorithm)


def sign_raw(key: PrivateKey, data: bytes, digest: str = "sha256") -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), _HASHES[digest])
    return key.sign(data, ec.ECDSA(_HASHES[digest]))


def longest_signature(key: PrivateKey) -> int:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.key_size // 8
    # SEQUENCE of two INTEGERs, each with a possible leading zero byte.
    return 2 * ((key.key_size + 7) // 8 + 3) + (3 if key.key_size > 480 else 2)


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public_der(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def credential_from_pkcs12(content: bytes, *, passphrase: bytes) -> Credential:
    """A credential that an institution brings along, with the chain that the file holds."""
    try:
        store = pkcs12.load_pkcs12(content, passphrase)
    except ValueError as problem:
        message = "This PKCS#12 file cannot be opened with this passphrase."
        raise EngineFailed("keys", message, permanent=True) from problem
    if store.cert is None or not isinstance(store.key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        message = "This PKCS#12 file holds no elliptic-curve or RSA key with its certificate."
        raise EngineFailed("keys", message, permanent=True)
    certificate, *chain = (
        names.load_certificate(each.certificate.public_bytes(serialization.Encoding.DER))
        for each in (store.cert, *store.additional_certs)
    )
    return Credential(KeySigner(store.key, certificate, tuple(chain)), tuple(chain))


# --- the key file ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One key of the key file with its certificate (DER)."""

    certificate: bytes
    key: PrivateKey


_opened: dict[tuple[Any, ...], dict[str, Entry]] = {}
_opening = threading.Lock()


def open_or_create(path: Path, *, secret: bytes, make: Callable[[], Mapping[str, Entry]]) -> dict[str, Entry]:
    """The entries of the key file; if there is none it is made, by exactly one of all processes that try at once."""
    if not path.exists():
        _publish(path, _lock(make(), secret=secret))
    with _opening:
        state = path.stat()
        known = (str(path), state.st_ino, state.st_mtime_ns, hashlib.sha256(secret).digest())
        if known not in _opened:
            _opened[known] = _unlock(path.read_bytes(), secret=secret, path=path)
        return _opened[known]


def change_secret(path: Path, *, old: bytes, new: bytes) -> None:
    """Encrypt the same keys for a new secret; the file is replaced at once or not at all."""
    replace_file(path, _lock(_unlock(path.read_bytes(), secret=old, path=path), secret=new))


def replace_file(path: Path, content: bytes) -> None:
    temporary = _write_beside(path, content)
    temporary.replace(path)
    _sync_folder(path.parent)


def _publish(path: Path, content: bytes) -> None:
    # A link fails where a name exists already: of two processes starting together one wins, the other reads.
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = _write_beside(path, content)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    _sync_folder(path.parent)


def _write_beside(path: Path, content: bytes) -> Path:
    # mkstemp makes the file readable for its owner only.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(temporary)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lock(entries: Mapping[str, Entry], *, secret: bytes) -> bytes:
    salt = secrets.token_bytes(16)
    cipher = AESGCM(_derive(secret, salt=salt, **_SCRYPT))
    stored = {name: _lock_entry(cipher, name, entry) for name, entry in entries.items()}
    kdf = {"name": "scrypt", "salt": _text(salt), **_SCRYPT}
    return json.dumps({"format": 1, "cipher": "AES-256-GCM", "kdf": kdf, "entries": stored}, indent=1).encode()


def _lock_entry(cipher: AESGCM, name: str, entry: Entry) -> dict[str, str]:
    plain = entry.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    nonce = secrets.token_bytes(12)
    sealed = nonce + cipher.encrypt(nonce, plain, _bound_to(name, entry.certificate))
    return {"certificate": _text(entry.certificate), "key": _text(sealed)}


def _unlock(content: bytes, *, secret: bytes, path: Path) -> dict[str, Entry]:
    try:
        stored = json.loads(content)
        kdf = stored["kdf"]
        cipher = AESGCM(_derive(secret, salt=_bytes(kdf["salt"]), n=kdf["n"], r=kdf["r"], p=kdf["p"]))
        return {name: _unlock_entry(cipher, name, entry) for name, entry in stored["entries"].items()}
    except InvalidTag as problem:
        message = f"The key file {path.name} does not open: this is not the secret it was made with, or it was changed."
        raise EngineFailed("keys", message, permanent=True) from problem
    except (ValueError, KeyError, TypeError) as problem:
        message = f"The key file {path.name} is damaged; restore it from a backup."
        raise EngineFailed("keys", message, permanent=True) from problem


def _unlock_entry(cipher: AESGCM, name: str, entry: Mapping[str, str]) -> Entry:
    certificate, sealed = _bytes(entry["certificate"]), _bytes(entry["key"])
    plain = cipher.decrypt(sealed[:12], sealed[12:], _bound_to(name, certificate))
    # The cipher has proved that these are the bytes we wrote; checking the arithmetic again costs 100 ms for RSA.
    key = serialization.load_der_private_key(plain, password=None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
    return Entry(certificate, key)


def _derive(secret: bytes, *, salt: bytes, n: int, r: int, p: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(secret)


def _bound_to(name: str, certificate: bytes) -> bytes:
    # A key moved to another entry or beside another certificate does not open.
    return name.encode() + hashlib.sha256(certificate).digest()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _distinct(first: tuple[bytes, ...], second: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(first + second))
