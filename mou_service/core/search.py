"""One way to fold text for searching, so that what is typed meets what is stored in any script."""

import unicodedata

_FOLDS = str.maketrans({"ё": "е", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_IGNORED = {"Cf", "Mn"}
#: A middle dot in a transliterated name is written in several ways, and often left out.
_SPACES = str.maketrans(dict.fromkeys("·・•‧∙.,;:„“”\"'«»()（）–—-", " "))

#: Beyond these nobody names anybody, and databases give up.
MOST_TYPED, MOST_WORDS, LONGEST_WORD = 2000, 20, 100


def folded(text: str) -> str:
    """NFKC, case-folded, without accents, direction marks and punctuation; words separated by one space.

    "Русенски университет „Ангел Кънчев“" → "русенски университет ангел кънчев", "Müller" → "muller".
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(c for c in decomposed if unicodedata.category(c) not in _IGNORED)
    plain = unicodedata.normalize("NFC", kept).translate(_FOLDS).translate(_SPACES)
    return " ".join(plain.split())


def wanted(typed: str) -> list[str]:
    """The words to look for: as many, and as much of each, as a database can be asked for at once."""
    return [word[:LONGEST_WORD] for word in folded(typed[:MOST_TYPED]).split()[:MOST_WORDS]]
