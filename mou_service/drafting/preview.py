"""Drafts as pages to look at: made once for each text, shown as a PDF or as pictures."""

from __future__ import annotations

from functools import lru_cache

from mou_service import engines
from mou_service.documents.pdf import previews

from . import texts

#: A page is looked at on a screen: sharp on a phone, light enough for a slow line.
WIDTH = 1100


@lru_cache(maxsize=16)
def pdf(docx: tuple[bytes, ...], reference: str, languages: tuple[str, ...], demonstration: bool) -> bytes:
    """Text and annexes as a PDF marked as a draft; raises `Hindered`."""
    return texts.preview(
        docx, fonts=engines.current().fonts, reference=reference, languages=languages, demonstration=demonstration
    )


@lru_cache(maxsize=64)
def picture(content: bytes, page: int) -> bytes:
    """One page, counted from 0, as PNG."""
    return previews.page_picture(content, page, width=WIDTH)


def page_count(content: bytes) -> int:
    return previews.page_count(content)
