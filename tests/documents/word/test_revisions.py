"""Tracked changes are listed, and accepting or rejecting them leaves nothing behind."""

import pytest

from mou_service.documents.word.ooxml import W
from mou_service.documents.word.package import Package
from mou_service.documents.word.revising.revisions import accept_all, decide, list_changes, reject_all
from mou_service.documents.word.text import plain_text
from tests.documents.word import making
from tests.documents.word.making import cell, paragraph, row, run, table, word

BY = 'w:id="1" w:author="Galina" w:date="2024-03-01T10:00:00Z"'


def inserted(*content: str) -> str:
    return f"<w:ins {BY}>{''.join(content)}</w:ins>"


def deleted(text: str, by: str = BY) -> str:
    return f'<w:del {by}><w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'


def mark(kind: str) -> str:
    return f"<w:rPr><w:{kind} {BY}/></w:rPr>"


CASES: dict[str, tuple[str, list[str], list[str]]] = {
    "inserted words": (
        paragraph("The fee is USD 100", inserted(run(",000"))),
        ["The fee is USD 100,000"],
        ["The fee is USD 100"],
    ),
    "deleted words": (paragraph("five ", deleted("5 "), "years"), ["five years"], ["five 5 years"]),
    "inserted paragraph mark": (paragraph("one ", look=mark("ins")) + paragraph("two"), ["one", "two"], ["one two"]),
    "deleted paragraph mark": (paragraph("one ", look=mark("del")) + paragraph("two"), ["one two"], ["one", "two"]),
    "inserted row": (table(row("a", "b"), row("c", "d", look=f"<w:ins {BY}/>")), ["a", "b", "c", "d"], ["a", "b"]),
    "deleted row": (table(row("a", "b"), row("c", "d", look=f"<w:del {BY}/>")), ["a", "b"], ["a", "b", "c", "d"]),
    "inserted cell": (table(row("a", cell("b", look=f"<w:cellIns {BY}/>"))), ["a", "b"], ["a"]),
    "moved words": (
        paragraph(
            f"<w:moveFrom {BY}>{run('first ')}</w:moveFrom>", "second ", f"<w:moveTo {BY}>{run('first')}</w:moveTo>"
        ),
        ["second first"],
        ["first second"],
    ),
    "deleted inside inserted": (paragraph("a", inserted(run("b"), deleted("c"))), ["ab"], ["a"]),
    "a table that goes with its rows": (
        "<w:p/>" + table(row("x", look=f"<w:del {BY}/>")) + paragraph("y"),
        ["y"],
        ["x", "y"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_accept_and_reject(name: str) -> None:
    body, accepted, rejected = CASES[name]
    content = word(body)
    assert plain_text(accept_all(content)) == accepted
    assert plain_text(reject_all(content)) == rejected
    assert list_changes(content)
    assert list_changes(accept_all(content)) == list_changes(reject_all(content)) == ()


def test_earlier_properties_come_back() -> None:
    look = f"<w:b/><w:rPrChange {BY}><w:rPr><w:i/></w:rPr></w:rPrChange>"
    content = word(paragraph(run("x", look)))
    accepted, rejected = (
        Package(accept_all(content)).root("word/document.xml"),
        Package(reject_all(content)).root("word/document.xml"),
    )
    assert accepted is not None and rejected is not None
    assert [child.tag for child in next(accepted.iter(W + "rPr"))] == [W + "b"]
    assert [child.tag for child in next(rejected.iter(W + "rPr"))] == [W + "i"]


def test_changes_are_listed_with_author_date_place_and_words() -> None:
    other = 'w:id="2" w:author="Armin" w:date="2024-03-02T10:00:00Z"'
    changes = list_changes(
        word("plain", paragraph("in ", inserted(run("five ")), inserted(run("years")), deleted("three", other)))
    )
    assert [(each.kind, each.text, each.author) for each in changes] == [
        ("inserted", "five years", "Galina"),
        ("deleted", "three", "Armin"),
    ]
    assert changes[0].date == "2024-03-01T10:00:00Z"
    assert changes[0].place.startswith("body, paragraph 2")


def test_single_changes_are_decided_and_the_others_stay() -> None:
    content = word(paragraph("a", inserted(run("b")), "c", deleted("d"), "e"))
    first, second = list_changes(content)
    decided = decide(content, {first.marks[0]: "reject"})
    assert [each.text for each in list_changes(decided)] == ["d"]
    assert plain_text(decided) == ["ace"]
    assert plain_text(reject_all(decide(content, {second.marks[0]: "accept"}))) == ["ace"]


def test_changes_in_headers_and_notes_are_settled_too() -> None:
    header = making.part("hdr", paragraph("Draft", deleted(" 1")))
    content = word("x", parts={"word/header1.xml": header}, links=[("h", "header", "header1.xml", False)])
    assert b"delText" not in Package(accept_all(content)).read("word/header1.xml")
    assert plain_text(reject_all(content)) == ["x", "Draft 1"]
