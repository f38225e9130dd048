"""Manifests are read whole, checked before use, and say every fault with its place."""

import pytest

from mou_service.documents.word.templates import manifest
from mou_service.documents.word.templates.manifest import ManifestError

SMALL = """
type = "small"
code = "SML"
languages = ["zh", "en"]
layout = "two_column"
document = "small.docx"
title = { en = "Small", zh = "小" }
summary = { en = "A small one", zh = "小文件" }
[[groups]]
key = "all"
title = { en = "All", zh = "全部" }
[[fields]]
key = "term_years"
type = "int"
group = "all"
default = 5
unit = "year"
label = { en = "Term", zh = "有效期" }
help = { en = "Years", zh = "年" }
[[fields]]
key = "secret"
type = "bool"
group = "all"
label = { en = "Confidential", zh = "保密" }
help = { en = "Adds a clause", zh = "增加条款" }
[[fields]]
key = "secret_until"
type = "date"
group = "all"
required = true
asked_if = "secret"
label = { en = "Until", zh = "截止" }
help = { en = "Last day", zh = "最后一日" }
[[fields]]
key = "mode"
type = "choices"
group = "all"
default = ["a", "b"]
options = [{ key = "a", label = { en = "one", zh = "甲" } }, { key = "b", label = { en = "two", zh = "乙" } }]
label = { en = "Mode", zh = "方式" }
help = { en = "How", zh = "如何" }
[[opening]]
en = "**{{ own.name.en }}**"
zh = "**{{ own.name.zh }}**"
[[clauses]]
key = "duration"
kind = "required"
title = { en = "Duration", zh = "期限" }
[[clauses.paragraphs]]
en = "It lasts {{ words.term_years.en }}."
zh = "有效期{{ words.term_years.zh }}。"
[[clauses]]
key = "confidentiality"
kind = "optional"
condition = "secret"
title = { en = "Confidentiality", zh = "保密" }
[[clauses.paragraphs]]
en = "Until {{ words.secret_until.en }}."
zh = "至{{ words.secret_until.zh }}。"
[[signatures]]
party = "own"
"""


@pytest.fixture
def write(tmp_path):
    def write(text, name="small"):
        path = tmp_path / f"{name}.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def faults(path):
    with pytest.raises(ManifestError) as caught:
        manifest.read(path)
    return "\n".join(caught.value.faults)


def test_a_manifest_is_read_by_its_type(write, tmp_path):
    write(SMALL)
    (only,) = manifest.load(tmp_path).values()
    assert only.type == "small"
    asked = [field.key for _, fields in only.topics() for field in fields]
    assert asked == ["term_years", "secret", "secret_until", "mode"]
    assert [clause.key for clause in only.clauses] == ["duration", "confidentiality"]
    assert list(only.clauses[0].title) == ["zh", "en"], "texts stand in the order of the columns"


def test_answers_are_completed_and_put_into_words(write):
    small = manifest.read(write(SMALL))
    full = small.complete({"term_years": 2, "secret_until": "2029-03-26"})
    assert full["secret"] is False
    assert full["words"]["term_years"] == {"en": "two (2) years", "zh": "两年"}
    assert full["words"]["secret_until"] == {"en": "26 March 2029", "zh": "2029年3月26日"}
    assert full["words"]["mode"] == {"en": "one, two", "zh": "甲、乙"}


def test_a_question_is_asked_only_where_it_makes_sense(write):
    small = manifest.read(write(SMALL))
    until, confidentiality = small.field("secret_until"), small.clauses[1]
    assert not small.asked(until, {})
    assert not small.holds_clause(confidentiality, {})
    assert small.asked(until, {"secret": True})
    assert small.holds_clause(confidentiality, {"secret": True})
    assert [problem.field for problem in small.validate({"secret": True}) if problem.field == "secret_until"]
    assert not [problem for problem in small.validate({}) if problem.field == "secret_until"]


def test_what_no_field_asks_for_is_named(write):
    small = manifest.read(write(SMALL))
    assert ("therm_years", "unknown_field") in {(p.field, p.code) for p in small.validate({"therm_years": 5})}


def test_missing_parties_people_and_places_are_named(write):
    small = manifest.read(write(SMALL))
    own = {
        "name": {"zh": "甲大学", "en": "A University"},
        "short": {"zh": "甲", "en": "A"},
        "country": {"zh": "中国", "en": "China"},
        "address": {"zh": "甲路1号"},
        "identifier": "",
        "signatories": [{"name": {"zh": "李", "en": "Li"}}],
        "contact": {"name": "", "email": "", "phone": ""},
    }
    found = {problem.field for problem in small.validate({"own": own, "witnesses": "none"})}
    assert {"ref", "demonstration", "title.zh", "date.en", "place.en", "partner", "parties", "witnesses"} <= found
    assert {"own.address.en", "own.signatories.0.title.en", "own.signatories.0.organisation.zh"} <= found
    assert "own.address.zh" not in found


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('type = "small"', 'type = "tiny"', "the file is called “small.toml”"),
        ('layout = "two_column"', 'layout = "circle"', "layout “circle” is not one of two_column, single"),
        ('languages = ["zh", "en"]', 'languages = ["zh", "en", "tlh"]', "language “tlh” has no wording"),
        ('unit = "year"', 'unit = "moon"', "field “term_years”: unit “moon”"),
        ('type = "bool"', 'type = "boolean"', "field “secret”: type “boolean” is not one of"),
        ('group = "all"\ndefault = 5', 'group = "some"', "field “term_years”: group “some” is not declared"),
        ('default = ["a", "b"]', 'default = ["z"]', "the default “['z']” is not among the options"),
        ('help = { en = "Years", zh = "年" }', 'help = { en = "Years" }', "“term_years”, help: the text in “zh”"),
        ('key = "secret"', 'key = "term_years"', "field “term_years” is declared twice"),
        ('asked_if = "secret"', 'asked_if = "secrt"', "field “secret_until”, asked_if: “secrt” is neither a field"),
        ('condition = "secret"', 'condition = "term_years"', "an optional clause is switched by a yes/no field"),
        ('kind = "required"', 'kind = "optional"', "clause “duration”: a required clause has no condition"),
        ('zh = "有效期{{ words.term_years.zh }}。"', "", "clause “duration”, paragraph 1: the text in “zh” is missing"),
        ("{{ words.term_years.en }}", "{{ term_yeers }}", "paragraph 1, en: “term_yeers” is neither"),
        ("{{ words.term_years.en }}", "{{ words.term_years.en }", "clause “duration” paragraph 1, en: unexpected '}'"),
        ('party = "own"', 'party = "them"', "party “them” is neither “own” nor “partner”"),
        (
            'kind = "optional"',
            'kind = "optional"\ncolour = "red"',
            "clause “confidentiality”: “colour” means nothing here",
        ),
        ('code = "SML"', 'code = "SML"\nattesting_witness = "yes"', "attesting_witness: it is true or false"),
        ('code = "SML"', "", "“code” is missing"),
        ('code = "SML"', "code = SML", "the file is not readable TOML"),
    ],
)
def test_each_fault_is_told_with_its_place(write, old, new, fault):
    assert old in SMALL
    assert fault in faults(write(SMALL.replace(old, new, 1)))


def test_several_faults_are_told_together(write):
    told = faults(write(SMALL.replace('unit = "year"', 'unit = "moon"').replace('party = "own"', 'party = "them"')))
    assert "moon" in told
    assert "them" in told


def test_a_missing_example_is_said(write):
    with pytest.raises(ManifestError, match="example values cannot be read"):
        manifest.read(write(SMALL)).example()


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("review", True),
        ("not review", False),
        ("'a' in areas", True),
        ("witnesses", False),
        ("mode == 'x' or title.en", True),
    ],
)
def test_conditions_read_the_values(condition, answer):
    values = {"review": True, "areas": ["a"], "mode": "y", "title": {"en": "T"}, "witnesses": []}
    assert manifest.holds(condition, values) is answer
