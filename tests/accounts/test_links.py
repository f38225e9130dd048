"""One-time links: an invitation, a forgotten password; each works once, and only the newest."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from mou_service.accounts import operations, queries
from mou_service.accounts.models import AccountLink, User
from mou_service.core import clock, events, jobs
from mou_service.core.db import db
from mou_service.notifications.models import Message
from tests import cast
from tests.cast import Cast

NEW = "correct horse battery staple"
CHOSEN = {"password": NEW, "again": NEW}


def _invited(people: Cast) -> int:
    user = operations.invite(
        name="Nina New",
        email="nina@sspu.example",
        language="en",
        roles=["reviewer"],
        actor=people.actor("administrator"),
    )
    db.session.commit()
    return user.id


def _link_of_newest_mail() -> str:
    jobs.run_due()
    message = db.session.scalars(sa.select(Message).order_by(Message.id.desc())).first()
    assert message is not None
    return message.text.split("http://127.0.0.1:8000")[1].split()[0]


@pytest.fixture
def without_server(engines: object) -> None:
    engines.mailer = None  # type: ignore[attr-defined]


@pytest.mark.usefixtures("without_server")
def test_an_invitation_is_mailed_and_leads_in(client: FlaskClient, people: Cast) -> None:
    number = _invited(people)
    link = _link_of_newest_mail()
    page = client.get(link)
    assert page.status_code == 200
    assert "Nina New" in page.text
    answer = client.post(link, data=CHOSEN)
    assert (answer.status_code, answer.location) == (302, "/")
    assert "Nina New" in client.get("/account").text
    assert db.session.get_one(User, number).roles == {"reviewer"}
    assert [e.name for e in events.trail("accounts")][-1] == "account.join"


@pytest.mark.usefixtures("without_server")
def test_looking_at_a_link_does_not_use_it_up(client: FlaskClient, people: Cast) -> None:
    _invited(people)
    link = _link_of_newest_mail()
    assert [client.get(link).status_code for _ in range(3)] == [200, 200, 200]
    assert client.post(link, data=CHOSEN).status_code == 302


@pytest.mark.usefixtures("without_server")
def test_a_link_works_once(client: FlaskClient, people: Cast) -> None:
    number = _invited(people)
    link = _link_of_newest_mail()
    client.post(link, data=CHOSEN)
    other = {"password": "another set of words", "again": "another set of words"}
    client.post(link, data=other)
    assert operations.sign_in("nina@sspu.example", NEW, demo_allowed=False).id == number
    assert "You have already joined." in client.get(link).text


@pytest.mark.usefixtures("without_server")
def test_a_new_invitation_ends_the_one_before(client: FlaskClient, people: Cast) -> None:
    number = _invited(people)
    first = _link_of_newest_mail()
    cast.sign_in(client, "administrator")
    assert client.post(f"/accounts/{number}/invite").status_code == 302
    second = _link_of_newest_mail()
    assert first != second
    assert "This invitation no longer works" in client.get(first).text
    assert client.post(second, data=CHOSEN).status_code == 302


def test_nobody_is_invited_twice_after_joining(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "administrator")
    answer = client.post(f"/accounts/{people['leader'].id}/invite")
    assert answer.status_code == 403
    assert "has already joined" in answer.text


@pytest.mark.usefixtures("without_server")
def test_a_forgotten_password_is_replaced_and_every_session_ends(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "leader")
    stranger = client.application.test_client()
    assert stranger.post("/forgotten", data={"email": "LEADER@sspu.example"}).location == "/forgotten/sent"
    link = _link_of_newest_mail()
    assert link.startswith("/reset/")
    assert stranger.post(link, data=CHOSEN).status_code == 302
    assert stranger.get("/account").status_code == 200
    assert client.get("/account", headers={"Accept": "text/html"}).status_code == 302
    assert "链接已失效" in stranger.get(link).text, "the person's language"


def test_asking_for_an_unknown_address_looks_the_same(client: FlaskClient, people: Cast) -> None:
    answers = [client.post("/forgotten", data={"email": e}) for e in ("leader@sspu.example", "nobody@sspu.example")]
    assert answers[0].location == answers[1].location
    asked = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.handler == "accounts.ask_reset")).all()
    assert [job.facts["user_id"] for job in asked] == [people["leader"].id, None], (
        "both write one row, so both take as long"
    )
    jobs.run_due()
    assert [m.recipient for m in db.session.scalars(sa.select(Message).where(Message.kind == "account.ask_reset"))] == [
        "leader@sspu.example"
    ]


def test_old_links_are_refused(client: FlaskClient, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = operations.new_link(people["leader"], operations.RESET, valid=timedelta(minutes=60))
    db.session.commit()
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(queries, "now", lambda: later)
    assert "This link no longer works" in client.get(f"/reset/{secret}").text
    client.post(f"/reset/{secret}", data=CHOSEN)
    assert operations.sign_in("leader@sspu.example", cast.PASSWORD, demo_allowed=False)


def test_a_link_for_one_purpose_serves_no_other(client: FlaskClient, people: Cast) -> None:
    secret = operations.new_link(people["leader"], operations.RESET, valid=timedelta(minutes=60))
    db.session.commit()
    assert "This invitation no longer works" in client.get(f"/invitation/{secret}").text


def test_a_weak_choice_is_refused_and_the_link_stays(client: FlaskClient, people: Cast) -> None:
    secret = operations.new_link(people["leader"], operations.RESET, valid=timedelta(minutes=60))
    db.session.commit()
    answer = client.post(f"/reset/{secret}", data={"password": "password1234", "again": "password1234"})
    assert answer.status_code == 422
    assert "among the first that a stranger would try" in answer.text
    unequal = client.post(f"/reset/{secret}", data={"password": NEW, "again": NEW + "r"})
    assert "The two passwords are not the same." in unequal.text
    assert client.post(f"/reset/{secret}", data=CHOSEN).status_code == 302


def test_the_database_cannot_be_used_to_sign_in(people: Cast) -> None:
    secret = operations.new_link(people["leader"], operations.RESET, valid=timedelta(minutes=60))
    row = db.session.scalars(sa.select(AccountLink)).one()
    assert secret not in (row.token_hash, str(row.id))
    assert all(secret not in str(event.facts) for event in events.trail("accounts"))
