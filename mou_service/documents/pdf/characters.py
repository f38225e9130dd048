"""The text of a document run by run, and the characters in it that no page could show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mou_service.documents.blocks import Block, Document, Paragraph, Run, Table
from mou_service.documents.findings import Finding
from mou_service.documents.pdf.fonts import Fonts


def unknown_characters(document: Document, *, fonts: Fonts) -> list[Finding]:
    """Each character of the text that no font shows, once, with the words around it."""
    found = {each.character: each for run in runs(document) for each in fonts.unknown(run.text)}
    return [each.finding() for each in found.values()]


def runs(document: Document) -> Iterator[Run]:
    """Every run of text on the pages, headers and footnotes included."""
    for section in document.sections:
        for part in (section.header, section.blocks, section.footer, section.first_header, section.first_footer):
            yield from _runs(part or [])
    for note in document.footnotes.values():
        yield from _runs(note)


def _runs(blocks: Sequence[Block]) -> Iterator[Run]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (part for part in block.content if isinstance(part, Run))
        elif isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from _runs(cell.blocks)
