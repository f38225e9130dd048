"""Terms that a text defines in quotation marks: in both languages, once, and used alike. (pure)"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_QUOTED = r"[“\"「『„«]([^“”\"「」『』„«»\n]{1,60})[”\"」』“»]"
#: What makes words in quotation marks a definition, per language: in front of them, or behind.
_AHEAD = {
    "zh": re.compile(rf"(?:以下(?:简)?称为?|下称|简称为?|合称为?|统称为?|单称为?|称为)\s*{_QUOTED}"),
    "": re.compile(
        rf"(?:\(|\b(?:hereinafter|hereafter|called|referred to as|each a|each of them a|together|collectively|nachfolgend|"
        rf"im Folgenden|gemeinsam|наричан[аои]? по-долу|заедно)\b[^“\"„«()]{{0,40}}?)\s*(?:(?:the|this|each|an?|die|der|das)\s+)?{_QUOTED}",
        re.IGNORECASE,
    ),
}
_BEHIND = {
    "zh": re.compile(rf"{_QUOTED}\s*(?:是指|指|系指|意指)"),
    "": re.compile(
        rf"{_QUOTED}\s+(?:means?|shall mean|bezeichnet|bedeutet|означава)\b|"
        rf"(?:^|[.;:]\s+)(?:An?\s+|The\s+|Eine?\s+|D(?:er|ie|as)\s+)?{_QUOTED}\s+(?:is|are|ist|sind|е|са)\b",
        re.IGNORECASE | re.MULTILINE,
    ),
}
_ARTICLE = re.compile(r"^(?:the|this|an?|each|die|der|das|本|该)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """Words that a row defines, and where they stand in its text."""

    words: str
    row: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stray:
    """Something about a term: which rule, the row, and what stands in each of the two columns."""

    kind: str
    row: int
    words: tuple[str, str]
    spans: tuple[tuple[int, int] | None, tuple[int, int] | None]


def defined(texts: Sequence[str], language: str) -> list[Term]:
    """Every definition of a column."""
    key = "zh" if language == "zh" else ""
    found: dict[tuple[int, int], Term] = {}
    for row, text in enumerate(texts):
        for pattern in (_AHEAD[key], _BEHIND[key]):
            for match in pattern.finditer(text):
                group = match.lastindex or 1
                words = _ARTICLE.sub("", match[group].strip())
                found[row, match.start(group)] = Term(words, row, *match.span(group))
    return [found[place] for place in sorted(found)]


def strays(
    columns: tuple[Sequence[str], Sequence[str]], languages: Sequence[str], *, known: frozenset[str]
) -> list[Stray]:
    """Terms defined in one column only, defined twice, or said otherwise than the pair they were defined as.

    `known` are the names of the parties in lower case, which the register answers for.
    """
    both = tuple(
        [term for term in defined(texts, language) if term.words.casefold() not in known]
        for texts, language in zip(columns, languages, strict=True)
    )
    found, pairs = _paired(both)
    for side in (0, 1):
        found += _twice(both[side], side)
    every = frozenset(term.words.casefold() for terms_ in both for term in terms_)
    for pair in pairs:
        found += _unlike(pair, columns, languages, every)
    return found


def _paired(both: Sequence[list[Term]]) -> tuple[list[Stray], list[tuple[Term, Term]]]:
    """Definitions row by row: as many in one language as in the other make pairs, none in one is a stray."""
    found: list[Stray] = []
    pairs: list[tuple[Term, Term]] = []
    rows = [defaultdict[int, list[Term]](list), defaultdict[int, list[Term]](list)]
    for side in (0, 1):
        for term in both[side]:
            rows[side][term.row].append(term)
    for row in sorted({*rows[0], *rows[1]}):
        one, other = rows[0].get(row, []), rows[1].get(row, [])
        if len(one) == len(other):
            pairs += zip(one, other, strict=True)
        elif not one:
            found += [Stray("one_sided", row, ("", term.words), (None, (term.start, term.end))) for term in other]
        elif not other:
            found += [Stray("one_sided", row, (term.words, ""), ((term.start, term.end), None)) for term in one]
    return found, pairs


def _twice(terms: Sequence[Term], side: int) -> list[Stray]:
    found: list[Stray] = []
    seen: set[str] = set()
    for term in terms:
        if (words := term.words.casefold()) in seen:
            span = (term.start, term.end)
            twice = ((term.words, ""), (span, None)) if side == 0 else (("", term.words), (None, span))
            found.append(Stray("twice", term.row, *twice))
        seen.add(words)
    return found


def _unlike(
    pair: tuple[Term, Term],
    columns: tuple[Sequence[str], Sequence[str]],
    languages: Sequence[str],
    every: frozenset[str],
) -> Iterator[Stray]:
    """Rows that say one half of a pair, and in place of the other half something that is nearly it.

    A row that says “it” where the other repeats the noun is no slip.
    """
    near = [_near(term.words, language) for term, language in zip(pair, languages, strict=True)]
    for row, texts in enumerate(zip(*columns, strict=True)):
        places = [
            _find(text, term.words, language) for text, term, language in zip(texts, pair, languages, strict=True)
        ]
        for side in (0, 1):
            pattern = near[1 - side]
            if places[side] is None or places[1 - side] is not None or pattern is None:
                continue
            for match in pattern.finditer(texts[1 - side]):
                if match[0].casefold() not in every and match[0][:-1].casefold() not in every:
                    words, spans = (pair[side].words, match[0]), (places[side], match.span())
                    yield Stray("unlike", row, words if side == 0 else words[::-1], spans if side == 0 else spans[::-1])
                    break


def _find(text: str, words: str, language: str) -> tuple[int, int] | None:
    """Where a term stands in a text, with another ending too; capitals count, for “Parties” are not all parties."""
    if language == "zh":
        place = text.find(words)
        return (place, place + len(words)) if place >= 0 else None
    match = re.search(rf"\b{re.escape(words[:-1] if len(words) > 4 else words)}\w{{0,3}}\b", text)
    return match.span() if match else None


def _near(words: str, language: str) -> re.Pattern[str] | None:
    """What is nearly a term: one other character in a Chinese one, another first word of two in others."""
    if language == "zh":
        if len(words) < 3:
            return None
        return re.compile("|".join(f"{words[:n]}[\u4e00-\u9fff]{words[n + 1 :]}" for n in range(len(words) - 1)))
    first, _, last = words.partition(" ")
    if not last or " " in last or not words.istitle():
        return None
    return re.compile(
        rf"\b(?!{re.escape(first)}|(?:The|This|Each|An?|No|Any|Its|Their|Der|Die|Das)\b)[A-Z]\w+ {re.escape(last)}\b"
    )
