"""Signing in and out: who is let in, in which words somebody is not, and where the person lands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from mou_service.accounts import passwords, queries
from mou_service.accounts import sessions as session_module
from mou_service.core import clock, events
from mou_service.core.db import db
from mou_service.engines import Engines
from tests import cast
from tests.cast import Cast

HTML = {"Accept": "text/html"}
NO = "This e-mail address and this password do not belong together."


def _sign_in(client: FlaskClient, email: str, password: str = cast.PASSWORD, **more: str) -> Any:
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def test_signs_in_and_out(client: FlaskClient, people: Cast) -> None:
    answer = _sign_in(client, "Reviewer@SSPU.example")
    assert (answer.status_code, answer.location) == (302, "/")
    assert "Rita Ren" in client.get("/account").text
    assert [e.actor for e in events.trail("accounts") if e.name == "account.sign_in"] == [
        "Rita Ren <reviewer@sspu.example>"
    ]
    assert client.post("/sign-out").status_code == 302
    assert client.get("/account", headers=HTML).location == "/sign-in?next=/account"


def test_a_cheap_hash_is_replaced_by_one_of_today(client: FlaskClient, people: Cast) -> None:
    _sign_in(client, "reviewer@sspu.example")
    user = queries.by_email("reviewer@sspu.example")
    assert user is not None
    assert user.password_hash is not None
    assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert user.signed_in_at is not None


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("reviewer@sspu.example", "not the password"),
        ("nobody@sspu.example", cast.PASSWORD),
        ("gone@sspu.example", cast.PASSWORD),
        ("invited@sspu.example", cast.PASSWORD),
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(
    client: FlaskClient, people: Cast, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    people["auditor"].email_key, people["auditor"].active = "gone@sspu.example", False
    people["leader"].email_key, people["leader"].password_hash = "invited@sspu.example", None
    db.session.commit()
    computed: list[str] = []
    real = passwords.PasswordHasher.verify
    monkeypatch.setattr(
        passwords.PasswordHasher, "verify", lambda self, *a: (computed.append("once"), real(self, *a))[1]
    )
    answer = _sign_in(client, email, password)
    assert answer.status_code == 422
    assert NO in answer.text
    assert computed == ["once"], "somebody unknown waits as long as somebody known"
    assert client.get("/account", headers=HTML).status_code == 302
    assert not [e for e in events.trail("accounts") if e.name == "account.sign_in"]


def test_what_was_typed_is_kept_but_not_the_password(client: FlaskClient, people: Cast) -> None:
    answer = _sign_in(client, "reviewer@sspu.example", "a wrong password", next="/partners")
    assert 'value="reviewer@sspu.example"' in answer.text
    assert 'value="/partners"' in answer.text
    assert "a wrong password" not in answer.text


@pytest.mark.parametrize(
    ("wish", "lands"),
    [
        ("/agreements?page=2", "/agreements?page=2"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/\t/evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_the_way_back_stays_inside(client: FlaskClient, people: Cast, wish: str, lands: str) -> None:
    assert _sign_in(client, "reviewer@sspu.example", next=wish).location == lands


def test_nothing_of_the_session_before_is_taken_along(client: FlaskClient, people: Cast) -> None:
    with client.session_transaction() as session:
        session.update(planted="by somebody else", language="zh")
    _sign_in(client, "reviewer@sspu.example")
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["language"] == "zh"


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient, people: Cast) -> None:
    cookie = _sign_in(client, "reviewer@sspu.example").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_session_ends_after_its_hours_however_often_it_was_used(
    client: FlaskClient, people: Cast, monkeypatch: pytest.MonkeyPatch, engines: Engines
) -> None:
    cast.sign_in(client, "reviewer")
    assert client.get("/account").status_code == 200
    later = clock.now() + timedelta(hours=engines.settings.session_hours, minutes=1)
    monkeypatch.setattr(session_module, "now", lambda: later)
    assert client.get("/account", headers=HTML).status_code == 302


def test_a_deactivated_person_is_out_at_once(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "reviewer")
    people["reviewer"].active = False
    db.session.commit()
    assert client.get("/account", headers=HTML).status_code == 302


def test_signed_in_pages_are_not_stored(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "reviewer")
    assert client.get("/account").headers["Cache-Control"] == "private, no-store"
