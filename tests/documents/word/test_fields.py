"""What is wrong with an answer, and in which words."""

import pytest

from mou_service.documents.word.templates.fields import Field, Option

LANGUAGES = ("zh", "en")


def a_field(kind, **more):
    words = {"label": {"en": "Answer", "zh": "答案"}, "help": {"en": "", "zh": ""}}
    return Field(key="answer", type=kind, group="g", **words, **more)


CHOICES = {"options": (Option("a", {"en": "A", "zh": "甲"}), Option("b", {"en": "B", "zh": "乙"}))}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (a_field("text"), "O'Brien-Šafářová"),
        (a_field("text"), ""),
        (a_field("multi_lang_text"), {"en": "engineering", "zh": "工程"}),
        (a_field("multi_lang_text"), {"en": "", "zh": ""}),
        (a_field("date"), "2024-02-29"),
        (a_field("int", minimum=1, maximum=6), 6),
        (a_field("choice", **CHOICES), "b"),
        (a_field("choices", **CHOICES), ["a", "b"]),
        (a_field("bool", required=True), False),
        (a_field("email"), "office@example.org"),
        (a_field("country"), "BG"),
    ],
)
def test_a_good_answer_has_no_problem(field, value):
    assert field.problems(value, LANGUAGES) == []


@pytest.mark.parametrize(
    ("field", "value", "path", "code"),
    [
        (a_field("text", required=True), "  ", "answer", "missing"),
        (a_field("choices", required=True, **CHOICES), [], "answer", "missing"),
        (a_field("text"), 7, "answer", "not_text"),
        (a_field("text", maximum=5), "longer", "answer", "too_long"),
        (a_field("multi_lang_text"), "one for all", "answer", "not_per_language"),
        (a_field("multi_lang_text"), {"en": "engineering", "zh": " "}, "answer.zh", "language_missing"),
        (a_field("paragraph", maximum=3), {"en": "long", "zh": "短"}, "answer.en", "too_long"),
        (a_field("date"), "27/03/2024", "answer", "not_a_date"),
        (a_field("date"), "2023-02-29", "answer", "not_a_date"),
        (a_field("int"), "5", "answer", "not_a_number"),
        (a_field("int"), True, "answer", "not_a_number"),
        (a_field("int", minimum=1), 0, "answer", "too_small"),
        (a_field("int", maximum=6), 7, "answer", "too_large"),
        (a_field("choice", **CHOICES), "c", "answer", "unknown_choice"),
        (a_field("choices", **CHOICES), ["a", "c"], "answer", "unknown_choice"),
        (a_field("choices", minimum=2, **CHOICES), ["a"], "answer", "too_few"),
        (a_field("choices", **CHOICES), "a", "answer", "not_a_list"),
        (a_field("bool"), "yes", "answer", "not_yes_or_no"),
        (a_field("email"), "office at example.org", "answer", "not_an_email"),
        (a_field("country"), "Bulgaria", "answer", "not_a_country"),
    ],
)
def test_a_bad_answer_says_where_and_why(field, value, path, code):
    (problem,) = field.problems(value, LANGUAGES)
    assert (problem.field, problem.code) == (path, code)
    assert "“Answer”" in problem.message
    assert problem.facts["label"] == "Answer"


def test_an_unanswered_field_starts_with_its_default_in_every_language():
    assert a_field("multi_lang_text", default={"en": "here"}).start(LANGUAGES) == {"zh": "", "en": "here"}
    assert a_field("choices", default=["a"], **CHOICES).start(LANGUAGES) == ["a"]
    assert a_field("choices", **CHOICES).start(LANGUAGES) == []
    assert a_field("bool").start(LANGUAGES) is False
    assert a_field("int", default=5).start(LANGUAGES) == 5
    assert a_field("text").start(LANGUAGES) == ""
