"""What a table style says: for the whole table, and for its first row, its last column, every second row."""

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from mou_service.documents.word.ooxml import W, child_value, deep, elements, hexadecimal, local, points, value, whole
from mou_service.documents.word.reading.styles import Styles, fill, over, paragraph_look, run_look

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
class TableStyle:
    """What a table style says for the whole table and for its parts."""

    borders: dict[str, etree._Element] = field(default_factory=dict)
    padding: dict[str, float] = field(default_factory=dict)
    whole: tuple[dict[str, Any], dict[str, Any]] = field(default_factory=lambda: ({}, {}))
    shading: str | None = None
    conditions: dict[str, list[etree._Element]] = field(default_factory=dict)
    band: int = 1


@dataclass(slots=True)
class Place:
    """Where a cell lies in the grid."""

    row: int
    column: int
    span: int
    rows: int
    columns: int


def find_style(name: str, styles: Styles) -> TableStyle:
    """The style with everything it is based on."""
    style = TableStyle()
    for element in styles.chain(name):
        style.borders.update(by_name(deep(element, "tblPr", "tblBorders")))
        style.padding.update(padding_of(deep(element, "tblPr", "tblCellMar")))
        style.band = whole(child_value(element.find(W + "tblPr"), "tblStyleRowBandSize"), style.band)
        style.shading = fill(deep(element, "tcPr", "shd")) or style.shading
        style.whole = (
            over(style.whole[0], paragraph_look(element.find(W + "pPr"))),
            over(style.whole[1], run_look(element.find(W + "rPr"), styles.faces)),
        )
        for condition in element.findall(W + "tblStylePr"):
            style.conditions.setdefault(value(condition, "type") or "", []).append(condition)
    return style


def conditions(style: TableStyle, place: Place, table_look: etree._Element | None) -> list[etree._Element]:
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


def by_name(element: etree._Element | None) -> dict[str, etree._Element]:
    """The parts of a border or a margin: "start" is left."""
    aliases = {"start": "left", "end": "right"}
    return {aliases.get(local(child), local(child)): child for child in elements(element)}


def padding_of(element: etree._Element | None) -> dict[str, float]:
    return {name: points(value(child, "w")) for name, child in by_name(element).items()}
