"""Signing in and out: who is let in, in which words somebody is not, and where the person lands."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.accounts import operations, passwords, queries
from mou_service.core import events
from mou_service.core.db import db
from mou_service.core.errors import Invalid
from tests import cast


@pytest.fixture(autouse=True)
def _people(app: Flask) -> None:
    cast.people()


def _sign_in(client: FlaskClient, email: str, password: str, **more: str):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def test_signs_in_and_out(client: FlaskClient) -> None:
    answer = _sign_in(client, "Reviewer@SSPU.example", cast.PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/")
    assert "Rita Ren" in client.get("/account").text
    assert [e.actor for e in events.trail("accounts") if e.name == "account.sign_in"] == ["Rita Ren <reviewer@sspu.example>"]
    assert client.post("/sign-out").status_code == 302
    assert client.get("/account", headers={"Accept": "text/html"}).location == "/sign-in?next=/account"
