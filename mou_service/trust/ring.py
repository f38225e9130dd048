"""What the authority keeps: every certificate it ever had, what signs for each, and what was taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from mou_service.trust import names
from mou_service.trust.keys import PrivateKey


@dataclass(frozen=True)
class TokenPlace:
    """Where in a token a key lies; the key itself never leaves it."""

    label: str
    #: CKA_ID, hexadecimal.
    id: str
    #: Whether this service made the key, and may destroy it.
    made: bool = True


@dataclass(frozen=True)
class Entry:
    """One certificate (DER), what signs for it, and its place in time."""

    name: str
    certificate: bytes
    #: None: the key was destroyed.
    key: PrivateKey | TokenPlace | None
    since: datetime
    #: Generations of one name are counted from 1.
    number: int = 1
    #: Of a certificate that somebody else issued: its issuers (DER), the root last.
    chain: tuple[bytes, ...] = ()
    #: Of a root: the certificate (DER) for its key by the root of before, for whoever trusts that one.
    crossed: bytes = b""
    retired: datetime | None = None
    reason: str = ""

    @property
    def imported(self) -> bool:
        return bool(self.chain)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.certificate).hexdigest()

    @property
    def serial(self) -> str:
        return names.serial_text(names.load_certificate(self.certificate))


@dataclass(frozen=True)
class Revocation:
    """Since when a certificate is taken back and why: `code` is a CRLReason of RFC 5280, "" for none."""

    since: datetime
    reason: str
    code: str = ""


@dataclass(frozen=True)
class Ring:
    """What the key file holds."""

    current: Mapping[str, Entry]
    retired: tuple[Entry, ...] = ()
    #: By serial number as `names.serial_text` writes it.
    revoked: Mapping[str, Revocation] = field(default_factory=dict)

    def all(self, name: str) -> tuple[Entry, ...]:
        """Every generation of a name, the current one first, then the youngest."""
        earlier = sorted((each for each in self.retired if each.name == name), key=lambda each: -each.number)
        return (self.current[name], *earlier)

    def entries(self) -> tuple[Entry, ...]:
        return (*self.current.values(), *self.retired)


def retire(entry: Entry, *, at: datetime, reason: str, keep_key: bool) -> Entry:
    """The entry as it is kept for those who verify; without its key unless it still has to sign revocation lists."""
    return replace(entry, retired=at, reason=reason, key=entry.key if keep_key else None)
