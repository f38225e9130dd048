"""Whether a name is written as its language is: a slip of the language shows at once, and is not refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from mou_service.web.filters import language_name, listed

#: How Unicode's names of letters begin, for the languages that are not written in Latin letters.
SCRIPTS: Mapping[str, tuple[str, ...]] = {
    "zh": ("CJK",),
    "ja": ("CJK", "HIRAGANA", "KATAKANA"),
    "ko": ("HANGUL", "CJK"),
    **dict.fromkeys(("bg", "ru", "mk", "mn", "ky", "tg", "uk", "be"), ("CYRILLIC",)),
    **dict.fromkeys(("sr", "kk", "uz", "bs", "tk", "az"), ("CYRILLIC", "LATIN")),
    **dict.fromkeys(("ar", "fa", "ur"), ("ARABIC",)),
    "el": ("GREEK",),
    "he": ("HEBREW",),
    "hy": ("ARMENIAN",),
    "ka": ("GEORGIAN",),
    "th": ("THAI",),
    "lo": ("LAO",),
    "km": ("KHMER",),
    "my": ("MYANMAR",),
    **dict.fromkeys(("hi", "ne"), ("DEVANAGARI",)),
    "bn": ("BENGALI",),
    "si": ("SINHALA",),
    "ta": ("TAMIL",),
    "am": ("ETHIOPIC",),
}
_LATIN = ("LATIN",)


def fits(language: str, text: str) -> bool:
    """Whether at least one letter is of the language's script; what has no letters fits everywhere."""
    letters = [unicodedata.name(character, "") for character in text if character.isalpha()]
    return not letters or any(name.startswith(SCRIPTS.get(language, _LATIN)) for name in letters)


def hint(names: Iterable[tuple[str, str]]) -> str:
    """A sentence about the (language, name) pairs that look like another language; empty when none does."""
    odd = [f"“{text}” ({language_name(language)})" for language, text in names if not fits(language, text)]
    if not odd:
        return ""
    return str(_("Saved, but please look again: the letters do not fit the language of %(names)s. "
                 "Correct the language if it was a slip.", names=listed(odd)))  # fmt: skip
