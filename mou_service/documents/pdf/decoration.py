"""What the service adds to every page, outside the text: reference, page number, QR code, marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import segno

from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.painter import Painter, Piece, Rect
from mou_service.documents.pdf.words import say

INK = "1C1B19"
FAINT = "6E6A63"
VERMILION = "B3261E"
DEMONSTRATION = "DEMONSTRATION – nobody named here signed this document / 演示文件，文中人士并未签署"
DRAFT = "DRAFT – not for signature"
#: Smallest QR that a phone reads from paper.
_SMALLEST_CODE = 30.0
_CODE = 42.0
_EDGE = 14.0


@dataclass(frozen=True, slots=True)
class Decoration:
    """`code` is the address in the QR code. `captions` stand beside it, one for each language."""

    reference: str = ""
    languages: Sequence[str] = ("en", "zh")
    code: str | None = None
    captions: Sequence[str] = ()
    demonstration: str | None = None
    watermark: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page a decoration is drawn on."""

    width: float
    height: float
    left: float
    right: float
    page: int
    pages: int
    #: The document's own header or footer gives the page number.
    numbered: bool = False
    #: What the document's own header says.
    header_text: str = ""


def draw_watermark(painter: Painter, fonts: Fonts, decoration: Decoration, sheet: Sheet) -> None:
    """Large and pale, under the text, so that a preview cannot pass for the document."""
    if not decoration.watermark:
        return
    with painter.artifact("Watermark"), painter.turned(sheet.width / 2, sheet.height / 2, 52):
        size = min(46.0, 0.9 * sheet.height / max(text_width(fonts, decoration.watermark, 1.0), 1.0))
        write(painter, fonts, decoration.watermark, 0, 0, size, color="E9E6E1", align="center", bold=True)


def draw_decoration(painter: Painter, fonts: Fonts, decoration: Decoration, sheet: Sheet) -> None:
    with painter.artifact("Header"):
        if decoration.demonstration and decoration.demonstration not in sheet.header_text:
            write(
                painter,
                fonts,
                decoration.demonstration,
                sheet.width / 2,
                sheet.height - 19,
                7.2,
                color=VERMILION,
                align="center",
            )
    with painter.artifact("Footer"):
        if decoration.demonstration:
            write(painter, fonts, decoration.demonstration, sheet.width / 2, 25, 7.2, color=VERMILION, align="center")
        _draw_line(painter, fonts, decoration, sheet)
        if decoration.code:
            _draw_code(painter, fonts, decoration, sheet)


def _draw_line(painter: Painter, fonts: Fonts, decoration: Decoration, sheet: Sheet) -> None:
    labels = [text.format(page=sheet.page, pages=sheet.pages) for text in say("page", decoration.languages).values()]
    if decoration.reference:
        write(painter, fonts, decoration.reference, sheet.left, _EDGE, 7.2, color=FAINT)
    if not sheet.numbered:
        write(painter, fonts, "  ·  ".join(labels), sheet.width - sheet.right, _EDGE, 7.2, color=FAINT, align="right")


def _draw_code(painter: Painter, fonts: Fonts, decoration: Decoration, sheet: Sheet) -> None:
    """In the outer corner, beside the text column, with the white border that readers need."""
    size = max(_SMALLEST_CODE, min(_CODE, sheet.right - 22))
    x, y = sheet.width - 12 - size, 26.0
    draw_code(painter, decoration.code or "", (x, y, size, size))
    for index, caption in enumerate(reversed(decoration.captions)):
        write(
            painter,
            fonts,
            caption,
            x + size / 2,
            y - 7 - 6 * (len(decoration.captions) - 1) + index * 6,
            4.8,
            color=FAINT,
            align="center",
        )


def draw_code(painter: Painter, address: str, rect: Rect) -> None:
    x, y, width, _ = rect
    rows = code_rows(address)
    unit = width / len(rows)
    painter.fill_many(
        (
            (x + start * unit, y + width - (row + 1) * unit, length * unit, unit)
            for row, bars in enumerate(rows)
            for start, length in bars
        ),
        "000000",
    )


@lru_cache(maxsize=256)
def code_rows(address: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The QR code as bars: for each row, where dark stretches start and how long they are."""
    matrix = segno.make_qr(address, error="m", boost_error=False).matrix
    return tuple(tuple(_bars(bytes(row))) for row in matrix)


def _bars(row: bytes) -> list[tuple[int, int]]:
    bars: list[tuple[int, int]] = []
    for index, dark in enumerate(row):
        if dark and bars and sum(bars[-1]) == index:
            bars[-1] = (bars[-1][0], bars[-1][1] + 1)
        elif dark:
            bars.append((index, 1))
    return bars


def text_width(
    fonts: Fonts, text: str, size: float, *, serif: bool = False, bold: bool = False, language: str | None = None
) -> float:
    runs = fonts.runs(text, serif=serif, bold=bold, language=language)
    return sum(face.shape(part, language=language).width for face, part in runs) * size / 1000


def write(
    painter: Painter,
    fonts: Fonts,
    text: str,
    x: float,
    y: float,
    size: float,
    *,
    color: str = INK,
    align: str = "left",
    serif: bool = False,
    bold: bool = False,
    language: str | None = None,
) -> float:
    """One line of plain text with its baseline at y; returns its width."""
    pieces = [
        Piece(face, face.shape(part, language=language))
        for face, part in fonts.runs(text, serif=serif, bold=bold, language=language)
    ]
    width = sum(piece.shaped.width for piece in pieces) * size / 1000
    painter.words(x - {"left": 0.0, "center": width / 2, "right": width}[align], y, size, pieces, color=color)
    return width
