"""Clauses with more than one text, and clauses that templates share."""

import pytest

from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.templates import manifest
from mou_service.documents.word.templates.manifest import ManifestError
from mou_service.documents.word.templates.merge import merge
from mou_service.documents.word.templates.typeset import typeset
from tests.documents.word.test_manifest import SMALL

FALLBACK = """
[[clauses.fallbacks]]
key = "shorter"
rank = "acceptable"
label = { en = "half as long", zh = "减半" }
guidance = { en = "For companies.", zh = "适用于企业。" }
[[clauses.fallbacks.paragraphs]]
en = "It lasts half as long as {{ words.term_years.en }}."
zh = "有效期为{{ words.term_years.zh }}的一半。"
[[clauses.fallbacks.paragraphs]]
en = "Nobody minds."
zh = "双方无异议。"
"""
WITH_FALLBACK = SMALL.replace('[[clauses]]\nkey = "confidentiality"', f'{FALLBACK}[[clauses]]\nkey = "confidentiality"')
LIBRARY = """
[[clauses]]
name = "duration"
kind = "required"
title = { en = "Duration", zh = "期限" }
[[clauses.paragraphs]]
en = "<document> lasts {{ words.term_years.en }}."
zh = "<document>有效期{{ words.term_years.zh }}。"
"""
TAKING = '[terms]\ndocument = { en = "This Small Paper", zh = "本文件" }\n'


def write(folder, text, library=""):
    (folder / "library").mkdir(exist_ok=True)
    (folder / "library" / "clauses.toml").write_text(library, "utf-8")
    path = folder / "small.toml"
    path.write_text(text, "utf-8")
    return path


def taking(extra=""):
    begin = SMALL.index('[[clauses]]\nkey = "duration"')
    end = SMALL.index('[[clauses]]\nkey = "confidentiality"')
    head, fields = SMALL[:begin].split("[[groups]]", 1)
    return f'{head}{TAKING}[[groups]]{fields}[[clauses]]\nuse = "duration"\n{extra}{SMALL[end:]}'


def test_the_form_asks_which_text_is_to_stand(tmp_path):
    small = manifest.read(write(tmp_path, WITH_FALLBACK))
    field = small.field("position_duration")
    assert (field.start(small.languages), [option.key for option in field.options]) == (
        "preferred", ["preferred", "shorter"],
    )  # fmt: skip
    assert field.option("shorter").label == {"en": "acceptable: half as long", "zh": "可接受：减半"}
    assert [group.key for group, _fields in small.topics()][-1] == "positions"
    assert small.validate({"position_duration": "shortest"})
    assert not [each for each in small.validate({"position_duration": "shorter"}) if "position" in each.field]


@pytest.mark.parametrize(
    ("position", "stands", "falls"),
    [
        ("preferred", "It lasts five (5) years.", "half as long"),
        ("shorter", "half as long as five (5) years", "It lasts five"),
    ],
)
def test_exactly_the_chosen_text_stands_in_the_document(tmp_path, position, stands, falls):
    small = manifest.read(write(tmp_path, WITH_FALLBACK))
    values = small.complete({"position_duration": position, "title": {"en": "T", "zh": "题"}, "ref": "R-1"})
    names = {"name": {"en": "Own", "zh": "我方"}, "signatories": []}
    made = merge(typeset(small), values | {"own": names, "partner": names, "demonstration": False, "witnesses": []})
    text = repr(read(made).document)
    assert stands in text and falls not in text


def test_a_clause_of_the_library_speaks_in_the_templates_terms(tmp_path):
    small = manifest.read(write(tmp_path, taking(), LIBRARY))
    clause = small.clauses[0]
    assert (clause.key, clause.library) == ("duration", "duration")
    assert clause.passages[0].text["en"].startswith("This Small Paper lasts")
    assert clause.passages[0].text["zh"].startswith("本文件有效期")


def test_the_version_of_a_clause_changes_with_its_words_alone(tmp_path):
    first = manifest.read(write(tmp_path, taking(), LIBRARY)).clauses[0].digest
    guided = manifest.read(write(tmp_path, taking('lock = "locked"\n'), LIBRARY)).clauses[0]
    assert (guided.lock, guided.digest) == ("locked", first)
    assert manifest.read(write(tmp_path, taking(), LIBRARY.replace("lasts", "endures"))).clauses[0].digest != first


@pytest.mark.parametrize(
    ("text", "library", "fault"),
    [
        (taking(), "", "clauses: the library has none called “duration”"),
        (taking('title = { en = "Own", zh = "自有" }\n'), LIBRARY, "clauses, “duration”: “title” is the library's to say"),
        (taking().replace("document = {", "paper = {"), LIBRARY, "terms: “document” has no word in “en”"),
        (taking(), "[[clauses", "clauses.toml of the library is not readable TOML"),
        (WITH_FALLBACK.replace('"acceptable"', '"nice"'), "", "position “shorter”: rank “nice” is not one of"),
        (WITH_FALLBACK.replace('key = "shorter"', 'key = "preferred"'), "", "position “preferred” is declared twice"),
        (WITH_FALLBACK.replace('kind = "required"', 'kind = "required"\nlock = "shut"', 1), "", "lock “shut” is not one of"),
        (WITH_FALLBACK.replace("half as long as {{ words", "half of {{ wrods"), "", "(position_duration == 'shorter') paragraph 1"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(tmp_path, text, library, fault):
    with pytest.raises(ManifestError) as caught:
        manifest.read(write(tmp_path, text, library))
    assert fault in "\n".join(caught.value.faults)
