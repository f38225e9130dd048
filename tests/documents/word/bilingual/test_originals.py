"""Each party's own original has its language first: whole columns change places, no word does."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest

from mou_service.documents.word.bilingual import originals
from mou_service.documents.word.bilingual.columns import digests, rows
from mou_service.documents.word.gate.check import check
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.revising.compare import compare
from mou_service.documents.word.revising.redline import redline
from mou_service.documents.word.templates import manifest
from mou_service.documents.word.templates.merge import merge

TEMPLATES = manifest.load(Path(__file__).parents[4] / "document_templates")


def filled(type_: str) -> bytes:
    template = TEMPLATES[type_]
    return merge(template.document_path.read_bytes(), template.complete(template.example()))


@pytest.mark.parametrize(
    ("type_", "wanted"),
    [("university-university", ("en", "zh")), ("amendment", ("en", "zh")),
     ("university-university-de", ("de", "zh", "en")), ("university-university-de", ("en", "de", "zh"))],
)  # fmt: skip
def test_turned_and_turned_back_it_is_the_same_text(type_: str, wanted: tuple[str, ...]) -> None:
    content, languages = filled(type_), TEMPLATES[type_].languages
    turned = originals.in_order(content, wanted)
    first, before = read(turned).document, read(content).document
    assert digests(first, languages) == digests(before, languages)
    assert [row.texts for row in rows(first, languages)] == [row.texts for row in rows(before, languages)]
    header = next(row for block in first.sections[0].blocks for row in getattr(block, "rows", ()) if row.header)
    names = {"zh": "中文", "en": "English", "de": "Deutsch"}
    assert [cell.blocks[0].text for cell in header.cells] == [names[each] for each in wanted]
    assert check(turned).findings == ()
    assert originals.in_order(turned, wanted) == turned
    assert not compare(content, originals.in_order(turned, languages)).changes


def test_a_change_in_a_turned_text_is_redlined_against_the_same_layout() -> None:
    content = originals.in_order(filled("university-university"), ("en", "zh"))
    assert redline(content, content, author="House", date=datetime(2024, 3, 27, tzinfo=UTC))


def test_what_cannot_be_turned_is_said() -> None:
    file = docx.Document()
    file.add_paragraph("One language.")
    saved = io.BytesIO()
    file.save(saved)
    with pytest.raises(originals.CannotTurn):
        originals.in_order(saved.getvalue(), ("en", "zh"))
