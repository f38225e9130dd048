"""What was found in a version's text, in the language of the page: between its languages, and in the file itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mou_service.documents.findings import Finding
from mou_service.web import findings

#: How a stretch of text is shown: as it is, or marked because the other language says it otherwise.
Piece = tuple[str, bool]


@dataclass(frozen=True)
class Side:
    """One language of a row that differs."""

    language: str
    pieces: tuple[Piece, ...]


def finding(found: Finding | Mapping[str, Any]) -> str:
    """The sentence of one finding, fresh from the checker or as it is kept."""
    return findings.sentence(found)


def sides(found: Sequence[Mapping[str, Any]]) -> tuple[Side, ...]:
    """Both languages of the row that kept findings are about, with all that differs marked; nothing without a row."""
    facts = found[0].get("facts") or {}
    if "left" not in facts:
        return ()
    return tuple(
        Side(facts[language], tuple(_pieces(facts[text], _marks(found, f"{text}_marks"))))
        for language, text in (("one", "left"), ("other", "right"))
    )


def _marks(found: Sequence[Mapping[str, Any]], name: str) -> list[tuple[int, int]]:
    marks = " ".join(each["facts"].get(name, "") for each in found).split()
    return sorted((int(start), int(end)) for start, _, end in (mark.partition("-") for mark in marks))


def _pieces(text: str, marks: Sequence[tuple[int, int]]) -> list[Piece]:
    found: list[Piece] = []
    reached = 0
    for start, end in marks:
        if start >= reached:
            found += [(text[reached:start], False), (text[start:end], True)]
            reached = end
    return [piece for piece in (*found, (text[reached:], False)) if piece[0]]
