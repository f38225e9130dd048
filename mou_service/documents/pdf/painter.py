"""Draws text, rules, pictures and links on pages, and notes which structure element each mark belongs to.

The only place that knows how ReportLab's canvas writes a page.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from mou_service.documents.blocks import Border
from mou_service.documents.pdf.embedding import FaceUse
from mou_service.documents.pdf.faces import Face, Glyph, Shaped
from mou_service.documents.pdf.tags import LinkMark, Mark, Node

Rect = tuple[float, float, float, float]
_DASHES: dict[str, tuple[float, ...]] = {"dotted": (0.8, 1.6), "dashed": (3.0, 2.0)}


@dataclass(frozen=True, slots=True)
class Piece:
    """A word on a line, and the space in points behind it beyond its own width."""

    face: Face
    shaped: Shaped
    extra: float = 0.0


class Painter:
    """One PDF in the making. Coordinates are in points from the lower left corner of the page."""

    def __init__(self, *, tagged: bool = True) -> None:
        self._buffer = io.BytesIO()
        self._canvas: Any = Canvas(self._buffer, invariant=1, pageCompression=1)
        self._uses: dict[Face, FaceUse] = {}
        self._tagged = tagged
        self._open: Node | None = None
        self._artifact = 0
        self._marks = 0
        self._links = 0
        self._color = ""
        self._images: dict[bytes, ImageReader] = {}
        self.page = 0
        self.placements: dict[str, tuple[int, Rect]] = {}

    def start_page(self, width: float, height: float) -> None:
        self._canvas.setPageSize((width, height))
        self._canvas._preamble = ""  # it would choose a font that is not embedded
        self._canvas._code.clear()
        self._marks = self._links = 0
        self._color = ""

    def end_page(self) -> None:
        self._close()
        self._canvas.showPage()
        self.page += 1

    def finish(self) -> bytes:
        """The file, before structure and metadata are added."""
        self._canvas.save()
        return self._buffer.getvalue()

    @contextmanager
    def artifact(self, kind: str = "") -> Iterator[None]:
        """What is drawn inside is decoration: assistive software does not read it."""
        self._close()
        if self._tagged and not self._artifact:
            self._emit("/Artifact BMC" if not kind else f"/Artifact <</Type /Pagination /Subtype /{kind}>> BDC")
        self._artifact += 1
        try:
            yield
        finally:
            self._artifact -= 1
            if self._tagged and not self._artifact:
                self._emit("EMC")

    def mark(self, node: Node) -> None:
        """What is drawn from here on belongs to this element."""
        if not self._tagged or self._artifact or self._open is node:
            return
        self._close()
        node.attach()
        self._emit(f"/{node.tag} <</MCID {self._marks}>> BDC")
        node.kids.append(Mark(self.page, self._marks))
        self._marks += 1
        self._open = node

    def words(self, x: float, y: float, size: float, pieces: Sequence[Piece], *, color: str | None = None) -> None:
        """One stretch of text of one size, from x to the right."""
        if not pieces:
            return
        self._set_color(color)
        text = TextObject(x, y, size)
        for piece in pieces:
            use = self._use(piece.face)
            resource = use.place_all(piece.shaped)
            if resource is not None:
                text.show(resource, piece.shaped.plain or "")
            else:
                for glyph in piece.shaped.glyphs:
                    text.glyph(use.place(glyph), glyph)
            text.pending -= piece.extra * 1000 / size
        self._emit(text.code())

    def rule(self, x1: float, y1: float, x2: float, y2: float, border: Border) -> None:
        if border.style == "double":
            off = border.width
            dx, dy = (off, 0.0) if x1 == x2 else (0.0, off)
            self._line(x1 - dx, y1 - dy, x2 - dx, y2 - dy, border)
            self._line(x1 + dx, y1 + dy, x2 + dx, y2 + dy, border)
        else:
            self._line(x1, y1, x2, y2, border)

    def frame(self, rect: Rect, border: Border) -> None:
        left, bottom, right, top = rect
        for y in (bottom, top):
            self.rule(left, y, right, y, border)
        for x in (left, right):
            self.rule(x, bottom, x, top, border)

    def fill(self, x: float, y: float, width: float, height: float, color: str) -> None:
        self._set_color(color)
        self._emit(f"{_n(x)} {_n(y)} {_n(width)} {_n(height)} re f")

    def fill_many(self, rects: Iterable[Rect], color: str) -> None:
        """Many rectangles as one shape, so that no hairline shows between them (QR codes)."""
        self._set_color(color)
        self._emit(" ".join(f"{_n(x)} {_n(y)} {_n(w)} {_n(h)} re" for x, y, w, h in rects) + " f")

    def path(self, points: Sequence[Sequence[tuple[float, float]]], *, width: float, color: str) -> None:
        """Open strokes through the given points, with round ends."""
        strokes = []
        for stroke in points:
            start = f"{_n(stroke[0][0])} {_n(stroke[0][1])} m"
            rest = [f"{_n(x)} {_n(y)} l" for x, y in stroke[1:]] or [f"{_n(stroke[0][0])} {_n(stroke[0][1])} l"]
            strokes.append(" ".join([start, *rest, "S"]))
        self._emit(f"q 1 J 1 j {_n(width)} w {_rgb(color)} RG " + " ".join(strokes) + " Q")

    def circle(self, x: float, y: float, radius: float, *, width: float, color: str) -> None:
        self._emit("q")
        self._canvas.setStrokeColorRGB(*_components(color))
        self._canvas.setLineWidth(width)
        self._canvas.circle(x, y, radius)
        self._emit("Q")
        self._color = ""

    @contextmanager
    def turned(self, x: float, y: float, degrees: float) -> Iterator[None]:
        """A coordinate system with its origin at (x, y), turned anticlockwise."""
        self._canvas.saveState()
        self._canvas.translate(x, y)
        self._canvas.rotate(degrees)
        yield
        self._canvas.restoreState()
        self._color = ""

    def image(self, content: bytes, x: float, y: float, width: float, height: float) -> None:
        reader = self._images.get(content)
        if reader is None:
            reader = self._images[content] = ImageReader(_as_rgb(content))
        self._canvas.drawImage(reader, x, y, width, height, mask="auto")

    def form(self, name: str, x: float, y: float, scale: float) -> None:
        """Draw what the page's resources will hold under this name, with its lower left corner at (x, y)."""
        self._emit(f"q {_n(scale)} 0 0 {_n(scale)} {_n(x)} {_n(y)} cm /{name} Do Q")

    def link(self, url: str, rect: Rect, node: Node) -> None:
        """Make the rectangle lead to the address, as part of a Link element."""
        if self._artifact:
            return
        address = quote(url, safe="%/:=&?~#+!$,;'@()*[]")
        self._canvas.linkURL(address, rect, relative=0, Contents=address)
        node.kids.append(LinkMark(self.page, self._links))
        self._links += 1

    def place(self, name: str, rect: Rect) -> None:
        """Remember where a signature field goes."""
        self.placements[name] = (self.page, rect)

    def _use(self, face: Face) -> FaceUse:
        use = self._uses.get(face)
        if use is None:
            use = self._uses[face] = FaceUse(face, len(self._uses) + 1)
            self._canvas._doc.delayedFonts.append(use)
        return use

    def _line(self, x1: float, y1: float, x2: float, y2: float, border: Border) -> None:
        dash = " ".join(_n(part) for part in _DASHES.get(border.style, ()))
        self._emit(
            f"q {_n(border.width)} w [{dash}] 0 d {_rgb(border.color)} RG {_n(x1)} {_n(y1)} m {_n(x2)} {_n(y2)} l S Q"
        )

    def _set_color(self, color: str | None) -> None:
        wanted = color or "000000"
        if wanted != self._color:
            self._emit(f"{_rgb(wanted)} rg")
            self._color = wanted

    def _close(self) -> None:
        if self._open is not None:
            self._emit("EMC")
            self._open = None

    def _emit(self, code: str) -> None:
        self._canvas._code.append(code)


class TextObject:
    """The operators of one stretch of text, with as few of them as it takes."""

    def __init__(self, x: float, y: float, size: float) -> None:
        self._size = size
        self._out = [f"BT 1 0 0 1 {_n(x)} {_n(y)} Tm "]
        self._codes: list[str] = []
        self._moved = False
        self._font = ""
        self._rise = 0.0
        #: Thousandths of the size that the next glyph moves to the left.
        self.pending = 0.0

    def show(self, font: str, codes: str, *, rise: float = 0.0) -> None:
        if font != self._font or rise != self._rise:
            self._change(font, rise)
        if not -0.5 < self.pending < 0.5:
            self._codes.append(f">{_n(self.pending)}<")
            self._moved = True
            self.pending = 0.0
        self._codes.append(codes)

    def glyph(self, font: str, glyph: Glyph) -> None:
        self.pending -= glyph.dx
        self.show(font, f"{glyph.code:04X}", rise=glyph.dy * self._size / 1000)
        self.pending += glyph.width + glyph.dx - glyph.advance

    def code(self) -> str:
        self._flush()
        self._out.append("0 Ts ET" if self._rise else "ET")
        return "".join(self._out)

    def _change(self, font: str, rise: float) -> None:
        self._flush()
        if font != self._font:
            self._out.append(f"{font} {_n(self._size)} Tf ")
        if rise != self._rise:
            self._out.append(f"{_n(rise)} Ts ")
        self._font, self._rise = font, rise

    def _flush(self) -> None:
        if self._codes:
            shown = "".join(self._codes)
            self._out.append(f"[<{shown}>]TJ " if self._moved else f"<{shown}>Tj ")
        self._codes, self._moved = [], False


def _n(value: float) -> str:
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _components(color: str) -> tuple[float, float, float]:
    return int(color[0:2], 16) / 255, int(color[2:4], 16) / 255, int(color[4:6], 16) / 255


def _rgb(color: str) -> str:
    return " ".join(_n(part) for part in _components(color))


def _as_rgb(content: bytes) -> Any:
    """The picture in a colour space the output intent covers; transparency is kept."""
    with Image.open(io.BytesIO(content)) as picture:
        has_alpha = "A" in picture.getbands() or "transparency" in picture.info
        return picture.convert("RGBA" if has_alpha else "L" if picture.mode in ("1", "L") else "RGB")
