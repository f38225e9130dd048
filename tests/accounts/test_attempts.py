"""Attempts are counted by address and by account; either stops whoever guesses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.settings import Settings
from mou_service.web.security import limiter
from tests import cast


@pytest.fixture
def settings(shared_instance: Path) -> Settings:
    return Settings(
        _env_file=None, instance=shared_instance, database_url="sqlite://", demo=True, rate_limits=True,
        sign_in_limit="3 per minute", key_secret="a secret for tests", secret_key="a session key for tests",
    )  # fmt: skip


@pytest.fixture
def guessing(app: Flask) -> Iterator[FlaskClient]:
    cast.people()
    limiter.reset()
    yield app.test_client()
    limiter.reset()


def _try(client: FlaskClient, email: str, address: str, password: str = "a wrong guess") -> int:
    return client.post(
        "/sign-in", data={"email": email, "password": password}, environ_base={"REMOTE_ADDR": address}
    ).status_code


def test_one_address_may_not_try_many_accounts(guessing: FlaskClient) -> None:
    names = ["reviewer", "leader", "drafter", "archivist"]
    assert [_try(guessing, f"{name}@sspu.example", "192.0.2.1") for name in names] == [422, 422, 422, 429]
    assert _try(guessing, "archivist@sspu.example", "192.0.2.2") == 422, "others are not kept out"


def test_many_addresses_may_not_try_one_account(guessing: FlaskClient) -> None:
    spelt = ["reviewer@sspu.example", "Reviewer@sspu.example", "REVIEWER@SSPU.EXAMPLE", "reviewer@sspu.example"]
    addresses = [f"192.0.2.{number}" for number in range(10, 14)]
    assert [_try(guessing, *pair) for pair in zip(spelt, addresses, strict=True)] == [422, 422, 422, 429]
    assert _try(guessing, "reviewer@sspu.example", "192.0.2.99", cast.PASSWORD) == 429


def test_the_page_says_what_to_do(guessing: FlaskClient) -> None:
    for _ in range(3):
        _try(guessing, "reviewer@sspu.example", "192.0.2.1")
    answer = guessing.post(
        "/sign-in", data={"email": "x@sspu.example", "password": "y"}, environ_base={"REMOTE_ADDR": "192.0.2.1"}
    )
    assert "Wait a few minutes and try again." in answer.text


def test_one_time_links_and_set_up_are_counted_too(guessing: FlaskClient) -> None:
    data = {"password": "four unrelated words", "again": "four unrelated words"}
    assert [guessing.post("/reset/guess", data=data).status_code for _ in range(4)] == [302, 302, 302, 429]
    assert [guessing.post("/forgotten", data={"email": "a@sspu.example"}).status_code for _ in range(4)][-1] == 429
