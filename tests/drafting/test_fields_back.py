"""An answer changed in Word is offered to the form, with what contradicts it."""

from pathlib import Path

import pytest

from mou_service.documents.word.templates import manifest
from mou_service.documents.word.templates.merge import merge
from mou_service.drafting import fields_back
from tests.documents.word.test_controls import rewritten

MEMORANDUM = manifest.read(Path(__file__).parents[2] / "document_templates" / "university-university.toml")


@pytest.fixture(scope="module")
def sent():
    return merge(MEMORANDUM.docx, MEMORANDUM.complete(MEMORANDUM.example()))


@pytest.fixture
def offered(app, sent):
    def read(*changes):
        with app.test_request_context():
            return {
                each.path: each
                for each in fields_back.offers(MEMORANDUM, MEMORANDUM.example(), rewritten(sent, *changes))
            }

    return read


def test_a_file_without_changes_offers_nothing(offered) -> None:
    assert offered() == {}


def test_a_number_changed_in_both_languages_is_one_offer(offered) -> None:
    found = offered(("five (5) years", "six (6) years"), ("五年", "六年"))
    assert list(found) == ["term_years"]
    offer = found["term_years"]
    assert (offer.value, offer.usable, offer.contradicts) == (6, True, ())
    values = fields_back.taken(MEMORANDUM.example() | {"form": {"answers": {"term_years": 5}}}, [offer], {"term_years"})
    assert values["term_years"] == values["form"]["answers"]["term_years"] == 6


def test_a_number_changed_in_one_language_names_the_other(offered) -> None:
    offer = offered(("five (5) years", "six (6) years"))["term_years"]
    assert offer.value == 6
    assert [(each.language, each.text) for each in offer.contradicts] == [("zh", "五年")]


def test_two_new_answers_to_one_question_cannot_be_taken(offered) -> None:
    offer = offered(("five (5) years", "six (6) years"), ("五年", "四年"))["term_years"]
    assert not offer.usable and offer.value is None
    assert "differently" in offer.problem


def test_words_that_are_no_answer_stay_in_the_text(offered) -> None:
    offer = offered(("five (5) years", "a good while"))["term_years"]
    assert not offer.usable and "a good while" in offer.problem
    values = MEMORANDUM.example()
    assert fields_back.taken(values, [offer], {"term_years"}) == values


def test_an_answer_the_form_would_refuse_is_not_offered_as_good(offered) -> None:
    offer = offered(("five (5) years", "ninety (90) years"), ("五年", "九十年"))["term_years"]
    assert not offer.usable and "90" in offer.problem


def test_a_name_of_the_register_is_told_and_not_taken(offered) -> None:
    name = MEMORANDUM.example()["own"]["name"]["en"]
    offer = next(iter(offered((f">{name}<", ">Another University<")).values()))
    assert offer.path == "own.name.en" and not offer.usable
    assert [each.text for each in offer.contradicts] == [name]


def test_text_of_one_language_and_the_title_go_into_the_form(offered) -> None:
    example = MEMORANDUM.example()
    background, title = example["background"]["en"], example["title"]["en"]
    found = offered((f">{background}<", ">They met in Ruse.<"), (f">{title}<", ">Memorandum of Friendship<"))
    assert found["background.en"].value == "They met in Ruse."
    assert found["title.en"].value == "Memorandum of Friendship"
    values = fields_back.taken(example | {"form": {}}, list(found.values()), set(found))
    assert values["form"]["answers"]["background"]["en"] == values["background"]["en"] == "They met in Ruse."
    assert values["form"]["titles"]["en"] == "Memorandum of Friendship"
    assert values["background"]["zh"] == example["background"]["zh"]
