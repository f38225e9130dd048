"""Draws what a signature looks like: a one-page PDF of just the size of its field, fonts embedded."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pikepdf
from PIL import Image, ImageOps

from mou_service.documents.blocks import Border, Paragraph, Run
from mou_service.documents.pdf.archive import strip_standard_fonts
from mou_service.documents.pdf.atoms import Itemiser
from mou_service.documents.pdf.decoration import FAINT, INK, VERMILION, text_width, write
from mou_service.documents.pdf.faces import Shaped
from mou_service.documents.pdf.flow import Flow
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.painter import Painter, Piece, Rect
from mou_service.documents.pdf.tags import Node
from mou_service.documents.pdf.units import Unit, total_height
from mou_service.documents.pdf.words import in_languages, say

#: Signatures are written in the blue-black of a fountain pen.
PEN = "16233F"
_SMALLEST_SCALE = 0.5
_MARK_SHARE = 0.42
#: A witness's stamp says more, and its mark may be smaller.
_WITNESS_MARK_SHARE = 0.36
#: Smaller than this, whose signature was witnessed takes a line for each language.
_SMALLEST_WHOSE = 5.2
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


@dataclass(frozen=True, slots=True)
class Witnessing:
    """What a witness's stamp says beside the person."""

    by_video: bool = False
    #: The name of the one signatory whose signature was witnessed; empty for the whole signing.
    of: Mapping[str, str] = field(default_factory=dict)
    #: The witness belongs to the institution of a party.
    member: bool = False


SignatureMark = DrawnMark | TypedMark | PictureMark


def stamp(
    width: float,
    height: float,
    *,
    kind: Literal["signatory", "witness", "seal"],
    as_shown: Mapping[str, Mapping[str, str]],
    languages: Sequence[str],
    local_time: str,
    mark: SignatureMark | None,
    verification: str,
    fonts: Fonts,
    witnessing: Witnessing | None = None,
) -> bytes:
    """The appearance of a signature. Long names shrink and wrap; unknown characters raise `UnknownGlyphs`."""
    painter = Painter(tagged=False)
    painter.start_page(width, height)
    if kind == "seal":
        _draw_seal(painter, fonts, (width, height), as_shown, languages, local_time, verification)
    else:
        about = (witnessing or Witnessing()) if kind == "witness" else None
        _draw_signature(painter, fonts, (width, height), as_shown, languages, (local_time, verification), mark, about)
    painter.end_page()
    return _cleaned(painter.finish())


def _draw_signature(
    painter: Painter,
    fonts: Fonts,
    size: tuple[float, float],
    as_shown: Mapping[str, Mapping[str, str]],
    languages: Sequence[str],
    facts: tuple[str, str],
    mark: SignatureMark | None,
    about: Witnessing | None,
) -> None:
    width, height = size
    top = height - 2
    if about is not None:
        top = _draw_witness_frame(painter, fonts, size, languages, about)
    under = 6.0 if about is not None else 3.0
    room = top * (1 - (_WITNESS_MARK_SHARE if about is not None else _MARK_SHARE)) if mark else top
    note = say("of_a_party", languages) if about is not None and about.member else {}
    units = _fitting(fonts, {**as_shown, "note": note}, languages, facts, width - 16, room - under - 2)
    foot = total_height(units) + under + 1.5
    if mark:
        _draw_mark(painter, fonts, mark, (8, foot + 2, width - 8, top - 2))
    if mark and as_shown:
        painter.rule(8, foot, width - 8, foot, Border(width=0.4, color=PEN))
    y = foot - 1.5
    for unit in units:
        y -= unit.before
        unit.draw(painter, 8, y)
        y -= unit.height


def _draw_witness_frame(
    painter: Painter, fonts: Fonts, size: tuple[float, float], languages: Sequence[str], about: Witnessing
) -> float:
    """A double frame with WITNESSED across the top, and whose signature: no party's signature looks like this."""
    width, height = size
    for inset, line in ((0.6, 0.8), (2.6, 0.3)):
        painter.frame((inset, inset, width - inset, height - inset), Border(width=line, color=INK))
    headline = {
        language: text.upper()
        for language, text in say("witnessed_by_video" if about.by_video else "witnessed", languages).items()
    }
    _across(painter, fonts, headline, width, height - 3.4, 7.5, bold=True)
    if not about.of:
        return height - 13
    whose, top = of_signature(about.of, languages), height - 12.8
    one_line = text_width(fonts, " · ".join(whose.values()), _SMALLEST_WHOSE) <= width - 16
    for texts in [whose] if one_line else [{language: text} for language, text in whose.items()]:
        _across(painter, fonts, texts, width, top, 6.4)
        top -= 8.2
    return top


def of_signature(whom: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """“the signature of Galina Ivanova”: what a witness of one signatory witnessed, per language."""
    return {
        language: words.format(whom=whom.get(language) or whom.get("en") or next(iter(whom.values())))
        for language, words in say("of_signature", languages).items()
    }


def _across(
    painter: Painter, fonts: Fonts, texts: Mapping[str, str], width: float, top: float, size: float, *,
    bold: bool = False,
) -> None:  # fmt: skip
    """One line in the middle of the frame, smaller when it would not fit."""
    natural = text_width(fonts, " · ".join(texts.values()), size, bold=bold)
    fit = min(size, 0.97 * size * (width - 16) / max(natural, 1.0))
    runs: list[Run] = []
    for language, text in texts.items():
        if runs:
            runs.append(Run(" · ", size=fit, serif=False))
        runs.append(Run(text, size=fit, bold=bold, serif=False, color=INK, language=language))
    line = Paragraph(list(runs), align="center", leading=size * 1.25, leading_exact=True)
    y = top
    for unit in Flow(Itemiser(fonts, language=next(iter(texts), "en"))).units([line], width - 16, Node("Artifact")):
        unit.draw(painter, 8, y)
        y -= unit.height


def _fitting(
    fonts: Fonts,
    as_shown: Mapping[str, Mapping[str, str]],
    languages: Sequence[str],
    facts: tuple[str, str],
    width: float,
    room: float,
) -> list[Unit]:
    """The lines of text at the largest size that fits."""
    scale = 1.0
    while True:
        flow = Flow(Itemiser(fonts, language=languages[0] if languages else "en"))
        shown = _paragraphs(as_shown, languages, scale)
        units = flow.units([*shown, _facts_line(fonts, facts, scale, width)], width, Node("Artifact"))
        if total_height(units) <= room or scale <= _SMALLEST_SCALE:
            return units
        scale -= 0.06


def _paragraphs(as_shown: Mapping[str, Mapping[str, str]], languages: Sequence[str], scale: float) -> list[Paragraph]:
    made = []
    lines = (
        ("name", 8.4, True), ("title", 6.9, False), ("instead_of", 6.9, False), ("organisation", 6.9, False),
        ("note", 5.8, False),
    )  # fmt: skip
    for key, size, bold in lines:
        texts = in_languages(as_shown.get(key, {}), languages)
        if key == "instead_of":  # a sentence, not a name: each language on a line of its own
            made += [_joined({language: text}, size * scale, bold=bold) for language, text in texts.items()]
        elif texts:
            made.append(_joined(texts, size * scale, bold=bold))
    return made


def _facts_line(fonts: Fonts, facts: tuple[str, str], scale: float, width: float) -> Paragraph:
    """When and where to verify: on one line as long as it can be read there."""
    line = "  ·  ".join(text for text in facts if text)
    size = 6.0 * scale
    fitting = size * 0.98 * width / max(text_width(fonts, line, size), 0.1)
    return Paragraph(
        [Run(line, size=fitting if 4.6 <= fitting < size else size, serif=False, color=FAINT)], leading=1.02
    )


def _joined(texts: Mapping[str, str], size: float, *, bold: bool) -> Paragraph:
    runs: list[Run] = []
    for language, text in texts.items():
        if runs:
            runs.append(Run("  ", size=size))
        runs.append(Run(text, size=size, bold=bold, language=language, color=INK))
    return Paragraph(list(runs), leading=1.02)


def _draw_mark(painter: Painter, fonts: Fonts, mark: SignatureMark, room: Rect) -> None:
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


def _draw_seal(
    painter: Painter,
    fonts: Fonts,
    size: tuple[float, float],
    as_shown: Mapping[str, Mapping[str, str]],
    languages: Sequence[str],
    local_time: str,
    verification: str,
) -> None:
    """A round mark in vermilion, made of type: the institution around, what it is and when inside."""
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


def _cleaned(drawn: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        strip_standard_fonts(pdf)
        for key in list(pdf.docinfo.keys()):
            del pdf.docinfo[key]
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()
