"""A redline holds both texts: rejecting everything gives the old one, accepting everything the new one."""

from datetime import UTC, datetime

import pytest

from mou_service.documents.word.package import Package
from mou_service.documents.word.revising import redline as redlining
from mou_service.documents.word.revising.redline import RedlineFailed, redline
from mou_service.documents.word.revising.revisions import accept_all, list_changes, reject_all
from mou_service.documents.word.text import plain_text
from tests.documents.word import making
from tests.documents.word.making import cell, field, paragraph, row, run, table, word

DATE = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)


def between(old: bytes, new: bytes) -> bytes:
    return redline(old, new, author="Legal office", date=DATE)


def notes(*texts: str) -> str:
    return "".join(
        f'<w:footnote w:id="{number}">{paragraph(text)}</w:footnote>' for number, text in enumerate(texts, start=1)
    )


def reference(number: int) -> str:
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def box(text: str) -> str:
    return f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{paragraph(text)}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"


LINK = '<w:hyperlink w:anchor="x">{}</w:hyperlink>'
PAIRS: dict[str, tuple[bytes, bytes]] = {
    "words": (word("in effect for three years"), word("in effect for five (5) years")),
    "Chinese": (word("本备忘录有效期为三年。"), word("本备忘录自签署之日起生效，有效期为五年。")),
    "paragraphs": (
        word("One stays.", "Two goes away.", "Three stays."),
        word("One stays.", "Three stays.", "Four is new here."),
    ),
    "the first paragraph": (word("Gone entirely", "stays"), word("stays")),
    "everything": (word("alpha beta gamma"), word("une autre chose")),
    "rows": (
        word(table(row("1", "一"), row("old row", "旧行"), row("3", "三"))),
        word(table(row("1", "一"), row("3", "三"), row("new row", "新行"))),
    ),
    "cells": (word(table(row("Three years.", "三年。"))), word(table(row("Five years.", "五年。")))),
    "a table": (word("a", table(row("x", "y")), "b"), word("a", "b")),
    "a new table": (word("a", "b"), word("a", table(row("x", "y")), "b")),
    "a paragraph in a cell": (word(table(row(cell("one", "two")))), word(table(row(cell("one", "and a half", "two"))))),
    "looks and marks": (
        word(paragraph("a ", run("bold", "<w:b/>"), " c")),
        word(
            paragraph(
                "a ",
                '<w:bookmarkStart w:id="1" w:name="m"/>',
                run("bold", "<w:b/>"),
                '<w:bookmarkEnd w:id="1"/>',
                " c d",
            )
        ),
    ),
    "inside a link": (
        word(paragraph("see ", LINK.format(run("our site")))),
        word(paragraph("see ", LINK.format(run("our new site")), " now")),
    ),
    "a field": (word(paragraph("page ", field("PAGE", "1"), " of them")), word(paragraph("page of them"))),
    "a note that changed": (
        word(paragraph("x", reference(1)), notes=notes("old note text")),
        word(paragraph("x", reference(1)), notes=notes("new note text")),
    ),
    "a note that went": (
        word(paragraph("x", reference(1), " and y", reference(2)), notes=notes("first", "second")),
        word(paragraph("x", reference(1), " and y"), notes=notes("first", "unused")),
    ),
    "a note that came": (word("x"), word(paragraph("x", reference(1)), notes=notes("as defined"))),
    "a text box": (word(paragraph("a", box("old words inside"))), word(paragraph("a", box("new words inside")))),
    "a content control": (
        word("<w:sdt><w:sdtContent>" + paragraph("three years") + "</w:sdtContent></w:sdt>"),
        word("<w:sdt><w:sdtContent>" + paragraph("five years") + "</w:sdtContent></w:sdt>"),
    ),
    "the header": (
        word(
            "x",
            parts={"word/header1.xml": making.part("hdr", paragraph("Draft one"))},
            links=[("h", "header", "header1.xml", False)],
        ),
        word(
            "x",
            parts={"word/header1.xml": making.part("hdr", paragraph("Draft two"))},
            links=[("h", "header", "header1.xml", False)],
        ),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("backwards", [False, True], ids=["", "backwards"])
def test_both_texts_come_back(name: str, backwards: bool) -> None:
    old, new = PAIRS[name][::-1] if backwards else PAIRS[name]
    made = between(old, new)
    assert plain_text(accept_all(made)) == plain_text(new)
    assert plain_text(reject_all(made)) == plain_text(old)
    changes = list_changes(made)
    assert changes
    assert {(change.author, change.date) for change in changes} == {("Legal office", "2027-03-01T09:30:00Z")}


def test_only_the_words_that_differ_are_marked() -> None:
    changes = list_changes(between(*PAIRS["words"]))
    assert [(change.kind, change.text) for change in changes] == [("deleted", "three"), ("inserted", "five (5)")]


def test_equal_texts_have_no_marks() -> None:
    assert list_changes(between(word("same", table(row("a"))), word("same", table(row("a"))))) == ()


def test_bookmarks_stay_where_they_were() -> None:
    main = Package(between(*PAIRS["looks and marks"])).read("word/document.xml")
    assert main.index(b"bookmarkStart") < main.index(b"bold") < main.index(b"bookmarkEnd") < main.index(b"w:ins ")


def test_pending_changes_of_either_file_count_as_accepted() -> None:
    tracked = word(paragraph("five ", '<w:ins w:author="A">' + run("long ") + "</w:ins>", "years"))
    made = between(tracked, word("five short years"))
    assert plain_text(reject_all(made)) == ["five long years"]


def test_a_redline_that_would_alter_a_text_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redlining, "_mark_block", lambda element, kind, marks: None)
    with pytest.raises(RedlineFailed, match="on the screen"):
        between(word("One stays.", "Two goes away."), word("One stays."))
