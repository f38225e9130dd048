"""What everybody does with the own account: name, language, password, and the password before a binding act."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from mou_service.accounts import operations
from mou_service.core import events
from mou_service.core.db import db
from tests import cast
from tests.cast import Cast

NEW = "correct horse battery staple"


def test_name_and_language_are_changed(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "reviewer")
    assert client.post("/account", data={"name": "任丽塔", "language": "zh"}).status_code == 302
    db.session.refresh(people["reviewer"])
    assert (people["reviewer"].name, people["reviewer"].language) == ("任丽塔", "zh")
    assert "您的账号" in client.get("/account").text
    assert events.trail("accounts")[-1].name == "account.change_profile"


def test_a_new_password_ends_every_other_session(client: FlaskClient, people: Cast) -> None:
    other = client.application.test_client()
    cast.sign_in(client, "reviewer")
    cast.sign_in(other, "reviewer")
    answer = client.post("/account/password", data={"old": cast.PASSWORD, "new": NEW, "again": NEW})
    assert answer.status_code == 302
    assert client.get("/account").status_code == 200
    assert other.get("/account", headers={"Accept": "text/html"}).status_code == 302
    assert operations.sign_in("reviewer@sspu.example", NEW, demo_allowed=False)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"old": "not mine at all", "new": NEW, "again": NEW}, "This is not your current password."),
        ({"old": cast.PASSWORD, "new": "short", "again": "short"}, "Too short: take at least 12 characters."),
        ({"old": cast.PASSWORD, "new": "rita reads books", "again": "rita reads books"}, "Leave your name"),
        ({"old": cast.PASSWORD, "new": NEW, "again": "something else"}, "The two passwords are not the same."),
    ],
)
def test_a_password_is_not_changed_without_reason(
    client: FlaskClient, people: Cast, data: dict[str, str], words: str
) -> None:
    cast.sign_in(client, "reviewer")
    before = people["reviewer"].password_hash
    answer = client.post("/account/password", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    db.session.refresh(people["reviewer"])
    assert people["reviewer"].password_hash == before
    assert not [e for e in events.trail("accounts") if e.name == "account.change_password"]


def test_the_password_once_more_makes_the_session_fresh(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "leader", fresh=False)
    wrong = client.post("/confirm", data={"password": "not mine at all", "next": "/account"})
    assert (wrong.status_code, "This is not your password." in wrong.text) == (422, True) or "密码不正确" in wrong.text
    with client.session_transaction() as session:
        assert session["fresh_at"] == 0
    answer = client.post("/confirm", data={"password": cast.PASSWORD, "next": "/agreements/X/approval"})
    assert answer.location == "/agreements/X/approval"
    with client.session_transaction() as session:
        assert session["fresh_at"] > 0
    assert events.trail("accounts")[-1].name == "account.confirm"


def test_confirming_leads_nowhere_else(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "leader")
    assert client.post("/confirm", data={"password": cast.PASSWORD, "next": "//evil.example"}).location == "/"
