"""Reads the text back out of a PDF, in the order of its structure, and compares it with the document's."""

from __future__ import annotations

import ctypes
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import pikepdf
import pypdfium2
from pypdfium2 import raw

from mou_service.documents.blocks import Block, Document, Pages, Paragraph, Run, Section, Table
from mou_service.documents.pdf.previews import PDFIUM
from mou_service.documents.pdf.tags import Mark, Node
from mou_service.documents.pdf.trees import read_tree

_INVISIBLE = re.compile("[\\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u00ad\ufffc]+")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
#: How PDFium reports a hyphen that ends a line.
_LINE_END_HYPHEN = 0x02
_BRACKETS = str.maketrans(")]}>»", "([{<«")
_PARAGRAPHS = frozenset({"P", "H1", "H2", "H3", "H4", "H5", "H6", "LI"})


@dataclass(frozen=True, slots=True)
class Difference:
    """Text that the document has and the PDF does not, or the other way round."""

    expected: str
    found: str
    around: str

    def __str__(self) -> str:
        return f"the document says “{self.expected}”, the PDF says “{self.found}” (after “{self.around}”)"


def check_text(pdf: bytes, document: Document, *, without_styles: frozenset[str] = frozenset()) -> list[Difference]:
    """Differences between the document and what can be read from the PDF; none means they say the same.

    Spaces, line breaks and invisible characters do not count. Headers, footers and what the service adds
    around the text are not read; appended pages (signatures) are not compared.
    """
    expected = [normalised(text) for text in paragraphs(document, without_styles=without_styles)]
    found = [normalised(text) for text in pdf_paragraphs(pdf)]
    expected, found = [comparable(text) for text in expected if text], [comparable(text) for text in found if text]
    if sorted(expected) == sorted(found):
        return []
    return list(_differences("\n".join(expected), "\n".join(found)))


def comparable(text: str) -> str:
    """Right-to-left text is read back in an order every reader guesses anew: its characters are compared."""
    if not _RIGHT_TO_LEFT.search(text):
        return text
    return "".join(sorted(text.translate(_BRACKETS)))


def normalised(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def paragraphs(document: Document, *, without_styles: frozenset[str] = frozenset()) -> list[str]:
    """The document's paragraphs with their numbers, tables row by row, footnotes at the end."""
    drawn = [block for section in document.sections if not isinstance(section, Pages) for block in section.blocks]
    notes = [block for number in _referred(drawn) for block in document.footnotes.get(number, [])]
    said = [list(_section_text(section, without_styles)) for section in document.sections]
    return [text for part in said for text in part] + [
        text for block in notes for text in _block_text(block, without_styles)
    ]


def _section_text(section: Section, without_styles: frozenset[str]) -> Iterator[str]:
    """Of pages by another program, what they said before they were taken over."""
    if isinstance(section, Pages):
        yield from pdf_paragraphs(section.pdf, with_sections=True) if section.structured else ()
        return
    for block in section.blocks:
        yield from _block_text(block, without_styles)


def block_text(blocks: Sequence[Block]) -> list[str]:
    return [text for block in blocks for text in _block_text(block, frozenset())]


def pdf_paragraphs(pdf: bytes, *, with_sections: bool = False) -> list[str]:
    """The PDF's paragraphs in the order assistive software reads them; of our own, without the sections we append."""
    pieces = _marked_text(pdf)
    return list(_node_text(_tree(pdf), pieces, with_sections))


def figure_texts(pdf: bytes) -> list[str]:
    """The words inside the PDF's pictures, such as the legend of a chart."""
    pieces = _marked_text(pdf)
    return ["".join(_all_text(node, pieces)) for node in _nodes(_tree(pdf)) if node.tag == "Figure"]


def _tree(pdf: bytes) -> Node:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return read_tree(opened)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for kid in node.kids:
        if isinstance(kid, Node):
            yield from _nodes(kid)


def _block_text(block: Block, without_styles: frozenset[str]) -> Iterator[str]:
    if isinstance(block, Paragraph):
        if block.style not in without_styles:
            yield block.label + " " + "".join(_run_text(part) for part in block.content if isinstance(part, Run))
    elif isinstance(block, Table):
        for row in block.rows:
            for cell in row.cells:
                for inner in cell.blocks:
                    yield from _block_text(inner, without_styles)


def _run_text(run: Run) -> str:
    if run.field:
        return ""
    return run.text or (str(run.footnote) if run.footnote is not None else "")


def _referred(blocks: Sequence[Block]) -> Iterator[int]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (part.footnote for part in block.content if isinstance(part, Run) and part.footnote is not None)
        elif isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from _referred(cell.blocks)


def _marked_text(pdf: bytes) -> dict[tuple[int, int], str]:
    """The text of each mark: (page index, marked-content number) → text in drawing order."""
    found: dict[tuple[int, int], list[str]] = {}
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        for index in range(len(document)):
            page = document[index]
            textpage = page.get_textpage()
            for number, character in _characters(textpage.raw):
                found.setdefault((index, number), []).append(character)
            textpage.close()
            page.close()
        document.close()
    return {key: "".join(characters) for key, characters in found.items()}


def _characters(textpage: Any) -> Iterator[tuple[int, str]]:
    """Each character with the number of its mark; what has no mark (headers, page numbers) is left out."""
    marks: dict[int, int] = {}
    high = 0
    for index in range(raw.FPDFText_CountChars(textpage)):
        if raw.FPDFText_IsGenerated(textpage, index) == 1:
            continue
        item = raw.FPDFText_GetTextObject(textpage, index)
        address = ctypes.cast(item, ctypes.c_void_p).value or 0
        if address not in marks:
            marks[address] = raw.FPDFPageObj_GetMarkedContentID(item)
        value = raw.FPDFText_GetUnicode(textpage, index)
        value = 0x2D if value == _LINE_END_HYPHEN else value
        if 0xD800 <= value <= 0xDBFF:
            high = value
        elif marks[address] >= 0:
            if 0xDC00 <= value <= 0xDFFF and high:
                value = 0x10000 + ((high - 0xD800) << 10) + value - 0xDC00
            yield marks[address], chr(value)
            high = 0


def _node_text(node: Node, pieces: Mapping[tuple[int, int], str], with_sections: bool) -> Iterator[str]:
    if node.tag in _PARAGRAPHS:
        yield "".join(_all_text(node, pieces))
        return
    for kid in node.kids:
        if isinstance(kid, Node) and (with_sections or kid.tag != "Sect"):
            yield from _node_text(kid, pieces, with_sections)


def _all_text(node: Node, pieces: Mapping[tuple[int, int], str]) -> Iterator[str]:
    for kid in node.kids:
        if isinstance(kid, Node):
            yield from _all_text(kid, pieces)
        elif isinstance(kid, Mark):
            yield pieces.get((kid.page, kid.number), "")


def _differences(expected: str, found: str) -> Iterator[Difference]:
    matcher = SequenceMatcher(None, expected, found, autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind != "equal":
            yield Difference(expected[first:last], found[start:end], expected[max(0, first - 20) : first])
