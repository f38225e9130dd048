"""An edition shares questions and text with its source, and says at once when the two no longer fit."""

from pathlib import Path

import pytest

from mou_service.documents.word.templates import editions, manifest

SHIPPED = Path(__file__).parents[3] / "document_templates"
SOURCE = {
    "type": "memo",
    "languages": ["zh", "en"],
    "opening": [{"style": "text", "en": "We", "zh": "我们"}],
    "clauses": [
        {
            "key": "form",
            "title": {"en": "Form"},
            "paragraphs": [{"en": "In writing, in both languages.", "zh": "书面"}],
        },
        {
            "key": "languages",
            "title": {"en": "Languages"},
            "paragraphs": [{"en": "Chinese and English.", "zh": "中英文"}],
        },
    ],
}
CHANGE = {"clause": "form", "says": ", in both languages", "reads": ""}
OWN = {"key": "languages", "title": {"en": "Languages"}, "paragraphs": [{"en": "English."}]}
EDITION = {"type": "memo-en", "edition_of": "memo", "languages": ["en"], "changes": [CHANGE], "clauses": [OWN]}


def test_an_edition_is_its_source_in_fewer_languages_with_its_own_words():
    assert editions.faults(EDITION, SOURCE) == []
    made = editions.assembled(EDITION, SOURCE)
    assert made["type"] == "memo-en"
    assert made["opening"] == [{"style": "text", "en": "We"}]
    assert [clause["paragraphs"] for clause in made["clauses"]] == [[{"en": "In writing."}], [{"en": "English."}]]
    assert SOURCE["clauses"][0]["paragraphs"][0]["en"] == "In writing, in both languages."


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"languages": ["bg"]}, "some of zh, en"),
        ({"changes": [{**CHANGE, "says": "nobody wrote this"}]}, "stands there 0 times"),
        ({"changes": [{**CHANGE, "clause": "gone"}]}, "no such clause"),
        ({"changes": [{"clause": "form"}]}, "needs clause, says and reads"),
        ({"clauses": [{**OWN, "key": "gone"}]}, "none of memo.toml"),
        ({"fields": []}, "belongs into memo.toml"),
    ],
)
def test_what_does_not_fit_is_said(changed, said):
    (fault,) = editions.faults(EDITION | changed, SOURCE)
    assert said in fault


SAID = [{"en": "We", "de": "Wir"}, {"en": "Form", "de": "Form"}]
SAID += [{"en": "In writing, in both  languages.", "de": "Schriftlich, in beiden Sprachen."}]
THIRD = {"key": "languages", "title": {"en": "Languages", "zh": "文字", "de": "Sprachen"}, "paragraphs": []}
COLUMNS = {"type": "memo-de", "edition_of": "memo", "languages": ["zh", "en", "de"], "clauses": [THIRD]}


def test_an_edition_in_one_more_language_has_a_translation_of_every_text():
    edition = COLUMNS | {"translations": SAID}
    assert editions.faults(edition, SOURCE) == []
    made = editions.assembled(edition, SOURCE)
    assert made["opening"] == [{"style": "text", "en": "We", "zh": "我们", "de": "Wir"}]
    form, languages = made["clauses"]
    assert form["paragraphs"][0]["de"] == "Schriftlich, in beiden Sprachen."
    assert form["paragraphs"][0]["en"] == "In writing, in both languages."
    assert languages == THIRD
    assert "translations" not in made


@pytest.mark.parametrize(
    ("translations", "said"),
    [
        ([*SAID, {"en": "Gone", "de": "Weg"}], "“Gone” does not stand in memo.toml"),
        ([*SAID, SAID[0]], "translated twice"),
        ([*SAID[1:], {"en": "We"}], "needs a text in en, de"),
    ],
)
def test_a_translation_of_nothing_is_said(translations, said):
    (fault,) = editions.faults(COLUMNS | {"translations": translations}, SOURCE)
    assert said in fault


def test_a_text_without_its_translation_is_named_by_its_place(tmp_path):
    source = (SHIPPED / "university-university.toml").read_text("utf-8")
    (tmp_path / "university-university.toml").write_text(source.replace("joint conferences,", "conferences,"), "utf-8")
    path = tmp_path / "university-university-de.toml"
    path.write_text((SHIPPED / "university-university-de.toml").read_text("utf-8"), "utf-8")
    with pytest.raises(manifest.ManifestError, match=r"joint conferences.*does not stand"):
        manifest.read(path)
    path.write_text(path.read_text("utf-8").replace("joint conferences,", "conferences,").replace(
        'en = "once a year"\nde', 'en = "every two years"\nde', 1).replace(
        '[[translations]]\nen = "every two years"\nde = "alle zwei Jahre"\n', ""), "utf-8")  # fmt: skip
    with pytest.raises(manifest.ManifestError, match="“review_cycle” says “yearly”, which has no words in “de”"):
        manifest.read(path)


def test_an_edition_of_nothing_is_named_by_its_file(tmp_path):
    path = tmp_path / "alone-en.toml"
    path.write_text((SHIPPED / "university-university-en.toml").read_text("utf-8"), "utf-8")
    with pytest.raises(manifest.ManifestError, match=r"alone-en.*no file university-university\.toml"):
        manifest.read(path)
