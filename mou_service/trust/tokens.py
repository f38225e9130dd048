"""Keys in a token (PKCS#11): found, made, asked to sign, and never tried blindly with a PIN that was refused.

A token locks itself after a few wrong PINs, and several processes with a job each would use them up in a minute.
So a refused PIN is remembered beside the keys, unreadable, and no process offers it again.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pkcs11
from asn1crypto import algos, keys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

from mou_service.core.errors import EngineFailed
from mou_service.trust.keyfile import replace_file
from mou_service.trust.keys import longest_of
from mou_service.trust.ring import TokenPlace

REFUSED_FILE = "pin-refused"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Token:
    """How a token is reached. One session for each process: tokens have few, and most are slow to open one."""

    module: str
    name: str
    pin: str = field(repr=False)
    #: Where a refused PIN is remembered, and what makes the mark unreadable.
    folder: Path
    secret: bytes = field(repr=False)

    def sign(self, place: TokenPlace, data: bytes, digest: str, *, public: bytes) -> bytes:
        """The signature over `data` as certificates and CMS hold it, checked with the `public` key."""
        signature = self._asked(lambda session: _sign(session, place, data, digest))
        if not _verifies(public, signature, data, digest):
            raise _failed(f"The key “{place.label}” in the token “{self.name}” is not the one of its certificate.")
        return signature

    def public_key(self, label: str) -> tuple[TokenPlace, bytes]:
        """The key of this label, with its public part (DER). `EngineFailed` when there is none or more than one."""
        return self._asked(lambda session: _public(session, label))

    def make_key(self, label: str) -> tuple[TokenPlace, bytes]:
        """A new elliptic-curve key (P-256) that never leaves the token."""
        return self._asked(lambda session: _make(session, label), writes=True)

    def destroy(self, place: TokenPlace) -> None:
        """Destroy a key that this service made; nothing happens when it is gone already."""
        if place.made:
            self._asked(lambda session: _destroy(session, place), writes=True)

    def check(self) -> None:
        """Open the token; raises `EngineFailed` with the reason when it cannot be."""
        self._asked(lambda _session: None)

    def _asked(self, ask: Callable[[Any], _Result], *, writes: bool = False) -> _Result:
        with _asking, _explained(self):
            if writes:
                # Its own session: one for reading and one for writing may not be logged in at the same time.
                _close(self)
                with self._log_in(writes=True) as session:
                    return ask(session)
            for session in self._sessions():
                try:
                    return ask(session)
                except _LOST:
                    _close(self)
            raise _failed(f"The token “{self.name}” was lost while it was asked, twice.")

    def _sessions(self) -> Iterator[Any]:
        """The open session, and once more a new one when that turns out to be dead."""
        for _ in range(2):
            if self._place not in _open:
                _open[self._place] = self._log_in()
            yield _open[self._place]

    def _log_in(self, *, writes: bool = False) -> Any:
        if self._refused.exists() and hmac.compare_digest(self._refused.read_text(), self._mark):
            message = (
                f"The token “{self.name}” refused this PIN; it is not tried again, so that the token does not lock itself. "
                "Correct PKCS11_PIN and start the service again."
            )
            raise _failed(message)
        token = _library(self.module).get_token(token_label=self.name)
        if token.flags & pkcs11.TokenFlag.USER_PIN_LOCKED:
            raise _failed(f"The PIN of the token “{self.name}” is locked. Its security officer unlocks it.")
        if token.flags & pkcs11.TokenFlag.USER_PIN_FINAL_TRY:
            message = f"The token “{self.name}” leaves one last try for its PIN. Open it once with its own tool first."
            raise _failed(message)
        try:
            session = token.open(user_pin=self.pin, rw=writes)
        except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
            replace_file(self._refused, self._mark.encode())
            raise
        self._refused.unlink(missing_ok=True)
        return session

    @property
    def _place(self) -> tuple[str, str]:
        return (self.module, self.name)

    @property
    def _refused(self) -> Path:
        return self.folder / REFUSED_FILE

    @cached_property
    def _mark(self) -> str:
        # Keyed: a PIN has few digits, and a plain hash of it would be found in no time.
        return hmac.new(self.secret, f"{self.name}\0{self.pin}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class TokenKey:
    """A key in a token, as the signing code takes it."""

    token: Token
    place: TokenPlace
    public: bytes

    @cached_property
    def longest(self) -> int:
        key = serialization.load_der_public_key(self.public)
        assert isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
        return longest_of(key)

    def sign(self, data: bytes, digest: str) -> bytes:
        return self.token.sign(self.place, data, digest, public=self.public)


def new_label(name: str, number: int) -> str:
    """A label that no other key in the token has."""
    return f"mou-{name}-{number}-{secrets.token_hex(3)}"


# --- one process and its token -----------------------------------------------------------------------------------

_open: dict[tuple[str, str], Any] = {}
#: A session does one thing at a time.
_asking = threading.RLock()
_LOST = (
    pkcs11.SessionClosed,
    pkcs11.SessionHandleInvalid,
    pkcs11.UserNotLoggedIn,
    pkcs11.DeviceRemoved,
    pkcs11.DeviceError,
    pkcs11.TokenNotPresent,
)


def _library(module: str) -> Any:
    try:
        return pkcs11.lib(module)
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as problem:
        raise _failed(
            f"The library of PKCS11_MODULE cannot be used: {module} ({problem or type(problem).__name__})"
        ) from problem


def _close(token: Token) -> None:
    session = _open.pop(token._place, None)
    if session is not None:
        try:
            session.close()
        except pkcs11.PKCS11Error:
            pass  # it is gone with the token


@contextmanager
def _explained(token: Token) -> Iterator[None]:
    """Failures of the token by name. None is final: a token can be put back, a PIN corrected."""
    try:
        yield
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as problem:
        message = (
            f"The token “{token.name}” refused the PIN. It is not tried again; correct PKCS11_PIN and start again."
        )
        raise _failed(message) from problem
    except pkcs11.PinLocked as problem:
        raise _failed(f"The PIN of the token “{token.name}” is locked. Its security officer unlocks it.") from problem
    except (pkcs11.NoSuchToken, pkcs11.TokenNotPresent, pkcs11.DeviceRemoved) as problem:
        raise _failed(f"The token “{token.name}” is not there. Put it in, or correct PKCS11_TOKEN.") from problem
    except pkcs11.NoSuchKey as problem:
        raise _failed(f"The token “{token.name}” does not hold the key that was asked for.") from problem
    except pkcs11.MultipleObjectsReturned as problem:
        raise _failed(
            f"The token “{token.name}” holds several keys of this label; labels have to be unique."
        ) from problem
    except pkcs11.PKCS11Error as problem:
        _close(token)
        reason = str(problem) or type(problem).__name__
        raise _failed(f"The token “{token.name}” did not do what was asked ({reason}).") from problem


def _failed(message: str) -> EngineFailed:
    return EngineFailed("token", message)


# --- what is asked -----------------------------------------------------------------------------------------------


def _sign(session: Any, place: TokenPlace, data: bytes, digest: str) -> bytes:
    key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=place.label, id=bytes.fromhex(place.id))
    hashed = hashlib.new(digest, data).digest()
    if key.key_type == pkcs11.KeyType.EC:
        # Hashed by us: not every token knows the mechanisms that hash as well.
        raw = key.sign(hashed, mechanism=pkcs11.Mechanism.ECDSA)
        signature: bytes = algos.DSASignature.from_p1363(raw).dump()
        return signature
    info = algos.DigestInfo({"digest_algorithm": {"algorithm": digest}, "digest": hashed}).dump()
    signed: bytes = key.sign(info, mechanism=pkcs11.Mechanism.RSA_PKCS)
    return signed


def _public(session: Any, label: str) -> tuple[TokenPlace, bytes]:
    private = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)
    public = session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, id=private.id, label=label)
    if public.key_type == pkcs11.KeyType.EC:
        der: bytes = encode_ec_public_key(public)
    else:
        numbers = {
            "modulus": int.from_bytes(public[pkcs11.Attribute.MODULUS], "big"),
            "public_exponent": int.from_bytes(public[pkcs11.Attribute.PUBLIC_EXPONENT], "big"),
        }
        der = keys.PublicKeyInfo.wrap(keys.RSAPublicKey(numbers), "rsa").dump()
    return TokenPlace(label, private.id.hex(), made=False), der


def _make(session: Any, label: str) -> tuple[TokenPlace, bytes]:
    identity = secrets.token_bytes(16)
    curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
    parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
    public, _private = parameters.generate_keypair(id=identity, label=label, store=True)
    return TokenPlace(label, identity.hex()), encode_ec_public_key(public)


def _destroy(session: Any, place: TokenPlace) -> None:
    wanted = {pkcs11.Attribute.LABEL: place.label, pkcs11.Attribute.ID: bytes.fromhex(place.id)}
    for each in list(session.get_objects(wanted)):
        each.destroy()


def _verifies(public: bytes, signature: bytes, data: bytes, digest: str) -> bool:
    key = serialization.load_der_public_key(public)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), _HASHES[digest])
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(_HASHES[digest]))
        else:
            return False
    except InvalidSignature:
        return False
    return True
