"""Which certificates the authority has, how each generation of them is made, and where others find what they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import x509

from mou_service.trust import certificates, keys, names
from mou_service.trust.certificates import Addresses, Profile
from mou_service.trust.keys import PrivateKey, SigningKey
from mou_service.trust.names import Subject
from mou_service.trust.ring import Entry, TokenPlace

NAMES = ("root", "issuer", "platform", "seal", "timestamps")
#: What a new one brings with it: whatever the old one had issued is issued anew.
BELOW = {"root": NAMES, "issuer": NAMES[1:], **{name: (name,) for name in NAMES[2:]}}
AUTHORITIES = ("root", "issuer")
#: Keys that may lie in a token. The root signs twice in ten years, the placeholder proves nothing: neither is worth one.
IN_TOKENS = ("issuer", "platform", "seal")

_YEAR = timedelta(days=365)
SERVICE_LASTS = timedelta(days=10 * 365)
_LASTS = {"root": timedelta(days=20 * 365 + 5), "issuer": 19 * _YEAR}
_PROFILES = {
    "root": certificates.ROOT_PROFILE,
    "issuer": certificates.ISSUER_PROFILE,
    "platform": certificates.PLATFORM_PROFILE,
    "seal": certificates.SEAL_PROFILE,
    "timestamps": certificates.PLACEHOLDER_PROFILE,
}
_LABELS = {
    "root": "MoU Root",
    "issuer": "MoU Signing",
    "platform": "MoU Platform",
    "seal": "Electronic Seal",
    "timestamps": "Local placeholder time-stamp, no evidential value",
}

#: These stand above a time-stamp, which is judged at the moment of asking. Were a list named in them, a verifier would
#: want a fresh one for ever, and doubt each file once those it carries are out of date. The lists are published all the same.
_WITHOUT_LIST = ("issuer", "timestamps")

#: What a new key is: its place in the key file, and the key that signs with it.
NewKey = Callable[[str, int], tuple[PrivateKey | TokenPlace, SigningKey]]


@dataclass(frozen=True)
class Published:
    """The addresses below the service's own that stand in certificates, and stay valid for every generation."""

    base: str = ""

    def revocation_list(self, name: str, number: int) -> str:
        """Of the authority `name`: the first issuer's has the address it had before there was a second one."""
        if name == "issuer":
            return self._at("revocations.crl" if number == 1 else f"revocations/issuer-{number}.crl")
        return self._at(f"revocations/root-{number}.crl")

    def certificate(self, name: str, number: int) -> str:
        return self._at(f"certificates/{name}-{number}.cer")

    @property
    def policy(self) -> str:
        return self._at("policy")

    def below(self, issuer: Entry | None, *, name: str = "") -> Addresses:
        """What stands in the certificate of `name`, else of a person, that `issuer` issues; a root has nobody above it."""
        if issuer is None or not self.base:
            return Addresses()
        return Addresses(
            revocation_list="" if name in _WITHOUT_LIST else self.revocation_list(issuer.name, issuer.number),
            issuer=self.certificate(issuer.name, issuer.number),
            policy=self.policy,
        )

    def _at(self, path: str) -> str:
        return f"{self.base}/{path}" if self.base else ""


@dataclass(frozen=True)
class Maker:
    """Makes generations of certificates for one institution."""

    institution: str
    country: str
    published: Published
    at: datetime

    def first(self) -> dict[str, Entry]:
        """Everything a new authority has."""
        return self.next({}, NAMES, new_key=in_file, signing=_plain_key)

    def next(
        self,
        current: Mapping[str, Entry],
        wanted: tuple[str, ...],
        *,
        new_key: NewKey,
        signing: Callable[[Entry], SigningKey],
    ) -> dict[str, Entry]:
        """New entries for the `wanted` names, issued by each other or by what is `current`.

        `signing` gives the key of an entry that issues.
        """
        made = dict(current)
        fresh: dict[str, SigningKey] = {}
        for name in (each for each in NAMES if each in wanted):
            issuer = None if name == "root" else made["root" if name == "issuer" else "issuer"]
            issuing = None if issuer is None else fresh.get(issuer.name) or signing(issuer)
            number = current[name].number + 1 if name in current else 1
            place, key = new_key(name, number)
            made[name] = self._entry(name, number, place, key, issuer=issuer, issuing=issuing)
            fresh[name] = key
        return {name: made[name] for name in wanted}

    def crossed(self, root: Entry, by: Entry, *, signing: Callable[[Entry], SigningKey]) -> bytes:
        """A certificate for the key of a new root by the one before; none when that one has ended or allows none below.

        One alone: of several a simple program takes any, and does not come back to try another.
        """
        assert isinstance(root.key, PrivateKey), "the key of a root is never in a token"
        new, above = names.load_certificate(root.certificate), names.load_certificate(by.certificate)
        if by.key is None or above.max_path_length is not None or above.not_valid_after <= new.not_valid_before:
            return b""
        made: bytes = certificates.issue(
            subject=new.subject, key=root.key, profile=certificates.CROSS_PROFILE, issuer=above, issuer_key=signing(by),
            valid_from=new.not_valid_before, valid_to=min(new.not_valid_after, above.not_valid_after),
            addresses=self.published.below(by, name="issuer"),
        ).dump()  # fmt: skip
        return made

    def _entry(
        self,
        name: str,
        number: int,
        place: PrivateKey | TokenPlace,
        key: SigningKey,
        *,
        issuer: Entry | None,
        issuing: SigningKey | None,
    ) -> Entry:
        moment = self.at.replace(microsecond=0)
        above = names.load_certificate(issuer.certificate) if issuer else None
        ends = moment + _LASTS.get(name, SERVICE_LASTS)
        certificate = certificates.issue(
            subject=self._subject(name, number),
            key=key,
            profile=_PROFILES[name],
            issuer=above,
            issuer_key=issuing or key,
            valid_from=moment,
            valid_to=min(ends, above.not_valid_after) if above else ends,
            addresses=self.published.below(issuer, name=name),
        )
        return Entry(name=name, certificate=certificate.dump(), key=place, since=moment, number=number)

    def _subject(self, name: str, number: int) -> x509.Name:
        short = names.shorten(self.institution)
        label = _LABELS[name]
        if name in AUTHORITIES and number > 1:
            # Verifiers look for an issuer by its name: two generations must not share one.
            label = f"{label} G{number}"
        called = label if name == "timestamps" else _called(short, label)
        return names.write(Subject(name=called, organisation=short, country=self.country))


def in_file(_name: str, _number: int) -> tuple[PrivateKey, SigningKey]:
    """A new key for the key file."""
    key = keys.new_key()
    return key, key


def profile(name: str) -> Profile:
    return _PROFILES[name]


def _plain_key(entry: Entry) -> SigningKey:
    assert entry.key is not None
    assert not isinstance(entry.key, TokenPlace)
    return entry.key


def _called(institution: str, role: str) -> str:
    room = names.LONGEST - len(role) - 1
    return f"{institution if len(institution) <= room else institution[: room - 1] + '…'} {role}"
