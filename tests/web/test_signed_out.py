"""Who was signed out meanwhile and sends a form is led back to the page it stood on."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.core.db import db
from tests import cast

PAGE = "/account"


@pytest.fixture(autouse=True)
def people(app: Flask) -> None:
    cast.people()
    db.session.commit()


def test_a_stranger_signs_in_and_goes_on(app: Flask, client: FlaskClient) -> None:
    for protected, status in ((False, 401), (True, 400)):
        app.config["WTF_CSRF_ENABLED"] = protected
        answer = client.post("/partners/new", headers={"Referer": f"http://localhost{PAGE}"})
        assert answer.status_code == status
        assert f'href="/sign-in?next={PAGE}"' in answer.text


def test_who_is_signed_in_loads_the_page_again(app: Flask, client: FlaskClient) -> None:
    cast.sign_in(client, "drafter")
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/partners/new", headers={"Referer": f"http://localhost{PAGE}"})
    assert answer.status_code == 400
    assert f'<a class="button button--primary" href="{PAGE}">' in answer.text


def test_nobody_is_led_to_another_house(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/partners/new", headers={"Referer": "https://elsewhere.example/account"})
    assert "elsewhere.example" not in answer.text
