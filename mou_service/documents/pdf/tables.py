"""Tables as units: one unit for each row, with merged cells, repeated headings and rows that may split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mou_service.documents.blocks import Cell, Row, Table
from mou_service.documents.pdf.painter import Painter
from mou_service.documents.pdf.tags import Node
from mou_service.documents.pdf.units import Flow, Unit, cut, total_height

#: A row shorter than this goes to the next page whole: a short clause is read in one piece.
_SPLIT_FROM = 84.0
#: Less space than this at the foot of a page is not worth beginning a row in.
_SMALLEST_PART = 36.0


@dataclass(slots=True)
class LaidCell:
    cell: Cell
    x: float
    width: float
    units: list[Unit]
    #: Height of all the rows it spans, known once every row is measured.
    height: float = 0.0

    @property
    def needs(self) -> float:
        return total_height(self.units) + self.cell.padding[0] + self.cell.padding[2]


@dataclass(slots=True)
class RowUnit:
    cells: list[LaidCell]
    height: float
    may_split: bool
    before: float = 0.0
    keep: bool = False
    repeat: Sequence[Unit] = ()
    #: Drawn again as a repeated heading: not read a second time.
    is_repeat: bool = False
    split_above: bool = False
    split_below: bool = False
    notes: list[int] = field(default_factory=list)

    def draw(self, painter: Painter, x: float, top: float) -> None:
        if self.is_repeat:
            with painter.artifact():
                self._draw(painter, x, top)
        else:
            self._draw(painter, x, top)

    def split(self, space: float) -> tuple[Unit, Unit] | None:
        if not self.may_split or self.height < _SPLIT_FROM or space < _SMALLEST_PART:
            return None
        upper, lower = [], []
        for laid in self.cells:
            first, rest = _cut_cell(laid, space)
            upper.append(first)
            lower.append(rest)
        if not any(laid.units for laid in upper) or not any(laid.units for laid in lower):
            return None
        head = self._part(upper, keep=False, split_below=True)
        return head, self._part(lower, keep=self.keep, split_above=True)

    def _part(
        self, cells: list[LaidCell], *, keep: bool, split_above: bool = False, split_below: bool = False
    ) -> RowUnit:
        height = max(laid.needs for laid in cells)
        for laid in cells:
            laid.height = height
        return RowUnit(
            cells,
            height,
            may_split=True,
            before=0.0 if split_above else self.before,
            keep=keep,
            repeat=self.repeat,
            split_above=split_above,
            split_below=split_below,
            notes=[note for laid in cells for unit in laid.units for note in unit.notes],
        )

    def _draw(self, painter: Painter, x: float, top: float) -> None:
        with painter.artifact():
            for laid in self.cells:
                if laid.cell.shading:
                    painter.fill(x + laid.x, top - laid.height, laid.width, laid.height, laid.cell.shading)
        for laid in self.cells:
            _draw_cell(painter, laid, x, top)
        with painter.artifact():
            for laid in self.cells:
                _draw_borders(painter, laid, x, top)


def table_units(flow: Flow, table: Table, width: float, parent: Node) -> list[Unit]:
    if not table.rows:
        return []
    widths = _widths(table, width)
    offset = {"left": table.indent, "center": (width - sum(widths)) / 2, "right": width - sum(widths)}[table.align]
    node = parent.add("Table")
    rows = [_row(flow, row, place, widths, offset, node) for row, place in zip(table.rows, _grid(table), strict=True)]
    _span_heights(rows, table)
    _repeat_headings(rows, table)
    return list(rows)


def _widths(table: Table, width: float) -> list[float]:
    count = max(len(table.widths), *(sum(cell.columns for cell in row.cells) for row in table.rows))
    widths = list(table.widths) if len(table.widths) == count and sum(table.widths) > 1 else [width / count] * count
    total = sum(widths)
    if total > width + 12:
        widths = [each * width / total for each in widths]
    return [max(each, 4.0) for each in widths]


def _grid(table: Table) -> list[list[int]]:
    """The first grid column of each cell, with the places that cells from above still hold left out."""
    held: dict[int, int] = {}
    places = []
    for row in table.rows:
        column, here = 0, []
        taken = {index: left for index, left in held.items() if left}
        for cell in row.cells:
            while taken.get(column):
                column += 1
            here.append(column)
            for index in range(column, column + cell.columns):
                held[index] = cell.rows
            column += cell.columns
        held = {index: left - 1 for index, left in held.items() if left > 1} | {
            index: left - 1 for index, left in taken.items() if left > 1
        }
        places.append(here)
    return places


def _row(flow: Flow, row: Row, places: list[int], widths: list[float], offset: float, table: Node) -> RowUnit:
    node = table.add("TR")
    cells = [
        _cell(flow, cell, place, widths, offset, node, header=row.header)
        for cell, place in zip(row.cells, places, strict=True)
    ]
    needed = max((laid.needs for laid in cells if laid.cell.rows == 1), default=0.0)
    height = row.height if row.height_exact and row.height else max(needed, row.height)
    single = all(cell.rows == 1 for cell in row.cells)
    may_split = single and not (row.keep_together or row.header or row.height_exact)
    return RowUnit(
        cells,
        height,
        may_split,
        keep=_keeps(row),
        notes=[note for laid in cells for unit in laid.units for note in unit.notes],
    )


def _cell(
    flow: Flow, cell: Cell, place: int, widths: list[float], offset: float, row: Node, *, header: bool
) -> LaidCell:
    node = row.add("TH" if header else "TD")
    if header:
        node.attributes["Scope"] = "Column"
    if cell.columns > 1:
        node.attributes["ColSpan"] = cell.columns
    if cell.rows > 1:
        node.attributes["RowSpan"] = cell.rows
    width = sum(widths[place : place + cell.columns])
    inner = max(width - cell.padding[1] - cell.padding[3], 4.0)
    units = [unit for unit in flow.units(cell.blocks, inner, node) if unit.height or unit.notes]
    return LaidCell(cell, offset + sum(widths[:place]), width, units)


def _keeps(row: Row) -> bool:
    """Word keeps a row with the next when its paragraphs ask to be kept with the next."""
    firsts = [cell.blocks[0] for cell in row.cells if cell.blocks]
    return row.header or (bool(firsts) and all(getattr(block, "keep_with_next", False) for block in firsts))


def _span_heights(rows: list[RowUnit], table: Table) -> None:
    """Rows grow until every cell that spans several of them fits; spanned rows stay together."""
    for index, row in enumerate(rows):
        for laid in row.cells:
            last = min(index + laid.cell.rows, len(rows))
            missing = laid.needs - sum(each.height for each in rows[index:last])
            if missing > 0 and not table.rows[last - 1].height_exact:
                rows[last - 1].height += missing
            for each in rows[index : last - 1]:
                each.keep = True
                each.may_split = False
            if last - index > 1:
                rows[last - 1].may_split = False
    for index, row in enumerate(rows):
        for laid in row.cells:
            laid.height = sum(each.height for each in rows[index : min(index + laid.cell.rows, len(rows))])


def _repeat_headings(rows: list[RowUnit], table: Table) -> None:
    headings = []
    for unit, row in zip(rows, table.rows, strict=True):
        if not row.header:
            break
        headings.append(unit)
    repeated = [replace(unit, is_repeat=True, before=0.0, notes=[]) for unit in headings]
    for unit in rows[len(headings) :]:
        unit.repeat = repeated


def _cut_cell(laid: LaidCell, space: float) -> tuple[LaidCell, LaidCell]:
    inner = space - laid.cell.padding[0] - laid.cell.padding[2]
    first, rest = cut(laid.units, inner)
    cell = laid.cell if laid.cell.valign == "top" else replace(laid.cell, valign="top")
    return replace(laid, cell=cell, units=first), replace(laid, cell=cell, units=rest)


def _draw_cell(painter: Painter, laid: LaidCell, x: float, top: float) -> None:
    padding = laid.cell.padding
    free = laid.height - laid.needs
    down = {"top": 0.0, "center": free / 2, "bottom": free}[laid.cell.valign]
    y = top - padding[0] - max(down, 0.0)
    for unit in laid.units:
        y -= unit.before
        unit.draw(painter, x + laid.x + padding[3], y)
        y -= unit.height


def _draw_borders(painter: Painter, laid: LaidCell, x: float, top: float) -> None:
    left, right, bottom = x + laid.x, x + laid.x + laid.width, top - laid.height
    for side, border in laid.cell.borders.items():
        if border is None:
            continue
        if side == "top":
            painter.rule(left, top, right, top, border)
        elif side == "bottom":
            painter.rule(left, bottom, right, bottom, border)
        else:
            edge = left if side == "left" else right
            painter.rule(edge, bottom, edge, top, border)
