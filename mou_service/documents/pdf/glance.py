"""A document as somebody looks at it while it changes: made up at once, drawn page by page, and only when a page is seen.

What a page looks like is told by its `marks` before it is drawn, so that nobody draws or fetches a page again that
stayed as it was. These pages have no structure and no metadata: they are looked at and thrown away.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from mou_service.documents.blocks import Document
from mou_service.documents.pdf.flow import LineUnit
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.inserted import Inserted
from mou_service.documents.pdf.layout import Options, Rendering, render
from mou_service.documents.pdf.pages import Page
from mou_service.documents.pdf.painter import Painter
from mou_service.documents.pdf.tables import RowUnit
from mou_service.documents.pdf.text import block_text
from mou_service.documents.pdf.units import Unit


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a part of the text stands on one page: the page counted from 1, top and bottom as shares of its height."""

    page: int
    top: float
    bottom: float


class Glance:
    """One state of a document. Raises `UnknownGlyphs` and `CannotDraw` as `render` does."""

    def __init__(self, document: Document, *, fonts: Fonts, options: Options) -> None:
        self._document, self._fonts, self._options = document, fonts, options
        self._rendering = Rendering(document, fonts, options)
        self._pages = self._rendering.pages()
        self._drawing = threading.Lock()

    @property
    def count(self) -> int:
        return len(self._pages)

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """For each page a word that changes when anything on it looks otherwise."""
        return tuple(self._mark(page) for page in self._pages)

    def page(self, number: int) -> tuple[bytes, int]:
        """A PDF that shows the page (counted from 0), and where in it."""
        page = self._pages[number]
        if isinstance(page, Inserted):  # only the whole file has the pages of others in it
            return self._whole, number
        with self._drawing:
            rendering = self._rendering
            rendering.painter = Painter(tagged=False)
            rendering.draw(page, number + 1, len(self._pages))
            return rendering.painter.finish(), 0

    def stretches(self, headings: Mapping[str, str]) -> dict[str, list[Stretch]]:
        """Where each part stands: from its heading, given by its words, to the next heading."""
        found: dict[str, list[Stretch]] = {}
        part = ""
        for number, page in enumerate(self._pages, start=1):
            if isinstance(page, Inserted):
                continue
            y = page.area.top
            for unit in page.units:
                y -= unit.before
                part = next((headings[text] for text in _headings(unit) if text in headings), part)
                if part:
                    _extend(found.setdefault(part, []), number, page.section.height, y, unit.height)
                y -= unit.height
        return found

    @cached_property
    def _whole(self) -> bytes:
        return render(self._document, fonts=self._fonts, options=self._options).pdf

    def _mark(self, page: Page | Inserted) -> str:
        digest = hashlib.blake2b(f"{len(self._pages)} {self._options.decoration}".encode(), digest_size=8)
        if isinstance(page, Inserted):
            digest.update(hashlib.blake2b(page.source.pdf).digest() + bytes(str(page.number), "ascii"))
            return digest.hexdigest()
        for block in (block_text(page.header), block_text(page.footer)):
            digest.update("\n".join(block).encode())
        for unit in (*page.units, *page.notes):
            for said in _looks(unit):
                digest.update(said.encode())
        return digest.hexdigest()


def _lines(unit: Unit) -> Iterator[LineUnit]:
    if isinstance(unit, LineUnit):
        yield unit
    elif isinstance(unit, RowUnit):
        for laid in unit.cells:
            for inner in laid.units:
                yield from _lines(inner)


def _headings(unit: Unit) -> Iterator[str]:
    """The words of the headings that begin in this unit."""
    for line in _lines(unit):
        if line.first and line.paragraph.tag.startswith("H"):
            yield line.paragraph.text.strip()


def _looks(unit: Unit) -> Iterator[str]:
    """What is drawn of a unit, and how wide and high."""
    yield f"{unit.before:.1f} {unit.height:.1f}"
    for line in _lines(unit):
        yield f"\n{line.height:.1f} "
        for atom in line.line.atoms:
            yield f"{atom.text}{atom.width:.1f}{atom.look.color or ''}{'_' if atom.look.underline else ''}"
            if atom.picture is not None:
                yield hashlib.blake2b(atom.picture.content).hexdigest()


def _extend(stretches: list[Stretch], page: int, height: float, top: float, taken: float) -> None:
    """Let the last stretch reach down to here, or begin one on this page."""
    bottom = 1 - (top - taken) / height
    if stretches and stretches[-1].page == page:
        stretches[-1] = Stretch(page, stretches[-1].top, bottom)
    else:
        stretches.append(Stretch(page, 1 - top / height, bottom))
