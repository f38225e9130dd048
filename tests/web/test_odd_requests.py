"""Requests that no page of ours sends: they get an answer in words, and change nothing."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from mou_service.agreements.queries import get
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.web.addresses import inside, row_number
from mou_service.web.forms import stripped
from tests import cast, makers

HUGE = "9" * 30


def test_asking_for_the_head_of_a_form_does_not_send_it(client: FlaskClient, engines: Engines) -> None:
    ref = makers.an_agreement(cast.people(), engines, at="approved").ref
    cast.sign_in(client, "organiser")
    assert client.head(f"/agreements/{ref}/freeze").status_code == 200
    assert client.head("/sign-in").status_code == 200
    assert get(ref).state == "approved"


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("administrator", f"/accounts/{HUGE}"), ("organiser", f"/outbox/{HUGE}"), ("drafter", f"/positions/{HUGE}/edit"),
        ("administrator", "/accounts/2147483648"), ("administrator", "/accounts/2147483647"),
    ],
)  # fmt: skip
def test_a_number_no_row_can_have_leads_nowhere(client: FlaskClient, who: str, path: str) -> None:
    cast.people()
    cast.sign_in(client, who)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"/partners?after={HUGE}", f"/outbox?before={HUGE}", f"/agreements?before=2024-01-01T00:00:00%2B00:00~{HUGE}",
        "/agreements?q=" + "long" * 15_000, "/partners?q=" + "many+" * 1500, "/register?q=" + "many+" * 1500,
    ],
)  # fmt: skip
def test_a_question_no_database_takes_is_still_answered(client: FlaskClient, path: str) -> None:
    cast.people()
    cast.sign_in(client, "organiser")
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("sent_to", "page"),
    [
        ("/s/SECRET/certificate/bring", "/s/SECRET/certificate"), ("/s/SECRET/prove", "/s/SECRET"),
        ("/agreements/A-1/relations/5/take-back", "/agreements/A-1"), ("/verify/code?x=1", "/verify/code?x=1"),
        ("/partners?q=%E7%8E%8B", "/partners?q=%E7%8E%8B"), ("/%E7%8E%8B/x", "/"), ("/", "/"), ("//evil.example", "/"),
    ],
)  # fmt: skip
def test_another_language_comes_back_also_from_a_form_that_was_not_accepted(
    client: FlaskClient, sent_to: str, page: str
) -> None:
    assert client.post("/language/zh", data={"next": sent_to}).location == page


@pytest.mark.parametrize("number", ["²", HUGE, "٣", "-1"])
def test_a_form_with_a_number_of_nothing(client: FlaskClient, engines: Engines, number: str) -> None:
    ref = makers.an_agreement(cast.people(), engines, at="in_review").ref
    db.session.commit()
    cast.sign_in(client, "drafter")
    for act, data in (("answer", {"step": number, "text": "Adopted."}), ("comments/resolve", {"comment": number})):
        assert client.post(f"/agreements/{ref}/{act}", data=data).status_code == 404, act
    assert client.post(f"/agreements/{ref}/comment", data={"replies_to": number, "text": "Yes"}).status_code == 302


def test_only_plain_digits_are_the_number_of_a_row() -> None:
    assert row_number("2147483647") == 2**31 - 1
    for wrong in ("", " 1", "²", "2147483648", HUGE, "1_0"):
        with pytest.raises(ValueError, match="no number"):
            row_number(wrong)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Anna\x00 Li\x07 ", "Anna Li"), ("\u202eanna\u202c", "anna"), ("one\r\n\ttwo", "one\r\n\ttwo"), ("\ufeff王", "王"),
        ("سلام\u200fabc", "سلام\u200fabc"), ("क्\u200dष", "क्\u200dष"),
    ],
)  # fmt: skip
def test_what_nobody_sees_is_not_kept_and_what_scripts_need_is(typed: str, kept: str) -> None:
    assert stripped(typed) == kept


@pytest.mark.parametrize(
    "outside", ["//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example", "x"]
)
def test_nobody_is_led_out_of_the_service(outside: str) -> None:
    assert inside(outside) == "/"


def test_nobody_asks_the_database_for_the_character_nul(client: FlaskClient) -> None:
    cast.people()
    cast.sign_in(client, "drafter")
    for address in ("/partners?q=a%00b", "/partners?%00=1", "/agreements/%00"):
        assert client.get(address).status_code == 400, address
