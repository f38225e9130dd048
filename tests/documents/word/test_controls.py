"""Answers stand in content controls: the page does not change, and what comes back says which answer was changed."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from mou_service.documents.word.package import Package
from mou_service.documents.word.revising.redline import redline
from mou_service.documents.word.revising.revisions import accept_all, reject_all
from mou_service.documents.word.templates import answers, controls, manifest, placeholders
from mou_service.documents.word.templates.fields import Field, Option
from mou_service.documents.word.templates.merge import merge
from mou_service.documents.word.text import plain_text
from tests.documents.word.making import paragraph, run, table, word

MEMORANDUM = manifest.read(Path(__file__).parents[3] / "document_templates" / "university-university.toml")


@cache
def filled(**other) -> bytes:
    return merge(MEMORANDUM.docx, MEMORANDUM.complete(MEMORANDUM.example() | other))


def control(tag: str, *content: str, more: str = "") -> str:
    inside = "".join(each if each.startswith("<") else run(each) for each in content)
    return f'<w:sdt><w:sdtPr>{more}<w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>'


def rewritten(content: bytes, *changes: tuple[str, str]) -> bytes:
    package = Package(content)
    source = package.read("word/document.xml").decode()
    for before, after in changes:
        assert before in source, before
        source = source.replace(before, after, 1)
    return package.write({"word/document.xml": source.encode()})


def test_every_answer_of_a_document_can_be_read_from_it() -> None:
    said = {(each.path, each.language): each.text for each in controls.read(filled())}
    assert said["term_years", "en"] == "five (5) years"
    assert said["term_years", "zh"] == "五年"
    assert said["own.name", "zh"] == MEMORANDUM.example()["own"]["name"]["zh"]
    assert said["partner.signatories.0.name", "en"] == MEMORANDUM.example()["partner"]["signatories"][0]["name"]["en"]
    assert not any("{" in path for path, _ in said)


def test_a_control_is_read_with_its_tracked_changes_accepted_and_rejected() -> None:
    change = '<w:del w:id="1"><w:r><w:delText>five</w:delText></w:r></w:del><w:ins w:id="2"><w:r><w:t>six</w:t></w:r></w:ins>'
    found = controls.read(word(paragraph("for ", control("mou:term_years.en", change, " years"))))
    assert [(each.before, each.text) for each in found] == [("five years", "six years")]


@pytest.mark.parametrize("tag", ["date", "mou:", "mou:term", "mou:{{ x }}.en", "other:term.en"])
def test_a_control_of_somebody_else_is_none_of_ours(tag) -> None:
    assert controls.read(word(paragraph(control(tag, "words")))) == ()


def test_an_empty_control_that_invites_to_write_says_nothing() -> None:
    inviting = control("mou:place.en", "Click here to enter text.", more="<w:showingPlcHdr/>")
    assert [each.text for each in controls.read(word(paragraph(inviting)))] == [""]


def test_a_redline_keeps_the_controls_of_both_texts() -> None:
    old, new = filled(), filled(term_years=6, confidentiality_years=2)
    marked = redline(old, new, author="Office", date=datetime(2027, 3, 1, tzinfo=UTC))
    changed = {
        (each.path, each.language): (each.before, each.text)
        for each in controls.read(marked)
        if each.before != each.text
    }
    assert changed == {
        ("term_years", "en"): ("five (5) years", "six (6) years"),
        ("term_years", "zh"): ("五年", "六年"),
        ("confidentiality_years", "en"): ("three (3) years", "two (2) years"),
        ("confidentiality_years", "zh"): ("三年", "两年"),
    }
    for settled, wanted in ((accept_all(marked), new), (reject_all(marked), old)):
        assert [each.text for each in controls.read(settled)] == [each.text for each in controls.read(wanted)]


def test_an_answer_that_went_with_the_words_around_it_keeps_one_control() -> None:
    old = word(paragraph("It holds for ", control("mou:a.en", "five years"), " from ", control("mou:b.en", "May"), "."))
    new = word(
        paragraph("It holds for ", control("mou:a.en", "two months"), " as of ", control("mou:b.en", "July"), ".")
    )
    marked = redline(old, new, author="Office", date=datetime(2027, 3, 1, tzinfo=UTC))
    assert [(each.path, each.text) for each in controls.read(marked) if each.text] == [
        ("a", "two months"),
        ("b", "July"),
    ]
    assert plain_text(reject_all(marked)) == plain_text(old)


def test_answers_are_found_by_the_words_around_them_when_the_tags_are_gone() -> None:
    sent = word(
        paragraph("It holds for ", control("mou:a.en", "five years"), " from ", control("mou:b.en", "May"), " on.")
    )
    back = word("It holds for two months from July 2027 on.", "Another paragraph.")
    found = placeholders.with_lost_ones(controls.read(back), sent, back)
    assert [(each.path, each.before, each.text) for each in found] == [
        ("a", "five years", "two months"), ("b", "May", "July 2027"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "back",
    [
        "It holds for two months from July from August on.",  # the words between fit in two ways
        "It is in effect for two months from July on.",  # the words around were changed too
        "Something else entirely.",
    ],
)
def test_nothing_is_said_where_the_words_around_an_answer_do_not_tell(back) -> None:
    sent = word(
        paragraph("It holds for ", control("mou:a.en", "five years"), " from ", control("mou:b.en", "May"), " on.")
    )
    assert placeholders.with_lost_ones((), sent, word(back)) == []


def test_a_template_names_the_list_of_a_loop() -> None:
    root = Package(word(
        paragraph("{%p for person in own.signatories %}"), paragraph("{{ person.name.en }}"), paragraph("{%p endfor %}"),
        table(), paragraph("{{ person }}"),
    )).root("word/document.xml")  # fmt: skip
    assert root is not None
    controls.bind(root, ["en"], {})
    tags = [each.get(each.keys()[0]) for each in root.iter("{*}tag")]
    assert tags == ["mou:own.signatories.{{ loop.index0 }}.name.en", "mou:person.en"]


def question(type_, **more) -> Field:
    return Field(key="x", type=type_, label={}, help={}, group="", **more)


CYCLE = question(
    "choice",
    options=(
        Option("one", {"en": "once a year", "zh": "每年一次"}),
        Option("two", {"en": "every two years", "zh": "每两年一次"}),
    ),
)
TERM = question("int", unit="month")


@pytest.mark.parametrize(
    ("field", "language", "text", "value"),
    [
        (TERM, "en", "six (6) months", 6),
        (TERM, "en", "6 months", 6),
        (TERM, "en", "twenty-four months", 24),
        (TERM, "zh", "六个月", 6),
        (TERM, "zh", "二十四（24）个月", 24),
        (TERM, "zh", "两个月", 2),
        (TERM, "de", "einen (1) Monat", 1),
        (TERM, "de", "zweiundzwanzig (22) Monate", 22),
        (question("int"), "en", "1,200", 1200),
        (question("date"), "en", "1 March 2027", "2027-03-01"),
        (question("date"), "en", "March 1st, 2027", "2027-03-01"),
        (question("date"), "zh", "2027年3月1日", "2027-03-01"),
        (question("date"), "de", "1. März 2027", "2027-03-01"),
        (question("date"), "en", "2027-03-01", "2027-03-01"),
        (CYCLE, "en", "Every two years", "two"),
        (CYCLE, "zh", "每年一次", "one"),
        (question("choices", options=CYCLE.options), "en", "once a year, every two years", ["one", "two"]),
        (question("email"), "en", "office@example.org", "office@example.org"),
        (question("text"), "en", " two  words ", "two words"),
    ],
)
def test_words_become_an_answer_again(field, language, text, value) -> None:
    assert answers.understood(field, text, language) == value


@pytest.mark.parametrize(
    ("field", "language", "text"),
    [
        (TERM, "en", "five (6) months"),
        (TERM, "en", "six (6) years"),
        (TERM, "en", "not more than six (6) months"),
        (TERM, "zh", "六年"),
        (TERM, "en", ""),
        (question("date"), "en", "03/04/2027"),
        (question("date"), "en", "31 February 2027"),
        (question("date"), "en", "soon"),
        (CYCLE, "en", "now and then"),
        (question("email"), "en", "office"),
    ],
)
def test_words_that_are_no_answer_are_not_guessed_at(field, language, text) -> None:
    with pytest.raises(answers.NotUnderstood):
        answers.understood(field, text, language)
