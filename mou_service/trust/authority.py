"""The service's own certificate authority: made at the first start, the same at every later one, with all its generations."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from asn1crypto import x509

from mou_service.core import clock
from mou_service.core.errors import EngineFailed, Missing
from mou_service.trust import certificates, imported, keys, names, rotation
from mou_service.trust.issuing import SERVICE_LASTS, Maker, Published
from mou_service.trust.keyfile import KeyFile
from mou_service.trust.keys import Credential, KeySigner, PrivateKey, SigningKey, ValidationData
from mou_service.trust.names import Subject
from mou_service.trust.ring import Entry, Revocation, Ring, TokenPlace
from mou_service.trust.rotation import Rotated, Where
from mou_service.trust.timestamps import LocalTimestamps
from mou_service.trust.tokens import Token, TokenKey

#: A list that nobody renews still serves the files that carry it: they are judged at the time they were signed.
_LIST_LASTS = timedelta(days=90)
_LISTS_KEPT = 64
_log = logging.getLogger(__name__)

KEY_FILE = "authority.json"


@dataclass(frozen=True)
class Authority:
    """Root, issuer and the service's credentials; `issue_person` makes a one-time credential for one act.

    It is what the key file held when it was opened, so that an act has one seal from beginning to end; what is
    revoked is looked up each time. Whoever holds one for longer asks `is_current`.
    """

    ring: Ring
    stamp: tuple[int, int]
    published: Published
    _file: KeyFile = field(repr=False)
    _token: Token | None = field(default=None, repr=False)
    _lists: dict[tuple[Any, ...], bytes] = field(default_factory=dict, repr=False)

    @property
    def is_current(self) -> bool:
        """Whether the key file still holds what it held; another process may have made a new key since."""
        return self._file.stamp() == self.stamp

    @property
    def institution(self) -> str:
        return names.read(self.issuer.subject).organisation

    @property
    def country(self) -> str:
        return names.read(self.issuer.subject).country

    @property
    def root(self) -> x509.Certificate:
        return names.load_certificate(self.ring.current["root"].certificate)

    @property
    def issuer(self) -> x509.Certificate:
        return names.load_certificate(self.ring.current["issuer"].certificate)

    @property
    def roots(self) -> tuple[bytes, ...]:
        """Our own roots as DER: every one there ever was, the current one first."""
        return tuple(each.certificate for each in self.ring.all("root"))

    @property
    def crossed(self) -> tuple[bytes, ...]:
        """The certificates (DER) of later roots by earlier ones: they lead whoever trusts an earlier one to what came after."""
        return tuple(each.crossed for each in self.ring.all("root") if each.crossed)

    @property
    def trusted(self) -> tuple[bytes, ...]:
        """The same, and every seal that the institution brought along: what `verify` takes for ours."""
        return (*self.roots, *(imported.bundle(each) for each in self.ring.entries() if each.imported))

    @cached_property
    def platform(self) -> Credential:
        return self._credential("platform")

    @cached_property
    def seal(self) -> Credential:
        return self._credential("seal")

    @cached_property
    def timestamps(self) -> LocalTimestamps:
        key = self.ring.current["timestamps"].key
        assert isinstance(key, PrivateKey), "the placeholder's key is never in a token"
        return LocalTimestamps(self._credential("timestamps"), key=key)

    def issue_person(
        self,
        name: str,
        organisation: str,
        title: str = "",
        email: str | None = None,
        valid: timedelta = SERVICE_LASTS,
        at: datetime | None = None,
    ) -> Credential:
        """A credential for one act of signing; its key lives in memory only and is gone with the object.

        The certificate lasts for years although the key does not: a verifier without a time-stamp looks at its end.
        """
        if not names.shorten(name):
            raise ValueError("a signing certificate needs the name of a person")
        entry, issuer, key = self.ring.current["issuer"], self.issuer, keys.new_key()
        moment = (at or clock.now()).replace(microsecond=0)
        _refuse_ended(issuer, name="issuer", at=moment)
        certificate = certificates.issue(
            subject=names.write(Subject(name=name, organisation=organisation, title=title)),
            key=key,
            profile=certificates.PERSON_PROFILE,
            issuer=issuer,
            issuer_key=self._key(entry),
            valid_from=moment,
            valid_to=min(moment + valid, issuer.not_valid_after),
            email=email or "",
            addresses=self.published.below(entry),
        )
        chain = (issuer, self.root)
        return Credential(KeySigner(key, certificate, chain), chain, self.validation_data)

    @property
    def revocations(self) -> Mapping[str, Revocation]:
        """What is taken back now, by serial number."""
        return self._file.read().revoked

    # What a verifier needs

    def validation_data(self, at: datetime) -> ValidationData:
        """The chain and fresh revocation lists, as a verifier will want them after the authority is gone.

        Asked twice for one second it gives the same bytes, which a file then carries once.
        """
        return self._of_issuer(self.ring.current["issuer"], at)

    def evidence(self, signers: Iterable[bytes], at: datetime) -> ValidationData:
        """The same for a file that these certificates (DER) signed: also of earlier generations, and of an imported seal.

        What somebody else issued is asked for where its certificate says. Raises `EngineFailed` when nobody answers.
        """
        data = self.validation_data(at)
        for der in dict.fromkeys(signers):
            certificate = names.load_certificate(der)
            for issuer in self.ring.all("issuer"):
                if names.load_certificate(issuer.certificate).subject == certificate.issuer:
                    data += self._of_issuer(issuer, at)
            brought = next((each for each in self.ring.entries() if each.imported and each.certificate == der), None)
            if brought is not None:
                data += imported.validation_data(brought, at=at)
        return data

    @property
    def has_history(self) -> bool:
        """Whether a file may need more evidence than `validation_data` gives."""
        return bool(self.ring.retired) or any(each.imported for each in self.ring.current.values())

    def revocation_list(self, at: datetime | None = None, *, name: str = "issuer", number: int | None = None) -> bytes:
        """The list of an authority (`issuer` or `root`), of the current generation or the one of a number (DER).

        `Missing`: there is no such generation, or its certificate has ended and with it its list.
        """
        entry = next((each for each in self.ring.all(name) if number in (None, each.number)), None)
        if entry is None or entry.key is None:
            raise Missing(f"{name} {number}")
        return self._list(entry, (at or clock.now()).replace(microsecond=0))

    def newest_lists(self) -> tuple[bytes, ...]:
        """Today's lists of every generation, for files from anywhere; none while nothing is taken back.

        Without the one of an issuer whose token does not answer: the others still count.
        """
        found = []
        for entry in [*self.ring.all("root"), *self.ring.all("issuer")] if self.revocations else []:
            try:
                found.append(self.revocation_list(name=entry.name, number=entry.number))
            except (EngineFailed, Missing):
                _log.warning("the revocation list of %s %s cannot be had", entry.name, entry.number, exc_info=True)
        return tuple(found)

    def certificate(self, name: str, number: int) -> bytes:
        """The certificate (DER) of a generation of an authority. Raises `Missing`."""
        for each in self.ring.all(name):
            if each.number == number:
                return each.certificate
        raise Missing(f"{name} {number}")

    # What an administrator does; each change is there for every process at its next act

    def revoke(self, serial: str, *, reason: str, code: str = "", at: datetime | None = None) -> None:
        """Take a certificate back from `at` on; taking it back again changes nothing."""
        rotation.take_back(self._file, serial, at=at or clock.now(), reason=reason, code=code)

    def rotate(
        self,
        name: str,
        *,
        reason: str,
        where: Where = "same",
        revoke: str = "",
        at: datetime | None = None,
        number: int | None = None,
    ) -> Rotated:
        """A new key and certificate for `name` and for what it issues; see `rotation.rotate`."""
        maker = Maker(self.institution, self.country, self.published, at or clock.now())
        return rotation.rotate(
            self._file,
            name,
            maker=maker,
            signing=self._key,
            token=self._token,
            reason=reason,
            where=where,
            revoke=revoke,
            number=number,
        )

    def put_seal(self, entry: Entry, *, reason: str) -> Rotated:
        """Seal with a credential that the institution brought."""
        return rotation.put(self._file, entry, token=self._token, reason=reason)

    # Inside

    def _credential(self, name: str) -> Credential:
        entry = self.ring.current[name]
        certificate = names.load_certificate(entry.certificate)
        _refuse_ended(certificate, name=name, at=clock.now())
        if entry.imported:
            chain = tuple(map(names.load_certificate, entry.chain))
            return Credential(
                KeySigner(self._key(entry), certificate, chain),
                chain,
                lambda moment: imported.validation_data(entry, at=moment),
            )
        chain = (self.issuer, self.root)
        return Credential(KeySigner(self._key(entry), certificate, chain), chain, self.validation_data)

    def _key(self, entry: Entry) -> SigningKey:
        if isinstance(entry.key, TokenPlace):
            if self._token is None:
                message = f"The key of “{entry.name}” lies in a token, but no token is set. Set PKCS11_MODULE and PKCS11_TOKEN."
                raise EngineFailed("token", message)
            return TokenKey(self._token, entry.key, names.load_certificate(entry.certificate).public_key.dump())
        assert entry.key is not None, "a key that was destroyed is asked to sign"
        return entry.key

    def _of_issuer(self, issuer: Entry, at: datetime) -> ValidationData:
        above = names.load_certificate(issuer.certificate).issuer
        root = next(each for each in self.ring.all("root") if names.load_certificate(each.certificate).subject == above)
        lists = (self._list(issuer, at.replace(microsecond=0)), self._root_list(root, issuer, at))
        data = ValidationData(certificates=(issuer.certificate, root.certificate), revocation_lists=lists)
        return data + self._of_crossed(root, issuer, at)

    def _of_crossed(self, root: Entry, issuer: Entry, at: datetime) -> ValidationData:
        """What leads to this root whoever trusts one of before alone."""
        data = ValidationData()
        for later, earlier in pairwise(each for each in self.ring.all("root") if each.number <= root.number):
            if not later.crossed or earlier.key is None:
                break
            data += ValidationData(
                certificates=(later.crossed,), revocation_lists=(self._root_list(earlier, issuer, at),)
            )
        return data

    def _root_list(self, root: Entry, issuer: Entry, at: datetime) -> bytes:
        # Nothing happens below the root from one day to the next; but no list is older than what it speaks of.
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        known = [each.since for each in self._file.read().revoked.values() if each.since <= at]
        return self._list(root, max(midnight, issuer.since, *known).replace(microsecond=0))

    def _list(self, entry: Entry, at: datetime) -> bytes:
        if entry.key is None:
            message = (
                f"The certificate of “{names.read(names.load_certificate(entry.certificate).subject).name}” has ended."
            )
            raise EngineFailed("keys", message, permanent=True)
        revoked = self._revoked_by(entry)
        wanted = (entry.certificate, revoked, at)
        if wanted not in self._lists:
            if len(self._lists) >= _LISTS_KEPT:
                self._lists.clear()
            self._lists[wanted] = certificates.revocation_list(
                issuer=names.load_certificate(entry.certificate),
                issuer_key=self._key(entry),
                revoked=revoked,
                at=at,
                lasts=_LIST_LASTS,
            )
        return self._lists[wanted]

    def _revoked_by(self, entry: Entry) -> tuple[tuple[int, datetime, str], ...]:
        """What the list of this authority says: an issuer stands in that of the roots, all else in that of the issuers.

        Serial numbers are random: that an issuer also lists those of another generation harms nobody.
        """
        ring = self._file.read()
        issuers = {each.serial for each in ring.all("issuer")}
        return tuple(
            (int(serial.replace(":", ""), 16), each.since, each.code)
            for serial, each in sorted(ring.revoked.items())
            if (serial in issuers) == (entry.name == "root")
        )


def open_authority(
    folder: Path,
    secret: bytes,
    *,
    institution: str,
    country: str,
    public_url: str = "",
    token: Token | None = None,
    at: datetime | None = None,
) -> Authority:
    """The authority in `folder`; the first call makes it, of several at once exactly one.

    `institution` and `country` name a new authority; an existing one keeps the names it was made with. With a
    wrong secret or a damaged file `EngineFailed` is raised and nothing is written.
    """
    file, published = KeyFile(folder / KEY_FILE, secret), Published(public_url)
    file.create(Maker(institution, country, published, at or clock.now()).first)
    # Taken before reading: a file that is replaced in between is opened once more at the next act.
    stamp = file.stamp()
    return Authority(ring=file.read(), stamp=stamp, published=published, _file=file, _token=token)


def _refuse_ended(certificate: x509.Certificate, *, name: str, at: datetime) -> None:
    if certificate.not_valid_after < at:
        message = (
            f"The certificate of the {name} ended on {certificate.not_valid_after:%Y-%m-%d}. An administrator makes a new "
            f"one under “Keys and certificates”, or by: flask mou keys rotate {name}"
        )
        raise EngineFailed("keys", message, permanent=True)
