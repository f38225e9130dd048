"""A time-stamp authority of others that stamps at any moment a test names, with certificates that last as long as it says."""

from __future__ import annotations

from datetime import datetime, timedelta

from asn1crypto import x509

from mou_service.trust import certificates, keys, names
from mou_service.trust.certificates import Profile
from mou_service.trust.keys import Credential, KeySigner, ValidationData
from mou_service.trust.names import Subject
from mou_service.trust.timestamps import LocalTimestamps

_STAMPS = Profile(
    frozenset({"digital_signature"}), ("1.3.6.1.5.5.7.3.8",), purposes_critical=True, notice="Stamps for others."
)
_YEAR = timedelta(days=365)


class Clockhouse:
    """Its root lasts for sixty years, each stamping certificate as long as it is told."""

    def __init__(self, *, since: datetime) -> None:
        self._key, self._since = keys.new_key(), since
        self.root = self._issue("Clockhouse Root", self._key, certificates.ROOT_PROFILE, None, until=since + 60 * _YEAR)
        self.revoked: list[tuple[int, datetime, str]] = []
        self._lists: dict[tuple[datetime, int], bytes] = {}

    @property
    def roots(self) -> tuple[bytes, ...]:
        return (self.root.dump(),)

    def source(self, *, since: datetime, until: datetime) -> Stamps:
        """A source of time-stamps whose certificate is valid between these moments."""
        key = keys.new_key()
        certificate = self._issue("Clockhouse Unit", key, _STAMPS, self.root, since=since, until=until)
        credential = Credential(KeySigner(key, certificate, (self.root,)), (self.root,), self.validation_data)
        return Stamps(credential, key=key)

    def validation_data(self, at: datetime) -> ValidationData:
        if (at, len(self.revoked)) not in self._lists:
            self._lists[at, len(self.revoked)] = certificates.revocation_list(
                issuer=self.root, issuer_key=self._key, revoked=self.revoked, at=at.replace(microsecond=0),
                lasts=timedelta(days=30),
            )  # fmt: skip
        return ValidationData(self.roots, (self._lists[at, len(self.revoked)],))

    def _issue(
        self,
        name: str,
        key: keys.PrivateKey,
        profile: Profile,
        issuer: x509.Certificate | None,
        *,
        until: datetime,
        since: datetime | None = None,
    ) -> x509.Certificate:
        return certificates.issue(
            subject=names.write(Subject(name=name, organisation="Clockhouse")), key=key, profile=profile, issuer=issuer,
            issuer_key=self._key, valid_from=since or self._since, valid_to=until,
        )  # fmt: skip


class Stamps(LocalTimestamps):
    """Tokens of an authority that is not ours."""

    placeholder = False
    name = "clockhouse"

    def at(self, moment: datetime | None) -> Stamps:
        return Stamps(self._credential, key=self._key, at=moment)

    @property
    def certificate(self) -> x509.Certificate:
        return self._credential.certificate
