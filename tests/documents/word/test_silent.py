"""What was changed without tracking is found beside what was tracked, and comes back without disturbing it."""

from __future__ import annotations

import pytest

from mou_service.documents.word.ooxml import serialise
from mou_service.documents.word.revising.revisions import accept_all, reject_all
from mou_service.documents.word.revising.silent import Silents, left_over
from mou_service.documents.word.text import plain_text
from tests.documents.word.making import cell, paragraph, row, run, table, word
from tests.documents.word.test_changes import gone, ins

WENT_OUT = word(
    "Preamble of the two parties",
    table(row("第一条 期限", "Article 1 Term"), row("有效期为五年。", "It holds for five years."),
          row("第二条 联络", "Article 2 Contact"), row("双方指定联络人。", "Each party names a contact.")),
    paragraph("Done in", "<w:r><w:tab/></w:r>", "two copies"),
)  # fmt: skip
FIVE = cell(paragraph("It holds ", gone("for "), ins(run("during ")), "five years."))
SEVEN = cell(paragraph("It holds ", gone("for "), ins(run("during ")), "seven years."))

#: What came back → kinds found.
CASES: dict[str, tuple[bytes, list[tuple[str, str]]]] = {
    "a word beside a tracked one": (
        word("Preamble of the two parties",
             table(row("第一条 期限", "Article 1 Term"), row("有效期为五年。", SEVEN), row("第二条 联络", "Article 2 Contact"),
                   row("双方指定联络人。", "Each party names a contact.")),
             paragraph("Done in", "<w:r><w:tab/></w:r>", "two copies")),
        [("changed", "paragraph")]),
    "a row gone, a paragraph added": (
        word("Preamble of the two parties", "A whole new sentence that nobody agreed.",
             table(row("第一条 期限", "Article 1 Term"), row("有效期为五年。", FIVE), row("第二条 联络", "Article 2 Contact")),
             paragraph("Done in", "<w:r><w:tab/></w:r>", "two copies")),
        [("added", "paragraph"), ("removed", "row")]),
    "a tab gone and the table too": (
        word("Preamble of the two parties", paragraph("Done in", "two copies")),
        [("removed", "row")] * 4 + [("changed", "paragraph")]),
}  # fmt: skip


def put_back(content: bytes, *numbers: int) -> bytes:
    silents = Silents(WENT_OUT, content)
    silents.put_back(numbers or range(len(silents.found)))
    package = silents.package
    roots = ((name, package.root(name)) for name in package.stories)
    return package.write({name: serialise(root) for name, root in roots if root is not None})


@pytest.mark.parametrize("name", CASES)
def test_it_is_found_and_comes_back(name: str) -> None:
    content, kinds = CASES[name]
    assert [(each.kind, each.unit) for each in Silents(WENT_OUT, content).found] == kinds
    restored = put_back(content)
    assert not left_over(WENT_OUT, restored).changes
    assert plain_text(reject_all(restored)) == plain_text(WENT_OUT)


def test_tracked_changes_stay_and_one_difference_can_come_back_alone() -> None:
    restored = put_back(CASES["a word beside a tracked one"][0])
    assert "It holds during five years." in plain_text(accept_all(restored))
    content, _ = CASES["a row gone, a paragraph added"]
    only_row = put_back(content, 1)
    assert [change.kind for change in left_over(WENT_OUT, only_row).changes] == ["added"]
    assert "It holds during five years." in plain_text(accept_all(only_row))


def test_a_file_that_only_has_tracked_changes_has_no_others() -> None:
    tracked = word(*("Preamble of the two parties", table(
        row("第一条 期限", "Article 1 Term"), row("有效期为五年。", FIVE), row("第二条 联络", "Article 2 Contact"),
        row("双方指定联络人。", "Each party names a contact."))), paragraph("Done in", "<w:r><w:tab/></w:r>", "two copies"))  # fmt: skip
    assert Silents(WENT_OUT, tracked).found == ()
