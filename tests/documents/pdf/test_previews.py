"""Pages as pictures and as text, from several threads at once."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.previews import page_count, page_picture, page_texts
from tests.documents.pdf.making import CHINESE, document, drawn, paragraph


def test_a_page_becomes_a_picture_of_the_wanted_width(fonts: Fonts) -> None:
    pdf = drawn(document(paragraph(CHINESE, "zh")), fonts).pdf
    image = Image.open(io.BytesIO(page_picture(pdf, 0, width=640)))
    assert image.format == "PNG" and image.width == 640 and abs(image.height - 905) < 3
    assert min(image.convert("L").tobytes()) < 60


def test_texts_and_count(fonts: Fonts) -> None:
    pdf = drawn(document(paragraph("one"), paragraph("two", page_break_before=True)), fonts).pdf
    assert page_count(pdf) == 2
    assert [text.split()[0] for text in page_texts(pdf)] == ["one", "two"]


def test_threads_take_turns(fonts: Fonts) -> None:
    pdf = drawn(document(paragraph(CHINESE, "zh")), fonts).pdf
    with ThreadPoolExecutor(8) as pool:
        pictures = list(pool.map(lambda _: page_picture(pdf, 0, width=300), range(24)))
    assert len(set(pictures)) == 1
