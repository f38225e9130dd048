"""Pages by another program stand in a document as they are: text, structure, order, and what the file claims to be."""

from __future__ import annotations

import io

import pikepdf
import pytest

from mou_service.documents.blocks import Document, Pages, Section
from mou_service.documents.pdf.decoration import Decoration
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.layout import Options, Rendered, render
from mou_service.documents.pdf.previews import page_texts
from mou_service.documents.pdf.text import check_text, normalised, pdf_paragraphs
from tests.documents.pdf.making import paragraph, table


@pytest.fixture
def foreign(fonts: Fonts) -> bytes:
    """Two pages with a heading, a table and a link."""
    blocks = [paragraph("Budget 预算", tag="H1"), table([["Item", "Amount"], ["Travel", "1,000"]], header=True)]
    more = [paragraph("See the house rules.", page_break_before=True)]
    return render(Document([Section([*blocks, *more])]), fonts=fonts).pdf


def joined(fonts: Fonts, *sections: Section, watermark: str | None = None) -> tuple[Document, Rendered]:
    document = Document([Section([paragraph("Article 1")]), *sections], title="Memorandum")
    decoration = Decoration(reference="REF-7", code="https://example.org/verify/X", watermark=watermark)
    return document, render(document, fonts=fonts, options=Options(decoration=decoration))


def claims(pdf: bytes) -> str:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return opened.Root.Metadata.read_bytes().decode()


@pytest.mark.parametrize("watermark", [None, "DRAFT"])
def test_structured_pages_keep_their_text_and_structure(fonts: Fonts, foreign: bytes, watermark: str | None) -> None:
    document, made = joined(
        fonts, Pages(pdf=foreign, structured=True), Section([paragraph("The end")]), watermark=watermark
    )
    assert made.pages == 4
    assert check_text(made.pdf, document) == []
    assert [normalised(each) for each in pdf_paragraphs(made.pdf)] == [
        normalised(each)
        for each in ["Article 1", "Budget 预算", "Item", "Amount", "Travel", "1,000", "See the house rules.", "The end"]
    ]
    assert all("REF-7" in text for text in page_texts(made.pdf))
    assert "<pdfaid:conformance>B<" in claims(made.pdf)
    assert "pdfuaid" not in claims(made.pdf).replace("xmlns:pdfuaid", "")


def test_a_page_without_structure_is_a_picture_described_by_its_words(fonts: Fonts, foreign: bytes) -> None:
    document, made = joined(fonts, Pages(pdf=foreign, title="Annex 1: Budget"))
    assert check_text(made.pdf, document) == []
    assert [normalised(each) for each in pdf_paragraphs(made.pdf)] == ["Article1"]
    for drawn, source in zip(page_texts(made.pdf)[1:], page_texts(foreign), strict=True):
        assert normalised(source.splitlines()[0]) in normalised(drawn)
    with pikepdf.open(io.BytesIO(made.pdf)) as opened:
        figures = [
            str(each.Alt)
            for each in opened.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"
        ]
    assert len(figures) == 2
    assert figures[0].startswith("Annex 1: Budget, 1: Budget 预算")


def test_pictures_alone_take_nothing_from_what_the_file_claims(fonts: Fonts, foreign: bytes) -> None:
    _document, made = joined(fonts, Pages(pdf=foreign, pictures=True, title="Annex 1"))
    assert "<pdfaid:conformance>A<" in claims(made.pdf)


def test_the_same_parts_give_the_same_bytes(fonts: Fonts, foreign: bytes) -> None:
    parts = [Pages(pdf=foreign, structured=True), Pages(pdf=foreign, title="Annex 1")]
    assert joined(fonts, *parts)[1].pdf == joined(fonts, *parts)[1].pdf
