"""A document as plain data: what the Word reader makes and the PDF layout draws.

Lengths are in points (1/72 inch). Colours are "RRGGBB". Languages are BCP 47 tags. Nothing here
knows a file format; a reader that meets something these blocks cannot say reports it instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Align = Literal["left", "center", "right", "justify"]
Stroke = Literal["single", "double", "dotted", "dashed"]
Tag = Literal["P", "H1", "H2", "H3", "H4", "H5", "H6", "LI"]


@dataclass(slots=True)
class Run:
    """A stretch of text in one look. `text` may hold tabs and newlines (line breaks)."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    size: float = 11.0
    color: str | None = None
    highlight: str | None = None
    serif: bool = True
    position: Literal["normal", "superscript", "subscript"] = "normal"
    link: str | None = None
    language: str | None = None
    #: These are drawn when the page is known; `text` is then the cached value.
    field: Literal["PAGE", "NUMPAGES", "SECTIONPAGES"] | None = None
    #: The footnote this run refers to, one of `Document.footnotes`.
    footnote: int | None = None


@dataclass(slots=True)
class Picture:
    """An image in the line of the text, with its size on paper."""

    content: bytes
    width: float
    height: float
    alt: str = ""


@dataclass(slots=True)
class Tab:
    position: float
    align: Literal["left", "center", "right", "decimal"] = "left"
    leader: str = ""


@dataclass(slots=True)
class Border:
    width: float = 0.5
    color: str = "000000"
    style: Stroke = "single"


@dataclass(slots=True)
class Paragraph:
    content: list[Run | Picture] = field(default_factory=list)
    tag: Tag = "P"
    style: str = "Normal"
    #: The number or bullet as it is read ("2.1", "第三条", "•"), without the gap behind it.
    label: str = ""
    label_run: Run | None = None
    #: What stands between the label and the text.
    label_gap: Literal["tab", "space", "none"] = "tab"
    align: Align = "left"
    right_to_left: bool = False
    indent_left: float = 0.0
    indent_right: float = 0.0
    indent_first: float = 0.0
    space_before: float = 0.0
    space_after: float = 0.0
    #: A multiple of the natural line height, or points when `leading_exact`.
    leading: float = 1.0
    leading_exact: bool = False
    keep_with_next: bool = False
    keep_together: bool = False
    page_break_before: bool = False
    shading: str | None = None
    border_top: Border | None = None
    border_bottom: Border | None = None
    border_left: Border | None = None
    border_right: Border | None = None
    #: No space towards neighbours of the same style (a reader has applied it already).
    contextual_spacing: bool = False
    tabs: list[Tab] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a reader reads, without the label."""
        return "".join(part.text for part in self.content if isinstance(part, Run))


@dataclass(slots=True)
class Cell:
    blocks: list[Block] = field(default_factory=list)
    columns: int = 1
    rows: int = 1
    shading: str | None = None
    valign: Literal["top", "center", "bottom"] = "top"
    borders: dict[Literal["top", "bottom", "left", "right"], Border | None] = field(default_factory=dict)
    #: top, right, bottom, left
    padding: tuple[float, float, float, float] = (0.0, 5.4, 0.0, 5.4)


@dataclass(slots=True)
class Row:
    """Cells that begin in this row; a cell that spans from above is not repeated."""

    cells: list[Cell] = field(default_factory=list)
    header: bool = False
    keep_together: bool = False
    height: float = 0.0
    height_exact: bool = False


@dataclass(slots=True)
class Table:
    rows: list[Row] = field(default_factory=list)
    #: One width for each grid column.
    widths: list[float] = field(default_factory=list)
    align: Literal["left", "center", "right"] = "left"
    indent: float = 0.0
    style: str = ""
    #: The first column stands on the right.
    right_to_left: bool = False


@dataclass(slots=True)
class PageBreak:
    pass


class Custom:
    """A block that whoever makes the pages draws in a way of its own: a place for a signature, a code."""

    __slots__ = ()


Block = Paragraph | Table | PageBreak | Custom


@dataclass(slots=True)
class Placed:
    """A picture at a fixed place of the page, measured from its upper left corner."""

    picture: Picture
    left: float
    top: float


@dataclass(slots=True)
class Section:
    """A stretch of pages with one paper size and one set of headers and footers."""

    blocks: list[Block] = field(default_factory=list)
    width: float = 595.3
    height: float = 841.9
    #: top, right, bottom, left
    margins: tuple[float, float, float, float] = (72.0, 72.0, 72.0, 72.0)
    header: list[Block] = field(default_factory=list)
    footer: list[Block] = field(default_factory=list)
    #: When set, the first page's own header and footer (empty lists: none).
    first_header: list[Block] | None = None
    first_footer: list[Block] | None = None
    #: When set, what pages with an even number have.
    even_header: list[Block] | None = None
    even_footer: list[Block] | None = None
    #: The number of the first page, and how numbers are written; nothing: they go on from the section before.
    number_start: int | None = None
    number_format: str = "decimal"
    header_distance: float = 36.0
    footer_distance: float = 36.0
    #: Pictures on every page, such as a letterhead; `first_placed` replaces them on the first page when set.
    placed: list[Placed] = field(default_factory=list)
    first_placed: list[Placed] | None = None
    even_placed: list[Placed] | None = None


@dataclass(slots=True)
class Pages(Section):
    """Pages that another program drew and that are taken over as they are; `blocks` are what they say, where we can read it."""

    pdf: bytes = b""
    #: Whether the pages bring a structure to read them by; else each is one picture with its words as description.
    structured: bool = False
    #: Whether the pages hold one picture each and nothing else.
    pictures: bool = False
    #: What the pages are: "Annex 2: Budget".
    title: str = ""


@dataclass(slots=True)
class Document:
    sections: list[Section] = field(default_factory=list)
    title: str = ""
    language: str = "en"
    footnotes: dict[int, list[Block]] = field(default_factory=dict)
