"""Texts the house has in place of those that came with the service: in the template, in its editions, in the library."""

from pathlib import Path

import pytest

from mou_service.documents.word.templates import amendments, manifest

FOLDER = Path(__file__).parents[3] / "document_templates"
COSTS = "university-university/costs"


def amended(address, **texts):
    raw = amendments.shipped(FOLDER)[address]
    return {address: {**{name: raw[name] for name in amendments.TEXTS if name in raw}, "number": 1, **texts}}


def clause(made, key):
    return next(each for each in made.clauses if each.key == key)


def test_an_amended_text_stands_in_the_template_and_in_every_edition_of_it():
    said = {"en": "Each bears its own costs.", "zh": "各自承担费用。", "de": "Jeder trägt seine Kosten selbst."}
    changes = amended(COSTS, paragraphs=[said])
    for edition, languages in (("", ("zh", "en")), ("-en", ("en",)), ("-de", ("zh", "en", "de"))):
        path = FOLDER / f"university-university{edition}.toml"
        before, after = manifest.read(path), manifest.read(path, changes)
        found = clause(after, "costs")
        assert [dict(each.text) for each in found.passages] == [{tag: said[tag] for tag in languages}]
        assert (found.number, found.address) == (1, COSTS)
        assert found.digest != clause(before, "costs").digest
        assert [c.digest for c in after.clauses if c.key != "costs"] == [
            c.digest for c in before.clauses if c.key != "costs"
        ]


def test_an_amended_clause_of_the_library_stands_in_all_templates_that_take_it():
    text = [{"en": "Nothing in <document> is exclusive.", "zh": "<document>不具排他性。"}]
    changes = amended("library/non_exclusivity", paragraphs=text)
    for name, words in (("student-exchange", "this Agreement"), ("joint-programme", "this Agreement")):
        found = clause(manifest.read(FOLDER / f"{name}.toml", changes), "non_exclusivity")
        assert found.passages[0].text["en"] == f"Nothing in {words} is exclusive."
        assert found.address == "library/non_exclusivity"


@pytest.mark.parametrize(
    ("address", "text", "fault"),
    [
        (COSTS, {"en": "{{ nobody }} pays.", "zh": "{{ nobody }}付款。"}, "“nobody” is neither a field"),
        (COSTS, {"en": "Only in English."}, "the text in “zh” is missing"),
    ],
)
def test_an_amendment_that_does_not_fit_is_told_with_its_place(address, text, fault):
    with pytest.raises(manifest.ManifestError, match=fault) as told:
        manifest.read(FOLDER / "university-university.toml", amended(address, paragraphs=[text]))
    assert all("costs" in each for each in told.value.faults)


def test_words_an_edition_replaces_have_to_stay():
    raw = amendments.shipped(FOLDER)["university-university/amendment"]
    other = [{**each, "en": "It may be changed."} for each in raw["paragraphs"]]
    with pytest.raises(manifest.ManifestError, match="it must stand there once"):
        manifest.read(
            FOLDER / "university-university-en.toml", amended("university-university/amendment", paragraphs=other)
        )
