"""The pages of the register, and for whom they are."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.core.actors import SERVICE
from mou_service.partners import queries
from tests import cast
from tests.cast import Cast


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast.people()


def test_a_partner_is_added_with_what_was_typed(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "drafter")
    answer = client.post("/partners/new", data={
        "kind": "company", "country": "DE", "names-0-language": "en", "names-0-kind": "legal",
        "names-0-text": "TechProtect GmbH", "names-1-language": "zh", "names-1-kind": "legal", "names-1-text": "",
        "addresses-0-language": "en", "addresses-0-text": "Stuttgart", "identifiers-0-scheme": "vat",
        "identifiers-0-value": "de 123456789",
    })  # fmt: skip
    assert answer.status_code == 302
    (made,) = queries.listed(SERVICE, words="techprotect")
    assert made.called() == {"en": "TechProtect GmbH"}
    assert made.addresses == {"en": "Stuttgart"}
    assert [i.value for i in made.identifiers] == ["DE123456789"]


def test_a_slip_keeps_the_typing(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "administrator")
    answer = client.post("/partners/new", data={
        "kind": "company", "country": "DE", "names-0-language": "en", "names-0-kind": "legal",
        "names-0-text": "TechProtect GmbH", "identifiers-0-scheme": "lei", "identifiers-0-value": "5493001KJTIIGC8Y1R13",
    })  # fmt: skip
    assert answer.status_code == 422
    assert "TechProtect GmbH" in answer.text
    assert 'value="5493001KJTIIGC8Y1R13"' in answer.text
    assert "the check digit of this LEI does not match" in answer.text
    assert queries.listed(SERVICE, words="techprotect") == []


def test_another_line_can_be_asked_for_without_losing_anything(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "drafter")
    answer = client.post("/partners/new", data={
        "names-0-language": "en", "names-0-text": "Half typed", "names-1-language": "zh", "names-1-text": "", "more": "names",
    })  # fmt: skip
    assert answer.status_code == 200, "asking for a line is no mistake"
    assert "Half typed" in answer.text
    assert 'name="names-2-text"' in answer.text


def test_letters_that_do_not_fit_the_language_are_kept_and_pointed_at(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "drafter")
    with client.session_transaction() as session:
        session["language"] = "en"
    typed = {"kind": "university", "country": "BG", "names-0-kind": "legal", "names-0-text": "Русенски университет"}
    slipped = client.post("/partners/new", data=typed | {"names-0-language": "en"})
    page = client.get(slipped.headers["Location"]).text
    assert "the letters do not fit the language of “Русенски университет” (English)" in page
    right = client.post("/partners/new", data=typed | {"names-0-language": "bg"})
    page = client.get(right.headers["Location"]).text
    assert "is in the register" in page
    assert "the letters do not fit" not in page


def test_all_names_titles_and_the_address_of_a_person_are_shown(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "drafter")
    client.post(f"/partners/{people.partner.ref}/people/new", data={
        "names-0-language": "en", "names-0-full_name": "Petar Petrov", "names-1-language": "zh", "names-1-full_name": "佩特罗夫",
        "names-2-language": "bg", "names-2-full_name": "Петър Петров", "titles-0-language": "bg", "titles-0-text": "Ректор",
        "email": "rector@ruse.example", "language": "en",
    })  # fmt: skip
    page = client.get(f"/partners/{people.partner.ref}").text
    for shown in ("Petar Petrov", "佩特罗夫", "Петър Петров", "Ректор", "rector@ruse.example"):
        assert shown in page


def test_someone_quicker_is_not_overwritten(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "drafter")
    address = f"/partners/{people.partner.ref}/edit"
    typed = {
        "kind": "university", "country": "BG", "names-0-language": "en", "names-0-kind": "legal",
        "names-0-text": "University of Ruse", "seen": str(people.partner.row_version),
    }  # fmt: skip
    assert client.post(address, data=typed | {"website": "https://ruse.example"}).status_code == 302
    assert client.post(address, data=typed | {"website": "https://other.example"}).status_code == 409


def test_a_partner_contact_sees_the_own_house_only(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "partner")
    assert client.get(f"/partners/{people.partner.ref}").status_code == 200
    assert client.get(f"/partners/{people.other.ref}").status_code == 404
    assert client.get("/partners").status_code == 403
    assert client.get(f"/partners/{people.partner.ref}/edit").status_code == 403


def test_a_partner_contact_finds_the_own_house_in_the_menu(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "partner")
    assert 'href="/partners/own"' in client.get("/agreements").text
    assert client.get("/partners/own").headers["Location"] == f"/partners/{people.partner.ref}"
    cast.sign_in(client, "drafter")
    assert 'href="/partners/own"' not in client.get("/agreements").text
    assert client.get("/partners/own").status_code == 403


def test_a_reviewer_looks_but_does_not_write(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "reviewer")
    page = client.get(f"/partners/{people.partner.ref}")
    assert "Galina Ivanova" in page.text
    assert "/edit" not in page.text
    assert client.get("/partners/new").status_code == 403
