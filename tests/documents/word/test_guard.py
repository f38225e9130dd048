"""The linter names every fault of a template with its place, and the names it asks for."""

from unittest.mock import Mock

import pytest

from mou_service.documents.word.findings import TemplateFailed, UnsafeFile, finding
from mou_service.documents.word.templates import merge
from mou_service.documents.word.templates.guard import MOST_FINDINGS, inspect_template
from mou_service.documents.word.templates.manifest import load
from mou_service.documents.word.templates.merge import inspect
from mou_service.settings import ROOT
from tests.documents.word.making import cell, paragraph, part, row, run, table, word

#: Texts, things with parts, lists, and what may be anything.
NAMES = {
    "own": {"name": {"en": ""}, "short": True},
    "partner": True,
    "parties": [{"name": {"en": ""}}],
    "title": {"en": "", "zh": ""},
    "term_years": "",
    "words": {"term_years": {"en": ""}},
}


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
    report = inspect_template(template, shape=NAMES)
    assert report.findings == ()
    assert report.usable
    assert report.variables == ("own", "parties", "term_years", "title")


def test_a_tag_split_over_runs_is_one_tag() -> None:
    report = inspect_template(word(paragraph(run("{"), run("{ ti", "<w:b/>"), run("tle.en }"), run("}"))), shape=NAMES)
    assert report.findings == ()
    assert report.variables == ("title",)


FAULTS: dict[str, tuple[str, str, str]] = {
    "unknown name": ("{{ titel.en }}", "unknown_name", "Did you mean “title”?"),
    "unclosed": ("Between {{ own.name.en", "unclosed_tag", "opened and not closed"),
    "unopened": ("Between own.name.en }} and", "unopened_tag", "closed that was not opened"),
    "full-width": ("｛｛ title ｝｝", "full_width_braces", "English keyboard"),
    "half full-width": ("{{ title ｝｝ and", "full_width_braces", "English keyboard"),
    "lost text": ("keep me {%p if own %}{%p endif %}", "lost_text", "keep me"),
    "no end": ("{% if own %} x", "unended", "{% endif %}"),
    "no beginning": ("x {% endfor %}", "unbegun", "ends nothing"),
    "another end": ("{% if own %} x {% endfor %}", "unbegun", "{% endfor %}"),
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
    "attribute of a text": ("{{ title.en.format }}", "unknown_name", "“title.en.format”"),
    "part that is not there": ("{{ own.nam.en }}", "unknown_name", "Did you mean “own.name”?"),
    "answer in words": ("{{ words.term_yeers.en }}", "unknown_name", "“words.term_years”"),
    "in a branch": ("{% if title.en %}x{% else %}{{ partnr }}{% endif %}", "unknown_name", "“partner”"),
    "of one in a list": ("{% for one in parties %}{{ one.adress }}{% endfor %}", "unknown_name", "“one.adress”"),
    "all languages": ("{{ title }}", "not_a_text", "such as “title.en”"),
    "a whole list": ("{{ parties }}", "not_a_text", "Go through it"),
    "subclasses": ("{{ ''['__class__'] }}", "forbidden_expression", "square brackets"),
    "method of nothing": ("{{ nothing.upper() }}", "forbidden_expression", "A call"),
    "format string": ("{{ '%s' | format(own) }}", "unknown_filter", "There is no filter “format”"),
    "format by sign": ("{{ '%s' % own }}", "forbidden_expression", "“%”"),
    "map": ("{{ parties | map(attribute='x') }}", "unknown_filter", "There is no filter “map”"),
    "extends": ("{% extends 'base' %}", "forbidden_expression", "“extends”"),
    "import": ("{% import 'os' as os %}", "forbidden_expression", "“import”"),
    "from": ("{% from 'os' import x %}", "forbidden_expression", "“import”"),
    "block": ("{% block x %}{% endblock %}", "forbidden_expression", "“block”"),
    "call block": ("{% call own() %}{% endcall %}", "forbidden_expression", "cannot be used"),
    "filter block": ("{% filter upper %}{% endfilter %}", "forbidden_expression", "“filterblock”"),
    "escaping off": ("{% autoescape false %}x{% endautoescape %}", "forbidden_expression", "cannot be used"),
    "recursive loop": ("{% for x in parties recursive %}{% endfor %}", "forbidden_expression", "one of the lists"),
    "loop over a text": ("{% for x in 'aaaa' %}{% endfor %}", "forbidden_expression", "one of the lists"),
    "brackets": ("{{ " + "(" * 3000 + "own" + ")" * 3000 + " }}", "deep_nesting", "more than 50 deep"),
    "negations": ("{{ " + "not " * 3000 + "own }}", "deep_nesting", "more than 50 deep"),
    "conditions": ("{% if own %}" * 60 + "{% endif %}" * 60, "deep_nesting", "more than 50 deep"),
    "a flood in one paragraph": ("{{ a" * 20_000, "too_many_tags", "not closed"),
    "rich text": ("{{r title }}", "forbidden_expression", "formatted text"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_named_with_its_place(name: str) -> None:
    text, code, words = FAULTS[name]
    report = inspect_template(word("First", table(row("left", cell(text)))), shape=NAMES)
    found = [finding for finding in report.findings if finding.code == code]
    assert found, report.findings
    assert words in found[0].message
    assert found[0].place.startswith("body, table 1, row 1, column 2")
    assert not report.usable


def test_a_condition_must_end_where_it_began() -> None:
    crossed = inspect_template(word("{% if own %}a", "b{% endif %}"), shape=NAMES)
    assert [finding.code for finding in crossed.findings] == ["crossed_levels"]
    cells = inspect_template(word(table(row("{%p if own %}", "{%p endif %}"))), shape=NAMES)
    assert [finding.code for finding in cells.findings] == ["crossed_levels"]


def test_a_row_tag_takes_the_whole_row() -> None:
    report = inspect_template(word(table(row("{%tr if own %}", "lost words"), row("x", "y"), row("{%tr endif %}", ""))))
    assert [(finding.code, finding.facts["text"]) for finding in report.findings] == [("lost_text", "lost words")]


def test_loops_lie_at_most_two_deep() -> None:
    deep = "{% for a in own %}{% for b in a.x %}{% for c in b.x %}{% endfor %}{% endfor %}{% endfor %}"
    assert "deep_loop" in [finding.code for finding in inspect_template(word(deep)).findings]


def test_pending_changes_in_a_template_are_named() -> None:
    report = inspect_template(word(paragraph("<w:ins w:author='A'>" + run("new") + "</w:ins>")))
    assert [finding.code for finding in report.findings] == ["tracked_changes"]
    assert not report.usable


def test_of_thousands_of_unclosed_tags_the_first_are_named_and_the_others_counted() -> None:
    findings = inspect(word(*["{{ a"] * 3_000)).findings
    assert [each.code for each in findings] == ["unclosed_tag"] * MOST_FINDINGS + ["more"]
    assert findings[0].place == "body, paragraph 1 (“{{ a”)"
    assert findings[-1].facts["more"] == str(3_000 - MOST_FINDINGS)


IN_CODE = {
    "field": '<w:p><w:r><w:instrText>HYPERLINK "{{ title.en }}"</w:instrText></w:r></w:p>',
    "attribute": '<w:p><w:pPr><w:pStyle w:val="{{ title.en }}"/></w:pPr></w:p>',
    "control": '<w:p><w:sdt><w:sdtPr><w:tag w:val="{{ title.en }}"/></w:sdtPr><w:sdtContent/></w:sdt></w:p>',
}


@pytest.mark.parametrize("name", IN_CODE)
def test_no_answer_comes_into_an_instruction_or_an_attribute(name: str) -> None:
    (found,) = inspect_template(word("First", IN_CODE[name]), shape=NAMES).findings
    assert found.code == "tag_in_code" and found.outcome == "refuse" and found.place.startswith("body, paragraph 2")


EVIL = "{{ own.__class__.__mro__ }}"


@pytest.mark.parametrize("kind", ["header", "footer", "footnotes"])
def test_a_tag_is_examined_wherever_it_would_be_filled_in(kind: str) -> None:
    tag = {"header": "hdr", "footer": "ftr"}.get(kind, kind)
    inside = f'<w:footnote w:id="1">{paragraph(EVIL)}</w:footnote>' if kind == "footnotes" else paragraph(EVIL)
    template = word("x", parts={f"word/{kind}1.xml": part(tag, inside)}, links=[("h", kind, f"{kind}1.xml", False)])
    found = inspect_template(template, shape=NAMES).findings[0]
    assert (found.code, found.facts["what"]) == ("forbidden_expression", "__mro__")
    assert found.place.startswith({"footnotes": "footnotes"}.get(kind, f"{kind} 1"))


@pytest.mark.parametrize("name", ["word/comments.xml", "docProps/core.xml", "docProps/custom.xml", "word/settings.xml"])
def test_a_tag_where_nothing_is_filled_in_is_named(name: str) -> None:
    template = word("x", parts={name: f'<x xmlns="y"><title>{EVIL}</title></x>'.encode()})
    found = next(each for each in inspect_template(template).findings if each.code == "tag_elsewhere")
    assert found.outcome == "refuse" and "__class__" in found.message


def test_the_shape_of_a_manifest_is_that_of_its_example() -> None:
    for made in load(ROOT / "document_templates").values():
        assert inspect(made.docx, made.shape).findings == (), made.type


def test_the_linter_itself_has_little_time_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge, "_asked", Mock(side_effect=TemplateFailed([finding("too_slow", outcome="refuse")])))
    assert [each.code for each in inspect(b"").findings] == ["too_slow"]


def test_a_file_that_is_no_word_file_is_refused() -> None:
    with pytest.raises(UnsafeFile):
        inspect(b"%PDF-1.7")
