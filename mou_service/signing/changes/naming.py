"""Where a text names a person: what keeps somebody else from signing it as it stands (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mou_service.documents.blocks import Block, Document, Paragraph, Table
from mou_service.documents.pdf.fonts import is_east_asian

_SHOWN = 60


@dataclass(frozen=True)
class Mention:
    """One place where the text says a name."""

    #: The heading or number it stands under; empty at the beginning of a text.
    under: str
    #: The words around the name.
    words: str


def mentions(document: Document, names: Iterable[str], *, without_styles: frozenset[str]) -> list[Mention]:
    """Every paragraph that says one of the names, in whatever capitals; paragraphs in `without_styles` are not read."""
    wanted = _pattern(names)
    if wanted is None:
        return []
    found, under = [], ""
    for paragraph in _paragraphs(document):
        text = " ".join(paragraph.text.split())
        if paragraph.style in without_styles or not text:
            continue
        if paragraph.tag.startswith("H") or paragraph.label:
            under = " ".join(part for part in (paragraph.label, text if paragraph.tag.startswith("H") else "") if part)
        if match := wanted.search(text):
            found.append(Mention(under, _around(text, match)))
    return found


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    parts = []
    for name in sorted({" ".join(each.split()) for each in names if each.strip()}, key=len, reverse=True):
        said = re.escape(name).replace(r"\ ", r"\s+")
        # Chinese is written without spaces: there a name has no end that could be seen.
        parts.append(said if any(is_east_asian(c) for c in name) else rf"(?<!\w){said}(?!\w)")
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def _around(text: str, match: re.Match[str]) -> str:
    begin, end = max(0, match.start() - _SHOWN), min(len(text), match.end() + _SHOWN)
    return ("… " if begin else "") + text[begin:end].strip() + (" …" if end < len(text) else "")


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    for section in document.sections:
        yield from _inside(section.blocks)
        for margin in (section.header, section.footer, section.first_header or [], section.first_footer or []):
            yield from _inside(margin)
    for note in document.footnotes.values():
        yield from _inside(note)


def _inside(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from _inside(cell.blocks)
