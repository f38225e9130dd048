"""Whose language stands first: for a draft, and as the other party's original."""

from __future__ import annotations

import io

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.agreements.queries import get
from mou_service.core.db import db
from mou_service.core.errors import Refused
from mou_service.documents.word.bilingual.originals import CannotTurn
from mou_service.drafting import departure_words
from mou_service.drafting import operations as drafting
from mou_service.drafting.translation import operations, queries
from mou_service.engines import Engines
from tests import cast, makers
from tests.cast import Cast


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast.people()


def header(content: bytes) -> list[str]:
    table = docx.Document(io.BytesIO(content)).tables[1]
    return [cell.text for cell in table.rows[0].cells]


def test_another_language_first_keeps_what_was_confirmed_and_departs_from_nothing(
    people: Cast, engines: Engines, client: FlaskClient
) -> None:
    ref, drafter = makers.an_agreement(people, engines).ref, people.actor("drafter")
    operations.confirm(get(ref), actor=drafter)
    db.session.commit()
    cast.sign_in(client, "drafter")
    with client.session_transaction() as session:
        session["language"] = "en"
    other = client.get(f"/agreements/{ref}/versions/1/first-en.docx").data
    assert header(other) == ["English", "中文"]
    assert client.get(f"/agreements/{ref}/versions/1/first-en.pdf").data.startswith(b"%PDF")
    assert client.get(f"/agreements/{ref}/versions/1/first-fr.docx").status_code == 404
    client.post(f"/agreements/{ref}/languages/first", data={"first": "en"})
    agreement = get(ref)
    version = agreement.version
    assert version is not None and version.number == 2
    assert (agreement.languages, header(engines.files.get(version.docx))) == (["en", "zh"], ["English", "中文"])
    assert len(queries.standing(agreement)) == 1
    assert "One place differs" not in client.get(f"/agreements/{ref}/compare?old=1&new=2").text
    agreement = get(ref)
    assert departure_words.of(agreement) == ()
    # What the form makes later has the language first as well.
    wish = drafting.plan_of(agreement)
    manifest = engines.manifests[agreement.template]
    again = drafting.write(agreement, manifest, wish, actor=drafter, files=engines.files, fonts=engines.fonts)
    assert header(engines.files.get(again.docx)) == ["English", "中文"]


def test_only_a_draft_is_turned_and_only_where_there_are_columns(people: Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(people, engines, at="in_review")
    with pytest.raises(Refused):
        drafting.turn(agreement, first="en", actor=people.actor("drafter"), files=engines.files)
    drafting.revise(agreement, actor=people.actor("drafter"))
    file = docx.Document()
    file.add_paragraph("Only one column.")
    saved = io.BytesIO()
    file.save(saved)
    drafting.upload(
        agreement, saved.getvalue(), actor=people.actor("drafter"), files=engines.files, fonts=engines.fonts
    )
    with pytest.raises(CannotTurn):
        drafting.turn(agreement, first="en", actor=people.actor("drafter"), files=engines.files)
