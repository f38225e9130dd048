"""The two columns of a text are held against each other: numbers, dates, addresses, clauses."""

from __future__ import annotations

import pytest

from mou_service.documents.blocks import Cell, Document, Paragraph, Row, Run, Section, Table
from mou_service.documents.word.manifest import Manifest
from mou_service.drafting import languages, texts
from mou_service.engines import Engines


def a_document(*rows: tuple[str, str], labels: tuple[int, int] = (0, 0)) -> Document:
    """Two columns; the first so many rows of each column carry a number."""
    table = Table(widths=[200.0, 200.0])
    for place, row in enumerate(rows):
        cells = []
        for column, text in enumerate(row):
            label = f"{place + 1}." if place < labels[column] else ""
            cells.append(Cell([Paragraph([Run(text)], label=label)]))
        table.rows.append(Row(cells))
    return Document([Section([table])])


def codes(*rows: tuple[str, str], labels: tuple[int, int] = (0, 0)) -> list[str]:
    return [found.code for found in languages.findings(a_document(*rows, labels=labels), ["zh", "en"])]


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("有效期五年。", "It holds for five (5) years."),
        ("有效期二十五年。", "It holds for twenty-five years."),
        ("提前六个月通知。", "Six months’ notice is given."),
        ("双方每年举行一次会议。", "The Participants meet once a year."),
        ("正本一式两份。", "There are two (2) originals."),
        ("于2024年3月27日签署。", "Signed on 27 March 2024."),
        ("邮箱为office@sspu.example，电话021-50216814。", "office@sspu.example, telephone 021-50216814."),
        ("于24:00届满。", "It ends at 24:00."),
    ],
)
def test_what_says_the_same_is_not_flagged(chinese: str, english: str) -> None:
    assert codes((chinese, english)) == []


@pytest.mark.parametrize(
    ("chinese", "english", "code"),
    [
        ("有效期五年。", "It holds for three (3) years.", "number_differs"),
        ("有效期五年。", "It holds for some years.", "number_differs"),
        ("于2024年3月27日签署。", "Signed on 28 March 2024.", "date_differs"),
        ("邮箱为office@sspu.example。", "E-mail: office@spsu.example.", "email_differs"),
    ],
)
def test_a_slip_in_one_column_is_found(chinese: str, english: str, code: str) -> None:
    assert set(codes((chinese, english))) == {code}


def test_columns_with_different_clauses_keep_the_text_from_being_submitted() -> None:
    (found,) = languages.findings(a_document(("甲", "A"), ("乙", "B"), labels=(2, 1)), ["zh", "en"])
    assert (found.code, found.outcome) == ("clause_count", "refuse")


def test_columns_may_stand_the_other_way_round() -> None:
    document = a_document(("It holds for five (5) years.", "有效期五年。"))
    chinese, _english = languages.columns(document, ["zh", "en"])
    assert chinese.rows == ["有效期五年。"]
    assert languages.findings(document, ["zh", "en"]) == []


def test_one_language_has_nothing_to_disagree_with() -> None:
    assert languages.findings(a_document(("5", "6")), ["en"]) == []


@pytest.mark.parametrize(
    ("text", "number"), [("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("两", 2), ("三百", 300)]
)
def test_chinese_numbers(text: str, number: int) -> None:
    assert languages.chinese_number(text) == number


@pytest.mark.parametrize("template", ["university-university", "university-company"])
def test_our_own_templates_agree_with_themselves(engines: Engines, template: str) -> None:
    manifest: Manifest = engines.manifests[template]
    document = texts.blocks_of(texts.filled(manifest, manifest.example()))
    assert [str(found) for found in languages.findings(document, manifest.languages)] == []
