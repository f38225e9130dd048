"""The linter names every fault of a template with its place, and the names it asks for."""

import time

import pytest

from mou_service.documents.word.findings import UnsafeFile
from mou_service.documents.word.guard import inspect_template
from tests.documents.word.making import cell, paragraph, row, run, table, word

NAMES = {"own", "partner", "parties", "title", "term_years"}


def test_a_sound_template_has_no_findings_and_says_its_names() -> None:
    template = word(
        "{{ title.en }} {{ own.name.en | upper }}",
        paragraph("{%p if term_years > 3 %}"),
        "for {{ term_years }} years",
        paragraph("{%p endif %}"),
        table(
            row("{%tr for party in parties %}", ""),
            row("{{ party.name.en }}", "{{ loop.index }}"),
            row("{%tr endfor %}", ""),
        ),
    )
    report = inspect_template(template, names=NAMES)
    assert report.findings == ()
    assert report.usable
    assert report.variables == ("own", "parties", "term_years", "title")


def test_a_tag_split_over_runs_is_one_tag() -> None:
    report = inspect_template(word(paragraph(run("{"), run("{ ti", "<w:b/>"), run("tle.en }"), run("}"))), names=NAMES)
    assert report.findings == ()
    assert report.variables == ("title",)


FAULTS: dict[str, tuple[str, str, str]] = {
    "unknown name": ("{{ titel.en }}", "unknown_name", "Did you mean “title”?"),
    "unclosed": ("Between {{ own.name.en", "unclosed_tag", "opened and not closed"),
    "unopened": ("Between own.name.en }} and", "unopened_tag", "closed that was not opened"),
    "full-width": ("｛｛ title ｝｝", "full_width_braces", "English keyboard"),
    "half full-width": ("{{ title ｝｝ and", "full_width_braces", "English keyboard"),
    "lost text": ("keep me {%p if own %}{%p endif %}", "lost_text", "keepme"),
    "no end": ("{% if own %} x", "syntax", "endif"),
    "class": ("{{ own.__class__ }}", "forbidden_expression", "__class__"),
    "item class": ("{{ own['__class__'] }}", "forbidden_expression", "square brackets"),
    "computed item": ("{{ own[title] }}", "forbidden_expression", "square brackets"),
    "call": ("{{ own.name.upper() }}", "forbidden_expression", "A call"),
    "set": ("{% set x = 1 %}", "forbidden_expression", "“set”"),
    "include": ("{% include 'x' %}", "forbidden_expression", "“include”"),
    "macro": ("{% macro x() %}{% endmacro %}", "forbidden_expression", "“macro”"),
    "multiplication": ("{{ 'a' * 10000000000 }}", "forbidden_expression", "Multiplication"),
    "power": ("{{ 9 ** 9 ** 9 }}", "forbidden_expression", "“**”"),
    "attr filter": ("{{ own | attr('x') }}", "unknown_filter", "There is no filter “attr”"),
    "range": ("{% for x in range(9) %}{% endfor %}", "forbidden_expression", "one of the lists"),
    "rich text": ("{{r title }}", "forbidden_expression", "formatted text"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_named_with_its_place(name: str) -> None:
    text, code, words = FAULTS[name]
    report = inspect_template(word("First", table(row("left", cell(text)))), names=NAMES)
    found = [finding for finding in report.findings if finding.code == code]
    assert found, report.findings
    assert words in found[0].message
    assert found[0].place.startswith("body, table 1, row 1, column 2")
    assert not report.usable


def test_a_condition_must_end_where_it_began() -> None:
    crossed = inspect_template(word("{% if own %}a", "b{% endif %}"), names=NAMES)
    assert [finding.code for finding in crossed.findings] == ["crossed_levels"]
    cells = inspect_template(word(table(row("{%p if own %}", "{%p endif %}"))), names=NAMES)
    assert [finding.code for finding in cells.findings] == ["crossed_levels"]


def test_a_row_tag_takes_the_whole_row() -> None:
    report = inspect_template(word(table(row("{%tr if own %}", "lost words"), row("x", "y"), row("{%tr endif %}", ""))))
    assert [(finding.code, finding.facts["text"]) for finding in report.findings] == [("lost_text", "lostwords")]


def test_loops_lie_at_most_two_deep() -> None:
    deep = "{% for a in own %}{% for b in a.x %}{% for c in b.x %}{% endfor %}{% endfor %}{% endfor %}"
    assert "deep_loop" in [finding.code for finding in inspect_template(word(deep)).findings]


def test_pending_changes_in_a_template_are_named() -> None:
    report = inspect_template(word(paragraph("<w:ins w:author='A'>" + run("new") + "</w:ins>")))
    assert [finding.code for finding in report.findings] == ["tracked_changes"]
    assert report.usable


def test_thousands_of_unclosed_tags_take_no_time() -> None:
    template = word(*["{{ a"] * 3_000)
    started = time.process_time()
    assert len(inspect_template(template).findings) == 3_000
    assert time.process_time() - started < 3


def test_a_file_that_is_no_word_file_is_refused() -> None:
    with pytest.raises(UnsafeFile):
        inspect_template(b"%PDF-1.7")
