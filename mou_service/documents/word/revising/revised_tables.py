"""Tracked changes of tables: rows and cells that came or went, cells that were merged."""

from collections.abc import Callable, Iterator
from typing import Literal

from lxml import etree

from mou_service.documents.word.ooxml import W, child_value, elements, local, remove, value, whole

Decision = Literal["accept", "reject", "leave"]
Decide = Callable[[etree._Element], Decision]

INSERTED = ("ins", "moveTo")
DELETED = ("del", "moveFrom")
#: What stands in front of the mark of merged cells in the properties of a cell.
_BEFORE_MERGE = ("cnfStyle", "tcW", "gridSpan", "hMerge")


def stays_in(mark: etree._Element, decision: Decide) -> bool | None:
    """Whether what is marked stays in the text; nothing when it is not decided."""
    decided = decision(mark)
    if decided == "leave":
        return None
    return (local(mark) in (*INSERTED, "cellIns")) == (decided == "accept")


def settle_tables(root: etree._Element, decision: Decide) -> None:
    """Settle the marks of rows and cells in one part, in place."""
    for mark in [mark for look in root.iter(W + "trPr") for mark in look if mark.tag in (W + "ins", W + "del")]:
        look = mark.getparent()
        row = look.getparent() if look is not None else None
        stays = stays_in(mark, decision)
        if stays is False and row is not None:
            _hand_on_merges(row)
            remove(row)
        elif stays:
            remove(mark)
    for mark in list(root.iter(W + "cellIns", W + "cellDel", W + "cellMerge")):
        cell = next(mark.iterancestors(W + "tc"), None)
        stays = stays_in(mark, decision)
        if local(mark) == "cellMerge":
            _settle_merge(mark, decision(mark))
        elif stays is False and cell is not None:
            remove(cell)
        elif stays is not None:
            remove(mark)
    for row in list(root.iter(W + "tr")):
        if next(row.iter(W + "tc"), None) is None:
            remove(row)
    for table in list(root.iter(W + "tbl")):
        if next(table.iter(W + "tr"), None) is None:
            remove(table)


def _settle_merge(mark: etree._Element, decided: Decision) -> None:
    """Whether a cell belongs to the one above it, as it was decided."""
    look = mark.getparent()
    if decided == "leave" or look is None:
        return
    says = value(mark, "vMerge" if decided == "accept" else "vMergeOrig")
    merge = look.find(W + "vMerge")
    if merge is not None:
        remove(merge)
    if says in ("rest", "cont"):
        merge = etree.Element(W + "vMerge")
        merge.set(W + "val", "restart" if says == "rest" else "continue")
        behind = [child for child in elements(look) if local(child) not in _BEFORE_MERGE]
        behind[0].addprevious(merge)
    remove(mark)


def _hand_on_merges(row: etree._Element) -> None:
    """A cell over several rows begins in the next one when the row it begins in goes."""
    following = row.getnext()
    while following is not None and following.tag != W + "tr":
        following = following.getnext()
    if following is None:
        return
    below = dict(_merges(following))
    for column, merge in _merges(row):
        goes_on = below.get(column)
        if value(merge) == "restart" and goes_on is not None and value(goes_on) != "restart":
            goes_on.set(W + "val", "restart")


def _merges(row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """The marks of merged cells by the column of the grid they begin in."""
    column = whole(child_value(row.find(W + "trPr"), "gridBefore"))
    for cell in row.findall(W + "tc"):
        look = cell.find(W + "tcPr")
        merge = look.find(W + "vMerge") if look is not None else None
        if merge is not None:
            yield column, merge
        column += max(1, whole(child_value(look, "gridSpan"), 1))
