"""A file that came back, item by item: what was tracked, what was not, what was remarked; clause by clause. (pure)"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from mou_service.documents.word.package import Package
from mou_service.documents.word.revising.changes import tracked
from mou_service.documents.word.revising.comments import Comment, comments_of
from mou_service.documents.word.revising.compare import Change, Segment
from mou_service.documents.word.revising.revisions import Decision, decide, list_marks, settle
from mou_service.documents.word.revising.silent import Silents, keys, shared
from mou_service.documents.word.revising.standing import Chart, Section, Standing
from mou_service.web.forms import stripped

#: What can be said of an item of each group, the first when the rest is taken as it came.
SAYS: Mapping[str, tuple[str, ...]] = {
    "silent": ("take", "back"),
    "change": ("accept", "reject", "answer"),
    "look": ("accept", "reject"),
    "comment": ("settle", "answer"),
}
_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Said:
    """One comment of a thread."""

    author: str
    date: str
    text: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands: the number of its clause, of its paragraph, of its column and row; 0 where there is none."""

    section: int = 0
    order: int = 0
    column: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide. `key` names it for good: the bytes it was read from never change.

    `shown` is what was there and what is there now, a passage for each paragraph or cell; a comment has the words it
    stands on and what was said.
    """

    key: str
    group: str
    kind: str
    unit: str
    at: Spot
    author: str = ""
    date: str = ""
    shown: tuple[tuple[Segment, ...], ...] = ()
    looks: tuple[str, ...] = ()
    thread: tuple[Said, ...] = ()
    anchor: str = ""
    resolved: bool = False
    #: Numbers of marks, of an untracked difference, or ids of comments, as the document library knows them.
    marks: tuple[int, ...] = ()
    number: int = 0
    comment: str = ""
    inside: str = ""

    @property
    def says(self) -> tuple[str, ...]:
        return SAYS[self.group]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with its headings by column, or a part beside the body; its items in the order of the text."""

    number: int
    part: str
    headings: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Reading:
    """Everything a file says beyond the version it answers. `languages` says which column holds which language."""

    items: tuple[Item, ...]
    clauses: tuple[Clause, ...]
    languages: Mapping[int, str]
    renumbered: tuple[Change, ...]

    def of(self, *groups: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.group in groups)

    def get(self, key: str) -> Item | None:
        return self._by_key.get(key)

    @cached_property
    def _by_key(self) -> dict[str, Item]:
        return {item.key: item for item in self.items}

    def clause(self, item: Item) -> Clause:
        """The clause an item stands in."""
        return self._by_number[item.at.section]

    @cached_property
    def _by_number(self) -> dict[int, Clause]:
        return {clause.number: clause for clause in self.clauses}

    @property
    def authors(self) -> list[str]:
        """Who tracked changes, in the order of the text."""
        return list(dict.fromkeys(item.author for item in self.of("change", "look")))


@lru_cache(maxsize=12)
def read(content: bytes, version: bytes, number: int, languages: tuple[str, ...]) -> Reading:
    """The clean copy of what came back, beside the version of this number that it answers."""
    package = Package(content)
    chart = Chart(package)
    silents = Silents(version, content, package)
    items = sorted(
        (*_changes(package, chart), *_silents(silents, chart, number), *_comments(package, chart)),
        key=lambda item: (item.at.order, item.group != "silent", item.marks, item.key),
    )
    return Reading(
        tuple(items), tuple(_clauses(items, chart)), _languages(chart.columns, languages), silents.renumbered
    )


def likenesses(content: bytes, versions: Sequence[bytes]) -> list[float]:
    """How much of each version is in a file with its tracked changes rejected: 1 is all of it and nothing else."""
    came = _keys(content, "reject")
    return [shared(_keys(version, "accept"), came) for version in versions]


def without_ours(content: bytes, names: Collection[str]) -> bytes:
    """The file with the changes accepted that we had tracked in it ourselves, by the names we bear."""
    ours: dict[int, Decision] = {
        number: "accept" for number, author in enumerate(list_marks(content)) if author in names
    }
    return decide(content, ours) if ours else content


def _keys(content: bytes, decision: Decision) -> Counter[str]:
    package = Package(content)
    for name in package.stories:
        root = package.root(name)
        if root is not None:
            settle(root, lambda _mark: decision)
    return keys(package)


def _changes(package: Package, chart: Chart) -> Iterator[Item]:
    for each in tracked(package, chart):
        yield Item(
            key=each.key, group="look" if each.kind == "formatted" else "change", kind=each.kind, unit=each.unit,
            author=stripped(each.author), date=each.date, shown=each.shown, looks=each.looks, marks=each.marks,
            inside=each.inside, at=_spot(each.standing),
        )  # fmt: skip


def _silents(silents: Silents, chart: Chart, version: int) -> Iterator[Item]:
    for number, each in enumerate(silents.found):
        paragraph = silents.paragraph_of(number)
        spot = _spot(chart.of(paragraph) if paragraph is not None else None)
        yield Item(
            key=f"s{version}-{number}", group="silent", kind=each.kind, unit=each.unit, number=number,
            shown=_by_cell(each.changes),
            at=replace(spot, column=each.changes[0].column) if each.unit == "paragraph" else spot,
        )  # fmt: skip


def _by_cell(changes: Sequence[Change]) -> tuple[tuple[Segment, ...], ...]:
    """What is said in each column, line by line."""
    cells: dict[int, list[Segment]] = {}
    for change in changes:
        cell = cells.setdefault(change.column, [])
        cell.extend([Segment("\n", "same")] if cell else [])
        cell.extend(change.inline)
    return tuple(map(tuple, cells.values()))


def _comments(package: Package, chart: Chart) -> Iterator[Item]:
    threads: dict[str, list[Comment]] = {}
    found = comments_of(package)
    known = {each.id for each in found}
    for each in found:
        threads.setdefault(each.answers if each.answers in known and each.answers else each.id, []).append(each)
    for number, thread in enumerate(threads.values()):
        first = thread[0]
        yield Item(
            key=f"c{number}", group="comment", kind="comment", unit="words", author=stripped(first.author), date=first.date,
            anchor=first.anchor, resolved=first.resolved, comment=first.id,
            thread=tuple(Said(stripped(each.author), each.date, stripped(each.text)) for each in thread),
            at=_spot(chart.of(first.start) if first.start is not None else None),
        )  # fmt: skip


def _spot(standing: Standing | None) -> Spot:
    if standing is None:
        return Spot()
    return Spot(standing.section, standing.order, standing.passage.column, standing.row)


def _clauses(items: Sequence[Item], chart: Chart) -> Iterator[Clause]:
    by_section: dict[int, list[Item]] = {}
    for item in items:
        by_section.setdefault(item.at.section, []).append(item)
    for number, section in enumerate(chart.sections or [Section("")]):
        mine = tuple(by_section.get(number, ()))
        if mine:
            headings = tuple(dict.fromkeys(filter(None, section.headings.values())))
            yield Clause(number, section.part, headings, mine)


def _languages(columns: Mapping[int, str], languages: Sequence[str]) -> dict[int, str]:
    """Which language stands in which column; nothing for a text whose columns are something else."""
    if len(columns) != len(languages) or len(languages) < 2:
        return {}
    order = list(languages)
    if "zh" in order:
        order.remove("zh")
        chinese = max(columns, key=lambda column: _share_of_han(columns[column]))
        return {column: "zh" if column == chinese else order.pop(0) for column in columns}
    return dict(zip(columns, order, strict=True))


def _share_of_han(text: str) -> float:
    return len(_HAN.findall(text)) / max(1, len(_LETTER.findall(text)))


def is_chinese(segments: Sequence[Segment]) -> bool:
    """Whether a passage is set in a Chinese face."""
    return _share_of_han("".join(segment.text for segment in segments)) > 0.5
