"""Public references and random tokens, and how a token is kept."""

import hashlib
import secrets

#: Without 0/O, 1/I/L and U, so that a code survives being read out over the telephone.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def token() -> str:
    """A secret for a link: 192 random bits, safe in a URL."""
    return secrets.token_urlsafe(24)


def token_hash(secret: str) -> str:
    """What is stored of a token, so that the database cannot be used to sign."""
    return hashlib.sha256(secret.encode()).hexdigest()


def code(length: int = 12) -> str:
    """A public code that names a document without saying anything about it; 58 random bits at length 12."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def grouped(code_: str) -> str:
    """A code as people read it: "ABCD-EFGH-JKMN"."""
    return "-".join(code_[i : i + 4] for i in range(0, len(code_), 4))


def ungrouped(typed: str) -> str:
    """A code as it was stored, from whatever way it was typed."""
    return "".join(c for c in typed.upper() if c in CODE_ALPHABET)
