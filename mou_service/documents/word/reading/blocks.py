"""A Word file read into blocks: what it says and how it looks, with a finding for everything blocks cannot say."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from lxml import etree

from mou_service.documents.blocks import Block, Document, Paragraph, Placed, Run, Section
from mou_service.documents.word.findings import Finding
from mou_service.documents.word.ooxml import R, W, child_value, elements, is_on, local, points, value, whole
from mou_service.documents.word.package import Package
from mou_service.documents.word.reading.book import Book, Note, open_book
from mou_service.documents.word.reading.counting import formatted
from mou_service.documents.word.reading.drawings import place
from mou_service.documents.word.reading.paragraphs import Paragraphs
from mou_service.documents.word.reading.styles import Look
from mou_service.documents.word.reading.tables import Tables
from mou_service.documents.word.revising import revisions

_CONTAINERS = ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")


@dataclass(frozen=True, slots=True)
class Read:
    """A document as blocks; `findings` name what is not in them or not as it was."""

    document: Document
    findings: tuple[Finding, ...]

    @property
    def drawable(self) -> bool:
        """Whether the blocks say everything that is to be seen in the Word file."""
        return all(finding.code != "cannot_draw" for finding in self.findings)


def read(content: bytes, *, accept_revisions: bool = True) -> Read:
    """The blocks of a checked .docx, with tracked changes accepted (or rejected)."""
    package = Package(content)
    for name in package.stories:
        root = package.root(name)
        if root is not None:
            revisions.settle(root, lambda mark: "accept" if accept_revisions else "reject")
    book = open_book(package)
    document = Document(title=_title(package), language=book.styles.run_defaults.get("lang") or "en")
    document.sections = _sections(book)
    _endnotes(book, document)
    document.footnotes = {number: _note(book, note) for number, note in book.footnotes.items()}
    return Read(document, tuple(book.findings))


class Story:
    """The blocks of one part: body, header, footer, notes."""

    def __init__(self, book: Book, part: str) -> None:
        self._paragraphs = Paragraphs(book, part)
        self._tables = Tables(book, part, self._cell)

    def blocks(self, parent: etree._Element, *, width: float, table: tuple[Look, Look] | None = None) -> list[Block]:
        """Everything below `parent`, content controls being transparent."""
        return list(self._blocks(list(elements(parent)), width, table))

    def read(self, children: list[etree._Element], *, width: float) -> list[Block]:
        return list(self._blocks(children, width, None))

    def _blocks(self, children: list[etree._Element], width: float, table: tuple[Look, Look] | None) -> Iterator[Block]:
        for child in children:
            if child.tag == W + "p":
                yield from self._paragraphs.read(child, width=width, table=table)
            elif child.tag == W + "tbl":
                made = self._tables.read(child, width=width)
                if made is not None:
                    yield made
            elif local(child) in _CONTAINERS:
                yield from self._blocks(list(elements(child)), width, table)

    def _cell(self, element: etree._Element, width: float, look: tuple[Look, Look]) -> list[Block]:
        return _spaced(self.blocks(element, width=width, table=look))


def _title(package: Package) -> str:
    for relationship in package.relationships("").values():
        root = package.root(relationship.target) if relationship.kind == "core-properties" else None
        for each in root if root is not None else ():
            if local(each) == "title":
                return (each.text or "").strip()
    return ""


def _sections(book: Book) -> list[Section]:
    main = book.package.root(book.package.main)
    body = main.find(W + "body") if main is not None else None
    story = Story(book, book.package.main)
    made: list[Section] = []
    headers: dict[str, str] = {}
    for look, children in _stretches(body) if body is not None else ():
        section = _section(look, book)
        section.blocks = _spaced(story.read(children, width=_width(section)))
        continuous = child_value(look, "type") == "continuous"
        headers = headers | _references(look)
        if made and continuous and _same_page(made[-1], section):
            if abs(made[-1].margins[1] - section.margins[1]) + abs(made[-1].margins[3] - section.margins[3]) > 1:
                _mixed_margins(look, book)
            made[-1].blocks += section.blocks
            continue
        _headers(section, look, headers, book)
        made.append(section)
    return made


def _mixed_margins(look: etree._Element | None, book: Book) -> None:
    if look is not None:
        book.cannot_draw("mixed_margins", look, book.package.main)


def _stretches(body: etree._Element) -> Iterator[tuple[etree._Element | None, list[etree._Element]]]:
    """(section properties, elements) for each section; a section's properties stand in its last paragraph."""
    children: list[etree._Element] = []
    for child in elements(body):
        if child.tag == W + "sectPr":
            yield child, children
            return
        children.append(child)
        look = child.find(f"{W}pPr/{W}sectPr") if child.tag == W + "p" else None
        if look is not None:
            yield look, children
            children = []
    yield None, children


def _section(look: etree._Element | None, book: Book) -> Section:
    section = Section()
    size = look.find(W + "pgSz") if look is not None else None
    margins = look.find(W + "pgMar") if look is not None else None
    if size is not None:
        section.width = points(value(size, "w"), default=section.width)
        section.height = points(value(size, "h"), default=section.height)
    if margins is not None:
        top, right, bottom, left = (
            abs(points(value(margins, edge), default=72.0)) for edge in ("top", "right", "bottom", "left")
        )
        gutter = points(value(margins, "gutter"))
        section.margins = (top, right, bottom, left + gutter)
        section.header_distance = points(value(margins, "header"), default=36.0)
        section.footer_distance = points(value(margins, "footer"), default=36.0)
    if look is not None:
        start = child_value(look, "pgNumType", "start")
        section.number_start = whole(start, 1) if start is not None else None
        section.number_format = child_value(look, "pgNumType", "fmt") or "decimal"
        _unsayable(look, book)
    return section


def _unsayable(look: etree._Element, book: Book) -> None:
    columns = look.find(W + "cols")
    if whole(value(columns, "num"), 1) > 1:
        book.cannot_draw("columns", look, book.package.main)
    if (child_value(look, "textDirection") or "lrTb") != "lrTb":
        book.cannot_draw("vertical_text", look, book.package.main)
    numbers = look.find(W + "pgNumType")
    if value(numbers, "chapStyle") or formatted(1, value(numbers, "fmt") or "decimal") is None:
        book.cannot_draw("page_number_style", look, book.package.main)
    if look.find(W + "pgBorders") is not None and any(True for _ in elements(look.find(W + "pgBorders"))):
        book.cannot_draw("page_border", look, book.package.main)
    if look.find(W + "lnNumType") is not None:
        book.cannot_draw("line_numbers", look, book.package.main)
    if (child_value(look, "vAlign") or "top") != "top":
        book.cannot_draw("page_alignment", look, book.package.main)


def _width(section: Section) -> float:
    return max(section.width - section.margins[1] - section.margins[3], 36.0)


def _same_page(before: Section, after: Section) -> bool:
    return abs(before.width - after.width) < 1 and abs(before.height - after.height) < 1


def _references(look: etree._Element | None) -> dict[str, str]:
    """ "headerReference first" → relationship id; a section without one has that of the section before."""
    found = {}
    for each in elements(look):
        if local(each) in ("headerReference", "footerReference"):
            found[f"{local(each)} {value(each, 'type') or 'default'}"] = str(each.get(R + "id"))
    return found


def _headers(section: Section, look: etree._Element | None, references: dict[str, str], book: Book) -> None:
    def part(kind: str, which: str) -> list[Block]:
        relationship = book.package.relationships(book.package.main).get(references.get(f"{kind}Reference {which}", ""))
        root = book.package.root(relationship.target) if relationship else None
        if relationship is None or root is None:
            return []
        return _spaced(Story(book, relationship.target).blocks(root, width=_width(section)))

    section.header, section.footer = part("header", "default"), part("footer", "default")
    section.placed = _placed(section, book)
    if look is not None and is_on(look.find(W + "titlePg")):
        section.first_header, section.first_footer = part("header", "first"), part("footer", "first")
        section.first_placed = _placed(section, book)
    if book.setting("evenAndOddHeaders"):
        section.even_header, section.even_footer = part("header", "even"), part("footer", "even")
        section.even_placed = _placed(section, book)


def _placed(section: Section, book: Book) -> list[Placed]:
    """The letterhead's pictures met since the last call."""
    found = []
    for anchored in book.anchored:
        placed = place(anchored, section)
        if placed is None:
            book.cannot_draw("floating_picture", anchored.element, anchored.part)
        else:
            found.append(placed)
    book.anchored.clear()
    return found


def _spaced(blocks: list[Block]) -> list[Block]:
    """Paragraphs of one style that want no space between each other have none."""
    for before, after in pairwise(blocks):
        if isinstance(before, Paragraph) and isinstance(after, Paragraph) and before.style == after.style:
            if before.contextual_spacing:
                before.space_after = 0.0
            if after.contextual_spacing:
                after.space_before = 0.0
    return blocks


def _note(book: Book, note: Note) -> list[Block]:
    part = book.package.related(f"{note.kind}s") or ""
    return Story(book, part).blocks(note.element, width=400.0)


def _endnotes(book: Book, document: Document) -> None:
    """Endnotes follow the text, each with its sign in front."""
    for note in list(book.endnotes):
        blocks = _note(book, note)
        first = next((block for block in blocks if isinstance(block, Paragraph)), None)
        if first is not None:
            like = next((piece for piece in first.content if isinstance(piece, Run)), Run(""))
            first.content.insert(0, replace(like, text=f"{note.sign} ", position="superscript"))
        document.sections[-1].blocks += blocks
