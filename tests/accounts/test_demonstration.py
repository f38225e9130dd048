"""Demonstration accounts exist, sign in and are offered only while the service runs as a demonstration."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from mou_service.accounts import demonstration, operations
from mou_service.core.db import db
from mou_service.core.errors import Refused
from mou_service.engines import Engines
from tests.cast import Cast

HTML = {"Accept": "text/html"}


@pytest.fixture
def shown(people: Cast) -> str:
    operations.demo_account(
        name="Dora Demo", email="dora@demo.example", language="en", roles=["drafter"],
        password_hash=demonstration.password_hash(), demo_allowed=True,
    )  # fmt: skip
    db.session.commit()
    return "dora@demo.example"


def _real(engines: Engines) -> None:
    engines.settings = engines.settings.model_copy(update={"demo": False})


def test_they_are_offered_and_let_in(client: FlaskClient, shown: str) -> None:
    page = client.get("/sign-in").text
    assert "Sign in as Dora Demo" in page
    assert demonstration.PASSWORD in page
    answer = client.post("/sign-in", data={"email": shown, "password": demonstration.PASSWORD})
    assert answer.status_code == 302


def test_they_are_not_offered_for_an_institution_that_is_real(client: FlaskClient, people: Cast, shown: str) -> None:
    people.institution.demonstration = False
    db.session.commit()
    assert demonstration.PASSWORD not in client.get("/sign-in").text


def test_they_cannot_sign_in_elsewhere(client: FlaskClient, shown: str, engines: Engines) -> None:
    _real(engines)
    page = client.get("/sign-in").text
    assert "Dora Demo" not in page
    assert demonstration.PASSWORD not in page
    assert client.post("/sign-in", data={"email": shown, "password": demonstration.PASSWORD}).status_code == 422


def test_a_session_of_one_ends_when_the_demonstration_does(client: FlaskClient, shown: str, engines: Engines) -> None:
    client.post("/sign-in", data={"email": shown, "password": demonstration.PASSWORD})
    assert client.get("/account").status_code == 200
    _real(engines)
    assert client.get("/account", headers=HTML).status_code == 302


def test_they_cannot_be_made_elsewhere(people: Cast) -> None:
    with pytest.raises(Refused):
        operations.demo_account(
            name="Dora Demo", email="dora@demo.example", language="en", roles=["drafter"],
            password_hash=demonstration.password_hash(), demo_allowed=False,
        )  # fmt: skip
    assert operations.queries.by_email("dora@demo.example") is None


def test_their_password_is_not_lost_by_a_joker(client: FlaskClient, shown: str) -> None:
    """A published password is changed by nobody; everybody else finds it as it was."""
    client.post("/sign-in", data={"email": shown, "password": demonstration.PASSWORD})
    new = "correct horse battery staple"
    answer = client.post("/account/password", data={"old": demonstration.PASSWORD, "new": new, "again": new})
    assert answer.status_code == 403
