"""Five signatures and an archive time-stamp, their verification, and the size of what comes out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from mou_service.trust import certificates, names, sign
from mou_service.trust.keys import Credential, KeySigner, PrivateKey, ValidationData, new_key
from mou_service.trust.names import Subject
from mou_service.trust.sign import Level
from mou_service.trust.timestamps import LocalTimestamps
from mou_service.trust.verify import verify
from tests.bench import document, peers
from tests.bench.measuring import Figure, compared, interleaved
from tests.trust.makers import LATER, START

AT = START + timedelta(minutes=1)
FIVE = "Five signatures and an archive time-stamp"


@dataclass(frozen=True)
class House:
    """One small authority for all who are measured: the same chain, the same lists, the same clock."""

    root: Credential
    key: ec.EllipticCurvePrivateKey
    timestamps: LocalTimestamps

    def credential(
        self, name: str, key: PrivateKey, profile: certificates.Profile = certificates.PERSON_PROFILE
    ) -> Credential:
        return _issued(name, key, profile, issuer=self.root, issuer_key=self.key)

    @property
    def data(self) -> ValidationData:
        assert self.root.validation_data is not None
        return self.root.validation_data(AT)

    def trust(self) -> peers.Trust:
        return peers.Trust(
            self.root.certificate, (self.timestamps._credential.certificate,), self.data.revocation_lists, LATER
        )


def house() -> House:
    key, stamping = new_key(), new_key()
    root = _issued("Root", key, certificates.ROOT_PROFILE, issuer=None, issuer_key=key)
    clock = _issued("Clock", stamping, certificates.PLACEHOLDER_PROFILE, issuer=root, issuer_key=key)
    return House(root, key, LocalTimestamps(clock, key=stamping, at=AT))


def _issued(
    name: str, key: PrivateKey, profile: certificates.Profile, *, issuer: Credential | None, issuer_key: ec.EllipticCurvePrivateKey
) -> Credential:  # fmt: skip
    certificate = certificates.issue(
        subject=names.write(Subject(name=name, organisation="A house that measures", country="CN")),
        key=key, profile=profile, issuer=issuer.certificate if issuer else None, issuer_key=issuer_key,
        valid_from=START, valid_to=START + timedelta(days=3650),
    )  # fmt: skip
    chain = (issuer.certificate if issuer else certificate,)
    empty = certificates.revocation_list(
        issuer=chain[0], issuer_key=issuer_key, revoked=(), at=START, lasts=timedelta(days=90)
    )
    data = ValidationData((chain[0].dump(),), (empty,)) if issuer is None else issuer.validation_data(AT)  # type: ignore[misc]
    return Credential(KeySigner(key, certificate, chain), chain, lambda _moment: data)


class Ours:
    """The service's own way, with everything prepared that pyHanko is given prepared too."""

    def __init__(self, house: House, keys: dict[str, ec.EllipticCurvePrivateKey]) -> None:
        self.house = house
        self.people = {person: house.credential(person.name["en"], keys[person.field]) for person in document.EVERYBODY}
        self.stamps = {person: document.stamp(person) for person in document.EVERYBODY}
        self.certified = sign.certify(
            document.frozen().pdf, credential=house.credential("Platform", new_key(), certificates.PLATFORM_PROFILE), at=START
        ).pdf  # fmt: skip

    def sign_all(self, level: Level = "B-B") -> bytes:
        pdf = self.certified
        for person in document.SIGNERS:
            pdf = sign.sign(
                pdf, field=person.field, credential=self.people[person], stamp=self.stamps[person], reason="I sign",
                location="Shanghai", level=level, timestamps=self.house.timestamps, at=AT,
            ).pdf  # fmt: skip
        pdf = sign.seal(
            pdf, field="Seal", credential=self.people[document.SEAL], stamp=self.stamps[document.SEAL], reason="I seal",
            location="", level=level, timestamps=self.house.timestamps, at=AT,
        ).pdf  # fmt: skip
        return sign.timestamp(pdf, source=self.house.timestamps, evidence=self.house.data, at=AT).pdf


def figures(*, rounds: int) -> Iterator[Figure]:
    """Ours beside pyHanko's calls with the same keys, stamps, lists and clock."""
    home = house()
    keys = {person.field: new_key() for person in document.EVERYBODY}
    ours = Ours(home, keys)
    with tempfile.TemporaryDirectory(prefix="mou-bench-") as folder:
        yield from _speed(ours, keys, Path(folder), rounds=rounds)
    yield from _checking(ours, rounds=rounds)
    yield _size(ours)


def _speed(ours: Ours, keys: dict[str, ec.EllipticCurvePrivateKey], folder: Path, *, rounds: int) -> Iterator[Figure]:
    home = ours.house
    stamps = peers.stamp_files({person.field: stamp for person, stamp in ours.stamps.items()}, folder)
    cached = {person.field: peers.CachedKey(keys[person.field], ours.people[person]) for person in document.EVERYBODY}
    plain = {}
    for person in document.EVERYBODY:
        key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
        plain[person.field] = peers.plain_signer(key, home.credential(person.name["en"], key))
    theirs = partial(peers.sign_all, ours.certified, stamps=stamps, timestamper=home.timestamps, trust=home.trust())
    took = interleaved(
        {
            "ours": lambda: ours.sign_all("B-LT"),
            "ours, service": ours.sign_all,
            "cached": lambda: theirs(signers=cached, own_times=True, fresh=False),
            "cached, service": lambda: theirs(signers=cached, own_times=False, fresh=False),
            "plain": lambda: theirs(signers=plain, own_times=True, fresh=True),
            "plain, service": lambda: theirs(signers=plain, own_times=False, fresh=True),
        },
        rounds=rounds,
    )
    each, all_ = f"{FIVE}, each signature B-LT", f"{FIVE}, as the service signs"
    bare, simple = "pyHanko's calls, keys cached", "SimpleSigner, RSA-3072, fresh contexts"
    yield compared(each, took["ours"], against=bare, theirs=took["cached"], target=1.1)
    yield compared(all_, took["ours, service"], against=bare, theirs=took["cached, service"], target=1.1)
    yield compared(each, took["ours"], against=simple, theirs=took["plain"], target=0.2)
    yield compared(all_, took["ours, service"], against=simple, theirs=took["plain, service"], target=0.2)


def _checking(ours: Ours, *, rounds: int) -> Iterator[Figure]:
    roots, trust = (ours.house.root.der,), ours.house.trust()
    levels: tuple[tuple[Level, str], ...] = (("B-B", "as the service signs"), ("B-LT", "each signature B-LT"))
    for level, words in levels:
        final = ours.sign_all(level)
        verdict = verify(final, roots=roots, at=LATER)
        assert (verdict.outcome, len(verdict.signatures)) == ("valid", 7), verdict
        took = interleaved(
            {
                "ours": partial(verify, final, roots=roots, at=LATER),
                "theirs": partial(peers.validate_all, final, trust=trust),
            },
            rounds=rounds,
        )
        what = f"Verification of six signatures and the time-stamp, {words}"
        validation = "pyHanko's validation, shared context"
        yield compared(what, took["ours"], against=validation, theirs=took["theirs"], target=150, of_ours=True)


def _size(ours: Ours) -> Figure:
    pages, final = document.frozen().pages, ours.sign_all()
    return Figure(f"Final file: {pages} pages, six signatures", "kB", len(final) / 1000, target=350, of_ours=True)
