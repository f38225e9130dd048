"""Whoever stands at the table may type a password, but not try one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from mou_service.accounts.models import SignIn
from mou_service.agreements.models import Agreement
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.settings import Settings
from mou_service.web.security import limiter
from tests import cast

from .conftest import World


@pytest.fixture
def settings(shared_instance: Path) -> Settings:
    return Settings(
        _env_file=None, instance=shared_instance, database_url="sqlite://", demo=True, rate_limits=True,
        sign_in_limit="3 per minute", key_secret="a secret for tests", secret_key="a session key for tests",
    )  # fmt: skip


@pytest.fixture
def tablet(client: FlaskClient, approved: Agreement, world: World) -> Iterator[FlaskClient]:
    """A device that is locked to the table of an agreement."""
    ref = approved.ref
    cast.sign_in(client, "organiser")
    limiter.reset()
    assert client.post(f"/agreements/{ref}/table/open").status_code == 302
    yield client
    limiter.reset()


def test_the_password_that_unlocks_the_table_cannot_be_guessed(tablet: FlaskClient) -> None:
    guesses = [tablet.post("/table/leave", data={"password": f"guess number {n}"}).status_code for n in range(4)]
    assert guesses == [422, 422, 422, 429]
    assert tablet.post("/table/leave", data={"password": cast.PASSWORD}).status_code == 429
    assert tablet.get("/table/leave").status_code == 200


def test_the_device_of_a_table_is_not_signed_out_while_guests_sign(
    client: FlaskClient, approved: Agreement, world: World
) -> None:
    ref = approved.ref
    cast.sign_in(client, "organiser")
    hours = timedelta(hours=11, minutes=59)
    db.session.scalars(sa.select(SignIn)).one().began_at = now() - hours
    db.session.commit()
    answer = client.post(f"/agreements/{ref}/table/open")
    assert "Set-Cookie" in answer.headers
    assert now() - db.session.scalars(sa.select(SignIn)).one().began_at < hours
