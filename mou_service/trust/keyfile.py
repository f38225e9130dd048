"""The key file: every certificate the authority ever had, and the private keys it still needs, encrypted at rest.

One file, replaced as a whole: whoever is interrupted leaves the old or the new one. All of it is authenticated with
the secret, so that nobody without it can slip in a root, take back a revocation or move a key to another certificate.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import secrets
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from mou_service.core.errors import EngineFailed
from mou_service.trust import names
from mou_service.trust.keys import PrivateKey
from mou_service.trust.ring import Entry, Revocation, Ring, TokenPlace

#: Measured at about 80 ms and 32 MB: once per process for us, once per guess for a thief.
_SCRYPT = {"n": 2**15, "r": 8, "p": 1}


class KeyFile:
    """A key file and the secret that opens it."""

    def __init__(self, path: Path, secret: bytes) -> None:
        if not secret:
            raise EngineFailed("keys", "There is no secret to encrypt the signing keys with.", permanent=True)
        self.path = path
        self._secret = secret

    def stamp(self) -> tuple[int, int]:
        """Another one for each content: a file that is replaced is a new file."""
        state = self.path.stat()
        return (state.st_ino, state.st_mtime_ns)

    def create(self, make: Callable[[], Mapping[str, Entry]]) -> None:
        """Make the file unless it is there, by exactly one of all processes that try at once."""
        if not self.path.exists():
            _publish(self.path, _lock(Ring(make()), secret=self._secret))

    def read(self) -> Ring:
        """What it holds now; opened once for each content. Raises `EngineFailed` for a wrong secret or a damaged file."""
        with _opening:
            # The stamp is taken first: a file replaced in between is only opened once more.
            known = (self.stamp(), hashlib.sha256(self._secret).digest())
            kept = _opened.get(str(self.path))
            if kept is None or kept[0] != known:
                kept = (known, _unlock(self.path.read_bytes(), secret=self._secret, path=self.path))
                _opened[str(self.path)] = kept
            return kept[1]

    def change(self, alter: Callable[[Ring], Ring]) -> Ring:
        """Replace what it holds, at once or not at all; changes made at the same time follow one another."""
        with _alone(self.path):
            altered = alter(_unlock(self.path.read_bytes(), secret=self._secret, path=self.path))
            replace_file(self.path, _lock(altered, secret=self._secret))
        return self.read()

    def change_secret(self, new: bytes) -> None:
        """Encrypt the same keys for a new secret; at once or not at all."""
        with _alone(self.path):
            ring = _unlock(self.path.read_bytes(), secret=self._secret, path=self.path)
            replace_file(self.path, _lock(ring, secret=new))

    def opens(self) -> bool:
        """Whether the secret is the right one; raises `EngineFailed` when the file is damaged."""
        try:
            _unlock(self.path.read_bytes(), secret=self._secret, path=self.path)
        except WrongSecret:
            return False
        return True


class WrongSecret(EngineFailed):
    """The key file does not open with this secret."""


#: Path → what it held when it was last looked at. Only the newest: a key that was destroyed must not stay in memory.
_opened: dict[str, tuple[Any, Ring]] = {}
_opening = threading.Lock()


# --- on the disk -------------------------------------------------------------------------------------------------


def replace_file(path: Path, content: bytes) -> None:
    """Write `content` under the name, readable for its owner only; whoever looks sees the old or the new content."""
    temporary = _write_beside(path, content)
    temporary.replace(path)
    _sync_folder(path.parent)


def _publish(path: Path, content: bytes) -> None:
    # A link fails where a name exists already: of two processes starting together one wins, the other reads.
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = _write_beside(path, content)
    try:
        os.link(temporary, path)
    except (FileExistsError, FileNotFoundError):
        pass  # another process was quicker, and may have cleared our draft away with those of the dead
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else changes the file meanwhile; what somebody who was killed left beside it is cleared away."""
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left in path.parent.glob(f".{path.name}.*"):
            left.unlink(missing_ok=True)
        yield
    finally:
        os.close(handle)


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


# --- locked and unlocked -----------------------------------------------------------------------------------------


def _lock(ring: Ring, *, secret: bytes) -> bytes:
    salt = secrets.token_bytes(16)
    cipher = AESGCM(_derive(secret, salt=salt, **_SCRYPT))
    stored = {
        "format": 2,
        "cipher": "AES-256-GCM",
        "kdf": {"name": "scrypt", "salt": _text(salt), **_SCRYPT},
        "entries": {name: _lock_entry(cipher, entry) for name, entry in ring.current.items()},
        "retired": [_lock_entry(cipher, entry) for entry in ring.retired],
        "revoked": {
            serial: {"since": each.since.isoformat(), "reason": each.reason, "code": each.code}
            for serial, each in ring.revoked.items()
        },
    }
    nonce = secrets.token_bytes(12)
    stored["proof"] = _text(nonce + cipher.encrypt(nonce, b"", _canonical(stored)))
    return json.dumps(stored, indent=1, ensure_ascii=False).encode()


def _lock_entry(cipher: AESGCM, entry: Entry) -> dict[str, Any]:
    stored: dict[str, Any] = {
        "name": entry.name,
        "number": entry.number,
        "certificate": _text(entry.certificate),
        "since": entry.since.isoformat(),
    }
    if entry.chain:
        stored["chain"] = [_text(each) for each in entry.chain]
    if entry.crossed:
        stored["crossed"] = _text(entry.crossed)
    if entry.retired is not None:
        stored |= {"retired": entry.retired.isoformat(), "reason": entry.reason}
    if isinstance(entry.key, TokenPlace):
        stored["token"] = {"label": entry.key.label, "id": entry.key.id, "made": entry.key.made}
    elif entry.key is not None:
        stored["key"] = _lock_key(cipher, entry.key, bound_to=_bound_to(entry.name, entry.certificate))
    return stored


def _lock_key(cipher: AESGCM, key: PrivateKey, *, bound_to: bytes) -> str:
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    nonce = secrets.token_bytes(12)
    return _text(nonce + cipher.encrypt(nonce, plain, bound_to))


def _unlock(content: bytes, *, secret: bytes, path: Path) -> Ring:
    try:
        stored = json.loads(content)
        kdf = stored["kdf"]
        cipher = AESGCM(_derive(secret, salt=_bytes(kdf["salt"]), n=kdf["n"], r=kdf["r"], p=kdf["p"]))
        if stored["format"] == 1:
            return _unlock_first_format(stored, cipher, path)
        proof = _bytes(stored.pop("proof"))
        cipher.decrypt(proof[:12], proof[12:], _canonical(stored))
        return Ring(
            current={name: _unlock_entry(cipher, entry) for name, entry in stored["entries"].items()},
            retired=tuple(_unlock_entry(cipher, entry) for entry in stored["retired"]),
            revoked=_revoked(stored["revoked"]),
        )
    except InvalidTag as problem:
        message = f"The key file {path.name} does not open: this is not the secret it was made with, or it was changed."
        raise WrongSecret("keys", message, permanent=True) from problem
    except (ValueError, KeyError, TypeError) as problem:
        message = f"The key file {path.name} is damaged; restore it from a backup."
        raise EngineFailed("keys", message, permanent=True) from problem


def _unlock_entry(cipher: AESGCM, stored: Mapping[str, Any]) -> Entry:
    certificate = _bytes(stored["certificate"])
    key: PrivateKey | TokenPlace | None = None
    if "token" in stored:
        key = TokenPlace(**stored["token"])
    elif "key" in stored:
        key = _unlock_key(cipher, stored["key"], bound_to=_bound_to(stored["name"], certificate))
    retired = stored.get("retired")
    return Entry(
        name=stored["name"],
        certificate=certificate,
        key=key,
        since=datetime.fromisoformat(stored["since"]),
        number=stored["number"],
        chain=tuple(_bytes(each) for each in stored.get("chain", ())),
        crossed=_bytes(stored.get("crossed", "")),
        retired=datetime.fromisoformat(retired) if retired else None,
        reason=stored.get("reason", ""),
    )


def _unlock_key(cipher: AESGCM, sealed: str, *, bound_to: bytes) -> PrivateKey:
    content = _bytes(sealed)
    plain = cipher.decrypt(content[:12], content[12:], bound_to)
    # The cipher has proved that these are the bytes we wrote; checking the arithmetic again costs 100 ms for RSA.
    key = serialization.load_der_private_key(plain, password=None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
    return key


def _unlock_first_format(stored: Mapping[str, Any], cipher: AESGCM, path: Path) -> Ring:
    """Files of before there was a second generation: revocations lay in a file beside; the next change moves them."""
    current = {}
    for name, entry in stored["entries"].items():
        since = names.load_certificate(_bytes(entry["certificate"])).not_valid_before.isoformat()
        current[name] = _unlock_entry(cipher, {**entry, "name": name, "number": 1, "since": since})
    beside = path.with_name("revoked.json")
    return Ring(current, revoked=_revoked(json.loads(beside.read_bytes())) if beside.exists() else {})


def _revoked(stored: Mapping[str, Mapping[str, str]]) -> dict[str, Revocation]:
    return {
        serial: Revocation(datetime.fromisoformat(each["since"]), each["reason"], each.get("code", ""))
        for serial, each in stored.items()
    }


def _derive(secret: bytes, *, salt: bytes, n: int, r: int, p: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(secret)


def _bound_to(name: str, certificate: bytes) -> bytes:
    # A key moved to another entry or beside another certificate does not open.
    return name.encode() + hashlib.sha256(certificate).digest()


def _canonical(stored: Mapping[str, Any]) -> bytes:
    return json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
