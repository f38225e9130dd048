"""What everybody does with the own account: name, language, password, and the password before a binding act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.accounts import operations, sign_ins
from mou_service.accounts.models import User
from mou_service.core import events
from mou_service.core.clock import now
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
    assert not _fresh(people["leader"])
    answer = client.post("/confirm", data={"password": cast.PASSWORD, "next": "/agreements/X/approval"})
    assert answer.location == "/agreements/X/approval"
    assert _fresh(people["leader"])
    assert events.trail("accounts")[-1].name == "account.confirm"


def test_confirming_leads_nowhere_else(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "leader")
    assert client.post("/confirm", data={"password": cast.PASSWORD, "next": "//evil.example"}).location == "/"


def _fresh(user: User) -> bool:
    (here,) = sign_ins.of(user, since=now() - timedelta(hours=1))
    db.session.refresh(here)
    return now() - here.fresh_at < timedelta(minutes=1)


def test_a_copied_cookie_ends_with_the_sign_out(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "leader")
    copied = client.get_cookie("session")
    assert copied is not None
    client.post("/sign-out")
    client.set_cookie("session", copied.value)
    assert client.get("/account", headers={"Accept": "text/html"}).status_code == 302


def test_other_devices_are_shown_and_signed_out(app: Flask, client: FlaskClient, people: Cast) -> None:
    phone = app.test_client()
    for device in (client, phone):
        cast.sign_in(device, "leader")
    newest, _oldest = sign_ins.of(people["leader"], since=now() - timedelta(hours=1))
    newest.device = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1"
    number = newest.id
    db.session.commit()
    assert "Safari · iPhone" in client.get("/account").text
    cast.sign_in(other := app.test_client(), "drafter")
    assert other.post(f"/account/devices/{number}/sign-out").status_code == 404
    assert client.post(f"/account/devices/{number}/sign-out").status_code == 302
    assert phone.get("/account", headers={"Accept": "text/html"}).status_code == 302
    cast.sign_in(phone, "leader")
    assert client.post("/account/devices/sign-out").status_code == 302
    assert phone.get("/account", headers={"Accept": "text/html"}).status_code == 302
    assert client.get("/account").status_code == 200
