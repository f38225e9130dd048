"""What is done with keys and certificates. The key file changes first, the trail follows: see `catch_up`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from mou_service.core import events, jobs
from mou_service.core.actors import SERVICE, Actor
from mou_service.core.clock import now
from mou_service.core.errors import Invalid, Refused, Stale
from mou_service.core.events import Event
from mou_service.trust import imported, names
from mou_service.trust.authority import Authority
from mou_service.trust.imported import Unusable
from mou_service.trust.ring import Entry
from mou_service.trust.rotation import Rotated, Where
from mou_service.trust.tokens import Token

from . import queries, words
from .queries import STREAM, Watched


def rotate(
    authority: Authority,
    name: str,
    *,
    actor: Actor,
    reason: str,
    where: Where = "same",
    revoke: str = "",
    number: int | None = None,
) -> Rotated:
    """A new key for `name` and for what it issues; with `revoke` the old certificate is taken back at once.

    `number` is the generation that was looked at. Raises `Stale` when another one is in use by now, `Refused` for what
    cannot be, `EngineFailed` when the token does not answer; then nothing has changed.
    """
    if revoke and authority.ring.current[name].imported:
        raise Refused(_("Only the authority that issued this certificate can take it back. Ask it to."))
    try:
        done = authority.rotate(name, reason=reason, where=where, revoke=revoke, number=number)
    except Stale as problem:
        raise Stale(_("There is a new key already. Look at it before you make another one.")) from problem
    _record("keys.rotate", done, actor=actor, reason=reason, key=name, revoked=revoke)
    return done


def import_seal(
    authority: Authority, content: bytes, *, passphrase: str, roots: Sequence[bytes], actor: Actor, reason: str
) -> Rotated:
    """Seal with the credential in a PKCS#12 file from now on. Raises `Invalid` with what it lacks.

    The passphrase is used once and kept nowhere; the key is encrypted like our own.
    """
    try:
        entry = imported.from_pkcs12(content, passphrase=passphrase.encode(), roots=roots, at=now())
    except Unusable as problem:
        field = "passphrase" if problem.code == "passphrase" else "file"
        raise Invalid({field: words.unusable(problem.code, problem.facts)}) from problem
    return _put(authority, entry, actor=actor, reason=reason)


def use_token_seal(
    authority: Authority,
    certificates: bytes,
    *,
    token: Token,
    label: str,
    roots: Sequence[bytes],
    actor: Actor,
    reason: str,
) -> Rotated:
    """Seal with a key that lies in the token already, and the certificate that somebody issued for it."""
    try:
        entry = imported.from_token(certificates, token=token, label=label, roots=roots, at=now())
    except Unusable as problem:
        said = (
            _("This file holds no certificate.")
            if problem.code == "file"
            else words.unusable(problem.code, problem.facts)
        )
        raise Invalid({"file": said}) from problem
    return _put(authority, entry, actor=actor, reason=reason)


def revoke(authority: Authority, serial: str, *, actor: Actor, code: str, reason: str) -> None:
    """Take a certificate back from now on; its earlier signatures stay. Doing it again changes nothing."""
    wanted = names.normal_serial(serial)
    if wanted and queries.was_brought(wanted):
        raise Refused(_("Only the authority that issued this certificate can take it back. Ask it to."))
    if not wanted or not queries.was_issued(authority, wanted):
        raise Invalid({"serial": _("This service issued no certificate with this serial number.")})
    if wanted in {each.serial for each in authority.ring.all("root")}:
        raise Refused(_("Nobody can take back a root: whoever trusts it has to be told. Make a new one instead."))
    if wanted in {each.serial for each in authority.ring.entries() if each.imported}:
        raise Refused(_("Only the authority that issued this certificate can take it back. Ask it to."))
    if wanted in authority.revocations:
        return
    authority.revoke(wanted, reason=reason, code=code)
    events.record("keys.revoke", actor=actor, stream=STREAM, serial=wanted, code=code, reason=reason)


def catch_up(authority: Authority) -> list[Event]:
    """Write into the trail what the key file says and the trail does not: a process may have died between the two."""
    known = queries.rotations()
    lost = [each for each in authority.ring.retired if each.fingerprint not in known]
    if not lost:
        return []
    facts = [_facts(each) for each in lost]
    return [
        events.record(
            "keys.rotate",
            actor=SERVICE,
            stream=STREAM,
            retired=facts,
            made=[],
            reason=lost[0].reason,
            key="",
            revoked="",
        )
    ]


def ask_for_warnings(watched: Sequence[Watched]) -> None:
    """One job for each certificate and threshold it has passed; asked for again, the same one."""
    for each in watched:
        if each.threshold is not None:
            jobs.enqueue(
                "keyring.warn", unique_key=f"keyring.warn:{each.fingerprint}:{each.threshold}",
                role=each.role, subject=each.subject, fingerprint=each.fingerprint, threshold=each.threshold,
                ends=each.ends.isoformat(),
            )  # fmt: skip


def warn(facts: dict[str, Any]) -> None:
    """Tell administrators that a certificate ends; what follows is in reactions.py."""
    events.record("keys.expire", actor=SERVICE, stream=STREAM, **facts)


def note_re_encryption(*, actor: Actor) -> None:
    """The key file was encrypted for another secret."""
    events.record("keys.re_encrypt", actor=actor, stream=STREAM)


def _put(authority: Authority, entry: Entry, *, actor: Actor, reason: str) -> Rotated:
    done = authority.put_seal(entry, reason=reason)
    _record("keys.import", done, actor=actor, reason=reason, key="seal", revoked="")
    return done


def _record(event: str, done: Rotated, *, actor: Actor, reason: str, key: str, revoked: str) -> None:
    events.record(
        event, actor=actor, stream=STREAM, key=key, reason=reason, revoked=revoked,
        made=[_facts(each) for each in done.made], retired=[_facts(each) for each in done.retired],
    )  # fmt: skip


def _facts(entry: Entry) -> dict[str, Any]:
    return {"name": entry.name, "number": entry.number, "serial": entry.serial, "fingerprint": entry.fingerprint}
