"""Passwords: how they are kept, and which are refused. Knows no account and no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

#: OWASP's second choice: 19 MiB and two passes, 26 ms. The library's own default would take 256 MiB for four at once.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
SHORTEST = 12
LONGEST = 256

#: Words that make a password no secret, however often they are written and whatever digits follow.
_COMMONPLACES = (
    "password|passwort|parola|motdepasse|contrasena|senha|geheim|secret|default|changeme|letmein|welcome|willkommen|"
    "administrator|admin|root|login|user|guest|test|demo|hello|qwertyuiop|qwertzuiop|azertyuiop|qwerty|qwertz|azerty|"
    "asdfghjkl|asdfgh|zxcvbnm|yxcvbnm|abcdefghijklmnopqrstuvwxyz|abcdefgh|abcdef|abcd|iloveyou|woaini|woaizuguo|mima|"
    "nihao|dragon|monkey|football|baseball|sunshine|princess|superman|batman|master|trustno|freedom|whatever|computer|"
    "internet|university|college|school|agreement|memorandum|understanding|spring|summer|autumn|winter|china|the|my|is"
)
_UNDISGUISED = str.maketrans("013457@$!", "oleastasi")
_RUNS = ("01234567890123456789", "98765432109876543210")


@dataclass(frozen=True)
class Weakness:
    """Why a password is refused: "short", "long", "common" or "personal"."""

    code: str


def kept(password: str) -> str:
    """What is stored of a password."""
    return HASHER.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether this is the password; takes as long when nothing is stored."""
    try:
        return HASHER.verify(stored or _nobody(), _normal(password)) and stored is not None
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether it was kept with other parameters than those of today."""
    return HASHER.check_needs_rehash(stored)


def weaknesses(password: str, *, about: Iterable[str] = ()) -> list[Weakness]:
    """Why this password is refused to somebody with these names and addresses; empty when it will do."""
    password = _normal(password)
    if len(password) < SHORTEST:
        return [Weakness("short")]
    if len(password) > LONGEST:
        return [Weakness("long")]
    found = []
    if _is_commonplace(password):
        found.append(Weakness("common"))
    if any(part in password.casefold() for part in _parts(about)):
        found.append(Weakness("personal"))
    return found


@cache
def _nobody() -> str:
    """A hash that nothing matches: somebody unknown waits as long as somebody known."""
    return HASHER.hash("nobody has this password")


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def _is_commonplace(password: str) -> bool:
    folded = password.casefold()
    if len(set(folded)) < 5 or any(folded in run for run in _RUNS) or _is_repeated(folded):
        return True
    undisguised = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded).translate(_UNDISGUISED)
    words = {re.sub(r"[\W\d_]", "", text) for text in (folded, undisguised)}
    return any(re.fullmatch(f"(?:{_COMMONPLACES})*", text) for text in words if text)


def _is_repeated(text: str) -> bool:
    """Whether a piece of at most four characters makes up the whole: "abc1abc1abc1"."""
    return any((text[:size] * len(text))[: len(text)] == text for size in range(1, 5))


def _parts(about: Iterable[str]) -> set[str]:
    """Words of four letters or more, two for scripts that need no more, out of names and addresses."""
    words = {word for text in about for word in re.split(r"[\W\d_]+", text.casefold())}
    return {word for word in words if len(word) >= (4 if word.isascii() else 2)}
