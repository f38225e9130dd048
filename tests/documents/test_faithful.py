"""Pages by another program are compared with the text: nothing may be missing, nothing may be added, no number differ."""

from __future__ import annotations

import pytest

from mou_service.documents.faithful import differences
from mou_service.documents.pdf.fonts import Fonts, load
from mou_service.documents.pdf.layout import render
from mou_service.documents.word.reading.blocks import read
from mou_service.settings import Settings
from tests.documents.word.making import paragraph, row, run, table, word

NUMBERING = (
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="{}"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="Article %1"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
)
NUMBERED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return load(Settings().fonts)


def document(first: str = "The Parties agree.", start: int = 1) -> bytes:
    return word(
        paragraph(first, look=NUMBERED), table(row("目的", "Purpose"), row("期限", "1")), paragraph(run("Annexes", "<w:caps/>")),
        numbering=NUMBERING.format(start),
    )  # fmt: skip


def drawn(content: bytes, fonts: Fonts) -> bytes:
    return render(read(content).document, fonts=fonts).pdf


def test_pages_that_say_the_same_differ_in_nothing(fonts: Fonts) -> None:
    assert differences(drawn(document(), fonts), document()) == []


@pytest.mark.parametrize(
    ("other", "wanted", "found"),
    [
        (document("The Parties disagree."), "thepartiesagree.", "thepartiesdisagree."),
        (document(start=2), "", "article2"),
    ],
    ids=["a word", "a number"],
)
def test_a_word_and_a_number_that_differ_are_named(fonts: Fonts, other: bytes, wanted: str, found: str) -> None:
    named = differences(drawn(other, fonts), document())
    assert wanted in [each.expected for each in named] or not wanted
    assert any(found in each.found for each in named)


def test_what_is_missing_on_the_pages_is_named(fonts: Fonts) -> None:
    longer = word("One", "Two")
    assert [each.expected for each in differences(drawn(word("One"), fonts), longer)] == ["two"]
    assert [each.found for each in differences(drawn(longer, fonts), word("One"))] == ["two"]
