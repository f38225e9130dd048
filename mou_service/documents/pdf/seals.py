"""The institution's electronic seal: a round mark in vermilion, made of type."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from mou_service.documents.pdf.decoration import VERMILION, text_width, write
from mou_service.documents.pdf.faces import Shaped
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.painter import Painter, Piece
from mou_service.documents.pdf.words import in_languages, say


def draw_seal(
    painter: Painter,
    fonts: Fonts,
    size: tuple[float, float],
    as_shown: Mapping[str, Mapping[str, str]],
    languages: Sequence[str],
    local_time: str,
    verification: str,
) -> None:
    """The institution around, what it is and when inside."""
    x, y = size[0] / 2, size[1] / 2
    radius = min(size) / 2 - 1
    for share, line in ((1.0, 1.6), (0.955, 0.5), (0.70, 0.5)):
        painter.circle(x, y, radius * share, width=line, color=VERMILION)
    names = list(in_languages(as_shown.get("organisation", {}) or as_shown.get("name", {}), languages).items())
    if names:
        _on_arc(painter, fonts, names[0], (x, y), radius, upper=True)
    if len(names) > 1:
        _on_arc(painter, fonts, names[1], (x, y), radius, upper=False)
    words = list(say("electronic_seal", languages).values())
    facts = [part for text in (local_time, verification) if text for part in _halves(text)]
    lines = [(text.upper(), 0.13, True) for text in words] + [(text, 0.085, False) for text in facts]
    _draw_centre(painter, fonts, lines, (x, y), radius * 0.66)


def _draw_centre(
    painter: Painter, fonts: Fonts, lines: list[tuple[str, float, bool]], centre: tuple[float, float], radius: float
) -> None:
    sizes = []
    for text, share, bold in lines:
        size = share * radius * 1.6
        sizes.append(min(size, size * 1.62 * radius / max(text_width(fonts, text, size, bold=bold), 0.1)))
    total = sum(1.35 * size for size in sizes)
    shrink = min(1.0, 1.4 * radius / max(total, 0.1))
    y = centre[1] + total * shrink / 2
    for (text, _, bold), size in zip(lines, sizes, strict=True):
        y -= 1.35 * size * shrink
        write(
            painter,
            fonts,
            text,
            centre[0],
            y + 0.3 * size * shrink,
            size * shrink,
            color=VERMILION,
            align="center",
            bold=bold,
        )


def _halves(text: str) -> list[str]:
    """A long line in two, broken at the space nearest its middle."""
    spaces = [index for index, character in enumerate(text) if character == " "]
    if len(text) < 20 or not spaces:
        return [text]
    middle = min(spaces, key=lambda index: abs(index - len(text) / 2))
    return [text[:middle], text[middle + 1 :]]


def _on_arc(
    painter: Painter, fonts: Fonts, name: tuple[str, str], centre: tuple[float, float], radius: float, *, upper: bool
) -> None:
    """Text around the ring, read from left to right: over the top, or along the foot."""
    language, text = name
    line = radius * (0.775 if upper else 0.88)
    room = math.radians(212 if upper else 128) * line
    size = min(radius * 0.155, radius * 0.155 * room / max(text_width(fonts, text, radius * 0.155, serif=True), 0.1))
    spread = 1.06
    letters = [
        Piece(face, Shaped((glyph,), glyph.advance))
        for face, part in fonts.runs(text, serif=True, language=language)
        for glyph in face.shape(part, language=language).glyphs
    ]
    turn = -1 if upper else 1
    steps = [letter.shaped.width * size * spread / 1000 for letter in letters]
    angle = (math.pi / 2 if upper else -math.pi / 2) - turn * sum(steps) / line / 2
    for letter, step in zip(letters, steps, strict=True):
        angle += turn * step / line / 2
        x, y = centre[0] + line * math.cos(angle), centre[1] + line * math.sin(angle)
        tilt = math.degrees(angle) - 90 if upper else math.degrees(angle) + 90
        with painter.turned(x, y, tilt):
            painter.words(-step / 2 / spread, 0, size, [letter], color=VERMILION)
        angle += turn * step / line / 2
