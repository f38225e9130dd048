"""A small table in the form: lines are added and taken away without script, kept, checked and printed."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.core.db import db
from mou_service.drafting.models import SavedForm
from tests import cast
from tests.cast import Cast

PLACE = {"q_changes-0-place-zh": "名额与平衡", "q_changes-0-place-en": "Places and Balance"}


@pytest.fixture
def people(app: Flask, client: FlaskClient) -> Cast:
    made = cast.people()
    cast.sign_in(client, "drafter")
    with client.session_transaction() as session:
        session["language"] = "en"
    db.session.commit()
    return made


@pytest.fixture
def topic(people: Cast) -> str:
    return f"/drafts/amendment~{people.partner.ref}/changes"


def lines(page: str) -> list[str]:
    shown = re.sub(r"<template>.*?</template>", "", page, flags=re.DOTALL)
    return re.findall(r'name="less" value="(q_changes-\d+)"', shown)


def kept() -> list[dict[str, object]]:
    saved: SavedForm = db.session.query(SavedForm).one()
    rows: list[dict[str, object]] = saved.typed["answers"]["changes"]
    return rows


def test_a_line_more_and_a_line_less_lose_nothing(client: FlaskClient, topic: str) -> None:
    assert lines(client.get(topic).text) == ["q_changes-0"], "one line to begin with"
    more = client.post(topic, data={**PLACE, "more": "q_changes"})
    assert more.status_code == 200
    assert len(lines(more.text)) == 2
    assert "Places and Balance" in more.text
    second = {"q_changes-1-place-zh": "住宿", "q_changes-1-place-en": "Housing"}
    less = client.post(topic, data={**PLACE, **second, "less": "q_changes-0"})
    assert len(lines(less.text)) == 1
    assert "Housing" in less.text
    assert "名额与平衡" not in re.sub(r"“[^”]*”", "", less.text)


def test_lines_save_themselves_without_the_empty_ones(client: FlaskClient, topic: str) -> None:
    third = {"q_changes-2-place-zh": "", "q_changes-2-new-en": "and a half"}
    client.post(f"{topic}/save", data={**PLACE, "q_changes-1-place-en": " ", **third})
    assert [row["place"] for row in kept()] == [{"zh": "名额与平衡", "en": "Places and Balance"}, {"zh": "", "en": ""}]
    again = client.get(topic).text
    assert lines(again) == ["q_changes-0", "q_changes-1"]
    assert "and a half" in again


def test_a_cell_that_lacks_something_is_named_with_its_line(client: FlaskClient, topic: str) -> None:
    client.post(f"{topic}/save", data={**PLACE, "q_changes-1-place-en": "Housing"})
    page = client.get(topic.replace("changes", "finish")).text
    assert "“Changes, line 2: Which provision” is missing in Chinese." in page
    assert "line 1" not in page


def test_the_pages_show_an_unfinished_line(client: FlaskClient, topic: str) -> None:
    shown = client.post(f"{topic}/preview", data={**PLACE, "q_changes-1-new-en": "one"})
    assert "Page 1 of" in shown.text


@pytest.mark.parametrize("number", ["²", "9" * 5_000, "-1", "x", ""])
def test_a_line_with_no_number_is_no_line(client: FlaskClient, topic: str, number: str) -> None:
    answer = client.post(f"{topic}/save", data={**PLACE, f"q_changes-{number}-place-en": "Housing"})
    assert answer.status_code < 400
    assert [row["place"] for row in kept()] == [{"zh": "名额与平衡", "en": "Places and Balance"}]


def test_there_are_never_more_lines_than_fit(client: FlaskClient, topic: str) -> None:
    full = {f"q_changes-{n}-place-en": f"Provision {n}" for n in range(30)}
    page = client.post(topic, data={**full, "more": "q_changes"}).text
    assert len(lines(page)) == 30
    assert "<p data-more hidden>" in page
