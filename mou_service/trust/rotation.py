"""A new key in the place of an old one: at once on the disk, and with everything still verifiable that was signed before.

The private key of a retired credential is destroyed. That of a retired issuer or root is kept, and signs nothing but
revocation lists, until its certificate ends: only its own signature takes back what it issued.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from mou_service.core.errors import Refused, Stale
from mou_service.trust import keys, names
from mou_service.trust.issuing import AUTHORITIES, BELOW, IN_TOKENS, Maker
from mou_service.trust.keyfile import KeyFile
from mou_service.trust.keys import PrivateKey, SigningKey
from mou_service.trust.ring import Entry, Revocation, Ring, TokenPlace, retire
from mou_service.trust.tokens import Token, TokenKey, new_label

#: Where a new key is made: "same" is where the old one was.
Where = Literal["same", "file", "token"]


@dataclass(frozen=True)
class Rotated:
    """What was put into use and what was retired by one rotation."""

    made: tuple[Entry, ...]
    retired: tuple[Entry, ...]


def rotate(
    file: KeyFile,
    name: str,
    *,
    maker: Maker,
    signing: Callable[[Entry], SigningKey],
    token: Token | None,
    reason: str,
    where: Where = "same",
    revoke: str = "",
    number: int | None = None,
) -> Rotated:
    """A new key and certificate for `name` and for what it issues; an imported seal stays unless it is asked for itself.

    With `revoke` (one of `certificates.REASONS`) the old certificate of `name` is taken back in the same moment. With
    `number` only that generation is followed: `Stale` when somebody was quicker, or the same was asked for twice.
    """
    if revoke and name == "root":
        raise Refused("Nobody can take back a root: whoever trusts it has to be told. Make a new one without revoking.")
    if where == "token" and name not in IN_TOKENS:
        raise Refused(f"The key of “{name}” is not kept in a token.")
    done: list[Rotated] = []

    def alter(ring: Ring) -> Ring:
        if number not in (None, ring.current[name].number):
            raise Stale(f"Somebody made a new key “{name}” meanwhile.")
        wanted = tuple(each for each in BELOW[name] if each == name or not ring.current[each].imported)

        def new_key(each: str, number: int) -> tuple[PrivateKey | TokenPlace, SigningKey]:
            in_token = isinstance(ring.current[each].key, TokenPlace) and not ring.current[each].imported
            if (where == "token" and each == name) or (in_token and (where == "same" or each != name)):
                return _in_token(token, each, number)
            key = keys.new_key()
            return key, key

        made = maker.next(ring.current, wanted, new_key=new_key, signing=signing)
        if "root" in made:
            crossed = maker.crossed(made["root"], ring.current["root"], signing=signing)
            made["root"] = replace(made["root"], crossed=crossed)
        old = tuple(ring.current[each] for each in wanted)
        done[:] = [Rotated(tuple(made.values()), old)]
        taken_back = {ring.current[name].serial: Revocation(maker.at, reason, revoke)} if revoke else {}
        return _succeeded(ring, made=made, old=old, at=maker.at, reason=reason, taken_back=taken_back)

    file.change(alter)
    _clear(token, done[0].retired)
    return done[0]


def put(file: KeyFile, entry: Entry, *, token: Token | None, reason: str) -> Rotated:
    """Put a credential that somebody brought into use in the place of the one of its name."""
    done: list[Rotated] = []

    def alter(ring: Ring) -> Ring:
        old = ring.current[entry.name]
        if old.certificate == entry.certificate:
            raise Refused("This certificate is in use already.")
        numbered = replace(entry, number=old.number + 1)
        done[:] = [Rotated((numbered,), (old,))]
        return _succeeded(ring, made={entry.name: numbered}, old=(old,), at=entry.since, reason=reason, taken_back={})

    file.change(alter)
    _clear(token, done[0].retired)
    return done[0]


def take_back(file: KeyFile, serial: str, *, at: datetime, reason: str, code: str = "") -> None:
    """Revoke a certificate from `at` on; taking it back again changes nothing."""

    def alter(ring: Ring) -> Ring:
        if serial in {each.serial for each in ring.all("root")}:
            raise Refused("Nobody can take back a root: whoever trusts it has to be told. Make a new one instead.")
        if serial in {each.serial for each in ring.entries() if each.imported}:
            raise Refused(
                "Only the authority that issued this certificate can take it back. Ask it to, then import another."
            )
        return replace(ring, revoked={serial: Revocation(at, reason, code), **ring.revoked})

    file.change(alter)


def _succeeded(
    ring: Ring,
    *,
    made: dict[str, Entry],
    old: tuple[Entry, ...],
    at: datetime,
    reason: str,
    taken_back: dict[str, Revocation],
) -> Ring:
    retired = [retire(each, at=at, reason=reason, keep_key=each.name in AUTHORITIES) for each in old]
    return Ring(
        current={**ring.current, **made},
        retired=tuple(_without_needless_key(each, at=at) for each in (*ring.retired, *retired)),
        revoked={**taken_back, **ring.revoked},
    )


def _without_needless_key(entry: Entry, *, at: datetime) -> Entry:
    """An issuer whose certificate has ended has no list to sign any more."""
    ended = names.load_certificate(entry.certificate).not_valid_after < at
    return replace(entry, key=None) if ended and entry.key is not None else entry


def _in_token(token: Token | None, name: str, number: int) -> tuple[TokenPlace, SigningKey]:
    if token is None:
        raise Refused("No token is set. Set PKCS11_MODULE, PKCS11_TOKEN and PKCS11_PIN first.")
    place, public = token.make_key(new_label(name, number))
    return place, TokenKey(token, place, public)


def _clear(token: Token | None, retired: tuple[Entry, ...]) -> None:
    """Destroy in the token what is no longer needed; the key file names it no more, so that this can be done by hand too."""
    for each in retired:
        if token is not None and isinstance(each.key, TokenPlace) and each.name not in AUTHORITIES:
            token.destroy(each.key)
