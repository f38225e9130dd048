"""Documents that hold pages by other programs: drawn by LibreOffice, of an archival PDF, pictures of any other PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator

from reportlab.pdfgen.canvas import Canvas

from mou_service.documents.blocks import Document, Pages, Paragraph, Run, Section
from mou_service.documents.pdf.annexes.taking import take
from mou_service.documents.pdf.decoration import Decoration
from mou_service.documents.pdf.layout import Options, render
from mou_service.drafting.drawing import operations as drawing
from mou_service.engines import Engines
from tests.documents.word.making import SECTION, paragraph, word

_TEXT = Section([Paragraph([Run("Memorandum 谅解备忘录")], tag="H1")])
_OPTIONS = Options(decoration=Decoration(reference="REF-2024-0001", code="https://example.org/verify/X"))


def documents(engines: Engines) -> Iterator[tuple[str, bytes, bool]]:
    """(name, file, whether all of it was drawn here): the last is what the file claims to be."""
    fonts = engines.fonts
    pictures = Pages(pdf=take(_usual()).clean, pictures=True, title="Annex 1")
    yield "pictures", render(Document([_TEXT, pictures]), fonts=fonts, options=_OPTIONS).pdf, True
    archival = render(Document([_TEXT]), fonts=fonts).pdf
    pages = Pages(pdf=take(archival).clean, title="Annex 1")
    yield "pages", render(Document([_TEXT, pages]), fonts=fonts, options=_OPTIONS).pdf, False
    if engines.office is not None:
        columns = SECTION.replace("</w:sectPr>", '<w:cols w:num="2"/></w:sectPr>')
        pdf, wrong = drawing.made(word("合作备忘录", paragraph("Article 1"), section=columns), engines.office)
        assert pdf is not None, wrong
        yield "office", render(Document([Pages(pdf=pdf, structured=True)]), fonts=fonts, options=_OPTIONS).pdf, False


def _usual() -> bytes:
    """As many programs make a PDF: with a font that is not in the file."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(72, 700, "Budget")
    canvas.save()
    return out.getvalue()
