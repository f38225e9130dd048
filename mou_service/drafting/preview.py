"""Drafts as pages to look at: made once for each text, shown as a PDF or as pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from mou_service import engines
from mou_service.documents.pdf import previews
from mou_service.documents.pdf.glance import Glance

from . import texts
from .drawing.parts import Part

#: A page is looked at on a screen: sharp on a phone, light enough for a slow line.
WIDTH = 1100


@lru_cache(maxsize=16)
def pdf(docx: tuple[bytes | Part, ...], reference: str, languages: tuple[str, ...], demonstration: bool) -> bytes:
    """Text and annexes as a PDF marked as a draft; raises `Hindered`."""
    return texts.preview(
        docx, fonts=engines.current().fonts, reference=reference, languages=languages, demonstration=demonstration
    )


@lru_cache(maxsize=16)
def glance(docx: tuple[bytes | Part, ...], reference: str, languages: tuple[str, ...], demonstration: bool) -> Glance:
    """The same while it is being written: laid out, and drawn only where somebody looks; raises `Hindered`."""
    return texts.glance(
        docx, fonts=engines.current().fonts, reference=reference, languages=languages, demonstration=demonstration
    )


@dataclass(frozen=True)
class Sheet:
    """One page of what is being written; two that look alike are the same."""

    mark: str
    glance: Glance = field(compare=False)
    number: int = field(compare=False)


@lru_cache(maxsize=128)
def sheet_picture(sheet: Sheet) -> bytes:
    """The page as PNG, in few colours: it is gone with the next keystroke."""
    content, number = sheet.glance.page(sheet.number)
    return previews.page_picture(content, number, width=WIDTH, colours=64)


@lru_cache(maxsize=64)
def picture(content: bytes, page: int) -> bytes:
    """One page, counted from 0, as PNG."""
    return previews.page_picture(content, page, width=WIDTH)


def page_count(content: bytes) -> int:
    return previews.page_count(content)
