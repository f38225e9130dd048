"""A correction to the ASN.1 library, without which some signatures take half a minute instead of 50 milliseconds.

asn1crypto takes a value for one of indefinite length (ITU-T X.690, 8.1.3.6) when its header ends in the octet 80. So
does the header of every definite length that is a multiple of 256 plus 128. It then encodes the value and all that is
in it anew at each level, again and again, which is exponential in a time-stamp inside a signature. A value of
indefinite length ends in two zero octets; one without them has a definite length and keeps the bytes it has.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from asn1crypto import core

Dump = Callable[..., bytes]


def keep_definite_lengths() -> None:
    """Put the correction in its place; doing it again changes nothing. A test holds it there."""
    for kind in vars(core).values():
        dump = vars(kind).get("dump") if isinstance(kind, type) else None
        if dump is not None and not hasattr(dump, "keeps_definite_lengths"):
            kind.dump = _corrected(dump)


def _corrected(dump: Dump) -> Dump:
    @functools.wraps(dump)
    def corrected(self: Any, force: bool = False) -> bytes:
        header = getattr(self, "_header", None)
        if not force and header is not None and header[-1:] == b"\x80" and not getattr(self, "_trailer", b""):
            self._header = None  # made anew from the contents, which are not touched
        return dump(self, force=force)

    corrected.keeps_definite_lengths = True  # type: ignore[attr-defined]
    return corrected
