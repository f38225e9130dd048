"""What differs between two versions of a Word file: paragraphs aligned, words compared."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

from mou_service.documents.word.revising.aligning import align, opcodes, text_likeness
from mou_service.documents.word.text import Passage, normalised, passages

SegmentKind = Literal["same", "removed", "added"]
ChangeKind = Literal["same", "changed", "added", "removed", "renumbered"]

#: Words, single Chinese characters, spaces, signs.
_TOKEN = re.compile(r"\s+|[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\W_]+|[^\w\s]|_")
_WORD = re.compile(r"\w")
_OTHER_COLUMN = 0.3
_MOVED_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Segment:
    text: str
    kind: SegmentKind


@dataclass(frozen=True, slots=True)
class Change:
    """One paragraph on both sides: `old` has what was there, `new` what is there now.

    `clause` is the heading above it; a paragraph that only stands elsewhere now is `moved`.
    """

    kind: ChangeKind
    place: str
    clause: str
    column: int
    old: tuple[Segment, ...] = ()
    new: tuple[Segment, ...] = ()
    old_label: str = ""
    new_label: str = ""
    moved: bool = False

    @property
    def inline(self) -> tuple[Segment, ...]:
        """Both in one line: removed words before the added ones that replace them."""
        if self.kind != "changed":
            return self.old if self.kind == "removed" else self.new
        return tuple(_woven(self.old, self.new))

    @property
    def old_text(self) -> str:
        return "".join(segment.text for segment in self.old)

    @property
    def new_text(self) -> str:
        return "".join(segment.text for segment in self.new)


@dataclass(frozen=True)
class Comparison:
    """`rows` are all paragraphs in reading order, for a side-by-side view; `changes` those that differ."""

    rows: tuple[Change, ...]

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        return tuple(row for row in self.rows if row.kind != "same")

    @property
    def same_text(self) -> bool:
        """Nothing differs but, perhaps, how it looks."""
        return not self.changes

    def counts(self) -> dict[ChangeKind, int]:
        """How many paragraphs were changed, added, removed, renumbered."""
        return dict(Counter(change.kind for change in self.changes))

    def by_clause(self) -> dict[str, list[Change]]:
        """The changes under the heading they belong to, in order."""
        grouped: dict[str, list[Change]] = {}
        for change in self.changes:
            grouped.setdefault(change.clause, []).append(change)
        return grouped


def compare(old: bytes, new: bytes) -> Comparison:
    """The differences between two .docx, with all tracked changes accepted in both."""
    return compare_passages(passages(old), passages(new))


def compare_passages(old: Sequence[Passage], new: Sequence[Passage]) -> Comparison:
    """The same for texts read before."""
    aligned = align(old, new, key=_signature, likeness=_likeness)
    pairs = tuple(aligned)
    rows = [_change(before, after) for before, after in pairs]
    return Comparison(tuple(_with_moves(_under_new_headings(rows, pairs))))


def _under_new_headings(rows: Sequence[Change], pairs: Sequence[tuple[Passage | None, Passage | None]]) -> list[Change]:
    """What was removed from a clause that goes on under another heading or number belongs to that one."""
    called = {
        (old.column, old.clause): new.clause
        for old, new in reversed(pairs)
        if old is not None and new is not None and old.column == new.column
    }
    return [
        replace(row, clause=called.get((row.column, row.clause), row.clause)) if row.kind == "removed" else row
        for row in rows
    ]


def _signature(passage: Passage) -> tuple[str, bool]:
    return passage.key, passage.column > 0


def _likeness(old: Passage, new: Passage) -> float:
    """A paragraph stays in or out of tables, and rather in its column."""
    if (old.column > 0) != (new.column > 0):
        return 0.0
    shared = text_likeness(words(old.key), words(new.key))
    return shared if old.column == new.column else max(0.0, shared - _OTHER_COLUMN)


def _change(old: Passage | None, new: Passage | None) -> Change:
    passage = new if new is not None else old
    assert passage is not None
    if old is None:
        return Change(
            "added",
            passage.place,
            passage.clause,
            passage.column,
            new=_whole(passage.text, "added"),
            new_label=passage.label,
        )
    if new is None:
        return Change(
            "removed",
            passage.place,
            passage.clause,
            passage.column,
            old=_whole(passage.text, "removed"),
            old_label=passage.label,
        )
    kind: ChangeKind = "changed"
    before, after = _whole(old.text, "same"), _whole(new.text, "same")
    if old.key != new.key:
        before, after = _word_differences(old.text, new.text)
    else:
        kind = "same" if normalised(old.label) == normalised(new.label) else "renumbered"
    return Change(kind, new.place, new.clause, new.column, before, after, old_label=old.label, new_label=new.label)


def _whole(text: str, kind: SegmentKind) -> tuple[Segment, ...]:
    return (Segment(text, kind),) if text else ()


def _word_differences(old: str, new: str) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    before, after = tokens(old), tokens(new)
    old_segments: list[Segment] = []
    new_segments: list[Segment] = []
    for kind, i1, i2, j1, j2 in without_islands(opcodes(before, after), before):
        removed, added = "".join(before[i1:i2]), "".join(after[j1:j2])
        if removed:
            old_segments.append(Segment(removed, "same" if kind == "equal" else "removed"))
        if added:
            new_segments.append(Segment(added, "same" if kind == "equal" else "added"))
    return tuple(old_segments), tuple(new_segments)


def without_islands(
    steps: Sequence[tuple[str, int, int, int, int]], tokens: Sequence[str]
) -> list[tuple[str, int, int, int, int]]:
    """A space or comma that stayed between two changes is read as part of one change."""
    joined: list[tuple[str, int, int, int, int]] = []
    for at, step in enumerate(steps):
        island = (
            step[0] == "equal"
            and 0 < at < len(steps) - 1
            and not any(_WORD.match(token) for token in tokens[step[1] : step[2]])
        )
        kind = "replace" if island or step[0] != "equal" else "equal"
        if joined and kind == "replace" and joined[-1][0] == "replace":
            joined[-1] = ("replace", joined[-1][1], step[2], joined[-1][3], step[4])
        else:
            joined.append((kind, *step[1:]))
    return joined


def _woven(old: Sequence[Segment], new: Sequence[Segment]) -> Iterator[Segment]:
    removed = list(old)
    for segment in new:
        if segment.kind == "same":
            while removed and removed[0].kind == "removed":
                yield removed.pop(0)
            if removed:
                removed.pop(0)
        else:
            while removed and removed[0].kind == "removed":
                yield removed.pop(0)
        yield segment
    yield from removed


def tokens(text: str) -> list[str]:
    """The text in the pieces that are compared: words, Chinese characters, spaces, signs."""
    return _TOKEN.findall(text)


@lru_cache(maxsize=512)
def words(text: str) -> tuple[str, ...]:
    """The same, kept for a text that is held beside many others."""
    return tuple(tokens(text))


def _with_moves(rows: list[Change]) -> list[Change]:
    """Mark what was taken out in one place and put in unchanged in another."""
    removed = {normalised(row.old_text) for row in rows if row.kind == "removed"}
    added = {normalised(row.new_text) for row in rows if row.kind == "added"}
    moved = {text for text in removed & added if len(text) >= _MOVED_LENGTH}
    return [
        replace(row, moved=True)
        if moved and row.kind in ("added", "removed") and normalised(row.old_text + row.new_text) in moved
        else row
        for row in rows
    ]
