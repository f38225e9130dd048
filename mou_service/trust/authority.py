"""The service's own certificate authority: made at the first start, the same at every later one."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from asn1crypto import x509

from mou_service.core import clock
from mou_service.core.errors import EngineFailed
from mou_service.trust import certificates, keys, names
from mou_service.trust.keys import Credential, Entry, KeySigner, PrivateKey, ValidationData
from mou_service.trust.names import Subject
from mou_service.trust.timestamps import LocalTimestamps

_YEAR = timedelta(days=365)
_ROOT_LASTS = timedelta(days=20 * 365 + 5)
_ISSUER_LASTS = timedelta(days=19 * 365)
_SERVICE_LASTS = timedelta(days=10 * 365)
#: A list that nobody renews still serves the files that carry it: they are judged at the time they were signed.
_LIST_LASTS = timedelta(days=90)

KEY_FILE = "authority.json"
REVOKED_FILE = "revoked.json"


@dataclass(frozen=True)
class Authority:
    """Root, issuer and the service's credentials; `issue_person` makes a one-time credential for one act."""

    institution: str
    country: str
    platform: Credential
    seal: Credential
    timestamps: LocalTimestamps
    _entries: Mapping[str, Entry] = field(repr=False)
    _folder: Path
    _revocation_list_url: str = ""
    _writing: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def root(self) -> x509.Certificate:
        return names.load_certificate(self._entries["root"].certificate)

    @property
    def issuer(self) -> x509.Certificate:
        return names.load_certificate(self._entries["issuer"].certificate)

    @property
    def roots(self) -> tuple[bytes, ...]:
        """What a verifier has to trust, as DER."""
        return (self._entries["root"].certificate,)

    def issue_person(
        self,
        name: str,
        organisation: str,
        title: str = "",
        email: str | None = None,
        valid: timedelta = _SERVICE_LASTS,
        at: datetime | None = None,
    ) -> Credential:
        """A credential for one act of signing; its key lives in memory only and is gone with the object.

        The certificate lasts for years although the key does not: a verifier without a time-stamp looks at its end.
        """
        if not names.shorten(name):
            raise ValueError("a signing certificate needs the name of a person")
        issuer, key = self.issuer, keys.new_key()
        moment = (at or clock.now()).replace(microsecond=0)
        certificate = certificates.issue(
            subject=names.write(Subject(name=name, organisation=organisation, title=title)),
            key=key,
            profile=certificates.PERSON_PROFILE,
            issuer=issuer,
            issuer_key=self._entries["issuer"].key,
            valid_from=moment,
            valid_to=min(moment + valid, issuer.not_valid_after),
            email=email or "",
            revocation_list_url=self._revocation_list_url,
        )
        return _credential(key, certificate, self)

    def validation_data(self, at: datetime) -> ValidationData:
        """The chain and fresh revocation lists, as a verifier will want them after the authority is gone.

        Asked twice for one second it gives the same bytes, which a file then carries once.
        """
        return ValidationData(
            certificates=(self._entries["issuer"].certificate, self._entries["root"].certificate),
            revocation_lists=(self.revocation_list(at), self._root_list(at)),
        )

    def revocation_list(self, at: datetime | None = None) -> bytes:
        """The list of the issuing authority, to publish and to embed (DER)."""
        return _list(self._entries["issuer"], revoked=self._revoked(), at=(at or clock.now()).replace(microsecond=0))

    def revoke(self, serial: str, *, reason: str, at: datetime | None = None) -> None:
        """Take a certificate back from `at` on; taking it back again changes nothing."""
        with self._writing:
            revoked = self._read_revoked()
            entry = {"since": (at or clock.now()).isoformat(), "reason": reason}
            revoked.setdefault(serial, entry)
            keys.replace_file(self._folder / REVOKED_FILE, json.dumps(revoked, indent=1, ensure_ascii=False).encode())

    def _root_list(self, at: datetime) -> bytes:
        # Nothing happens below the root from one day to the next; but no list is older than what it speaks of.
        born: datetime = self.issuer.not_valid_before
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        return _list(self._entries["root"], revoked=(), at=max(midnight, born))

    def _revoked(self) -> tuple[tuple[int, datetime], ...]:
        return tuple(
            (int(serial.replace(":", ""), 16), datetime.fromisoformat(entry["since"]))
            for serial, entry in sorted(self._read_revoked().items())
        )

    def _read_revoked(self) -> dict[str, dict[str, str]]:
        try:
            found: dict[str, dict[str, str]] = json.loads((self._folder / REVOKED_FILE).read_bytes())
        except FileNotFoundError:
            return {}
        except ValueError as problem:
            message = f"The list of revoked certificates {REVOKED_FILE} is damaged; restore it from a backup."
            raise EngineFailed("keys", message, permanent=True) from problem
        return found


def open_authority(
    folder: Path,
    secret: bytes,
    *,
    institution: str,
    country: str,
    revocation_list_url: str = "",
    at: datetime | None = None,
) -> Authority:
    """The authority in `folder`; the first call makes it, of several at once exactly one.

    `institution` and `country` name a new authority; an existing one keeps the names it was made with. With a
    wrong secret or a damaged file `EngineFailed` is raised and nothing is written.
    """
    if not secret:
        raise EngineFailed("keys", "There is no secret to encrypt the signing keys with.", permanent=True)
    entries = keys.open_or_create(
        folder / KEY_FILE,
        secret=secret,
        make=lambda: _make(institution=institution, country=country, at=at or clock.now()),
    )
    return _assemble(entries, folder=folder, url=revocation_list_url)


def _assemble(entries: Mapping[str, Entry], *, folder: Path, url: str) -> Authority:
    chain = tuple(names.load_certificate(entries[name].certificate) for name in ("issuer", "root"))
    named = names.read(chain[0].subject)
    holder: list[Authority] = []

    def validation_data(moment: datetime) -> ValidationData:
        return holder[0].validation_data(moment)

    def credential(name: str) -> Credential:
        certificate = names.load_certificate(entries[name].certificate)
        signer = KeySigner(entries[name].key, certificate, chain)
        return Credential(signer, chain, validation_data)

    authority = Authority(
        institution=named.organisation,
        country=named.country,
        platform=credential("platform"),
        seal=credential("seal"),
        timestamps=LocalTimestamps(credential("timestamps"), key=entries["timestamps"].key),
        _entries=entries,
        _folder=folder,
        _revocation_list_url=url,
    )
    holder.append(authority)
    return authority


@lru_cache(maxsize=64)
def _list(issuer: Entry, *, revoked: tuple[tuple[int, datetime], ...], at: datetime) -> bytes:
    certificate = names.load_certificate(issuer.certificate)
    return certificates.revocation_list(
        issuer=certificate, issuer_key=issuer.key, revoked=revoked, at=at, lasts=_LIST_LASTS
    )


def _credential(key: PrivateKey, certificate: x509.Certificate, authority: Authority) -> Credential:
    chain = (authority.issuer, authority.root)
    return Credential(KeySigner(key, certificate, chain), chain, authority.validation_data)


def _make(*, institution: str, country: str, at: datetime) -> dict[str, Entry]:
    moment = at.replace(microsecond=0)
    short = names.shorten(institution)

    def entry(
        name: str, profile: certificates.Profile, lasts: timedelta, issuer: Entry | None, organisation: str = short
    ) -> Entry:
        key = keys.new_key()
        certificate = certificates.issue(
            subject=names.write(Subject(name=name, organisation=organisation, country=country)),
            key=key,
            profile=profile,
            issuer=names.load_certificate(issuer.certificate) if issuer else None,
            issuer_key=issuer.key if issuer else key,
            valid_from=moment,
            valid_to=moment + lasts,
        )
        return Entry(certificate.dump(), key)

    root = entry(_label(short, "MoU Root"), certificates.ROOT_PROFILE, _ROOT_LASTS, None)
    issuer = entry(_label(short, "MoU Signing"), certificates.ISSUER_PROFILE, _ISSUER_LASTS, root)
    return {
        "root": root,
        "issuer": issuer,
        "platform": entry(_label(short, "MoU Platform"), certificates.PLATFORM_PROFILE, _SERVICE_LASTS, issuer),
        "seal": entry(_label(short, "Electronic Seal"), certificates.SEAL_PROFILE, _SERVICE_LASTS, issuer),
        "timestamps": entry(
            "Local placeholder time-stamp, no evidential value",
            certificates.PLACEHOLDER_PROFILE,
            _SERVICE_LASTS,
            issuer,
        ),
    }


def _label(institution: str, role: str) -> str:
    room = names.LONGEST - len(role) - 1
    return f"{institution if len(institution) <= room else institution[: room - 1] + '…'} {role}"
