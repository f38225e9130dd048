"""A document to look at while it changes: the same pages as the file, told apart before they are drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from mou_service.documents.pdf import previews
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.glance import Glance
from mou_service.documents.pdf.layout import Options, render
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.templates import manifest
from mou_service.documents.word.templates.merge import merge

FOLDER = Path(__file__).parents[3] / "document_templates"


@pytest.fixture(scope="module")
def template() -> manifest.Manifest:
    return manifest.read(FOLDER / "university-university.toml")


def filled(template: manifest.Manifest, **changes: object) -> bytes:
    return merge(template.document_path.read_bytes(), template.complete(template.example() | changes))


def glance(docx: bytes, fonts: Fonts) -> Glance:
    return Glance(read(docx).document, fonts=fonts, options=Options())


def test_each_page_says_what_the_file_says(template: manifest.Manifest, fonts: Fonts) -> None:
    docx = filled(template)
    whole = previews.page_texts(render(read(docx).document, fonts=fonts, options=Options()).pdf)
    seen = glance(docx, fonts)
    assert seen.count == len(whole)
    for number in (0, seen.count - 1):
        content, place = seen.page(number)
        assert previews.page_texts(content)[place] == whole[number]


def test_only_the_page_that_looks_otherwise_has_another_mark(template: manifest.Manifest, fonts: Fonts) -> None:
    before = glance(filled(template), fonts).marks
    again = glance(filled(template), fonts).marks
    after = glance(filled(template, fields_of_interest={"zh": "法学", "en": "law"}), fonts).marks
    assert again == before
    assert len(after) == len(before)
    assert after[0] != before[0]
    assert after[-1] == before[-1]


def test_a_clause_is_found_from_its_heading_to_the_next(template: manifest.Manifest, fonts: Fonts) -> None:
    headings = {clause.title["en"]: clause.key for clause in template.clauses}
    found = glance(filled(template), fonts).stretches(headings)
    assert set(found) == {c.key for c in template.clauses if template.holds_clause(c, template.example())}
    first, second = found["purpose"][0], found["areas"][0]
    assert (first.page, second.page) == (1, 1)
    assert 0 < first.top < first.bottom <= second.top + 0.001 < 1
