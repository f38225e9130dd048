"""The doctor's look at keys and certificates: who can read them, whether they open, until when they last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mou_service.core.errors import EngineFailed
from mou_service.engines import Engines
from mou_service.engines.secrets import kept_secret
from mou_service.keyring import queries, words
from mou_service.partners import institution
from mou_service.trust.authority import KEY_FILE, Authority
from mou_service.trust.issuing import AUTHORITIES
from mou_service.trust.keyfile import KeyFile

from .findings import Finding, Level


def secrets(engines: Engines) -> Iterator[Finding]:
    settings = engines.settings
    if not settings.key_secret:
        yield Finding(
            "warning",
            "KEY_SECRET",
            "The secret that encrypts the keys lies beside them. Set KEY_SECRET to keep them apart, then run: "
            "flask mou keys re-encrypt",
        )
    for folder in (settings.keys, settings.demo_keys):
        yield from _lying(folder, settings.key_secret)


def _lying(folder: Path, given: str) -> Iterator[Finding]:
    """How the files of one folder lie there."""
    path, kept = folder / KEY_FILE, folder / "key-secret"
    if path.exists() and not given and not kept.exists():
        yield Finding("error", "keys", f"{kept} is gone: nothing else opens {path}. Restore it from a backup.")
    elif path.exists():
        try:
            if not KeyFile(path, kept_secret(kept, given)).opens():
                reason = "It was made with another secret, or was changed. Run: flask mou keys re-encrypt"
                yield Finding("error", "keys", f"{path} does not open with KEY_SECRET. {reason}")
            elif given and kept.exists():
                yield Finding("warning", "keys", f"{kept} opens nothing any more. Run: flask mou keys re-encrypt")
        except EngineFailed as problem:
            yield Finding("error", "keys", str(problem))
    for each in folder.rglob("*"):
        if each.is_file() and each.stat().st_mode & 0o077:
            yield Finding("error", "keys", f"Others can read {each.name}. Run: chmod 600 {each}")


def token(engines: Engines) -> Iterator[Finding]:
    """Opens it once; a PIN that is refused is not offered again by anybody."""
    if engines.token is None:
        return
    try:
        engines.token.check()
        yield Finding("ok", "PKCS11_TOKEN", engines.settings.pkcs11_token)
    except EngineFailed as problem:
        yield Finding("error", "PKCS11_TOKEN", str(problem))


def certificates(engines: Engines) -> Iterator[Finding]:
    """Every certificate that matters, and whether each generation can still sign its revocation list."""
    if not institution.is_set_up():
        return
    try:
        authority = institution.authority()
        watched = queries.watched(
            authority, timestamp_roots=engines.timestamp_roots(), signer_roots=engines.signer_roots(),
            last_stamp=queries.last_stamp(engines.files),
        )  # fmt: skip
    except EngineFailed as problem:
        yield Finding("error", "certificates", str(problem))
        return
    ending = [each for each in watched if each.threshold is not None]
    for each in ending:
        level: Level = "error" if each.days < 0 else "warning"
        role = words.NAMES.get(each.role) or words.OTHERS[each.role]
        said = "ended" if each.days < 0 else "ends"
        yield Finding(level, "certificates", f"{role}: “{each.subject}” {said} on {each.ends:%Y-%m-%d}.")
    if not ending:
        yield Finding("ok", "certificates", f"{len(watched)}; the first ends on {watched[0].ends:%Y-%m-%d}")
    yield from _lists(authority)


def _lists(authority: Authority) -> Iterator[Finding]:
    signed = 0
    for name in AUTHORITIES:
        for entry in authority.ring.all(name):
            try:
                signed += entry.key is not None and bool(authority.revocation_list(name=name, number=entry.number))
            except EngineFailed as problem:
                yield Finding("error", "revocation lists", f"That of {name} {entry.number} cannot be signed. {problem}")
    yield Finding(
        "ok", "revocation lists", f"{signed}; each is signed anew when it is asked for, and holds for 90 days"
    )


CHECKS = (secrets, token, certificates)
