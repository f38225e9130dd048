"""Whether two names could be one person's: what a certificate or an account says, and what stands on the paper (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_WORDS = re.compile(r"\w+")


def agree(name: str, shown: Iterable[str]) -> bool:
    """Whether the name shares what identifies with one of those shown: order, accents, case and further names apart.

    Two words have to be the same, or the only word of either. A name in another script than all of those shown never
    agrees: nobody can tell, so somebody has to look.
    """
    words = _words(name)
    return any(_share(words, _words(each)) for each in shown)


def _share(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and len(one & other) >= min(2, len(one), len(other))


def _words(text: str) -> frozenset[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return frozenset(_WORDS.findall(unicodedata.normalize("NFKC", bare).casefold()))
