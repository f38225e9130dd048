"""The same text with another language first: each party's own original names its language first (the alternat). (pure)

Only whole columns of the tables change places, with their widths; no word is touched, and that is checked before the
file is given away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from mou_service.core.errors import MouError
from mou_service.documents.word.ooxml import W, elements, local, serialise
from mou_service.documents.word.package import Package
from mou_service.documents.word.reading.blocks import read

from .columns import digests, order

_HOLDERS = ("sdt", "sdtContent", "customXml")


class CannotTurn(MouError):
    """The columns cannot change places: there are none of languages, or cells reach over several of them."""


def in_order(content: bytes, languages: Sequence[str]) -> bytes:
    """The file with its languages' columns in this order; the very same bytes where they stand so already.

    Tables that are none of languages stay as they are. Raises `CannotTurn`.
    """
    package = Package(content)
    root = package.root(package.main)
    body = root.find(W + "body") if root is not None else None
    if root is None or body is None:
        raise CannotTurn("The file has no text.")
    turned = [_turn(table, languages) for table in _tables(body)]
    if (None in turned and not any(each is not None for each in turned)) or not turned:
        raise CannotTurn("There is no table with a column for each language.")
    if not any(turned):
        return content
    made = package.write({package.main: serialise(root)})
    if digests(read(made).document, languages) != digests(read(content).document, languages):
        raise CannotTurn("A text would not be the same with its columns turned around.")
    return made


def _turn(table: etree._Element, languages: Sequence[str]) -> bool | None:
    """Whether a table's columns had to change places; None for a table that is none of languages."""
    rows = [_cells(row) for row in _children(table, "tr")]
    width = max(map(len, rows), default=0)
    whole = [cells for cells in rows if len(cells) == width]
    columns = order([[_text(cells[n]) for cells in whole] for n in range(width)], languages)
    if columns is None or not any(_text(cell) for cells in rows for cell in cells):
        return None
    places = sorted(columns)
    if places == list(columns):
        return False
    moves = list(range(width))
    for place, column in zip(places, columns, strict=True):
        moves[place] = column
    for cells in rows:
        if len(cells) == width:
            if any(
                each.find(f".//{W}gridSpan") is not None or each.find(f".//{W}vMerge") is not None for each in cells
            ):
                raise CannotTurn("A cell reaches over several columns or rows.")
            _rearrange(cells, moves)
    grid = table.find(W + "tblGrid")
    if grid is not None and len(grid.findall(W + "gridCol")) == width:
        _rearrange(grid.findall(W + "gridCol"), moves)
    return True


def _rearrange(siblings: Sequence[etree._Element], moves: Sequence[int]) -> None:
    """Put siblings in another order, each into the place where another stood."""
    parents = [(each.getparent(), each.getparent().index(each)) for each in siblings]  # type: ignore[union-attr]
    parent = parents[0][0]
    if parent is None or any(each is not parent for each, _at in parents):
        raise CannotTurn("The cells of a row do not lie in one place.")
    for each in siblings:
        parent.remove(each)
    for (_parent, at), n in zip(parents, moves, strict=True):
        parent.insert(at, siblings[n])


def _tables(parent: etree._Element) -> Iterator[etree._Element]:
    for child in elements(parent):
        if child.tag == W + "tbl":
            yield child
        elif local(child) in _HOLDERS:
            yield from _tables(child)


def _children(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    for child in elements(parent):
        if child.tag == W + name:
            yield child
        elif local(child) in _HOLDERS:
            yield from _children(child, name)


def _cells(row: etree._Element) -> list[etree._Element]:
    """The cells of a row; one inside a content control moves with it."""
    return [
        child
        for child in elements(row)
        if child.tag == W + "tc" or (local(child) in _HOLDERS and next(_children(child, "tc"), None) is not None)
    ]


def _text(cell: etree._Element) -> str:
    return "\n".join("".join(node.text or "" for node in each.iter(W + "t")) for each in cell.iter(W + "p")).strip()
