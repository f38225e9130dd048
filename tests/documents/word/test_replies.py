"""Answers are written into a file as comments that Word reads: in their thread, at their place, under our name."""

from __future__ import annotations

from datetime import UTC, datetime

from mou_service.documents.word.gate.check import check
from mou_service.documents.word.package import Package
from mou_service.documents.word.revising.comments import read_comments
from mou_service.documents.word.revising.replies import Notes, Remark, write
from mou_service.documents.word.revising.revisions import numbered
from tests.documents.word.making import paragraph, part, row, run, table, word
from tests.documents.word.test_changes import BY, gone, ins

AT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
THEIRS = part(
    "comments",
    f"<w:comment {BY.replace(chr(34) + '1' + chr(34), chr(34) + '4' + chr(34))}>{paragraph('Why five?')}</w:comment>",
)
COMMENTED = word(
    paragraph('<w:commentRangeStart w:id="4"/>', "five", '<w:commentRangeEnd w:id="4"/>',
              '<w:r><w:commentReference w:id="4"/></w:r>', " years"),
    parts={"word/comments.xml": THEIRS}, links=[("c", "comments", "comments.xml", False)],
)  # fmt: skip


def written(content: bytes, **notes: object) -> bytes:
    package = Package(content)
    return package.write(write(package, Notes("SSPU", "S", AT, **notes)))  # type: ignore[arg-type]


def test_an_answer_stands_in_its_thread_and_a_settled_thread_is_closed() -> None:
    made = written(COMMENTED, answers={"4": "As agreed\nin March."}, settled=["4"])
    first, second = read_comments(made)
    assert (first.text, first.resolved, first.anchor) == ("Why five?", True, "five")
    assert (second.author, second.text, second.answers, second.anchor) == ("SSPU", "As agreed\nin March.", "4", "five")
    assert second.date == "2026-01-02T03:04:00Z"
    assert check(made).findings == ()


def test_a_remark_stands_on_the_change_it_is_about_in_a_file_without_comments() -> None:
    content = word(paragraph("for ", gone("five"), ins(run("three")), " years"),
                   table(row("a", "b", look=f"<w:ins {BY}/>")))  # fmt: skip
    package = Package(content)
    deleted, inserted, of_row = numbered(package)
    remarks = [Remark([deleted, inserted], "No"), Remark([of_row], "Which?")]
    made = package.write(write(package, Notes("SSPU", "S", AT, remarks=remarks)))
    assert [(each.text, each.anchor) for each in read_comments(made)] == [("No", "fivethree"), ("Which?", "a")]
    assert check(made).findings == ()
