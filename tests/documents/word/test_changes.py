"""Tracked changes as a person counts them, whatever marks Word needs for them; any mix of decisions leaves a whole file."""

from __future__ import annotations

import random

import pytest

from mou_service.documents.word.ooxml import W, elements
from mou_service.documents.word.package import Package
from mou_service.documents.word.revising.changes import tracked
from mou_service.documents.word.revising.revisions import Decision, accept_all, decide, numbered, reject_all
from mou_service.documents.word.text import plain_text
from tests.documents.word.making import cell, paragraph, row, run, table, word

BY = 'w:id="1" w:author="Galina" w:date="2024-03-01T10:00:00Z"'
OTHER = 'w:id="2" w:author="Armin" w:date="2024-03-02T10:00:00Z"'


def ins(*content: str, by: str = BY) -> str:
    return f"<w:ins {by}>{''.join(content)}</w:ins>"


def gone(text: str, by: str = BY) -> str:
    return f'<w:del {by}><w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'


def end(kind: str, by: str = BY) -> str:
    return f"<w:rPr><w:{kind} {by}/></w:rPr>"


def moved(kind: str, text: str, name: str) -> str:
    return (
        f'<w:{kind}RangeStart w:id="7" w:name="{name}" w:author="Galina"/><w:{kind} {BY}>{run(text)}</w:{kind}>'
        f'<w:{kind}RangeEnd w:id="7"/>'
    )


#: A file → (kind, unit, what is shown) of each change.
CASES: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "a word for another": (paragraph("for ", gone("five"), ins(run("three")), " years"),
                           [("replaced", "words", "for [-five][+three] years")]),
    "two authors": (paragraph(gone("five"), ins(run("three"), by=OTHER)),
                    [("deleted", "words", "[-five]three"), ("inserted", "words", "[+three]")]),
    "a word in several runs": (paragraph(ins(run("th")), "<w:bookmarkStart w:id='9' w:name='x'/>", ins(run("ree"))),
                               [("inserted", "words", "[+three]")]),
    "two paragraphs behind one": (
        paragraph("a", look=end("ins")) + paragraph(ins(run("b")), look=end("ins")) + paragraph(ins(run("c"))),
        [("inserted", "paragraph", "[+b]"), ("inserted", "paragraph", "[+c]")]),
    "a paragraph that went": (paragraph(gone("a"), look=end("del")) + paragraph("b"), [("deleted", "paragraph", "[-a¶]")]),
    "a row": (table(row("a", "b"), row(cell(paragraph(ins(run("c")))), cell(paragraph(ins(run("d")), look=end("ins"))),
                                       look=f"<w:ins {BY}/>")), [("inserted", "row", "[+c]|[+d]")]),
    "somebody else inside a row": (
        table(row("a"), row(cell(paragraph(ins(run("b")), gone("c", OTHER))), look=f"<w:ins {BY}/>"), widths=(9000,)),
        [("inserted", "row", "[+b]"), ("deleted", "words", "b[-c]")]),
    "words that moved": (paragraph(moved("moveFrom", "here", "m1"), " x") + paragraph(moved("moveTo", "here", "m1")),
                         [("moved", "words", "[-here] x|[+here]")]),
    "cells": (table(row("a", cell("b", look=f"<w:cellIns {BY}/>")), row("c", cell("d", look=f"<w:cellIns {BY}/>"))),
              [("inserted", "cell", "b|d")]),
    "only the look": (paragraph(run("a", f"<w:b/><w:rPrChange {BY}><w:rPr/></w:rPrChange>"),
                                run("b", f"<w:i/><w:rPrChange {BY}><w:rPr/></w:rPrChange>")),
                      [("formatted", "look", "ab")]),
}  # fmt: skip


def told(content: bytes) -> list[tuple[str, str, str]]:
    sign = {"added": "[+%s]", "removed": "[-%s]", "same": "%s"}
    return [
        (each.kind, each.unit, "|".join("".join(sign[s.kind] % s.text for s in shown) for shown in each.shown))
        for each in tracked(Package(content))
    ]


@pytest.mark.parametrize("name", CASES)
def test_marks_of_one_act_are_one_change(name: str) -> None:
    body, expected = CASES[name]
    assert told(word(body)) == expected


def test_each_mark_belongs_to_one_change_and_says_where_it_stands() -> None:
    heading = row("第一条 期限", "Article 1 Term")
    content = word(
        table(heading, row("五年", cell(paragraph("for ", gone("five"), ins(run("three")))))), CASES["a row"][0]
    )
    changes = tracked(Package(content))
    assert sorted(mark for each in changes for mark in each.marks) == list(range(len(numbered(Package(content)))))
    standing = changes[0].standing
    assert standing is not None
    assert (standing.passage.clause, standing.passage.column, standing.row) == ("Article 1 Term", 2, 2)
    inner = tracked(Package(word(CASES["somebody else inside a row"][0])))
    assert inner[1].inside == inner[0].key


def test_a_merged_cell_begins_in_the_next_row_when_its_own_goes() -> None:
    merged = table(
        row(cell("a", look='<w:vMerge w:val="restart"/>'), "b", look=f"<w:del {BY}/>"),
        row(cell("", look="<w:vMerge/>"), "c"),
    )
    root = Package(accept_all(word(merged))).root("word/document.xml")
    assert root is not None
    assert [each.get(W + "val") for each in root.iter(W + "vMerge")] == ["restart"]


def test_any_mix_of_decisions_leaves_a_whole_file() -> None:
    """Seeded: the same mixes each time. Nothing decided is left over, and what is left undecided still is there."""
    chance = random.Random(4)
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph(gone('x'), ins(run('y')))}</w:sdtContent></w:sdt>"
    nested = table(row(cell(CASES["a row"][0], "<w:p/>"), "z"), row("q", "r", look=f"<w:del {BY}/>"))
    content = word(*(body for body, _ in CASES.values()), control, nested)
    changes = tracked(Package(content))
    for _ in range(40):
        said: dict[str, Decision] = {each.key: chance.choice(("accept", "reject", "leave")) for each in changes}
        made = decide(content, {mark: said[each.key] for each in changes for mark in each.marks})
        root = Package(made).root("word/document.xml")
        assert root is not None
        for each in root.iter(W + "tc"):
            assert list(elements(each))[-1].tag == W + "p", "a cell ends with a paragraph"
        for each in root.iter(W + "tbl", W + "tr"):
            assert each.find(f".//{W}tc") is not None, "no table or row is empty"
        for each in root.iter(W + "delText"):
            assert next(each.iterancestors(W + "del"), None) is not None
        if "leave" not in said.values():
            assert not numbered(Package(made))
        assert plain_text(accept_all(made)) is not None and plain_text(reject_all(made)) is not None
