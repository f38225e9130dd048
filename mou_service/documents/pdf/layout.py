"""Draws a document: blocks in, a tagged and archivable PDF out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from mou_service.documents.blocks import Block, Document, Pages, Paragraph, Run, Section, Table
from mou_service.documents.pdf.archive import Metadata, SignatureField, finish
from mou_service.documents.pdf.atoms import Itemiser, Numbers
from mou_service.documents.pdf.decoration import Decoration, Sheet, draw_decoration, draw_watermark
from mou_service.documents.pdf.flow import Flow
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.inserted import Inserted, Insertions
from mou_service.documents.pdf.pages import Area, Page, Paginator
from mou_service.documents.pdf.painter import Painter, Rect
from mou_service.documents.pdf.tags import HeadingLevels, Node
from mou_service.documents.pdf.text import block_text, paragraphs
from mou_service.documents.pdf.units import Special, Unit, total_height
from mou_service.documents.word.reading.counting import formatted


@dataclass(frozen=True, slots=True)
class Appendix:
    """Pages the service adds behind the document's own, with the fields to sign in."""

    section: Section
    blocks: Sequence[Block | Special]
    title: str
    #: Field name → tooltip; `closing` names the field that locks the document.
    tooltips: Mapping[str, str] = field(default_factory=dict)
    closing: str | None = None


@dataclass(frozen=True, slots=True)
class Options:
    decoration: Decoration = field(default_factory=Decoration)
    metadata: Metadata | None = None
    #: Paragraphs in these styles are left out ("Signature Block" when a signature page is added).
    without_styles: frozenset[str] = frozenset()
    appendices: Sequence[Appendix] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    pdf: bytes
    pages: int
    #: Field name → page index and rectangle.
    placements: Mapping[str, tuple[int, Rect]]
    text: str


def render(document: Document, *, fonts: Fonts, options: Options | None = None) -> Rendered:
    """Raises `UnknownGlyphs` for characters no font shows and `CannotDraw` for what no page can hold."""
    return Rendering(document, fonts, options or Options()).run()


def _says_page(blocks: Sequence[Block]) -> bool:
    """Whether a header or footer of the document's own gives the page number."""
    for block in blocks:
        if isinstance(block, Table):
            if any(_says_page(cell.blocks) for row in block.rows for cell in row.cells):
                return True
        elif isinstance(block, Paragraph) and any(
            isinstance(part, Run) and part.field == "PAGE" for part in block.content
        ):
            return True
    return False


def _number(pages: Sequence[Page | Inserted]) -> int:
    """The number of the last page so far; pages by others count as well."""
    number = 0
    for page in pages:
        number = page.number if isinstance(page, Page) else number + 1
    return number


class Rendering:
    """One document on its way: first its pages are made up, then each is drawn."""

    def __init__(self, document: Document, fonts: Fonts, options: Options) -> None:
        self.document = document
        self.fonts = fonts
        self.options = options
        self.root = Node("Document")
        self.painter = Painter()
        self._headings = HeadingLevels()
        self._notes: dict[int, list[Unit]] = {}
        self._insertions = Insertions()

    def pages(self) -> list[Page | Inserted]:
        """The pages with all that stands on them, not drawn yet."""
        pages: list[Page | Inserted] = []
        for section in self.document.sections:
            if isinstance(section, Pages):
                pages.extend(self._insertions.pages_of(section, self.root.add("Div")))
            else:
                pages.extend(self._section(section, section.blocks, self.root, before=_number(pages)))
        for appendix in self.options.appendices:
            part = self.root.add("Sect", title=appendix.title)
            pages.extend(self._section(appendix.section, appendix.blocks, part, before=_number(pages)))
        return pages

    def run(self) -> Rendered:
        pages = self.pages()
        for number, page in enumerate(pages, start=1):
            self.draw(page, number, len(pages))
        drawn = self.painter.finish()
        metadata = self.options.metadata or Metadata(
            self.document.title or "Untitled", languages=(self.document.language,)
        )
        if any(isinstance(section, Pages) and not section.pictures for section in self.document.sections):
            metadata = replace(metadata, level="B")
        beneath = self.options.decoration.watermark is not None
        pdf = finish(
            drawn,
            root=self.root,
            metadata=metadata,
            fields=self._fields(),
            insert=lambda opened: self._insertions.put_in(opened, beneath=beneath),
        )
        text = "\n".join(paragraphs(self.document, without_styles=self.options.without_styles))
        return Rendered(pdf, len(pages), dict(self.painter.placements), text)

    def _section(self, section: Section, blocks: Sequence[Block | Special], node: Node, *, before: int) -> list[Page]:
        width = section.width - section.margins[1] - section.margins[3]
        flow = Flow(self._itemiser(), headings=self._headings, skipped_styles=self.options.without_styles)
        units = flow.units(blocks, width, node)
        areas = {(first, number): self._area(section, first, number) for first in (True, False) for number in (1, 2)}
        start = before + 1 if section.number_start is None else section.number_start
        return Paginator(
            section,
            lambda first, number: areas[first, 2 - number % 2],
            lambda number: self._note(number, width),
            start=start,
        ).fill(units)

    def _area(self, section: Section, first: bool, number: int) -> Area:
        page = Page(section, Area(section.margins[3], section.height, 0, 0), first, number)
        width = section.width - section.margins[1] - section.margins[3]
        header = total_height(self._plain(page.header, width, Numbers()))
        footer = total_height(self._plain(page.footer, width, Numbers()))
        top = section.height - max(section.margins[0], section.header_distance + header if header else 0.0)
        bottom = max(section.margins[2], section.footer_distance + footer if footer else 0.0)
        return Area(section.margins[3], top, bottom, width)

    def _note(self, number: int, width: float) -> list[Unit]:
        if number not in self._notes:
            blocks = self.document.footnotes.get(number, [])
            self._notes[number] = Flow(self._itemiser()).units(blocks, width, self.root.add("Note")) if blocks else []
        return self._notes[number]

    def _plain(self, blocks: Sequence[Block], width: float, numbers: Numbers) -> list[Unit]:
        """Units that belong to no element of the structure: headers and footers."""
        return Flow(self._itemiser(numbers)).units(blocks, width, Node("Artifact")) if blocks else []

    def _itemiser(self, numbers: Numbers | None = None) -> Itemiser:
        return Itemiser(self.fonts, language=self.document.language, numbers=numbers)

    def draw(self, page: Page | Inserted, number: int, count: int) -> None:
        if isinstance(page, Inserted):
            self._draw_inserted(page, number, count)
            return
        section = page.section
        sheet = Sheet(
            section.width,
            section.height,
            section.margins[3],
            section.margins[1],
            number,
            count,
            numbered=_says_page([*page.header, *page.footer]),
            header_text=" ".join(block_text(page.header)),
        )
        self.painter.start_page(section.width, section.height)
        draw_watermark(self.painter, self.fonts, self.options.decoration, sheet)
        shown = formatted(page.number, section.number_format) or str(page.number)
        self._draw_margins(page, Numbers(shown, count, page.section_pages))
        page.draw(self.painter)
        draw_decoration(self.painter, self.fonts, self.options.decoration, sheet)
        self.painter.end_page()

    def _draw_inserted(self, page: Inserted, number: int, count: int) -> None:
        source = page.source
        own_margins = (source.margins[3], source.margins[1]) if source.structured else (36.0, 36.0)
        sheet = Sheet(
            page.width,
            page.height,
            *own_margins,
            number,
            count,
            numbered=source.structured and _says_page([*source.header, *source.footer]),
            header_text=" ".join(block_text(source.header)),
        )
        self.painter.start_page(page.width, page.height)
        draw_watermark(self.painter, self.fonts, self.options.decoration, sheet)
        self._insertions.draw(page, self.painter)
        draw_decoration(self.painter, self.fonts, self.options.decoration, sheet)
        self.painter.end_page()

    def _draw_margins(self, page: Page, numbers: Numbers) -> None:
        section, width = page.section, page.area.width
        with self.painter.artifact("Header"):
            for placed in page.placed:
                picture = placed.picture
                self.painter.image(
                    picture.content,
                    placed.left,
                    section.height - placed.top - picture.height,
                    picture.width,
                    picture.height,
                )
        for kind, blocks in (("Header", page.header), ("Footer", page.footer)):
            units = self._plain(blocks, width, numbers)
            top = (
                section.height - section.header_distance
                if kind == "Header"
                else (section.footer_distance + total_height(units))
            )
            with self.painter.artifact(kind):
                for unit in units:
                    top -= unit.before
                    unit.draw(self.painter, section.margins[3], top)
                    top -= unit.height

    def _fields(self) -> list[SignatureField]:
        tooltips = {name: text for appendix in self.options.appendices for name, text in appendix.tooltips.items()}
        closing = {appendix.closing for appendix in self.options.appendices}
        return [
            SignatureField(name, page, rect, tooltips.get(name, name), closing=name in closing)
            for name, (page, rect) in self.painter.placements.items()
        ]
