"""Two versions of a Word file as one with tracked changes: rejecting all gives the old, accepting all the new text."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from mou_service.core.errors import MouError
from mou_service.documents.word.ooxml import W, elements, local, remove, serialise
from mou_service.documents.word.package import Package
from mou_service.documents.word.reading.notes import REFERENCES, Notes
from mou_service.documents.word.revising.aligning import align, opcodes, text_likeness
from mou_service.documents.word.revising.atoms import Atom, MarkKind, Marks, Piece, atoms, joined, twins, written
from mou_service.documents.word.revising.compare import compare_passages, without_islands, words
from mou_service.documents.word.revising.revisions import accept_all, reject_all, settle
from mou_service.documents.word.text import Passage, normalised, passages

_HOLDERS = ("sdt", "sdtContent", "customXml")


class RedlineFailed(MouError):
    """The changes between two files cannot be shown as tracked changes without altering a text."""


def redline(old: bytes, new: bytes, *, author: str, date: datetime) -> bytes:
    """The new file with the differences from the old one as tracked changes by this author.

    The result is checked before it is handed out; `RedlineFailed` is raised when rejecting or accepting
    everything would not give the two texts back.
    """
    made = _redlined(old, new, Marks(author, date.strftime("%Y-%m-%dT%H:%M:%SZ")))
    for settled, wanted, which in ((accept_all(made), new, "new"), (reject_all(made), old, "old")):
        if not _same_text(settled, wanted):
            raise RedlineFailed(
                f"The {which} text would not come back from the tracked changes. Compare the two "
                "versions on the screen instead."
            )
    return made


def _same_text(one: bytes, other: bytes) -> bool:
    return [_said(passage) for passage in passages(one)] == [
        _said(passage) for passage in passages(other)
    ] or compare_passages(passages(one), passages(other)).counts().keys() <= {"renumbered"}


def _said(passage: Passage) -> tuple[str, int]:
    return passage.key, passage.column


def _redlined(old: bytes, new: bytes, marks: Marks) -> bytes:
    before, after = Package(old), Package(new)
    roots = {name: root for name in after.stories if (root := after.root(name)) is not None}
    for tree in (*roots.values(), *map(before.root, before.stories)):
        if tree is not None:
            settle(tree)
    notes = Notes(before, after)
    comparing = _Comparing(marks, notes)
    for name, root in roots.items():
        earlier = before.root(before.main if name == after.main else name)
        if earlier is not None and local(root) not in ("footnotes", "endnotes"):
            body, old_body = root.find(W + "body"), earlier.find(W + "body")
            comparing.blocks(old_body if old_body is not None else earlier, body if body is not None else root)
    return after.write({name: serialise(root) for name, root in {**roots, **notes.changed}.items()})


class _Comparing:
    """Marks the differences of two trees in the new one."""

    def __init__(self, marks: Marks, notes: Notes) -> None:
        self._marks, self._notes = marks, notes

    def blocks(self, old: etree._Element, new: etree._Element) -> None:
        """Compare two bodies, cells, notes or text boxes."""
        before: etree._Element | None = None
        for earlier, present in align(list(_flat(old)), list(_flat(new)), key=_signature, likeness=_likeness):
            if present is not None:
                self._block(earlier, present)
                before = present
            elif earlier is not None:
                before = self._put_back(earlier, new, before)

    def _block(self, old: etree._Element | None, new: etree._Element) -> None:
        if old is None:
            _mark_block(new, "ins", self._marks)
        elif new.tag == W + "p":
            self._paragraph(old, new)
        else:
            self._table(old, new)

    def _put_back(self, old: etree._Element, parent: etree._Element, before: etree._Element | None) -> etree._Element:
        """What is no longer there, as deleted, behind the block before it."""
        self._bring_notes(old)
        gone = copy.deepcopy(old)
        gone.tail = None
        for section in list(gone.iter(W + "sectPr")):
            remove(section)
        _mark_block(gone, "del", self._marks)
        if before is not None:
            before.addnext(gone)
        else:
            parent.insert(sum(1 for child in elements(parent) if local(child) == "tcPr"), gone)
        return gone

    def _bring_notes(self, old: etree._Element) -> None:
        for reference in old.iter(*REFERENCES):
            self._notes.bring_along(reference)

    def _paragraph(self, old: etree._Element, new: etree._Element) -> None:
        """Word for word; what only looks different now is left as the new file has it."""
        present = atoms(new)
        before = [atom for atom in atoms(old) if not atom.marker]
        after = [atom for atom in present if not atom.marker]
        keys = [atom.key for atom in before], [atom.key for atom in after]
        steps = without_islands(opcodes(*keys), keys[0])
        for kind, i1, i2, j1, j2 in steps:
            if kind == "equal":
                for earlier, later in zip(before[i1:i2], after[j1:j2], strict=True):
                    self._inside(earlier, later)
        if keys[0] != keys[1]:
            for atom in (atom for kind, i1, i2, _, _ in steps if kind != "equal" for atom in before[i1:i2]):
                for _, element in atom.parts:
                    if element.tag in REFERENCES:
                        self._notes.bring_along(element)
            _rewrite(new, _Steps(steps, before, after, _ahead(present)), self._marks)

    def _inside(self, old: Atom, new: Atom) -> None:
        """Text boxes and notes that are still there may say something else."""
        for (_, earlier), (_, later) in zip(old.parts, new.parts, strict=False):
            if later.tag in REFERENCES:
                notes = self._notes.pair(earlier, later)
                if notes is not None:
                    self.blocks(*notes)
            boxes = list(earlier.iter(W + "txbxContent")), list(later.iter(W + "txbxContent"))
            for old_box, new_box in zip(*boxes, strict=False):
                self.blocks(old_box, new_box)

    def _table(self, old: etree._Element, new: etree._Element) -> None:
        before: etree._Element | None = None
        for earlier, present in align(
            old.findall(W + "tr"), new.findall(W + "tr"), key=_row_signature, likeness=_row_likeness
        ):
            if present is None and earlier is not None:
                self._bring_notes(earlier)
                gone = copy.deepcopy(earlier)
                _mark_row(gone, "del", self._marks)
                if before is not None:
                    before.addnext(gone)
                else:
                    new.findall(W + "tr")[0].addprevious(gone)
                before = gone
            elif present is not None:
                if earlier is None:
                    _mark_row(present, "ins", self._marks)
                else:
                    for old_cell, new_cell in zip(earlier.findall(W + "tc"), present.findall(W + "tc"), strict=True):
                        self.blocks(old_cell, new_cell)
                before = present


@dataclass(frozen=True, slots=True)
class _Steps:
    """How one paragraph became another."""

    steps: list[tuple[str, int, int, int, int]]
    before: list[Atom]
    after: list[Atom]
    #: Bookmarks and the like, by the number of the atom they stand in front of.
    ahead: dict[int, list[Piece]]


def _ahead(present: list[Atom]) -> dict[int, list[Piece]]:
    ahead: dict[int, list[Piece]] = {}
    count = 0
    for atom in present:
        if atom.marker:
            ahead.setdefault(count, []).extend(Piece(copy.deepcopy(element), atom.wrapper) for _, element in atom.parts)
        else:
            count += 1
    return ahead


def _rewrite(paragraph: etree._Element, plan: _Steps, marks: Marks) -> None:
    content: list[Piece] = []
    for kind, i1, i2, j1, j2 in plan.steps:
        if kind != "equal":
            content.extend(written(plan.before[i1:i2], "del", marks))
        at = j1
        for stop in [*(place for place in sorted(plan.ahead) if j1 <= place < j2), j2]:
            content.extend(written(plan.after[at:stop], None if kind == "equal" else "ins", marks))
            content.extend(plan.ahead.pop(stop, ()) if stop < j2 else ())
            at = stop
    for place in sorted(plan.ahead):
        content.extend(plan.ahead[place])
    for child in [child for child in paragraph if child.tag != W + "pPr"]:
        paragraph.remove(child)
    paragraph.extend(joined(content, twins(plan.before, plan.after)))


def _flat(parent: etree._Element) -> Iterator[etree._Element]:
    for child in elements(parent):
        if child.tag in (W + "p", W + "tbl"):
            yield child
        elif local(child) in _HOLDERS:
            yield from _flat(child)


def _text(element: etree._Element) -> str:
    return "".join(node.text or "" for node in element.iter(W + "t"))


def _signature(element: etree._Element) -> tuple[str, str]:
    return str(element.tag), normalised(_text(element))


def _likeness(old: etree._Element, new: etree._Element) -> float:
    if old.tag != new.tag:
        return 0.0
    before, after = _text(old), _text(new)
    if not before and not after:
        return 1.0
    alike = text_likeness(words(before), words(after))
    return max(alike, 0.5) if old.tag == W + "tbl" else alike


def _row_signature(row: etree._Element) -> tuple[int, str]:
    return len(row.findall(W + "tc")), "\t".join(normalised(_text(cell)) for cell in row.findall(W + "tc"))


def _row_likeness(old: etree._Element, new: etree._Element) -> float:
    if len(old.findall(W + "tc")) != len(new.findall(W + "tc")):
        return 0.0
    before, after = _text(old), _text(new)
    return 1.0 if before == after else text_likeness(words(before), words(after))


def _mark_block(element: etree._Element, kind: MarkKind, marks: Marks) -> None:
    if element.tag == W + "tbl":
        for row in element.findall(W + "tr"):
            _mark_row(row, kind, marks)
    else:
        _mark_paragraph(element, kind, marks)


def _mark_row(row: etree._Element, kind: MarkKind, marks: Marks) -> None:
    look = row.find(W + "trPr")
    if look is None:
        look = etree.Element(W + "trPr")
        exceptions = row.find(W + "tblPrEx")
        row.insert(0 if exceptions is None else row.index(exceptions) + 1, look)
    look.append(marks.make(kind))
    for paragraph in list(row.iter(W + "p")):
        _mark_paragraph(paragraph, kind, marks)


def _mark_paragraph(paragraph: etree._Element, kind: MarkKind, marks: Marks) -> None:
    """All of its content and the paragraph mark."""
    content = list(joined(list(written(atoms(paragraph), kind, marks))))
    for child in [child for child in paragraph if child.tag != W + "pPr"]:
        paragraph.remove(child)
    paragraph.extend(content)
    look = paragraph.find(W + "pPr")
    if look is None:
        look = etree.Element(W + "pPr")
        paragraph.insert(0, look)
    run_look = look.find(W + "rPr")
    if run_look is None:
        run_look = etree.Element(W + "rPr")
        behind = next((child for child in elements(look) if local(child) in ("sectPr", "pPrChange")), None)
        if behind is not None:
            behind.addprevious(run_look)
        else:
            look.append(run_look)
    run_look.insert(0, marks.make(kind))
