"""Whoever is asked finds the one thing to do on the agreement's page."""

from __future__ import annotations

from flask.testing import FlaskClient

from mou_service.core.db import db
from mou_service.engines import Engines
from tests import cast, makers


def test_a_leader_is_led_to_the_decision(engines: Engines, client: FlaskClient) -> None:
    ref = makers.an_agreement(cast.people(), engines, at="in_approval").ref
    db.session.commit()
    cast.sign_in(client, "leader")
    with client.session_transaction() as session:
        session["language"] = "en"
    page = client.get(f"/agreements/{ref}").text
    assert "Decide: approve or return" in page
    assert f'href="/agreements/{ref}/approval"' in page
    assert "Not every approval is in" not in page
