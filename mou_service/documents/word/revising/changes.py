"""Tracked changes as a person counts them: a word replaced, a paragraph or row that came or went, words that were moved.

Word keeps a mark for every piece of text, paragraph end, row and property. Here marks that are one act of one author are
one change, which is accepted or rejected as a whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from mou_service.documents.word.ooxml import W, elements, local, value
from mou_service.documents.word.package import Package
from mou_service.documents.word.reading.looks import looks_of
from mou_service.documents.word.revising import tracked_text
from mou_service.documents.word.revising.compare import Segment
from mou_service.documents.word.revising.revisions import numbered
from mou_service.documents.word.revising.standing import Chart, Standing

Kind = Literal["inserted", "deleted", "replaced", "moved", "formatted", "merged"]
Unit = Literal["words", "paragraph", "row", "cell", "look"]

#: In a paragraph of more pieces a change is shown without the words around it.
CROWDED = 600
_IN, _OUT = ("ins", "moveTo"), ("del", "moveFrom")
_MOVES = ("moveTo", "moveFrom")
_TEXT_MARKS = tuple(W + name for name in (*_IN, *_OUT))
_AROUND = ("hyperlink", "sdt", "sdtContent", "smartTag", "customXml", "dir", "bdo", "fldSimple")
_SILENT = (
    "pPr", "bookmarkStart", "bookmarkEnd", "proofErr", "commentRangeStart", "commentRangeEnd", "permStart", "permEnd",
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "sdtPr", "sdtEndPr",
    "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd",
)  # fmt: skip
_COMMENT_SIGN = (W + "commentReference", W + "annotationRef")


@dataclass(frozen=True, slots=True)
class Change:
    """`marks` number its elements, for `revisions.decide`.

    `shown` is the passage with this change in it; of rows there is one passage for each cell. `looks` names what of the
    formatting is another. `inside` is the key of a change that takes this one with it when it falls away.
    """

    key: str
    kind: Kind
    unit: Unit
    author: str
    date: str
    marks: tuple[int, ...]
    standing: Standing | None
    shown: tuple[tuple[Segment, ...], ...] = ()
    looks: tuple[str, ...] = ()
    inside: str = ""


@dataclass(slots=True)
class _Group:
    """Marks that belong together, in the order of the text."""

    marks: list[etree._Element]
    unit: Unit = "words"

    @property
    def kinds(self) -> set[str]:
        return {local(mark) for mark in self.marks}


def tracked(package: Package, chart: Chart | None = None) -> tuple[Change, ...]:
    """Every tracked change of a file in the order of the text; the file stays as it is.

    Changes of a table's grid have no author in Word: they go with what else was done to the look of that table.
    """
    chart = chart or Chart(package)
    numbers = numbered(package)
    groups = [
        group
        for name in package.stories
        if (root := package.root(name)) is not None
        for group in _Gathering(root, numbers).groups()
    ]
    keys = {mark: f"t{min(map(numbers.__getitem__, group.marks))}" for group in groups for mark in group.marks}
    found = [_change(group, numbers, keys, chart) for group in groups]
    return tuple(sorted(found, key=lambda each: (each.standing.order if each.standing else -1, each.marks)))


class _Gathering:
    """Puts the marks of one part into groups."""

    def __init__(self, root: etree._Element, numbers: Mapping[etree._Element, int]) -> None:
        self._root, self._numbers = root, numbers
        self._of: dict[etree._Element, _Group] = {}

    def groups(self) -> list[_Group]:
        marks = [mark for mark in self._root.iter("*") if mark in self._numbers]
        if marks:
            self._rows(marks)
            self._cells(marks)
            self._words()
            self._moves()
            self._looks(marks)
        found = dict.fromkeys(id(group) for group in self._of.values())
        by_id = {id(group): group for group in self._of.values()}
        return [by_id[each] for each in found]

    def _put(self, group: _Group, marks: Sequence[etree._Element]) -> None:
        group.marks.extend(marks)
        for mark in marks:
            self._of[mark] = group

    def _rows(self, marks: Sequence[etree._Element]) -> None:
        """A row with everything in it that the same person did in the same direction."""
        for mark in marks:
            look = mark.getparent()
            row = look.getparent() if look is not None and look.tag == W + "trPr" else None
            if row is None or local(mark) not in ("ins", "del") or mark in self._of:
                continue
            side = _IN if local(mark) == "ins" else _OUT
            group = _Group([], "row")
            mine = [each for each in row.iter(*(W + name for name in side)) if _same_hand(each, mark)]
            self._put(group, [mark, *(each for each in mine if each is not mark and each not in self._of)])

    def _cells(self, marks: Sequence[etree._Element]) -> None:
        """Cells that came, went or were merged: those of one table together."""
        by_table: dict[tuple[etree._Element | None, str, str], _Group] = {}
        for mark in marks:
            if local(mark) not in ("cellIns", "cellDel", "cellMerge") or mark in self._of:
                continue
            table = next(mark.iterancestors(W + "tbl"), None)
            group = by_table.setdefault((table, local(mark), _author(mark)), _Group([], "cell"))
            self._put(group, [mark])
            cell = next(mark.iterancestors(W + "tc"), None)
            side = {"cellIns": _IN, "cellDel": _OUT}.get(local(mark), ())
            inner = cell.iter(*(W + name for name in side)) if cell is not None and side else ()
            self._put(group, [each for each in inner if each not in self._of and _same_hand(each, mark)])

    def _words(self) -> None:
        """Runs of text and paragraph ends that follow each other without anything untouched between them."""
        standing: dict[etree._Element, list[list[etree._Element]]] = {}
        for paragraph in self._root.iter(W + "p"):
            before = paragraph.getprevious()
            while before is not None and local(before) in _SILENT:
                before = before.getprevious()
            chain = standing.pop(before, []) if before is not None else []
            for unit in _units(paragraph):
                chain = self._follow(chain, unit)
            standing[paragraph] = chain
        for chain in standing.values():
            self._close_all(chain)

    def _follow(self, chain: list[list[etree._Element]], unit: etree._Element | None) -> list[list[etree._Element]]:
        """Runs that touch each other, with the next unit; that is untouched text when there is no mark."""
        if unit is None or unit in self._of or local(unit) in _MOVES:
            self._close_all(chain)
            return []
        last = chain[-1][-1] if chain else None
        if last is not None and (local(last), _author(last)) == (local(unit), _author(unit)):
            return [*chain[:-1], [*chain[-1], unit]]
        return [*chain, [unit]]

    def _close_all(self, chain: Sequence[list[etree._Element]]) -> None:
        """What one person took out and put in at one place is one change."""
        before: list[etree._Element] = []
        for run in chain:
            if before and _replaces(before, run):
                self._put(self._of[before[0]], run)
                before = []
            else:
                self._close(run)
                before = run

    def _close(self, run: Sequence[etree._Element]) -> None:
        """Paragraph by paragraph: a paragraph end goes with the text in front of it, or, at the start, behind it."""
        pieces: list[list[etree._Element]] = [[]]
        starts_with_end = bool(run) and _is_end(run[0])
        for mark in run:
            if starts_with_end and _is_end(mark) and pieces[-1]:
                pieces.append([])
            pieces[-1].append(mark)
            if not starts_with_end and _is_end(mark):
                pieces.append([])
        for piece in filter(None, pieces):
            unit: Unit = "paragraph" if any(map(_is_end, piece)) else "words"
            self._put(_Group([], unit), piece)

    def _moves(self) -> None:
        """Both ends of a move, by the name of its frames; without frames each end stands for itself."""
        open_: dict[str, dict[str, str]] = {"moveFrom": {}, "moveTo": {}}
        by_name: dict[str, _Group] = {}
        frames = [W + f"{kind}Range{end}" for kind in open_ for end in ("Start", "End")]
        for each in self._root.iter(*frames, W + "moveFrom", W + "moveTo"):
            kind, framed, end = local(each).partition("Range")
            if framed and end == "Start":
                open_[kind][value(each, "id") or ""] = value(each, "name") or ""
            elif framed:
                open_[kind].pop(value(each, "id") or "", None)
            else:
                name = next(reversed(open_[kind].values()), "")
                self._join_move(each, by_name, name or f"{kind} {self._numbers[each]}")

    def _join_move(self, mark: etree._Element, by_name: dict[str, _Group], name: str) -> None:
        known = self._of.get(mark)
        group = by_name.setdefault(name, known or _Group([], "words"))
        if known is not None and known is not group:
            self._put(group, known.marks)
            group.unit = "row" if "row" in (group.unit, known.unit) else group.unit
        elif known is None:
            self._put(group, [mark])
            if _is_end(mark) and group.unit == "words":
                group.unit = "paragraph"

    def _looks(self, marks: Sequence[etree._Element]) -> None:
        """What only looks different: by paragraph, table or section, and by author."""
        by_place: dict[tuple[etree._Element | None, str], _Group] = {}
        for mark in sorted((each for each in marks if each not in self._of), key=lambda each: not _author(each)):
            holder = next(mark.iterancestors(W + "p", W + "tbl", W + "sectPr"), None)
            author = _author(mark) or next((name for place, name in by_place if place is holder), "")
            self._put(by_place.setdefault((holder, author), _Group([], "look")), [mark])


def _units(paragraph: etree._Element) -> Iterator[etree._Element | None]:
    """The marks of a paragraph in order, its end last; nothing stands for text that nobody touched."""
    yield from _inner_units(paragraph)
    yield from (_ends(paragraph) or (None,))


def _ends(paragraph: etree._Element) -> tuple[etree._Element, ...]:
    look = paragraph.find(f"{W}pPr/{W}rPr")
    return tuple(each for each in elements(look) if each.tag in _TEXT_MARKS)


def _inner_units(parent: etree._Element) -> Iterator[etree._Element | None]:
    for child in elements(parent):
        name = local(child)
        if child.tag in _TEXT_MARKS:
            yield child
            for inner in child.iter(*_TEXT_MARKS):
                if inner is not child and next(inner.iterancestors(W + "p"), None) is next(
                    child.iterancestors(W + "p"), None
                ):
                    yield inner
        elif name in _AROUND:
            yield from _inner_units(child)
        elif name not in _SILENT and not _only_sign(child):
            yield None


def _only_sign(run: etree._Element) -> bool:
    """A run that holds nothing but the sign of a comment, or nothing at all."""
    return run.tag == W + "r" and all(child.tag == W + "rPr" or child.tag in _COMMENT_SIGN for child in elements(run))


def _is_end(mark: etree._Element) -> bool:
    parent = mark.getparent()
    return parent is not None and parent.tag == W + "rPr"


def _author(mark: etree._Element) -> str:
    return value(mark, "author") or ""


def _replaces(before: Sequence[etree._Element], run: Sequence[etree._Element]) -> bool:
    """Whether words of the same author stand in place of others, within one paragraph."""
    return (
        {local(before[0]), local(run[0])} == {"ins", "del"}
        and _same_hand(before[0], run[0])
        and not any(map(_is_end, (*before, *run)))
        and before[-1] not in run[0].iterancestors()
    )


def _same_hand(one: etree._Element, other: etree._Element) -> bool:
    return _author(one) == _author(other)


def _change(
    group: _Group, numbers: Mapping[etree._Element, int], keys: Mapping[etree._Element, str], chart: Chart
) -> Change:
    first = min(group.marks, key=lambda mark: numbers[mark])
    paragraphs, cells = _touched(group)
    own = set(group.marks)
    shown = [
        tracked_text.shown(each, own) if len(each) <= CROWDED else tracked_text.alone(group.marks)
        for each in paragraphs
    ]
    shown += [tracked_text.shown_cell(each, own) for each in cells]
    seen = [*paragraphs, *cells, first, *first.iterancestors(W + "tbl")]
    return Change(
        key=keys[first], kind=_kind(group), unit=group.unit, author=_author(first), date=value(first, "date") or "",
        marks=tuple(sorted(numbers[mark] for mark in group.marks)),
        standing=next(filter(None, map(chart.of, seen)), None), shown=tuple(shown),
        looks=looks_of(group.marks) if group.unit == "look" else (), inside=_inside(group, keys),
    )  # fmt: skip


def _kind(group: _Group) -> Kind:
    kinds = group.kinds
    if group.unit == "look":
        return "formatted"
    if "cellMerge" in kinds:
        return "merged"
    if kinds >= set(_MOVES):
        return "moved"
    came, went = bool(kinds & {*_IN, "cellIns"}), bool(kinds & {*_OUT, "cellDel"})
    return "replaced" if came and went else "inserted" if came else "deleted"


def _touched(group: _Group) -> tuple[list[etree._Element], list[etree._Element]]:
    """The paragraphs a change is seen in, or the cells when it is about whole rows or cells."""
    if group.unit == "cell":
        found = [next(mark.iterancestors(W + "tc"), None) for mark in group.marks]
        return [], list(dict.fromkeys(cell for cell in found if cell is not None))
    rows = [next(mark.iterancestors(W + "tr"), None) for mark in group.marks if _is_of_row(mark)]
    if group.unit == "row" and rows:
        outer = [
            row for row in rows if row is not None and not any(each in rows for each in row.iterancestors(W + "tr"))
        ]
        return [], [cell for row in outer for cell in row.findall(W + "tc")]
    text = [mark for mark in group.marks if group.unit == "look" or not _is_end(mark)] or group.marks
    paragraphs = (next(mark.iterancestors(W + "p"), None) for mark in text)
    return list(dict.fromkeys(each for each in paragraphs if each is not None)), []


def _is_of_row(mark: etree._Element) -> bool:
    parent = mark.getparent()
    return parent is not None and parent.tag == W + "trPr"


def _inside(group: _Group, keys: Mapping[etree._Element, str]) -> str:
    """The change around this one: an insertion in which something is deleted, a row in which somebody else wrote."""
    own = keys[group.marks[0]]
    for around in group.marks[0].iterancestors(*_TEXT_MARKS, W + "tr"):
        marks = [around] if around.tag != W + "tr" else [m for m in elements(around.find(W + "trPr")) if m in keys]
        for mark in marks:
            if keys.get(mark, own) != own:
                return keys[mark]
    return ""
