"""A clause is worded anew by two people; the templates that take it hold the new text, agreements on their way keep theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.accounts.models import UserRole
from mou_service.accounts.roles import Role
from mou_service.agreements.queries import get
from mou_service.core import events
from mou_service.core.db import db
from mou_service.documents.word.templates.manifest import Manifest, ManifestError
from mou_service.documents.word.text import plain_text
from mou_service.engines import Engines
from mou_service.library import clause_files, clause_queries, operations, queries
from mou_service.library.models import STREAM
from tests import cast, makers
from tests.cast import Cast
from tests.library.test_templates import changed, send

LIABILITY = "/clauses/library/liability"
COSTS = "/clauses/university-university/costs"
#: In one template and one language: quick to make anew.
LETTER, LETTER_TEXT = "/clauses/letter-of-intent/costs", {"en": "Each Participant pays for its part of the talks."}
EVERYWHERE = ("student-exchange", "framework-en")


@pytest.fixture
def people(app: Flask, client: FlaskClient) -> Cast:
    """Rita reviews, and keeps clauses with Zhou Dan."""
    made = cast.people()
    db.session.add(UserRole(user=made["reviewer"], role=Role.DRAFTER))
    db.session.commit()
    as_("drafter", client)
    return made


def as_(key: str, client: FlaskClient, *, fresh: bool = True) -> None:
    cast.sign_in(client, key, fresh=fresh)
    with client.session_transaction() as session:
        session["language"] = "en"


def digest(address: str) -> str:
    return clause_queries.entry(*address.removeprefix("/clauses/").split("/")).digest


def typed(address: str, *paragraphs: dict[str, str], **more: str) -> dict[str, str]:
    rows = {f"paragraphs-{n}-{name}": text for n, each in enumerate(paragraphs) for name, text in each.items()}
    return {"seen": digest(address), "note": "Partners ask for it", "rank": "acceptable", **rows, **more}


COSTS_TEXT = {
    "en": "Each Participant bears what it spends.", "zh": "各方自行承担其支出。", "de": "Jeder Teilnehmer trägt seine Ausgaben selbst.",
}  # fmt: skip
FALLBACK = {
    "label_en": "damages up to a sum agreed each time", "label_zh": "赔偿以每次约定的金额为限",
    "guidance_en": "Only with the opinion of finance.", "guidance_zh": "须征求财务部门意见。",
}  # fmt: skip
FALLBACK_TEXT = {
    "en": "A Party which breaches <document> shall make good the direct loss up to the sum agreed for the activity.",
    "zh": "一方违反<document>的，应在就该项活动约定的金额内赔偿直接损失。",
}


def words_of(type_: str) -> str:
    return " ".join(plain_text(queries.template(type_).docx))


def test_a_second_person_approves_a_wording_and_every_edition_holds_it(
    client: FlaskClient, people: Cast, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = makers.an_agreement(people, engines, template="university-university").ref
    page = client.post(f"{COSTS}/positions/preferred", data=typed(COSTS, COSTS_TEXT), follow_redirects=True).text
    assert "waits for a second person" in page and "You proposed it" in page
    assert client.post(f"{COSTS}/texts/1/approve").status_code == 403
    assert queries.template("university-university").number == 0
    as_("reviewer", client, fresh=False)
    assert "/confirm" in client.post(f"{COSTS}/texts/1/approve").headers["Location"]
    as_("reviewer", client)
    told = client.post(f"{COSTS}/texts/1/approve", follow_redirects=True).text
    assert "3 templates hold the text from now on" in told and "Text 1, approved by Rita Ren" in told
    for type_, language in (("university-university", "zh"), ("university-university-en", "en"),
                            ("university-university-de", "de")):  # fmt: skip
        assert COSTS_TEXT[language] in words_of(type_)
        assert queries.template(type_).number == 1
    assert "an older text of it" in client.get(COSTS).text and ref in client.get(COSTS).text
    kept = get(ref)
    assert kept.version is not None and next(c for c in kept.version.clauses if c["key"] == "costs")["number"] == 0
    before = queries.of(kept)
    assert before is not None and before.number == 0, "an agreement on its way keeps its template"
    assert operations.take_in_shipped(engines.manifests, files=engines.files) == [], "no other release came"
    released = {
        "university-university-en": replace(engines.manifests["university-university-en"], word=b"another file")
    }
    monkeypatch.setattr(clause_files, "made", lambda _shipped, _said: b"made from the text of another release")
    (brought,) = operations.take_in_shipped(released, files=engines.files)
    assert brought.origin == "clause" and brought.state == "proposed", "a release keeps the clauses of the house"
    db.session.rollback()
    names = [event.name for event in events.trail(STREAM)]
    assert names == ["clause.propose", *["template.follow"] * 3, "clause.approve"]


def test_a_new_fallback_of_a_shared_clause_is_offered_by_the_forms_of_all_templates_and_can_be_taken_off(
    client: FlaskClient, people: Cast
) -> None:
    silent = typed(LIABILITY, FALLBACK_TEXT, **FALLBACK | {"guidance_zh": "", "guidance_en": ""})
    assert "Say when this text may be used, in both languages." in client.post(f"{LIABILITY}/offer", data=silent).text
    answer = client.post(f"{LIABILITY}/offer", data=typed(LIABILITY, FALLBACK_TEXT, **FALLBACK), follow_redirects=True)
    assert "waits for a second person" in answer.text, answer.text
    as_("reviewer", client)
    client.post(f"{LIABILITY}/texts/1/approve")
    for type_ in EVERYWHERE:
        made = queries.template(type_)
        options = {option.key: option.label["en"] for option in made.field("position_liability").options}
        assert options["house_1"] == f"acceptable: {FALLBACK['label_en']}"
        assert "position_liability == 'house_1'" in words_of(type_)
    client.post(f"{LIABILITY}/positions/house_1/retire", data={"seen": digest(LIABILITY), "note": "Nobody took it"})
    as_("drafter", client)
    client.post(f"{LIABILITY}/texts/2/approve")
    assert "house_1" not in words_of(EVERYWHERE[0])
    assert {option.key for option in queries.template(EVERYWHERE[0]).field("position_liability").options} == {
        "preferred", "each_own", "full"}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ({"en": "{{ nobody }} pays."}, "There will be no value called “nobody”."),
        ({"en": "{{ own.__class__ }} pays."}, "“__class__” cannot be used in a template."),
        ({"en": "{% if renewal %}Each pays."}, "The template cannot be read here"),
        ({"en": "｛｛ ref ｝｝ pays."}, "Full-width braces"),
        ({"when": "nobody == 1"}, "There will be no value called “nobody”."),
        ({"when": "own.__class__"}, "“__class__” cannot be used in a template."),
        ({"de": ""}, "A paragraph is missing in German."),
    ],
)
def test_a_text_that_cannot_be_used_is_told_with_its_place_and_nothing_is_kept(
    client: FlaskClient, people: Cast, text: dict[str, str], said: str
) -> None:
    answer = client.post(f"{COSTS}/positions/preferred", data=typed(COSTS, COSTS_TEXT | text))
    assert answer.status_code == 422
    assert said in answer.text
    assert "各方自行承担其支出" in answer.text, "the typing is kept"
    assert clause_queries.versions("university-university/costs") == []


def test_words_that_an_edition_replaces_have_to_stay(client: FlaskClient, people: Cast) -> None:
    address = "/clauses/university-university/amendment"
    answer = client.post(f"{address}/positions/preferred", data=typed(address, COSTS_TEXT))
    assert answer.status_code == 422 and "has to stand in the text once" in answer.text


def test_words_of_obligation_and_languages_that_differ_are_warned_of(client: FlaskClient, people: Cast) -> None:
    text = COSTS_TEXT | {"en": "Each Participant shall pay within 30 days.", "zh": "各方应在20日内付款。"}
    page = client.post(f"{COSTS}/positions/preferred", data=typed(COSTS, text), follow_redirects=True).text
    assert "“shall” sounds binding" in page and "“应” sounds binding" in page
    assert "The number is not the same" in page or "The length of time is not the same" in page


def test_a_proposal_on_an_older_text_cannot_be_approved_and_says_so(client: FlaskClient, people: Cast) -> None:
    for number in (1, 2):
        other = {"en": f"Each Participant bears part {number}."}
        client.post(f"{LETTER}/positions/preferred", data=typed(LETTER, other))
    as_("reviewer", client)
    assert client.post(f"{LETTER}/texts/1/approve").status_code == 302
    assert client.post(f"{LETTER}/texts/1/approve").status_code == 403, "two who approve at once: the first decided"
    assert "Written on an older text" in client.get(f"{LETTER}/texts/2").text
    assert client.post(f"{LETTER}/texts/2/approve").status_code == 409
    assert clause_queries.entry("letter-of-intent", "costs").number == 1


def test_a_text_that_a_release_left_behind_is_named_and_cannot_be_approved(
    client: FlaskClient, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(f"{LETTER}/positions/preferred", data=typed(LETTER, LETTER_TEXT))

    def asks_otherwise(shipped: Manifest, _said: object) -> Manifest:
        raise ManifestError(shipped.document_path, ["“talks” is not asked for any more"])

    monkeypatch.setattr(clause_files, "strictly", asks_otherwise)
    as_("reviewer", client)
    answer = client.post(f"{LETTER}/texts/1/approve")
    assert answer.status_code == 422 and "is not asked for any more" in answer.text
    assert clause_queries.versions("letter-of-intent/costs")[0].state == "proposed"


def test_typing_is_kept_when_another_text_came_into_use_meanwhile(client: FlaskClient, people: Cast) -> None:
    late = typed(LETTER, LETTER_TEXT)
    client.post(f"{LETTER}/positions/preferred", data=typed(LETTER, {"en": "Each pays."}))
    as_("reviewer", client)
    client.post(f"{LETTER}/texts/1/approve")
    answer = client.post(f"{LETTER}/positions/preferred", data=late)
    assert answer.status_code == 422 and "was approved while you wrote" in answer.text
    assert LETTER_TEXT["en"] in answer.text
    assert client.post(f"{LETTER}/positions/preferred", data=typed(LETTER, LETTER_TEXT)).status_code == 302


def test_a_proposal_is_refused_with_a_reason_or_taken_back(client: FlaskClient, people: Cast) -> None:
    client.post(f"{LETTER}/positions/preferred", data=typed(LETTER, LETTER_TEXT))
    client.post(f"{LETTER}/texts/1/refuse", data={"reason": "A slip"})
    client.post(f"{LETTER}/positions/preferred", data=typed(LETTER, LETTER_TEXT))
    as_("reviewer", client)
    client.post(f"{LETTER}/texts/2/refuse", data={"reason": "We never say so"})
    rows = clause_queries.versions("letter-of-intent/costs")
    assert [(row.number, row.state, row.reason) for row in rows] == [
        (2, "refused", "We never say so"), (1, "withdrawn", "A slip")]  # fmt: skip


def test_every_clause_is_found_by_words_of_any_language(client: FlaskClient, people: Cast) -> None:
    page = client.get("/clauses?q=不可抗力").text
    assert "/clauses/library/force_majeure" in page and "/clauses/library/liability" not in page
    assert "/clauses/library/liability" in client.get("/clauses?of=student-exchange&binding=yes").text
    assert "No clause fits" in client.get("/clauses?q=xyzzy").text
    assert "Came with the service, approved by nobody here" in client.get(LIABILITY).text


def test_a_template_with_a_file_from_word_is_changed_by_hand_and_known_to_hold_the_text_then(
    client: FlaskClient, people: Cast
) -> None:
    said = LETTER_TEXT["en"]
    _upload(client, changed(queries.template("letter-of-intent").docx))
    as_("drafter", client)
    client.post(f"{LETTER}/positions/preferred", data=typed(LETTER, LETTER_TEXT))
    assert "Not every file follows" in client.get(f"{LETTER}/positions/preferred").text
    as_("reviewer", client)
    assert "Not every file follows" in client.get(f"{LETTER}/texts/1").text
    told = client.post(f"{LETTER}/texts/1/approve", follow_redirects=True).text
    assert "1 keep their own Word file" in told and "To be changed by hand" in told
    used = queries.template("letter-of-intent")
    assert said not in words_of("letter-of-intent")
    old = next(clause for clause in used.clauses if clause.key == "costs").passages
    assert "bears its own costs" in old[0].text["en"], "the form and the file still say the same"
    as_("drafter", client)
    text = "".join(passage.text["en"] for passage in old)
    _upload(client, changed(used.docx, old=text, new=said))
    assert next(c for c in queries.template("letter-of-intent").clauses if c.key == "costs").number == 1
    assert "To be changed by hand" not in client.get(LETTER).text


def _upload(client: FlaskClient, content: bytes) -> None:
    assert "waits for a second person" in send(client, content)
    number = queries.template("letter-of-intent").number
    as_("reviewer", client)
    waiting = queries.waiting("letter-of-intent")[0].number
    client.post(f"/templates/letter-of-intent/versions/{waiting}/approve", data={"in_use": str(number)})
    assert queries.template("letter-of-intent").number == waiting
