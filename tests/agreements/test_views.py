"""What waits for whom, the register, and an agreement's page with its one button."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.agreements import queries, standing, tasks
from mou_service.core import events
from mou_service.core.db import db
from mou_service.drafting import operations as drafting
from mou_service.engines import Engines
from mou_service.review import operations as review
from tests import cast, makers
from tests.cast import Cast


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast.people()


WAITS = [
    # stands at,     the one it waits for, what is to be done
    ("drafting", "drafter", "Finish the draft and submit it"),
    ("in_review", "reviewer", "Give your opinion on the text"),
    ("text_agreed", "drafter", "Have the translation confirmed"),
    ("in_approval", "leader", "Decide: approve or return"),
    ("approved", "organiser", "Name the witnesses and freeze the text"),
]


@pytest.mark.parametrize(("at", "who", "what"), WAITS)
def test_what_waits_stands_with_the_one_it_waits_for(
    client: FlaskClient, people: Cast, engines: Engines, at: str, who: str, what: str
) -> None:
    makers.an_agreement(people, engines, at=at)
    for key in ("drafter", "reviewer", "leader", "organiser", "archivist", "auditor", "partner", "outsider"):
        cast.sign_in(client, key)
        with client.session_transaction() as session:
            session["language"] = "en"
        assert (what in client.get("/").text) == (key == who), key


def test_a_returned_text_says_by_whom_and_why(client: FlaskClient, people: Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(people, engines, at="in_review")
    review.return_(agreement, actor=people.actors["reviewer"], reason="The notice period is too short.")
    db.session.commit()
    cast.sign_in(client, "drafter")
    with client.session_transaction() as session:
        session["language"] = "en"
    for address in ("/", f"/agreements/{agreement.ref}"):
        page = client.get(address).text
        assert "Correct the text and submit it again" in page
        assert "The notice period is too short." in page
        assert "Returned by" in page
        assert "Finish the draft" not in page
        assert "Nobody was asked yet" not in page


def test_a_text_taken_back_by_its_drafter_is_not_called_returned(people: Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(people, engines, at="in_review")
    drafting.revise(agreement, actor=people.actors["drafter"], reason="A slip")
    assert standing.returned(agreement) is None


def test_an_agreement_stands_once_among_the_tasks_of_a_person_with_two_roles(people: Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(people, engines, at="approved")
    both = replace(people.actors["organiser"], roles=frozenset({"organiser", "drafter", "leader", "reviewer"}))
    found = tasks.waiting(both, [agreement])
    assert [each.agreement for each in found] == [agreement]
    words = [task.what for task in found[0].tasks]
    assert len(words) == len(set(words))


def test_the_register_finds_by_number_title_and_party(client: FlaskClient, people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines).ref
    cast.sign_in(client, "auditor")
    for typed in ("0001", "memorandum", "备忘录", "鲁塞", "русенски", ref):
        assert ref in client.get("/agreements", query_string={"q": typed}).text, typed
    assert ref not in client.get("/agreements?q=elsewhere").text
    assert ref in client.get("/agreements?state=drafting").text
    assert ref not in client.get("/agreements?state=archived").text


def test_the_register_turns_its_pages(
    client: FlaskClient, people: Cast, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mou_service.agreements.views.PAGE", 1)
    refs = {makers.an_agreement(people, engines).ref for _ in range(3)}
    cast.sign_in(client, "auditor")
    address, seen = "/agreements", []
    for _ in range(3):
        page = client.get(address).text
        seen += [ref for ref in refs if f'href="/agreements/{ref}"' in page]
        address = next((part.split('"')[0].replace("&amp;", "&") for part in page.split('rel="next" href="')[1:]), "")
    assert sorted(seen) == sorted(refs)
    assert not address


def test_the_page_has_one_main_button(client: FlaskClient, people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines).ref
    cast.sign_in(client, "drafter")
    page = client.get(f"/agreements/{ref}").text
    assert page.count("next-act") == 1
    assert f'action="/agreements/{ref}/submit"' in page


def test_strangers_and_outsiders_learn_nothing(client: FlaskClient, people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines).ref
    for key in ("outsider", "partner", "leader", "archivist", "administrator"):
        cast.sign_in(client, key)
        assert client.get(f"/agreements/{ref}").status_code == 404, key
        assert client.get(f"/agreements/{ref}/history").status_code == 404, key
    cast.sign_in(client, "stranger")
    assert client.get(f"/agreements/{ref}", headers={"Accept": "text/html"}).status_code == 302


def test_withdrawing_needs_a_reason_and_stays_readable(client: FlaskClient, people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines, at="in_review").ref
    cast.sign_in(client, "drafter")
    assert client.post(f"/agreements/{ref}/withdraw", data={"reason": " "}).status_code == 422
    assert client.post(f"/agreements/{ref}/withdraw", data={"reason": "The partner was closed."}).status_code == 302
    db.session.expire_all()
    assert queries.get(ref).state == "withdrawn"
    assert events.trail(f"agreement/{ref}")[-1].facts["reason"] == "The partner was closed."
    page = client.get(f"/agreements/{ref}").text
    assert "The partner was closed." in page
    assert "next-act" not in page


def test_only_legal_staff_withdraws(client: FlaskClient, people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines, at="in_review").ref
    cast.sign_in(client, "reviewer")
    assert client.post(f"/agreements/{ref}/withdraw", data={"reason": "x"}).status_code == 403
    assert queries.get(ref).state == "in_review"


def test_the_history_tells_every_event_in_words(client: FlaskClient, people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines, at="approved").ref
    cast.sign_in(client, "auditor")
    page = client.get(f"/agreements/{ref}/history").text
    for event in events.trail(f"agreement/{ref}"):
        assert event.name not in page, f"{event.name} has no words"


def test_the_tasks_page_asks_the_database_a_fixed_number_of_times(
    client: FlaskClient, people: Cast, engines: Engines, statements: list[str]
) -> None:
    makers.an_agreement(people, engines)
    cast.sign_in(client, "drafter")
    client.get("/")
    del statements[:]
    client.get("/")
    once = len(statements)
    makers.an_agreement(people, engines)
    makers.an_agreement(people, engines)
    del statements[:]
    client.get("/")
    assert len(statements) == once


@pytest.fixture
def statements(app: Flask):  # type: ignore[no-untyped-def]
    """Every statement the database is asked from here on."""
    import sqlalchemy as sa

    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest):  # type: ignore[no-untyped-def]
        asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(db.engine, "before_cursor_execute", note)
