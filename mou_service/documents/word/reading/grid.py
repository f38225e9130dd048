"""The grid of a Word table: its rows, the cells in them, and how wide each column is."""

from collections.abc import Iterator

from lxml import etree

from mou_service.documents.word.ooxml import W, child_value, deep, elements, local, number, points, value, whole

_WORD_PADDING = 5.4
_MAX_COLUMNS = 63


def rows_of(parent: etree._Element) -> Iterator[etree._Element]:
    """Rows, also those inside content controls."""
    yield from _inside(parent, "tr")


def cells_of(parent: etree._Element) -> Iterator[etree._Element]:
    yield from _inside(parent, "tc")


def _inside(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    for child in elements(parent):
        if child.tag == W + name:
            yield child
        elif local(child) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _inside(child, name)


def widths_of(
    table: etree._Element, rows: list[etree._Element], look: etree._Element | None, room: float
) -> list[float]:
    grid = [points(value(column, "w")) for column in table.findall(f"{W}tblGrid/{W}gridCol")]
    columns = min(max([len(grid), *(_columns(row) for row in rows)], default=0), _MAX_COLUMNS)
    if not columns:
        return []
    if len(grid) < columns or min(grid) <= 0:
        grid = _widths_ofcells_of(rows, columns) or [room / columns] * columns
    preferred = look.find(W + "tblW") if look is not None else None
    wanted = sum(grid)
    if value(preferred, "type") == "pct":
        said = value(preferred, "w") or "5000"
        wanted = room * (number(said.rstrip("%")) / 100 if said.endswith("%") else number(said) / 5000)
    elif value(preferred, "type") == "dxa" and points(value(preferred, "w")) > 1:
        wanted = points(value(preferred, "w"))
    wanted = wanted if wanted <= room * 1.02 + 2 * _WORD_PADDING else room
    return [width * wanted / sum(grid) for width in grid]


def _columns(row: etree._Element) -> int:
    look = row.find(W + "trPr")
    spans = sum(max(1, whole(child_value(cell.find(W + "tcPr"), "gridSpan"), 1)) for cell in cells_of(row))
    return spans + whole(child_value(look, "gridBefore"), 0) + whole(child_value(look, "gridAfter"), 0)


def _widths_ofcells_of(rows: list[etree._Element], columns: int) -> list[float]:
    """From the cells of a row without spans, for tables that came without a grid."""
    for row in rows:
        cells = list(cells_of(row))
        found = [
            points(value(deep(cell, "tcPr", "tcW"), "w"))
            for cell in cells
            if value(deep(cell, "tcPr", "tcW"), "type") in ("dxa", None)
        ]
        if len(cells) == columns == len(found) and min(found) > 0:
            return found
    return []
