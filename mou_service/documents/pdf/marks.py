"""The mark that a person makes, drawn by hand, typed or as a picture, in the room it has in a stamp."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageOps

from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.painter import Painter, Piece, Rect

#: Signatures are written in the blue-black of a fountain pen.
PEN = "16233F"
_PATH = re.compile(r"([MLml])\s*((?:-?[\d.]+[\s,]*){2,})")


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """Strokes of a pen: points with y growing downwards, in whatever unit the tablet uses."""

    strokes: Sequence[Sequence[tuple[float, float]]]

    @classmethod
    def from_svg(cls, path: str) -> DrawnMark:
        """From the `d` of an SVG path with M and L commands (absolute), as a drawing surface makes it."""
        strokes: list[list[tuple[float, float]]] = []
        for command, numbers in _PATH.findall(path):
            values = [float(value) for value in re.findall(r"-?[\d.]+", numbers)]
            points = list(zip(values[::2], values[1::2], strict=False))
            if command in "Mm" or not strokes:
                strokes.append(points)
            else:
                strokes[-1].extend(points)
        return cls(strokes)


@dataclass(frozen=True, slots=True)
class TypedMark:
    text: str


@dataclass(frozen=True, slots=True)
class PictureMark:
    """A picture of a signature (PNG, JPEG); white paper becomes transparent."""

    content: bytes


SignatureMark = DrawnMark | TypedMark | PictureMark


def draw_mark(painter: Painter, fonts: Fonts, mark: SignatureMark, room: Rect) -> None:
    if isinstance(mark, DrawnMark):
        _draw_strokes(painter, mark, room)
    elif isinstance(mark, TypedMark):
        _draw_typed(painter, fonts, mark.text.strip(), room)
    else:
        _draw_picture(painter, mark, room)


def _draw_strokes(painter: Painter, mark: DrawnMark, room: Rect) -> None:
    strokes = [stroke for stroke in mark.strokes if stroke]
    if not strokes:
        return
    xs = [x for stroke in strokes for x, _ in stroke]
    ys = [y for stroke in strokes for _, y in stroke]
    left, bottom, right, top = room
    wide, tall = max(max(xs) - min(xs), 1e-6), max(max(ys) - min(ys), 1e-6)
    scale = min((right - left - 4) / wide, (top - bottom - 4) / tall, 50.0)
    x0 = (left + right - wide * scale) / 2 - min(xs) * scale
    y0 = (bottom + top + tall * scale) / 2 + min(ys) * scale
    painter.path(
        [_smooth([(x0 + x * scale, y0 - y * scale) for x, y in stroke]) for stroke in strokes], width=1.25, color=PEN
    )


def _smooth(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A Catmull-Rom curve through the points, as short lines."""
    if len(points) < 3:
        return points
    padded = [points[0], *points, points[-1]]
    made = [points[0]]
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in (0.25, 0.5, 0.75, 1.0):
            made.append((_spline(p0[0], p1[0], p2[0], p3[0], step), _spline(p0[1], p1[1], p2[1], p3[1], step)))
    return made


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def _draw_typed(painter: Painter, fonts: Fonts, text: str, room: Rect) -> None:
    left, bottom, right, top = room
    pieces = [Piece(face, face.shape(part)) for face, part in fonts.runs(text, serif=True, italic=True)]
    natural = sum(piece.shaped.width for piece in pieces) / 1000
    size = min((right - left) / max(natural, 0.1), (top - bottom) / 1.25, 30.0)
    painter.words((left + right - natural * size) / 2, (bottom + top) / 2 - 0.33 * size, size, pieces, color=PEN)


def _draw_picture(painter: Painter, mark: PictureMark, room: Rect) -> None:
    left, bottom, right, top = room
    content, wide, tall = _inked(mark.content)
    scale = min((right - left) / wide, (top - bottom) / tall)
    x, y = (left + right - wide * scale) / 2, (bottom + top - tall * scale) / 2
    painter.image(content, x, y, wide * scale, tall * scale)


def _inked(content: bytes) -> tuple[bytes, int, int]:
    """The picture cropped to its ink, with paper made transparent."""
    with Image.open(io.BytesIO(content)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGBA")
    picture.thumbnail((1200, 600))
    flat = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("L")
    alpha = flat.point([max(0, min(255, (235 - value) * 2)) for value in range(256)])
    picture.putalpha(alpha)
    box = alpha.getbbox()
    cropped = picture.crop(box) if box else picture
    out = io.BytesIO()
    cropped.save(out, "PNG")
    return out.getvalue(), cropped.width, cropped.height
