"""A renewal and an amendment take what they follow from the register."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.agreements import after, queries
from mou_service.core.db import db
from mou_service.drafting import desk as desks
from mou_service.drafting import earlier
from mou_service.drafting.models import SavedForm
from mou_service.engines import Engines
from tests import cast, makers
from tests.cast import Cast


@pytest.fixture
def people(app: Flask, client: FlaskClient) -> Cast:
    made = cast.people()
    db.session.commit()
    cast.sign_in(client, "drafter")
    with client.session_transaction() as session:
        session["language"] = "en"
    return made


def test_number_title_and_days_come_from_the_register(client: FlaskClient, people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines, at="archived").ref
    db.session.commit()
    desk = f"/drafts/renewal~{people.partner.ref}/original"
    assert f'<option value="{ref}">' in client.get(desk).text
    typed = {"q_earlier_changes-en": "typed before", "q_earlier_changes-zh": "此前所填", "older": ref}
    assert client.post(f"{desk}/earlier", data=typed).headers["Location"] == desk
    older = queries.get(ref)
    (saved,) = db.session.query(SavedForm).all()
    answers = saved.typed["answers"]
    assert answers["original_ref"] == older.ref
    assert answers["original_title"] == {tag: older.titles[tag] for tag in ("zh", "en")}
    assert older.record is not None
    assert answers["original_date"] == older.record.executed_on.isoformat()
    assert older.term is not None
    assert older.term.ends is not None
    assert answers["original_end"] == older.term.ends.isoformat()
    assert answers["start_date"] > answers["original_end"]
    assert answers["earlier_changes"]["en"] == "typed before"


def test_only_what_was_signed_with_this_partner_is_offered(client: FlaskClient, people: Cast, engines: Engines) -> None:
    drafted = makers.an_agreement(people, engines, at="drafting").ref
    db.session.commit()
    desk = f"/drafts/amendment~{people.partner.ref}/original"
    assert "An agreement in our register" not in client.get(desk).text
    assert client.post(f"{desk}/earlier", data={"older": drafted}).status_code == 404


def test_the_new_document_is_entered_beside_the_one_it_renews(people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines, at="archived").ref
    newer = makers.an_agreement(people, engines, at="drafting")
    older, desk = queries.get(ref), desks.find(f"renewal~{people.partner.ref}")
    earlier.relate(desk, newer, {"original_ref": "of another house"}, actor=people.actor("drafter"))
    assert after.purposes(newer) == []
    earlier.relate(desk, newer, {"original_ref": ref}, actor=people.actor("drafter"))
    assert [(each.kind, each.other) for each in after.purposes(newer)] == [("renews", older)]
