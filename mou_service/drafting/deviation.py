"""What departs from the approved template, clause by clause: positions fallen back to, words changed in Word. (pure)

The yardstick is the newest text that was filled from the template with the answers of the form, exactly as it was made
then; a template that changed since changes nothing about it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from mou_service.documents.word.revising.compare import Change
from mou_service.documents.word.templates.clauses import PREFERRED, Clause, Fallback
from mou_service.documents.word.templates.manifest import Manifest, holds
from mou_service.documents.word.text import normalised

from .models import Version

Kind = Literal["as_approved", "reworded", "moved", "removed", "added"]
#: Title, closing, signature lines, headers and footers: what is in no clause.
OUTSIDE = ""
_TAG = re.compile(r"\{[{%].*?[%}]\}")


@dataclass(frozen=True)
class Departure:
    """One clause that is not the template's preferred text, or one the template does not have."""

    kind: Kind
    #: The heading with its number, per language of the text; nothing for what stands in no clause.
    heading: Mapping[str, str]
    #: The text that was fallen back to; None for the preferred one.
    position: Fallback | None = None
    changes: tuple[Change, ...] = ()
    #: The template allows no other words here.
    locked: bool = False
    #: The parties mean this clause to bind them.
    binding: bool = False

    @property
    def breaks_lock(self) -> bool:
        return self.locked and self.kind in ("reworded", "removed")


def departures(
    version: Version, manifest: Manifest, *, compared: Callable[[str, str], Iterable[Change]]
) -> tuple[Departure, ...] | None:
    """All departures of a version in the order of the template; None where no text of the template is there.

    `compared` gives the paragraphs of two files by their names in the store, as `compare` has them.
    """
    measure = yardstick(version)
    if measure is None:
        return None
    rows = compared(measure.docx, version.docx)
    return tuple(found(manifest, {key: held for key, held in version.values.items() if key != "form"}, rows))


def yardstick(version: Version) -> Version | None:
    """The newest text from the template that is not later than this version."""
    earlier = [each for each in version.agreement.versions if each.number <= version.number]
    return next((each for each in reversed(earlier) if each.origin == "template"), None)


def found(manifest: Manifest, values: Mapping[str, Any], rows: Iterable[Change]) -> Iterator[Departure]:
    """The departures among the rows of a comparison with the template's own text."""
    standing = [clause for clause in manifest.clauses if manifest.holds_clause(clause, values)]
    reading = _Reading(manifest, standing)
    for row in rows:
        reading.take(row)
    for clause in standing:
        position = clause.fallback(str(values.get(clause.position_key, PREFERRED)))
        part = reading.parts.get(clause.key, _Part())
        if position is not None or part.kind != "as_approved":
            binding = clause.binding if isinstance(clause.binding, bool) else holds(
                clause.binding, manifest.starting_values() | dict(values)
            )  # fmt: skip
            yield Departure(
                part.kind, part.heading or clause.title, position, tuple(part.changes), clause.lock == "locked", binding
            )
    yield from (Departure("added", part.heading, None, tuple(part.changes)) for part in reading.added)
    if outside := reading.parts.get(OUTSIDE, _Part()).changes:
        yield Departure("reworded", {}, None, tuple(outside))


@dataclass
class _Part:
    """The paragraphs of one clause."""

    heading: dict[str, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    headings: list[Change] = field(default_factory=list)
    stays: bool = False

    @property
    def kind(self) -> Kind:
        if not self.changes:
            return "as_approved"
        words = [each for each in self.changes if each not in self.headings]
        if words and not self.stays and all(each.moved for each in words):
            return "moved"
        return "reworded" if self.stays or any(each.kind == "added" for each in self.changes) else "removed"


class _Reading:
    """Sorts the paragraphs of both texts into the clauses of the template."""

    def __init__(self, manifest: Manifest, standing: Sequence[Clause]) -> None:
        self._manifest = manifest
        self._titles = {
            (language, normalised(title)): clause.key for clause in standing for language, title in clause.title.items()
        }
        self._closing = [
            (language, re.compile(".*".join(map(re.escape, _TAG.split(normalised(text)))), re.DOTALL))
            for passage in manifest.closing
            for language, text in passage.text.items()
        ]
        self.parts: dict[str, _Part] = {}
        self.added: list[_Part] = []
        #: By column: where a paragraph of the template's text stands, and where a new one does.
        self._old: dict[int, _Part] = {}
        self._new: dict[int, _Part] = {}
        self._heading_before = False

    def take(self, row: Change) -> None:
        """Put one paragraph where it belongs."""
        part = self._outside() if self._in_no_clause(row) else self._part(row)
        if row.kind in ("same", "renumbered"):
            part.stays = True
        elif not (row.kind == "added" and row.moved):  # the place it left speaks for both ends
            part.changes.append(row)
            part.stays |= row.kind == "changed"

    def _in_no_clause(self, row: Change) -> bool:
        return not row.place.startswith("body") or (self._manifest.layout == "two_column" and not row.column)

    def _outside(self) -> _Part:
        return self.parts.setdefault(OUTSIDE, _Part())

    def _part(self, row: Change) -> _Part:
        language = self._language(row.column)
        text = normalised(row.new_text if row.kind == "added" else row.old_text)
        key = self._titles.get((language, text))
        new_heading = row.kind == "added" and key is None and bool(text) and normalised(row.clause).endswith(text)
        if key is not None:
            self._begin(row, self.parts.setdefault(key, _Part()), language)
        elif new_heading:
            if not self._heading_before:
                self.added.append(_Part())
            self._begin(row, self.added[-1], language)
        elif any(language == each and said.fullmatch(text) for each, said in self._closing):
            self._begin(row, self._outside(), "")
        self._heading_before = new_heading
        if row.kind == "added":
            return self._new.get(row.column) or self._outside()
        part = self._old.get(row.column) or self._outside()
        if row.kind != "removed":
            self._new[row.column] = part
        return part

    def _begin(self, row: Change, part: _Part, language: str) -> None:
        if row.kind != "added":
            self._old[row.column] = part
        if row.kind != "removed":
            self._new[row.column] = part
        if language:
            part.headings.append(row)
            label = row.new_label or row.old_label
            part.heading[language] = f"{label} {row.new_text or row.old_text}".strip()

    def _language(self, column: int) -> str:
        languages = self._manifest.languages
        return languages[min(max(column, 1), len(languages)) - 1]
