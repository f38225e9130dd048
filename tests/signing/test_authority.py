"""Nobody is invited to sign who has no authority, unless two people take it on themselves; and it is asked again at the table."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from mou_service.agreements import authority as agreed
from mou_service.agreements import lifecycle, queries, tasks
from mou_service.agreements.models import Agreement, Signatory
from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.core.errors import Refused
from mou_service.notifications.models import Message
from mou_service.partners import authority_words, granting
from mou_service.partners import operations as partners
from mou_service.partners import queries as register
from mou_service.partners.granting import AuthorityFacts
from mou_service.partners.models import Position
from mou_service.signing import operations, tooling
from mou_service.signing.changes import authority
from mou_service.signing.models import Package
from tests import cast

from .conftest import World, sign, work

REASON = "The charter names the vice rector; the extract arrives next week."
WITH_HEAD = AuthorityFacts(
    "register", "HRB 12345", mode="joint", function="prokurist", with_functions=("managing_director",)
)


def _withdraw_all(position: Position) -> None:
    for entry in position.authorities:
        granting.withdraw(entry, reason="letter of the rector", actor=SERVICE)


def _colleague(world: World, name: str, facts: AuthorityFacts | None = None) -> Position:
    _who, post = partners.add_person(
        partners.PersonFacts([partners.Called("en", name)]), actor=SERVICE, organisation=world.cast.partner,
        position=partners.PositionFacts({"en": "Managing Director"}),
    )  # fmt: skip
    if facts:
        granting.enter(post, facts, actor=SERVICE)
    return post


def _signs_too(agreement: Agreement, position: Position) -> None:
    agreement.partner_parties[0].signatories.append(Signatory(position=position, as_shown=position.as_shown(), rank=2))
    db.session.flush()


def _freeze(agreement: Agreement, world: World) -> Package:
    return operations.freeze(agreement, actor=world.organiser, order="listed", fonts=tooling.tools().fonts)


def test_a_director_and_a_prokurist_sign_jointly_or_not_at_all(approved: Agreement, world: World) -> None:
    entry = world.rector.authorities[0]
    granting.supersede(entry, WITH_HEAD, actor=SERVICE)
    with pytest.raises(Refused, match="Galina Ivanova may sign only together with a managing director"):
        _freeze(approved, world)
    director = _colleague(world, "Anna Berg", dataclasses.replace(
        WITH_HEAD, function="managing_director", with_functions=("prokurist", "managing_director")
    ))  # fmt: skip
    _signs_too(approved, director)
    package = _freeze(approved, world)
    ref = approved.ref
    assert [slot.field for slot in package.slots if slot.kind == "signatory"] == [
        "Signatory1",
        "Signatory2",
        "Signatory3",
    ]
    work()
    for field in ("Signatory1", "Signatory2", "Signatory3"):
        signing_ = queries.get(ref).package
        assert signing_ is not None
        sign(next(slot for slot in signing_.slots if slot.field == field), actor=world.organiser)
    signing_ = queries.get(ref).package
    assert signing_ is not None
    shown = {slot.field: slot.evidence["authority"] for slot in signing_.slots if slot.kind == "signatory"}
    assert [shown[f]["entries"][0]["mode"] for f in sorted(shown)] == ["sole", "joint", "joint"]
    assert all(each["override"] is None for each in shown.values())


def test_the_policy_asks_for_the_paper_of_partners_only(approved: Agreement, world: World) -> None:
    world.cast.institution.authority_evidence = "partners"
    db.session.flush()
    assert [each.code for each in agreed.lacks(approved)] == ["evidence"]
    world.cast.institution.authority_evidence = "everybody"
    db.session.flush()
    assert [each.code for each in agreed.lacks(approved)] == ["evidence", "evidence"]


def test_two_people_override_and_it_falls_away_when_something_changes(approved: Agreement, world: World) -> None:
    leader = world.cast.actor("leader")
    assert authority.ask_refusals(world.organiser, approved) == ["Nothing is lacking, so there is nothing to override."]
    _withdraw_all(world.rector)
    with pytest.raises(Refused):
        authority.ask(approved, actor=leader, reason=REASON)
    asked = authority.ask(approved, actor=world.organiser, reason=REASON)
    both_roles = dataclasses.replace(world.organiser, roles=world.organiser.roles | {"leader"})
    assert "second person" in authority.decide_refusals(both_roles, approved)[0], "a second role is no second person"
    herself = dataclasses.replace(leader, label="Galina <GALINA@ruse.example>")
    assert "your own authority" in authority.decide_refusals(herself, approved)[0]
    for key in ("administrator", "drafter", "organiser", "auditor", "partner"):
        with pytest.raises(Refused):
            authority.confirm(approved, actor=world.cast.actor(key), seen=asked.id)
    assert lifecycle.refusals("freeze", world.organiser, approved) != []
    authority.confirm(approved, actor=leader, seen=asked.id, note="Spoke to the rector.")
    assert lifecycle.refusals("freeze", world.organiser, approved) == []
    (told,) = authority.overrides(approved)
    assert (told.asked_by, told.confirmed_by, told.reason, told.note) == (
        "Omar Ouyang",
        "Lin Li",
        REASON,
        "Spoke to the rector.",
    )
    assert [(names["en"], authority_words.in_short(lack).split(" on ")[0]) for names, lack in told.people] == [
        ("Galina Ivanova", "authority withdrawn")
    ]
    # What the leader did not read is not overridden: a second lack, another list, another text.
    _signs_too(approved, _colleague(world, "Nobody Yet"))
    assert [each.code for each in agreed.open_lacks(approved)] == ["withdrawn", "nothing"]
    assert authority.overrides(approved) == []


def test_an_entry_that_comes_meanwhile_leaves_nothing_to_confirm(approved: Agreement, world: World) -> None:
    leader = world.cast.actor("leader")
    _withdraw_all(world.rector)
    asked = authority.ask(approved, actor=world.organiser, reason=REASON)
    assert [task.endpoint for task in tasks.of(leader, approved)] == ["signing.override"]
    granting.enter(world.rector, AuthorityFacts("statute", "Charter"), actor=SERVICE)
    assert list(tasks.of(leader, approved)) == []
    with pytest.raises(Refused, match="nothing is lacking any more"):
        authority.confirm(approved, actor=leader, seen=asked.id)


def test_nobody_confirms_afterwards_what_was_signed_without_an_override(signing: Package, world: World) -> None:
    leader, agreement = world.cast.actor("leader"), signing.agreement
    entry = world.cast.positions["Galina Ivanova"].authorities[0]
    granting.end(entry, last_day=register.today() - timedelta(days=1), reason="term of office", actor=SERVICE)
    asked = authority.ask(agreement, actor=world.organiser, reason=REASON)
    assert [task.endpoint for task in tasks.of(leader, agreement)] == ["signing.override"]
    for slot in signing.slots[:-1]:
        sign(slot, actor=world.organiser)
    assert signing.state == "sealing"
    assert list(tasks.of(leader, agreement)) == []
    with pytest.raises(Refused, match="No override waits"):
        authority.confirm(agreement, actor=leader, seen=asked.id)


def test_the_override_on_its_pages(client: FlaskClient, approved: Agreement, world: World) -> None:
    ref = approved.ref
    _withdraw_all(world.rector)
    db.session.commit()
    cast.sign_in(client, "organiser")
    page = client.get(f"/agreements/{ref}/signing").text
    assert "Galina Ivanova&#39;s authority to sign was withdrawn" in page
    assert "Ask for an override" in client.get(f"/agreements/{ref}/signing/authority").text
    cast.sign_in(client, "organiser", fresh=False)
    assert "/confirm" in client.get(f"/agreements/{ref}/signing/override").headers["Location"]
    late = client.post(f"/agreements/{ref}/signing/override/ask", data={"reason": REASON})
    assert late.status_code == 422 and "what you typed is kept" in late.text and REASON in late.text
    cast.sign_in(client, "organiser")
    assert client.post(f"/agreements/{ref}/signing/override/ask", data={"reason": ""}).status_code == 422
    assert client.post(f"/agreements/{ref}/signing/override/ask", data={"reason": REASON}).status_code == 302
    assert client.post(f"/agreements/{ref}/signing/override/confirm", data={"seen": "1"}).status_code == 403
    work()
    letter = db.session.scalars(sa.select(Message).where(Message.kind == "override.ask")).one()
    assert letter.recipient == "leader@sspu.example"
    assert REASON in letter.text
    assert "Galina Ivanova" in letter.text or "加林娜" in letter.text
    cast.sign_in(client, "leader")
    with client.session_transaction() as session:
        session["language"] = "en"
    assert "Confirm or refuse an override" in client.get("/").text
    page = client.get(f"/agreements/{ref}/signing/override").text
    assert REASON in page
    assert "Confirm the override" in page
    asked = queries.get(ref).authority_overrides[-1].id
    assert client.post(f"/agreements/{ref}/signing/override/confirm", data={"seen": "999"}).status_code == 403
    assert (
        client.post(f"/agreements/{ref}/signing/override/confirm", data={"seen": asked, "note": ""}).status_code == 302
    )
    work()
    assert {m.kind for m in db.session.scalars(sa.select(Message))} >= {"override.ask", "override.confirm"}
    cast.sign_in(client, "organiser")
    assert "took it on themselves" in client.get(f"/agreements/{ref}/freeze").text
    names = [event.name for event in events.trail(queries.get(ref).stream)]
    assert [name for name in names if name.startswith("override.")] == ["override.ask", "override.confirm"]


def test_an_authority_that_ended_meanwhile_lets_the_guest_sign_and_tells_the_organiser(
    signing: Package, world: World
) -> None:
    sign(signing.slots[0], actor=world.organiser)
    entry = world.cast.positions["Galina Ivanova"].authorities[0]
    granting.end(entry, last_day=register.today() - timedelta(days=1), reason="term of office", actor=SERVICE)
    sign(signing.slots[1], actor=world.organiser)
    assert signing.slots[1].state == "signed"
    (lapse,) = [e for e in events.trail(signing.agreement.stream) if e.name == "slot.lapse"]
    assert (lapse.facts["person"], lapse.facts["lack"]) == ("Galina Ivanova", "ended")
    work()
    heard = {m.recipient for m in db.session.scalars(sa.select(Message).where(Message.kind == "slot.lapse"))}
    assert heard == {"drafter@sspu.example", "organiser@sspu.example"}


def test_an_authority_that_was_withdrawn_stops_the_signature_until_two_people_override_it(
    signing: Package, world: World
) -> None:
    sign(signing.slots[0], actor=world.organiser)
    _withdraw_all(world.cast.positions["Galina Ivanova"])
    with pytest.raises(Refused, match="withdrawn in the meantime"):
        sign(signing.slots[1], actor=world.organiser)
    assert signing.slots[1].state == "waiting"
    ref = signing.agreement.ref
    work()
    work()
    heard = [
        m.recipient for m in db.session.scalars(sa.select(Message).where(Message.kind == "signatory.lose_authority"))
    ]
    assert sorted(heard) == ["drafter@sspu.example", "organiser@sspu.example"], "once, although it is told by a job"
    now_open = queries.get(ref).package
    assert now_open is not None
    signing = now_open
    asked = authority.ask(signing.agreement, actor=world.organiser, reason=REASON)
    authority.confirm(signing.agreement, actor=world.cast.actor("leader"), seen=asked.id)
    sign(signing.slots[1], actor=world.organiser)
    assert signing.slots[1].evidence["authority"]["override"] == asked.id
    assert [e.name for e in events.trail(signing.agreement.stream) if e.name == "slot.lapse"] == []
