"""Tables of a Word part as blocks: grid, merged cells, and the lines and shades of style, table and cell."""

from collections.abc import Callable
from typing import Literal

from lxml import etree

from mou_service.documents.blocks import Block, Border, Cell, Row, Table
from mou_service.documents.word.ooxml import (
    W,
    child_value,
    deep,
    is_on,
    points,
    value,
    whole,
)
from mou_service.documents.word.reading.book import Book
from mou_service.documents.word.reading.grid import cells_of, rows_of, widths_of
from mou_service.documents.word.reading.paragraphs import border
from mou_service.documents.word.reading.styles import Look, fill, over, paragraph_look, run_look
from mou_service.documents.word.reading.table_styles import (
    Place,
    TableStyle,
    by_name,
    conditions,
    find_style,
    padding_of,
)

Edge = Literal["top", "bottom", "left", "right"]
#: Reads the blocks of a cell: (cell, width, look from the table's style).
ReadCell = Callable[[etree._Element, float, tuple[Look, Look]], list[Block]]

_EDGES: tuple[Edge, ...] = ("top", "bottom", "left", "right")
_WORD_PADDING = 5.4


class Tables:
    """Reads the tables of one part."""

    def __init__(self, book: Book, part: str, read_cell: ReadCell) -> None:
        self._book, self._part, self._read_cell = book, part, read_cell
        self._styles: dict[str, TableStyle] = {}

    def read(self, element: etree._Element, *, width: float) -> Table | None:
        """The table, `width` being the room it has; nothing when it has no cells."""
        look = element.find(W + "tblPr")
        rows = list(rows_of(element))
        name = child_value(look, "tblStyle") or ""
        style = self._style(name)
        widths = widths_of(element, rows, look, width)
        if not rows or not widths:
            return None
        if _floats(look):
            self._book.cannot_draw("floating_table", element, self._part)
        if len(widths) > 1 and look is not None and is_on(look.find(W + "bidiVisual")):
            self._book.cannot_draw("right_to_left_table", element, self._part)
        padding = {**style.padding, **padding_of(look.find(W + "tblCellMar") if look is not None else None)}
        borders = {**style.borders, **by_name(look.find(W + "tblBorders") if look is not None else None)}
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
        style: TableStyle,
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
        for cell in cells_of(element):
            span = min(max(1, whole(child_value(cell.find(W + "tcPr"), "gridSpan"), 1)), len(table.widths) - column)
            if span <= 0:
                break
            place = Place(at, column, span, count, len(table.widths))
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
        place: Place,
        row: Row,
        table: Table,
        open_cells: dict[int, Cell],
        style: TableStyle,
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
        applying = conditions(style, place, table_look)
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

    def _text_look(self, style: TableStyle, applying: list[etree._Element]) -> tuple[Look, Look]:
        paragraph, run = style.whole
        for condition in applying:
            paragraph = over(paragraph, paragraph_look(condition.find(W + "pPr")))
            run = over(run, run_look(condition.find(W + "rPr"), self._book.faces))
        return paragraph, run

    def _edges(
        self,
        look: etree._Element | None,
        place: Place,
        style: TableStyle,
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
        for condition in conditions(style, place, table_look):
            parts = by_name(deep(condition, "tcPr", "tcBorders"))
            chosen.update({edge: parts[edge] for edge in _EDGES if edge in parts})
        own = by_name(look.find(W + "tcBorders") if look is not None else None)
        own = {{"start": "left", "end": "right"}.get(name, name): line for name, line in own.items()}
        chosen.update({edge: own[edge] for edge in _EDGES if edge in own})
        return {edge: border(chosen[edge]) for edge in _EDGES}

    def _style(self, name: str) -> TableStyle:
        if name not in self._styles:
            self._styles[name] = find_style(name, self._book.styles)
        return self._styles[name]


def _cell_padding(look: etree._Element | None, padding: dict[str, float]) -> tuple[float, float, float, float]:
    own = {**padding, **padding_of(look.find(W + "tcMar") if look is not None else None)}
    sides = (own.get("right", _WORD_PADDING), own.get("left", _WORD_PADDING))
    return own.get("top", 0.0), sides[0], own.get("bottom", 0.0), sides[1]


def _valign(look: etree._Element | None) -> Literal["top", "center", "bottom"]:
    said = child_value(look, "vAlign")
    return "center" if said == "center" else "bottom" if said == "bottom" else "top"


def _shading(look: etree._Element | None, style: TableStyle, applying: list[etree._Element]) -> str | None:
    own = look.find(W + "shd") if look is not None else None
    if own is not None:
        return fill(own)
    shades = [shade for condition in applying if (shade := deep(condition, "tcPr", "shd")) is not None]
    return fill(shades[-1]) if shades else style.shading


def _floats(look: etree._Element | None) -> bool:
    """Whether text could stand beside the table; one placed in the text's own column is drawn where it stands."""
    place = look.find(W + "tblpPr") if look is not None else None
    if place is None:
        return False
    return value(place, "vertAnchor") in ("page", "margin") and whole(value(place, "tblpY")) > 1


def _table_align(look: etree._Element | None) -> Literal["left", "center", "right"]:
    said = child_value(look, "jc")
    return "center" if said == "center" else "right" if said in ("right", "end") else "left"
