"""What administrators do: invite, change roles, close and open accounts; and that one of them always remains."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from mou_service.accounts import operations, queries
from mou_service.accounts.models import User
from mou_service.core import events
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from tests import cast
from tests.cast import Cast

PERSON = {
    "name": "Nina New",
    "email": "nina@sspu-new.cn",
    "language": "en",
    "kind": "staff",
    "roles": ["reviewer", "auditor"],
}


def test_invites_somebody_of_the_house(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "administrator")
    assert client.post("/accounts/invite", data=PERSON).status_code == 302
    user = queries.by_email("nina@sspu-new.cn")
    assert user is not None
    assert user.roles == {"reviewer", "auditor"}
    assert user.organisation_id is None
    assert events.trail("accounts")[-1].facts["roles"] == ["auditor", "reviewer"]
    assert "Nina New" in client.get("/accounts").text


def test_invites_the_contact_of_a_partner(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "administrator")
    page = client.get("/accounts/invite").text
    assert "University of Ruse" in page
    assert ">Shanghai Polytechnic University</option>" not in page, "our own house is no partner"
    contact = {**PERSON, "kind": "partner", "roles": [], "organisation": str(people.partner.id)}
    assert client.post("/accounts/invite", data=contact).status_code == 302
    user = queries.by_email("nina@sspu-new.cn")
    assert user is not None
    assert (user.roles, user.organisation_id) == ({"partner"}, people.partner.id)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"roles": []}, "Choose at least one role."),
        ({"kind": "partner", "organisation": "0"}, "Choose the institution"),
        ({"email": "nina"}, "This is not an e-mail address."),
        ({"email": "REVIEWER@SSPU.example", "name": "Again"}, "Rita Ren has an account with this address already."),
        ({"name": "　"}, "Give the name."),
        ({"roles": ["partner"]}, "is not a valid choice"),
        ({"roles": ["emperor", "king"]}, "are not valid choices"),
    ],
)
def test_says_what_is_wrong_and_keeps_what_was_typed(
    client: FlaskClient, people: Cast, change: dict[str, object], words: str
) -> None:
    cast.sign_in(client, "administrator")
    before = len(queries.everybody())
    answer = client.post("/accounts/invite", data={**PERSON, **change})
    assert answer.status_code == 422
    assert words.casefold() in answer.text.casefold()
    assert "Nina New" in answer.text or "name" in change
    assert len(queries.everybody()) == before


def test_changes_roles_and_address(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "administrator")
    number = people["reviewer"].id
    data = {"name": "Rita Ren", "email": "rita@sspu-new.cn", "language": "en", "kind": "staff", "roles": ["leader"]}
    assert client.post(f"/accounts/{number}", data=data).status_code == 302
    user = people["reviewer"]
    assert (user.email, user.roles) == ("rita@sspu-new.cn", {"leader"})
    event = events.trail("accounts")[-1]
    assert (event.name, event.facts["before"]["roles"]) == ("account.change", ["reviewer"])


def test_roles_hold_at_once(client: FlaskClient, people: Cast) -> None:
    other = client.application.test_client()
    cast.sign_in(other, "drafter")
    assert other.get("/accounts").status_code == 403
    operations.change(
        people["drafter"], name="Zhou Dan", email="drafter@sspu.example", language="en", roles=["administrator"],
        actor=people["administrator"].actor(),
    )  # fmt: skip
    db.session.commit()
    assert other.get("/accounts").status_code == 200


def test_a_partner_contact_has_no_other_role(people: Cast) -> None:
    with pytest.raises(Invalid):
        operations.change(
            people["drafter"], name="Z", email="drafter@sspu.example", language="en", roles=["partner", "drafter"],
            actor=people["administrator"].actor(), organisation_id=people.partner.id,
        )  # fmt: skip


def test_closes_and_opens_an_account(client: FlaskClient, people: Cast) -> None:
    cast.sign_in(client, "administrator")
    other = client.application.test_client()
    cast.sign_in(other, "leader")
    leader = people["leader"]
    assert client.post(f"/accounts/{leader.id}/deactivate").status_code == 302
    assert other.get("/account", headers={"Accept": "text/html"}).status_code == 302
    written = len(events.trail("accounts"))
    client.post(f"/accounts/{leader.id}/deactivate")
    assert len(events.trail("accounts")) == written, "a second call changes nothing"
    assert client.post(f"/accounts/{leader.id}/reactivate").status_code == 302
    assert other.get("/account", headers={"Accept": "text/html"}).status_code == 302, "old sessions stay ended"
    assert operations.sign_in("leader@sspu.example", cast.PASSWORD, demo_allowed=False)


@pytest.mark.parametrize("act", ["deactivate", "demote"])
def test_the_last_administrator_stays(client: FlaskClient, people: Cast, act: str) -> None:
    cast.sign_in(client, "administrator")
    last = people["administrator"]
    data = {"name": "W", "email": "administrator@sspu-new.cn", "language": "en", "kind": "staff", "roles": ["auditor"]}
    answer = (
        client.post(f"/accounts/{last.id}/deactivate")
        if act == "deactivate"
        else client.post(f"/accounts/{last.id}", data=data)
    )
    assert answer.status_code == 403
    assert "is the last administrator who can sign in" in answer.text
    db.session.expire_all()
    assert last.active
    assert last.roles == {"administrator"}
    assert "is the last administrator" in client.get(f"/accounts/{last.id}").text, "the page says so before"


def test_an_invited_administrator_does_not_count_until_joined(people: Cast) -> None:
    admin = people["administrator"]
    heir = operations.invite(
        name="Heir", email="heir@sspu.example", language="en", roles=["administrator"], actor=admin.actor()
    )
    with pytest.raises(Refused):
        operations.deactivate(admin, actor=admin.actor())
    secret = operations.new_link(heir, operations.INVITATION, valid=timedelta(days=1))
    operations.choose_password(operations.INVITATION, secret, password="correct horse battery")
    operations.deactivate(admin, actor=heir.actor())
    assert not admin.active


def test_finds_people_by_parts(people: Cast) -> None:
    assert [u.name for u in queries.everybody("RITA")] == ["Rita Ren"]
    assert [u.name for u in queries.everybody("ruse.example")] == ["Petar Petrov"]
    assert queries.everybody("100%") == []


def test_there_is_one_first_administrator(people: Cast) -> None:
    with pytest.raises(Refused):
        operations.first_administrator(name="X", email="x@x.example", password="correct horse battery", language="en")
    assert db.session.query(User).count() == len(cast.CAST)
