"""Tables of a Word part as blocks: grid, merged cells, and the lines and shades of style, table and cell."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from lxml import etree

from mou_service.documents.blocks import Block, Border, Cell, Row, Table
from mou_service.documents.word.book import Book
from mou_service.documents.word.ooxml import (
    W,
    child_value,
    elements,
    hexadecimal,
    is_on,
    local,
    number,
    points,
    value,
    whole,
)
from mou_service.documents.word.paragraphs import border
from mou_service.documents.word.styles import Look, fill, over, paragraph_look, run_look

Edge = Literal["top", "bottom", "left", "right"]
#: Reads the blocks of a cell: (cell, width, look from the table's style).
ReadCell = Callable[[etree._Element, float, tuple[Look, Look]], list[Block]]

_EDGES: tuple[Edge, ...] = ("top", "bottom", "left", "right")
_WORD_PADDING = 5.4
_MAX_COLUMNS = 63
#: Conditional parts of a table style, the weaker first.
_CONDITIONS = (
    "band1Vert",
    "band2Vert",
    "band1Horz",
    "band2Horz",
    "firstCol",
    "lastCol",
    "firstRow",
    "lastRow",
    "nwCell",
    "neCell",
    "swCell",
    "seCell",
)


@dataclass(slots=True)
class _Style:
    """What a table style says for the whole table and for its parts."""

    borders: dict[str, etree._Element] = field(default_factory=dict)
    padding: dict[str, float] = field(default_factory=dict)
    whole: tuple[dict[str, Any], dict[str, Any]] = field(default_factory=lambda: ({}, {}))
    shading: str | None = None
    conditions: dict[str, list[etree._Element]] = field(default_factory=dict)
    band: int = 1


@dataclass(slots=True)
class _Place:
    """Where a cell lies in the grid."""

    row: int
    column: int
    span: int
    rows: int
    columns: int


class Tables:
    """Reads the tables of one part."""

    def __init__(self, book: Book, part: str, read_cell: ReadCell) -> None:
        self._book, self._part, self._read_cell = book, part, read_cell
        self._styles: dict[str, _Style] = {}

    def read(self, element: etree._Element, *, width: float) -> Table | None:
        """The table, `width` being the room it has; nothing when it has no cells."""
        look = element.find(W + "tblPr")
        rows = list(_rows(element))
        name = child_value(look, "tblStyle") or ""
        style = self._style(name)
        widths = _widths(element, rows, look, width)
        if not rows or not widths:
            return None
        if _floats(look):
            self._book.cannot_draw("floating_table", element, self._part)
        if len(widths) > 1 and look is not None and is_on(look.find(W + "bidiVisual")):
            self._book.cannot_draw("right_to_left_table", element, self._part)
        padding = {**style.padding, **_padding(look.find(W + "tblCellMar") if look is not None else None)}
        borders = {**style.borders, **_by_name(look.find(W + "tblBorders") if look is not None else None)}
        table = Table(
            widths=widths,
            align=_table_align(look),
            style=self._book.styles.name(name),
            right_to_left=look is not None and is_on(look.find(W + "bidiVisual")),
        )
        table.indent = self._indent(look, padding)
        open_cells: dict[int, Cell] = {}
        for at, row in enumerate(rows):
            table.rows.append(self._row(row, at, len(rows), table, open_cells, style, borders, padding, look))
        return table

    def _indent(self, look: etree._Element | None, padding: dict[str, float]) -> float:
        """Before Word 2013, the text of the first cell stood at the margin, not the table's edge."""
        said = look.find(W + "tblInd") if look is not None else None
        indent = points(value(said, "w")) if said is not None and value(said, "type") != "pct" else 0.0
        return indent if self._book.compatibility() >= 15 else indent - padding.get("left", _WORD_PADDING)

    def _row(
        self,
        element: etree._Element,
        at: int,
        count: int,
        table: Table,
        open_cells: dict[int, Cell],
        style: _Style,
        borders: dict[str, etree._Element],
        padding: dict[str, float],
        table_look: etree._Element | None,
    ) -> Row:
        look = element.find(W + "trPr")
        height = look.find(W + "trHeight") if look is not None else None
        row = Row(
            header=look is not None and is_on(look.find(W + "tblHeader")),
            keep_together=look is not None and is_on(look.find(W + "cantSplit")),
            height=points(value(height)),
            height_exact=value(height, "hRule") == "exact",
        )
        column = self._skipped(row, look, "gridBefore")
        for cell in _cells(element):
            span = min(max(1, whole(child_value(cell.find(W + "tcPr"), "gridSpan"), 1)), len(table.widths) - column)
            if span <= 0:
                break
            place = _Place(at, column, span, count, len(table.widths))
            self._cell(cell, place, row, table, open_cells, style, borders, padding, table_look)
            column += span
        if column < len(table.widths):
            row.cells.append(Cell(columns=len(table.widths) - column))
        return row

    @staticmethod
    def _skipped(row: Row, look: etree._Element | None, name: str) -> int:
        """Grid columns left empty at the row's beginning, as a cell without lines."""
        skipped = whole(child_value(look, name), 0)
        if skipped > 0:
            row.cells.append(Cell(columns=skipped))
        return max(0, skipped)

    def _cell(
        self,
        element: etree._Element,
        place: _Place,
        row: Row,
        table: Table,
        open_cells: dict[int, Cell],
        style: _Style,
        borders: dict[str, etree._Element],
        padding: dict[str, float],
        table_look: etree._Element | None,
    ) -> None:
        look = element.find(W + "tcPr")
        merge = look.find(W + "vMerge") if look is not None else None
        bottom = self._edges(look, place, style, borders, table_look).get("bottom")
        if merge is not None and value(merge) != "restart" and place.column in open_cells:
            above = open_cells[place.column]
            above.rows += 1
            above.borders["bottom"] = bottom
            return
        applying = _conditions(style, place, table_look)
        edges = self._edges(look, place, style, borders, table_look)
        cell = Cell(
            columns=place.span,
            valign=_valign(look),
            borders=edges,
            padding=_cell_padding(look, padding),
            shading=_shading(look, style, applying),
        )
        if child_value(look, "textDirection") not in (None, "lrTb", "lrTbV"):
            self._book.cannot_draw("vertical_text", element, self._part)
        width = sum(table.widths[place.column : place.column + place.span]) - cell.padding[1] - cell.padding[3]
        cell.blocks = self._read_cell(element, max(width, 1.0), self._text_look(style, applying))
        row.cells.append(cell)
        open_cells.pop(place.column, None)
        if merge is not None:
            open_cells[place.column] = cell

    def _text_look(self, style: _Style, applying: list[etree._Element]) -> tuple[Look, Look]:
        paragraph, run = style.whole
        for condition in applying:
            paragraph = over(paragraph, paragraph_look(condition.find(W + "pPr")))
            run = over(run, run_look(condition.find(W + "rPr"), self._book.faces))
        return paragraph, run

    def _edges(
        self,
        look: etree._Element | None,
        place: _Place,
        style: _Style,
        borders: dict[str, etree._Element],
        table_look: etree._Element | None,
    ) -> dict[Edge, Border | None]:
        """The four lines: of the cell itself, else of the style's part, else of the table."""
        outer = {
            "top": place.row == 0,
            "bottom": place.row == place.rows - 1,
            "left": place.column == 0,
            "right": place.column + place.span >= place.columns,
        }
        chosen = {
            edge: borders.get(edge if outer[edge] else "insideH" if edge in ("top", "bottom") else "insideV")
            for edge in _EDGES
        }
        for condition in _conditions(style, place, table_look):
            parts = _by_name(_deep(condition, "tcPr", "tcBorders"))
            chosen.update({edge: parts[edge] for edge in _EDGES if edge in parts})
        own = _by_name(look.find(W + "tcBorders") if look is not None else None)
        own = {{"start": "left", "end": "right"}.get(name, name): line for name, line in own.items()}
        chosen.update({edge: own[edge] for edge in _EDGES if edge in own})
        return {edge: border(chosen[edge]) for edge in _EDGES}

    def _style(self, name: str) -> _Style:
        if name not in self._styles:
            self._styles[name] = self._find_style(name)
        return self._styles[name]

    def _find_style(self, name: str) -> _Style:
        style = _Style()
        for element in self._book.styles.chain(name):
            style.borders.update(_by_name(_deep(element, "tblPr", "tblBorders")))
            style.padding.update(_padding(_deep(element, "tblPr", "tblCellMar")))
            style.band = whole(child_value(element.find(W + "tblPr"), "tblStyleRowBandSize"), style.band)
            style.shading = fill(_deep(element, "tcPr", "shd")) or style.shading
            style.whole = (
                over(style.whole[0], paragraph_look(element.find(W + "pPr"))),
                over(style.whole[1], run_look(element.find(W + "rPr"), self._book.faces)),
            )
            for condition in element.findall(W + "tblStylePr"):
                style.conditions.setdefault(value(condition, "type") or "", []).append(condition)
        return style


def _rows(parent: etree._Element) -> Iterator[etree._Element]:
    """Rows, also those inside content controls."""
    yield from _inside(parent, "tr")


def _cells(parent: etree._Element) -> Iterator[etree._Element]:
    yield from _inside(parent, "tc")


def _inside(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    for child in elements(parent):
        if child.tag == W + name:
            yield child
        elif local(child) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _inside(child, name)


def _deep(element: etree._Element | None, *path: str) -> etree._Element | None:
    for name in path:
        element = element.find(W + name) if element is not None else None
    return element


def _by_name(element: etree._Element | None) -> dict[str, etree._Element]:
    aliases = {"start": "left", "end": "right"}
    return {aliases.get(local(child), local(child)): child for child in elements(element)}


def _padding(element: etree._Element | None) -> dict[str, float]:
    return {name: points(value(child, "w")) for name, child in _by_name(element).items()}


def _cell_padding(look: etree._Element | None, padding: dict[str, float]) -> tuple[float, float, float, float]:
    own = {**padding, **_padding(look.find(W + "tcMar") if look is not None else None)}
    sides = (own.get("right", _WORD_PADDING), own.get("left", _WORD_PADDING))
    return own.get("top", 0.0), sides[0], own.get("bottom", 0.0), sides[1]


def _valign(look: etree._Element | None) -> Literal["top", "center", "bottom"]:
    said = child_value(look, "vAlign")
    return "center" if said == "center" else "bottom" if said == "bottom" else "top"


def _shading(look: etree._Element | None, style: _Style, applying: list[etree._Element]) -> str | None:
    own = look.find(W + "shd") if look is not None else None
    if own is not None:
        return fill(own)
    shades = [shade for condition in applying if (shade := _deep(condition, "tcPr", "shd")) is not None]
    return fill(shades[-1]) if shades else style.shading


def _conditions(style: _Style, place: _Place, table_look: etree._Element | None) -> list[etree._Element]:
    """The parts of the table style that apply to a cell, the stronger last."""
    if not style.conditions:
        return []
    wanted = _switched_on(table_look)
    first_row, last_row = place.row == 0 and "firstRow" in wanted, place.row == place.rows - 1 and "lastRow" in wanted
    first = place.column == 0 and "firstColumn" in wanted
    last = place.column + place.span >= place.columns and "lastColumn" in wanted
    band_row = (place.row - ("firstRow" in wanted)) // max(1, style.band)
    band_column = place.column - ("firstColumn" in wanted)
    holds = {
        "band1Horz": "noHBand" not in wanted and not first_row and band_row % 2 == 0,
        "band2Horz": "noHBand" not in wanted and not first_row and band_row % 2 == 1,
        "band1Vert": "noVBand" not in wanted and band_column % 2 == 0,
        "band2Vert": "noVBand" not in wanted and band_column % 2 == 1,
        "firstCol": first,
        "lastCol": last,
        "firstRow": first_row,
        "lastRow": last_row,
        "nwCell": first_row and first,
        "neCell": first_row and last,
        "swCell": last_row and first,
        "seCell": last_row and last,
    }
    return [element for name in _CONDITIONS if holds[name] for element in style.conditions.get(name, [])]


def _switched_on(table_look: etree._Element | None) -> set[str]:
    """The switches of w:tblLook, in words or in its old bit field."""
    element = table_look.find(W + "tblLook") if table_look is not None else None
    names = {
        "firstRow": 0x20,
        "lastRow": 0x40,
        "firstColumn": 0x80,
        "lastColumn": 0x100,
        "noHBand": 0x200,
        "noVBand": 0x400,
    }
    if element is None:
        return {"noVBand"}
    if value(element, "firstRow") is not None:
        return {name for name in names if value(element, name) in ("1", "true", "on")}
    bits = hexadecimal(value(element), 0x04A0)
    return {name for name, bit in names.items() if bits & bit}


def _floats(look: etree._Element | None) -> bool:
    """Whether text could stand beside the table; one placed in the text's own column is drawn where it stands."""
    place = look.find(W + "tblpPr") if look is not None else None
    if place is None:
        return False
    return value(place, "vertAnchor") in ("page", "margin") and whole(value(place, "tblpY")) > 1


def _table_align(look: etree._Element | None) -> Literal["left", "center", "right"]:
    said = child_value(look, "jc")
    return "center" if said == "center" else "right" if said in ("right", "end") else "left"


def _widths(table: etree._Element, rows: list[etree._Element], look: etree._Element | None, room: float) -> list[float]:
    grid = [points(value(column, "w")) for column in table.findall(f"{W}tblGrid/{W}gridCol")]
    columns = min(max([len(grid), *(_columns(row) for row in rows)], default=0), _MAX_COLUMNS)
    if not columns:
        return []
    if len(grid) < columns or min(grid) <= 0:
        grid = _widths_of_cells(rows, columns) or [room / columns] * columns
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
    spans = sum(max(1, whole(child_value(cell.find(W + "tcPr"), "gridSpan"), 1)) for cell in _cells(row))
    return spans + whole(child_value(look, "gridBefore"), 0) + whole(child_value(look, "gridAfter"), 0)


def _widths_of_cells(rows: list[etree._Element], columns: int) -> list[float]:
    """From the cells of a row without spans, for tables that came without a grid."""
    for row in rows:
        cells = list(_cells(row))
        found = [
            points(value(_deep(cell, "tcPr", "tcW"), "w"))
            for cell in cells
            if value(_deep(cell, "tcPr", "tcW"), "type") in ("dxa", None)
        ]
        if len(cells) == columns == len(found) and min(found) > 0:
            return found
    return []
