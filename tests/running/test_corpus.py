"""A folder of Word files is measured: what is drawn, refused or wrong, whether its words are there, and the gold questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from mou_service.documents.word.revising.revisions import accept_all
from mou_service.running.corpus import words
from tests.documents.word import making
from tests.documents.word.making import paragraph, row, run, table, word

COLUMNS = making.SECTION.replace("</w:sectPr>", '<w:cols w:num="2"/></w:sectPr>')
TRACKED_LINE = paragraph(
    "The fee is ", '<w:del w:id="1"><w:r><w:delText>ten</w:delText></w:r></w:del>',
    f'<w:ins w:id="2">{run("twenty")}</w:ins>', " euros.",
)  # fmt: skip
TRACKED = word(TRACKED_LINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One agreement that is drawn, one file that is refused, and a gold pair."""
    for name, content in (
        ("plain.docx", word("Memorandum 合作备忘录", table(row("目的", "Purpose")))),
        ("columns.docx", word("Article 1", section=COLUMNS)),
        ("empty.docx", b""),
    ):
        (tmp_path / name).write_bytes(content)
    gold = tmp_path / "gold"
    for kind, name, content in (
        ("accept-reject", "F1", TRACKED),
        ("accept-reject", "F1-Accepted", accept_all(TRACKED)),
        ("accept-reject", "F1-Rejected", accept_all(TRACKED)),
        ("compare", "W1-Before", word("One", "Two")),
        ("compare", "W1-After", word("One", "Three")),
    ):
        (gold / kind).mkdir(parents=True, exist_ok=True)
        (gold / kind / f"{name}.docx").write_bytes(content)
    (tmp_path / "MANIFEST.tsv").write_text("name\tagreement\nplain.docx\tyes\ncolumns.docx\t\n")
    return tmp_path


def test_the_folder_is_measured(app: Flask, folder: Path, tmp_path: Path) -> None:
    answer = app.test_cli_runner().invoke(
        args=["mou", "corpus", str(folder), "--json", "--pages", str(tmp_path / "out")]
    )
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.output)
    found = {each["name"]: each for each in told["files"]}
    assert {name: each["outcome"] for name, each in found.items()} == {
        "plain.docx": "drawn", "columns.docx": "refused", "empty.docx": "refused",
    }  # fmt: skip
    assert found["plain.docx"]["recall"] == 1.0
    assert "several columns" in found["columns.docx"]["reasons"][0]
    assert told["summary"]["agreements_refused"] == 0
    # The gold file for "rejected" is wrong on purpose.
    assert told["summary"]["gold"] == {"accepted": "1 of 1", "rejected": "0 of 1", "compare": "1 of 1"}
    assert (tmp_path / "out" / "plain.pdf").read_bytes().startswith(b"%PDF")


def test_words_are_counted_as_people_read_them() -> None:
    content = word(paragraph("Co", "operation"), table(row("目的 A", run("unseen", "<w:vanish/>"))), TRACKED_LINE)
    assert words.paragraphs(content) == ["Cooperation", "目的 A", "The fee is twenty euros."]
    assert words.recall(content, "Cooperation 目 的 A The fee is twenty euros.") == 1.0
    assert words.recall(content, "Coope\nration 目的 A The fee is twenty euros.") == 1.0
    assert words.recall(content, "目的 A The fee is ten euros.") == pytest.approx(7 / 9)
