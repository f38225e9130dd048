"""Puts untracked differences back as they went out, in the file with its tracked changes, so that those stay."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from lxml import etree

from mou_service.documents.word.ooxml import XML_SPACE, W, child_value, elements, local, remove, value
from mou_service.documents.word.package import Package
from mou_service.documents.word.revising.compare import Change, tokens

SilentUnit = Literal["paragraph", "row"]
WORDS = (W + "t", W + "delText")


@dataclass(frozen=True, slots=True)
class Silent:
    """One untracked difference: a paragraph, or a row with a change for each paragraph in it."""

    unit: SilentUnit
    changes: tuple[Change, ...]

    @property
    def kind(self) -> str:
        return self.changes[0].kind


@dataclass(slots=True)
class Row:
    """One line of the comparison with its paragraphs: what went out, and what came back with its twin in the file."""

    change: Change
    old: etree._Element | None
    new: etree._Element | None


@dataclass(slots=True)
class Found:
    silent: Silent
    rows: list[Row] = field(default_factory=list)


class Restoring:
    """Puts differences back into the trees of one file."""

    def __init__(self, rows: Sequence[Row], twin: Mapping[etree._Element, etree._Element], package: Package) -> None:
        self._rows, self._twin = rows, twin
        #: What stands in the file for a paragraph, row or table of the version.
        self._place: dict[etree._Element, etree._Element] = {}
        for row in rows:
            if row.old is not None and row.new is not None and row.new in twin:
                self._stand_in(row.old, twin[row.new])
        self._numbers = _renamed(self._place)
        self._styles = _style_ids(package)

    def restore(self, found: Found) -> None:
        kind, first = found.silent.kind, found.rows[0]
        if kind == "changed" and first.old is not None and first.new is not None:
            self._change(first.old, first.new)
        elif kind == "added":
            self._take_away(found)
        elif found.silent.unit == "row" and first.old is not None:
            self._bring_row(next(first.old.iterancestors(W + "tr")))
        else:
            for row in found.rows:
                if row.old is not None:
                    self._bring(row.old)

    def _stand_in(self, old: etree._Element, here: etree._Element) -> None:
        self._place[old] = here
        for name in ("tc", "tr", "tbl"):
            one, other = next(old.iterancestors(W + name), None), next(here.iterancestors(W + name), None)
            if one is not None and other is not None:
                self._place.setdefault(one, other)

    def _change(self, old: etree._Element, new: etree._Element) -> None:
        """Word by word where that is possible, so that tracked changes beside them stay; else the whole paragraph."""
        if not _replace_words(old, new, self._twin):
            here = self._twin[new]
            for joined in self._joined_into(new) - {here}:
                remove(joined)
            for child in [child for child in elements(here) if local(child) != "pPr"]:
                here.remove(child)
            here.extend(copy.deepcopy(child) for child in elements(old) if local(child) != "pPr")

    def _joined_into(self, new: etree._Element) -> set[etree._Element]:
        """The paragraphs of the file whose text the rejected paragraph holds."""
        words = (self._twin[each] for each in new.iter(*WORDS) if each in self._twin)
        return {paragraph for each in words if (paragraph := next(each.iterancestors(W + "p"), None)) is not None}

    def _take_away(self, found: Found) -> None:
        for row in found.rows:
            here = self._twin.get(row.new) if row.new is not None else None
            if here is None:
                continue
            line = next(here.iterancestors(W + "tr"), None)
            if found.silent.unit == "row" and line is not None:
                table = line.getparent()
                remove(line)
                if table is not None and table.find(W + "tr") is None:
                    remove(table)
                return
            cell = here.getparent()
            alone = cell is not None and cell.tag == W + "tc" and len(cell.findall(W + "p")) == 1
            if alone:
                for child in [child for child in elements(here) if local(child) != "pPr"]:
                    here.remove(child)
            else:
                remove(here)

    def _bring(self, old: etree._Element) -> etree._Element | None:
        """A paragraph that is gone: behind the one it stood behind, else in front of the next, else into its cell."""
        made = self._fitted(old)
        behind, ahead = self._neighbour(old, back=True), self._neighbour(old, back=False)
        cell = next(old.iterancestors(W + "tc"), None)
        if behind is not None:
            behind.addnext(made)
        elif ahead is not None:
            ahead.addprevious(made)
        elif cell is not None and cell in self._place:
            blank = [
                each for each in self._place[cell].findall(W + "p") if not "".join(map(str, each.itertext())).strip()
            ]
            self._place[cell].append(made)
            for each in blank[:1]:
                remove(each)
        else:
            self._behind_last(old, made)
        self._stand_in(old, made)
        return made

    def _neighbour(self, old: etree._Element, *, back: bool) -> etree._Element | None:
        """What stands here for the next paragraph or table on one side."""
        for each in old.itersiblings(W + "p", W + "tbl", preceding=back):
            if each in self._place:
                return self._place[each]
        return None

    def _behind_last(self, old: etree._Element, made: etree._Element) -> None:
        """Where nothing around it is left: behind the last that is still there, at the level of the body."""
        before = None
        for row in self._rows:
            if row.old is old:
                break
            before = self._place.get(row.old, before) if row.old is not None else before
        while before is not None and (parent := before.getparent()) is not None and local(parent) != "body":
            before = parent
        if before is not None:
            before.addnext(made)

    def _bring_row(self, old: etree._Element) -> None:
        made = self._fitted(old)
        behind, ahead = self._row_beside(old, back=True), self._row_beside(old, back=False)
        if behind is not None:
            behind.addnext(made)
        elif ahead is not None:
            ahead.addprevious(made)
        else:
            self._bring_table(old, made)
        self._place[old] = made
        for one, other in zip(old.iter(W + "p"), made.iter(W + "p"), strict=True):
            self._stand_in(one, other)

    def _row_beside(self, old: etree._Element, *, back: bool) -> etree._Element | None:
        for each in old.itersiblings(W + "tr", preceding=back):
            if each in self._place:
                return self._place[each]
        return None

    def _bring_table(self, old: etree._Element, row: etree._Element) -> None:
        """The whole table is gone: it comes back row by row."""
        table = next(old.iterancestors(W + "tbl"))
        made = self._fitted(table)
        for each in made.findall(W + "tr"):
            remove(each)
        made.append(row)
        before = self._neighbour(table, back=True)
        if before is not None:
            before.addnext(made)
        else:
            self._behind_last(next(old.iter(W + "p")), made)
        self._place[table] = made

    def _fitted(self, old: etree._Element) -> etree._Element:
        """A copy that uses the styles and numbers of this file."""
        made = copy.deepcopy(old)
        made.tail = None
        for name in ("pStyle", "rStyle", "tblStyle"):
            for style in list(made.iter(W + name)):
                if value(style) not in self._styles:
                    remove(style)
        for number in made.iter(W + "numId"):
            number.set(W + "val", self._numbers.get(value(number) or "", value(number) or "0"))
        for each in list(
            made.iter(W + "commentRangeStart", W + "commentRangeEnd", W + "bookmarkStart", W + "bookmarkEnd")
        ):
            remove(each)
        return made


def _renamed(place: Mapping[etree._Element, etree._Element]) -> dict[str, str]:
    """Which list of this file carries on which list of the version, as paragraphs that stayed say."""
    found: dict[str, str] = {}
    for old, here in place.items():
        if old.tag == W + "p" and here.tag == W + "p":
            one, other = (child_value(each.find(f"{W}pPr/{W}numPr"), "numId") for each in (old, here))
            if one and other:
                found.setdefault(one, other)
    return found


def _style_ids(package: Package) -> set[str]:
    root = package.related_root("styles")
    return {value(each, "styleId") or "" for each in root.iter(W + "style")} if root is not None else set()


@dataclass(slots=True)
class _Word:
    """A word where it stands: its piece of text in the file, from which character to which."""

    text: str
    node: etree._Element
    start: int
    tracked: bool


def _replace_words(old: etree._Element, new: etree._Element, twin: Mapping[etree._Element, etree._Element]) -> bool:
    """Put the old words in place of the new ones inside the pieces of text they stand in; whether that was possible.

    It is not where something else than words differs, such as a tab, a break or a field.
    """
    if _beside_words(old) != _beside_words(new):
        return False
    earlier = [token for each in _texts(old) for token in tokens(each.text or "")]
    present = list(_words(new, twin))
    steps = SequenceMatcher(None, earlier, [each.text for each in present], autojunk=False).get_opcodes()
    edits: list[tuple[etree._Element, int, int, str]] = []
    for kind, i1, i2, j1, j2 in steps:
        if kind == "equal":
            continue
        words = "".join(earlier[i1:i2])
        gone = present[j1:j2]
        for at, each in enumerate(gone):
            edits.append((each.node, each.start, each.start + len(each.text), words if at == 0 else ""))
        if not gone:
            beside = _beside(present, j1)
            if beside is None:
                return False
            edits.append((beside[0], beside[1], beside[1], words))
    for node, start, end, words in reversed(edits):
        text = node.text or ""
        node.text = text[:start] + words + text[end:]
        node.set(XML_SPACE, "preserve")
    return True


def _beside(present: Sequence[_Word], at: int) -> tuple[etree._Element, int] | None:
    """Where words can be put in between two others: rather not into what is tracked."""
    sides = [(each, each.start + len(each.text)) for each in present[at - 1 : at] if at]
    sides += [(each, each.start) for each in present[at : at + 1]]
    for each, position in sorted(sides, key=lambda side: side[0].tracked):
        return each.node, position
    return None


def _words(new: etree._Element, twin: Mapping[etree._Element, etree._Element]) -> Iterator[_Word]:
    for each in _texts(new):
        node, start = twin[each], 0
        tracked = next(node.iterancestors(W + "del", W + "moveFrom"), None) is not None
        for token in tokens(each.text or ""):
            yield _Word(token, node, start, tracked)
            start += len(token)


def _texts(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The pieces of text of a paragraph, without those of text boxes in it."""
    for each in paragraph.iter(*WORDS):
        if next(each.iterancestors(W + "p"), None) is paragraph:
            yield each


def _beside_words(paragraph: etree._Element) -> list[str]:
    return [
        local(child)
        for run in paragraph.iter(W + "r")
        for child in elements(run)
        if child.tag not in (*WORDS, W + "rPr", W + "lastRenderedPageBreak", W + "commentReference")
    ]
