"""Two versions are aligned by paragraph and compared by word, in both languages of a table."""

import time

from mou_service.documents.word.revising.compare import Change, Segment, compare
from tests.documents.word.making import paragraph, row, run, table, word


def only(old: bytes, new: bytes) -> Change:
    changes = compare(old, new).changes
    assert len(changes) == 1, changes
    return changes[0]


def test_equal_texts_have_no_changes_whatever_they_look_like() -> None:
    comparison = compare(word("One", "Two"), word(paragraph(run("O", "<w:b/>"), run("ne")), "Two "))
    assert comparison.same_text
    assert [change.kind for change in comparison.rows] == ["same", "same"]


def test_changed_words() -> None:
    change = only(word("in effect for three years from today"), word("in effect for five (5) years from today"))
    assert change.kind == "changed"
    assert change.old == (
        Segment("in effect for ", "same"),
        Segment("three", "removed"),
        Segment(" years from today", "same"),
    )
    assert change.new == (
        Segment("in effect for ", "same"),
        Segment("five (5)", "added"),
        Segment(" years from today", "same"),
    )
    assert [segment.kind for segment in change.inline] == ["same", "removed", "added", "same"]


def test_chinese_is_compared_by_character() -> None:
    change = only(word("本备忘录有效期为三年，经书面协议可续期。"), word("本备忘录有效期为五年，经书面协议可续期。"))
    assert [segment.text for segment in change.new if segment.kind == "added"] == ["五"]


def test_added_and_removed_paragraphs_and_their_clause() -> None:
    old = word("Article 1 Purpose", "Both want to work together.", "Article 2 Term", "Three years.")
    new = word(
        "Article 1 Purpose",
        "Both want to work together.",
        "Nothing here binds anybody at all.",
        "Article 2 Term",
        "Three years.",
    )
    change = only(old, new)
    assert (change.kind, change.new_text, change.clause) == (
        "added",
        "Nothing here binds anybody at all.",
        "Article 1 Purpose",
    )
    assert only(new, old).kind == "removed"
    assert list(compare(old, new).by_clause()) == ["Article 1 Purpose"]


def test_a_table_of_two_languages_keeps_its_columns_apart() -> None:
    old = word(table(row("Article 1 Term", "第一条 期限"), row("Three years.", "三年有效。")))
    new = word(table(row("Article 1 Term", "第一条 期限"), row("Three years.", "五年有效。")))
    change = only(old, new)
    assert (change.column, change.clause, change.place) == (2, "第一条 期限", "body, table 1, row 2, column 2")


def test_tracked_changes_count_as_accepted() -> None:
    tracked = word(paragraph("five ", '<w:ins w:author="A"><w:r><w:t>long </w:t></w:r></w:ins>', "years"))
    assert compare(tracked, word("five long years")).same_text


def test_a_moved_paragraph_is_said_to_be_moved() -> None:
    first, second = "The parties work together in good faith.", "Either party may end this at any time."
    changes = compare(word(first, second, "End"), word(second, first, "End")).changes
    assert {change.kind for change in changes} == {"added", "removed"}
    assert all(change.moved for change in changes)


def test_a_number_that_changed_is_named() -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    items = [paragraph(text, look=numbered) for text in ("Purpose of it all", "Term of it all")]
    comparison = compare(word(*items, numbering=numbering), word(items[1], numbering=numbering))
    assert [(change.kind, change.old_label, change.new_label) for change in comparison.changes] == [
        ("removed", "1.", ""),
        ("renumbered", "2.", "1."),
    ]
    assert comparison.counts() == {"removed": 1, "renumbered": 1}


def test_fourteen_pages_are_compared_quickly() -> None:
    words = [
        f"clause {number} says that party {number % 7} acts within {number % 30} days of notice {number * 3}."
        for number in range(420)
    ]
    changed = [text.replace("acts", "will act") if number % 9 == 0 else text for number, text in enumerate(words)]
    old, new = word(*words), word(*changed)
    compare(old, new)
    started = time.process_time()
    assert compare(old, new).counts() == {"changed": 47}
    assert time.process_time() - started < 0.6
