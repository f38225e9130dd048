"""Tracked changes: listed with author and date, accepted or rejected, all or one by one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from mou_service.documents.word.ooxml import W, elements, local, remove, serialise, unwrap, value
from mou_service.documents.word.package import Package
from mou_service.documents.word.places import Places, quote
from mou_service.documents.word.revising.revised_tables import (
    DELETED,
    INSERTED,
    Decide,
    Decision,
    settle_tables,
    stays_in,
)

__all__ = [
    "Decide", "Decision", "TrackedChange", "accept_all", "decide", "decide_in", "list_changes", "list_marks",
    "numbered",
    "reject_all", "settle",
]  # fmt: skip

ChangeKind = Literal["inserted", "deleted", "moved_here", "moved_away", "formatted"]

_KINDS: Mapping[str, ChangeKind] = {
    "ins": "inserted",
    "del": "deleted",
    "moveTo": "moved_here",
    "moveFrom": "moved_away",
    "cellIns": "inserted",
    "cellDel": "deleted",
}
_PROPERTY_CHANGES = (
    "rPrChange",
    "pPrChange",
    "sectPrChange",
    "tblPrChange",
    "trPrChange",
    "tcPrChange",
    "tblGridChange",
    "tblPrExChange",
    "numberingChange",
)
#: A content control that was put around text, or taken away from it.
_CONTROLS = ("customXmlInsRangeStart", "customXmlDelRangeStart")
_RANGES = tuple(
    W + f"{kind}Range{end}"
    for kind in ("moveFrom", "moveTo", "customXmlIns", "customXmlDel", "customXmlMoveFrom", "customXmlMoveTo")
    for end in ("Start", "End")
)
#: Marks inside these say something about the paragraph mark, the row or the number, not about runs.
_PROPERTIES = (W + "rPr", W + "trPr", W + "numPr")
#: What of the present properties stays when the earlier ones come back: before them and behind them.
_KEPT = {
    "pPr": ((), ("rPr", "sectPr")),
    "rPr": (("ins", "del", "moveFrom", "moveTo"), ()),
    "sectPr": (("headerReference", "footerReference"), ()),
    "trPr": ((), ("ins", "del")),
    "tcPr": ((), ("cellIns", "cellDel", "cellMerge")),
}
_BOOKMARKS = (W + "bookmarkStart", W + "bookmarkEnd")


@dataclass(frozen=True, slots=True)
class TrackedChange:
    """One change somebody made with tracking on; `marks` number its elements, for `decide`."""

    kind: ChangeKind
    text: str
    author: str
    date: str
    place: str
    marks: tuple[int, ...]


def accept_all(content: bytes) -> bytes:
    """The document as if every tracked change had been accepted."""
    return _settled(content, lambda mark: "accept")


def reject_all(content: bytes) -> bytes:
    """The document as it was before the tracked changes."""
    return _settled(content, lambda mark: "reject")


def decide(content: bytes, decisions: Mapping[int, Decision]) -> bytes:
    """Accept and reject some changes by the numbers in `TrackedChange.marks`; the others stay tracked."""
    package = Package(content)
    return package.write(decide_in(package, numbered(package), decisions))


def numbered(package: Package) -> dict[etree._Element, int]:
    """Every mark of every part with its number, in the order of the file."""
    return {mark: number for number, (_, mark) in enumerate(_all_marks(package))}


def list_marks(content: bytes) -> tuple[str, ...]:
    """The author of every mark, by its number."""
    return tuple(value(mark, "author") or "" for mark in numbered(Package(content)))


def decide_in(
    package: Package, numbers: Mapping[etree._Element, int], decisions: Mapping[int, Decision]
) -> dict[str, bytes]:
    """The same in the package's own trees, which may have been worked on since they were numbered; the changed parts."""
    return _settled_parts(package, lambda mark: decisions.get(numbers.get(mark, -1), "leave"))


def list_changes(content: bytes) -> tuple[TrackedChange, ...]:
    """Every tracked change in reading order; marks that belong together are one change."""
    changes: list[TrackedChange] = []
    before: etree._Element | None = None
    places = Places()
    for number, (part, mark) in enumerate(_all_marks(Package(content))):
        change = _change(part, mark, number, places)
        if changes and before is not None and _continues(before, mark, changes[-1], change):
            last = changes.pop()
            change = TrackedChange(
                last.kind, last.text + change.text, last.author, last.date, last.place, (*last.marks, number)
            )
        changes.append(change)
        before = mark
    return tuple(changes)


def settle(root: etree._Element, decision: Decide = lambda mark: "accept") -> bool:
    """Accept or reject the marks in one part, in place; whether there were any."""
    if next(_marks(root), None) is None and next(root.iter(*_RANGES), None) is None:
        return False
    _settle_properties(root, decision)
    settle_tables(root, decision)
    _settle_runs(root, decision)
    _settle_content_controls(root, decision)
    _settle_paragraph_marks(root, decision)
    _end_ranges(root)
    _tidy(root)
    return True


def _end_ranges(root: etree._Element) -> None:
    """What framed a move goes when nothing in it is marked any more."""
    framed: dict[tuple[str, str], list[etree._Element]] = {}
    used: set[tuple[str, str]] = set()
    standing: dict[str, list[tuple[str, str]]] = {"moveFrom": [], "moveTo": []}
    for each in root.iter(*_RANGES, W + "moveFrom", W + "moveTo"):
        name = local(each)
        if name in standing:
            used.update(standing[name])
            continue
        kind, _, end = name.partition("Range")
        frame = (kind, value(each, "id") or "")
        framed.setdefault(frame, []).append(each)
        if kind in standing and end == "Start":
            standing[kind].append(frame)
        elif kind in standing and frame in standing[kind]:
            standing[kind].remove(frame)
        elif kind not in standing and end == "Start":
            used.add(frame)
    for frame in framed.keys() - used:
        for each in framed[frame]:
            remove(each)


def _settled(content: bytes, decision: Decide) -> bytes:
    package = Package(content)
    return package.write(_settled_parts(package, decision))


def _settled_parts(package: Package, decision: Decide) -> dict[str, bytes]:
    changed = {}
    for name in [*package.stories, *([package.related("comments")] if package.related("comments") else [])]:
        root = package.root(name) if name else None
        if name and root is not None and settle(root, decision):
            changed[name] = serialise(root)
    return changed


def _marks(root: etree._Element) -> Iterator[etree._Element]:
    yield from root.iter(*(W + name for name in (*_KINDS, "cellMerge", *_PROPERTY_CHANGES, *_CONTROLS)))


def _all_marks(package: Package) -> list[tuple[str, etree._Element]]:
    roots = ((name, package.root(name)) for name in package.stories)
    return [(name, mark) for name, root in roots if root is not None for mark in _marks(root)]


def _change(part: str, mark: etree._Element, number: int, places: Places) -> TrackedChange:
    kind = _KINDS.get(local(mark), "formatted")
    parent = mark.getparent()
    holder = mark
    if parent is not None and parent.tag in (W + "trPr", W + "tcPr"):
        holder = parent.getparent() if parent.getparent() is not None else mark  # type: ignore[assignment]
    text = "".join(node.text or "" for node in holder.iter(W + "t", W + "delText"))
    if kind == "formatted":
        text = quote(next(mark.iterancestors(W + "r", W + "p"), None)).strip("“”")
    elif parent is not None and parent.tag == W + "rPr":
        text = "¶"
    return TrackedChange(
        kind, text, value(mark, "author") or "", value(mark, "date") or "", places.of(mark, part), (number,)
    )


def _continues(before: etree._Element, mark: etree._Element, last: TrackedChange, change: TrackedChange) -> bool:
    """The next run of the same insertion: same kind, author and date, nothing between the two."""
    same = (last.kind, last.author, last.date) == (change.kind, change.author, change.date)
    between = before.getnext()
    while between is not None and between.tag in (*_BOOKMARKS, W + "proofErr"):
        between = between.getnext()
    return same and between is mark


def _settle_properties(root: etree._Element, decision: Decide) -> None:
    for mark in list(root.iter(*(W + name for name in _PROPERTY_CHANGES))):
        decided = decision(mark)
        if decided == "reject" and len(mark) and local(mark) not in ("numberingChange", "tblGridChange"):
            _bring_back(mark)
        elif decided != "leave":
            remove(mark)


def _bring_back(mark: etree._Element) -> None:
    now = mark.getparent()
    if now is None:
        return
    before, behind = _KEPT.get(local(now), ((), ()))
    head = [child for child in elements(now) if local(child) in before]
    tail = [child for child in elements(now) if local(child) in behind]
    earlier = list(mark[0])
    for child in list(now):
        now.remove(child)
    now.extend([*head, *earlier, *tail])


def _settle_runs(root: etree._Element, decision: Decide) -> None:
    runs = [
        mark
        for mark in root.iter(*(W + name for name in (*INSERTED, *DELETED)))
        if (parent := mark.getparent()) is not None and parent.tag not in _PROPERTIES
    ]
    decided = [(mark, stays_in(mark, decision)) for mark in runs]
    for mark, stays in decided:
        if stays is False:
            remove(mark)
    for mark, stays in decided:
        if stays:
            if local(mark) in DELETED:
                _undelete(mark)
            unwrap(mark)
    for look in list(root.iter(W + "numPr")):
        mark_or_none = look.find(W + "ins")
        if mark_or_none is not None and (stays := stays_in(mark_or_none, decision)) is not None:
            remove(mark_or_none if stays else look)


def _undelete(mark: etree._Element) -> None:
    """Its text is there again, unless another deletion around it or inside it still stands."""
    if next(mark.iterancestors(W + "del"), None) is not None:
        return
    for text in mark.iter(W + "delText", W + "delInstrText"):
        if next(text.iterancestors(W + "del"), mark) is mark:
            text.tag = W + ("t" if local(text) == "delText" else "instrText")


def _settle_content_controls(root: etree._Element, decision: Decide) -> None:
    """A content control that was put around text, or taken away from it, as such."""
    for mark in list(root.iter(W + "customXmlDelRangeStart", W + "customXmlInsRangeStart")):
        decided = decision(mark)
        if decided == "leave":
            continue
        goes = decided == ("accept" if local(mark) == "customXmlDelRangeStart" else "reject")
        control = mark.getnext()
        remove(mark)
        if goes and control is not None and control.tag == W + "sdt":
            inside = control.find(W + "sdtContent")
            for child in [child for child in control if child is not inside]:
                control.remove(child)
            if inside is not None:
                unwrap(inside)
            unwrap(control)


def _settle_paragraph_marks(root: etree._Element, decision: Decide) -> None:
    """A paragraph whose mark goes is joined with the next one."""
    for paragraph in list(root.iter(W + "p")):
        look = paragraph.find(f"{W}pPr/{W}rPr")
        marks = [] if look is None else [mark for mark in elements(look) if local(mark) in (*INSERTED, *DELETED)]
        decided = [(mark, stays_in(mark, decision)) for mark in marks]
        for mark, stays in decided:
            if stays is not None:
                remove(mark)
        if any(stays is False for _, stays in decided):
            _join_with_next(paragraph)


def _join_with_next(paragraph: etree._Element) -> None:
    following = paragraph.getnext()
    while following is not None and following.tag in (*_BOOKMARKS, *_RANGES):
        following = following.getnext()
    content = [child for child in paragraph if child.tag != W + "pPr"]
    parent = paragraph.getparent()
    if following is not None and following.tag == W + "p":
        look = following.find(W + "pPr")
        at = 0 if look is None else following.index(look) + 1
        for offset, child in enumerate(content):
            following.insert(at + offset, child)
        if paragraph.find(f"{W}pPr/{W}sectPr") is None:
            remove(paragraph)
    elif parent is not None and parent.tag != W + "tc" and all(child.tag in _BOOKMARKS for child in content):
        remove(paragraph)


def _tidy(root: etree._Element) -> None:
    """Every cell ends with a paragraph, as Word demands."""
    for cell in root.iter(W + "tc"):
        if not len(cell) or cell[-1].tag != W + "p":
            etree.SubElement(cell, W + "p")
