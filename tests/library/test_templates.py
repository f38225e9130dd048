"""A template is changed by two people: one uploads a Word file that was looked through, another one approves it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from unittest.mock import Mock

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from mou_service.accounts.models import UserRole
from mou_service.accounts.roles import Role
from mou_service.agreements.queries import get
from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.documents.word.revising.redline import RedlineFailed
from mou_service.documents.word.text import plain_text
from mou_service.engines import Engines
from mou_service.library import operations, queries, views
from mou_service.library.models import STREAM, TemplateVersion
from mou_service.library.queries import template
from mou_service.notifications.models import Message
from tests import cast, makers
from tests.cast import Cast

TYPE = "letter-of-intent"
HOME = f"/templates/{TYPE}"
#: A sentence of the letter, and what the house says instead.
OLD, NEW = "remain free to talk", "stay free to talk"


@pytest.fixture
def people(app: Flask, client: FlaskClient) -> Cast:
    """Rita reviews, and keeps templates with Zhou Dan."""
    made = cast.people()
    db.session.add(UserRole(user=made["reviewer"], role=Role.DRAFTER))
    db.session.commit()
    as_("drafter", client)
    return made


def as_(key: str, client: FlaskClient, *, fresh: bool = True) -> None:
    cast.sign_in(client, key, fresh=fresh)
    with client.session_transaction() as session:
        session["language"] = "en"


def changed(content: bytes, *, old: str = OLD, new: str = NEW, part: str = "word/document.xml") -> bytes:
    """A Word file with other words in it."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in source.infolist():
            said = source.read(entry)
            if entry.filename == part:
                assert old.encode() in said
                said = said.replace(old.encode(), new.encode(), 1)
            out.writestr(entry, said)
    return target.getvalue()


def send(client: FlaskClient, content: bytes, *, note: str = "Plainer words") -> str:
    """Upload a file; the page that is shown then."""
    data = {"document": (io.BytesIO(content), "letter.docx"), "note": note}
    return client.post(f"{HOME}/upload", data=data, follow_redirects=True).text


def proposed(client: FlaskClient) -> None:
    assert "waits for a second person" in send(client, changed(template(TYPE).docx))


def test_a_second_person_approves_and_new_drafts_are_made_from_it(
    client: FlaskClient, people: Cast, engines: Engines
) -> None:
    before = makers.an_agreement(people, engines, template=TYPE).ref
    proposed(client)
    page = client.get(f"{HOME}/versions/1").text
    assert "One place differs" in page and "stay" in page and "Page 1 of" in page
    assert "You proposed it" in page
    refused = client.post(f"{HOME}/versions/1/approve", data={"in_use": "0"})
    assert refused.status_code == 403
    assert template(TYPE).number == 0
    as_("reviewer", client)
    assert "Decide: approve or refuse" in client.get(f"{HOME}/versions/1").text
    told = client.post(f"{HOME}/versions/1/approve", data={"in_use": "0"}, follow_redirects=True).text
    assert "Version 1, approved by Rita Ren" in told
    assert NEW in " ".join(plain_text(template(TYPE).docx))
    made = operations.queries.template(TYPE)
    assert made.number == 1
    old = get(before)
    kept = queries.of(old)
    assert kept is not None and kept.number == 0, "an agreement on its way keeps its template"
    users = client.get(HOME).text
    assert before in users and "not the version in use" in users
    assert "The template has another text by now" in client.get(f"/agreements/{before}").text
    taken = client.post(f"/agreements/{before}/template", follow_redirects=True).text
    assert "is made from the template in use" in taken and "stay" in taken
    newest = get(before).version
    assert newest is not None and (newest.number, newest.template_number) == (2, 1)
    assert client.post(f"/agreements/{before}/template").status_code == 403, "there is nothing newer any more"
    names = [event.name for event in events.trail(STREAM)]
    assert names == ["template.propose", "template.approve"]


def test_the_first_of_two_who_approve_decides(client: FlaskClient, people: Cast) -> None:
    proposed(client)
    as_("reviewer", client)
    assert client.post(f"{HOME}/versions/1/approve", data={"in_use": "0"}).status_code == 302
    assert client.post(f"{HOME}/versions/1/approve", data={"in_use": "1"}).status_code == 403


def test_approving_asks_again_when_another_file_came_into_use(client: FlaskClient, people: Cast) -> None:
    proposed(client)
    send(client, changed(template(TYPE).docx, new="are free to talk"))
    as_("reviewer", client)
    client.post(f"{HOME}/versions/1/approve", data={"in_use": "0"})
    assert client.post(f"{HOME}/versions/2/approve", data={"in_use": "0"}).status_code == 409
    assert template(TYPE).number == 1


def test_the_second_person_has_a_task_and_a_letter_and_the_first_one_hears(client: FlaskClient, people: Cast) -> None:
    proposed(client)
    assert "Approve or refuse a new text of a template" not in client.get("/").text
    makers.work()
    as_("reviewer", client)
    assert "Approve or refuse a new text of a template" in client.get("/").text
    client.post(f"{HOME}/versions/1/refuse", data={"reason": "Too familiar."})
    makers.work()
    assert "Approve or refuse a new text of a template" not in client.get("/").text
    written = db.session.execute(sa.select(Message.kind, Message.recipient).order_by(Message.id)).all()
    assert [tuple(each) for each in written] == [
        ("template.propose", "reviewer@sspu.example"), ("template.decide", "drafter@sspu.example"),
    ]  # fmt: skip


def test_a_file_that_a_release_left_behind_is_named_and_cannot_be_approved(
    client: FlaskClient, people: Cast, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed(client)
    shipped = engines.manifests[TYPE]
    fewer = replace(shipped, fields=tuple(each for each in shipped.fields if each.key != "salutation"))
    monkeypatch.setattr(engines, "manifests", {**engines.manifests, TYPE: fewer}, raising=False)
    as_("reviewer", client)
    answer = client.post(f"{HOME}/versions/1/approve", data={"in_use": "0"})
    assert answer.status_code == 422 and "There will be no value called “salutation”" in answer.text
    monkeypatch.setattr(engines, "manifests", {**engines.manifests, TYPE: shipped}, raising=False)
    client.post(f"{HOME}/versions/1/approve", data={"in_use": "0"})
    monkeypatch.setattr(engines, "manifests", {**engines.manifests, TYPE: fewer}, raising=False)
    assert "answers that the form does not have any more" in client.get(HOME).text


def test_approving_needs_the_password_of_just_now(client: FlaskClient, people: Cast) -> None:
    proposed(client)
    as_("reviewer", client, fresh=False)
    answer = client.post(f"{HOME}/versions/1/approve", data={"in_use": "0"})
    assert "/confirm" in answer.headers["Location"] and template(TYPE).number == 0


def test_a_refusal_is_kept_with_its_reason(client: FlaskClient, people: Cast) -> None:
    proposed(client)
    as_("reviewer", client)
    assert client.post(f"{HOME}/versions/1/refuse", data={}).status_code == 422
    told = client.post(f"{HOME}/versions/1/refuse", data={"reason": "Too familiar."}, follow_redirects=True).text
    assert "Too familiar." in told and template(TYPE).number == 0


def test_the_file_before_comes_back_when_one_is_retired(client: FlaskClient, people: Cast, engines: Engines) -> None:
    client.post(f"{HOME}/adopt")
    assert "Version 1, approved by Zhou Dan" in client.get(HOME).text
    proposed(client)
    as_("reviewer", client)
    client.post(f"{HOME}/versions/2/approve", data={"in_use": "1"})
    made = makers.an_agreement(people, engines, template=TYPE)
    assert made.version is not None and made.version.template_number == 0, "the maker takes what came with the service"
    assert template(TYPE).number == 2
    client.post(f"{HOME}/versions/2/retire", data={"reason": "A word too many."})
    assert template(TYPE).number == 1
    assert template(TYPE, 2).docx != template(TYPE).docx, "what was made from it can still be read"


def test_a_kind_can_be_taken_out_of_the_offer(client: FlaskClient, people: Cast) -> None:
    client.post(f"{HOME}/stop", data={"reason": "We write memoranda only."})
    assert TYPE not in client.get("/drafts/new").text
    assert client.get(f"/drafts/new/{TYPE}").status_code == 404
    assert "We write memoranda only." in client.get(HOME).text
    client.post(f"{HOME}/offer")
    assert client.get(f"/drafts/new/{TYPE}").status_code == 200


def test_the_file_of_a_new_release_never_replaces_an_approved_one(
    client: FlaskClient, people: Cast, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed(client)
    as_("reviewer", client)
    client.post(f"{HOME}/versions/1/approve", data={"in_use": "0"})
    released = {
        **engines.manifests,
        TYPE: replace(engines.manifests[TYPE], word=changed(engines.manifests[TYPE].docx, new="may talk")),
        "framework": replace(engines.manifests["framework"], word=b"another file"),
    }
    monkeypatch.setattr(engines, "manifests", released, raising=False)
    (made,) = operations.take_in_shipped(released, files=engines.files)
    assert (made.type, made.origin, made.state, made.proposed_by) == (TYPE, "shipped", "proposed", None)
    assert operations.take_in_shipped(released, files=engines.files) == []
    assert template(TYPE).number == 1
    assert template("framework").docx == b"another file", "what the house never approved comes with the release"
    db.session.commit()
    assert "came with the service" in client.get(f"{HOME}/versions/2").text
    operations.approve(queries.version(TYPE, 2), template(TYPE), instead_of=1, actor=people["drafter"].actor())
    assert template(TYPE).number == 2


ATTACKS = {
    "attributes": ("{{ own.__class__.__mro__ }}", "“__mro__” cannot be used"),
    "methods": ("{{ own.name.en.format(own) }}", "A call with ( )"),
    "huge ranges": ("{% for x in range(999999999) %}x{% endfor %}", "A loop must run over one of the lists"),
    "imports": ("{% import 'os' as os %}", "“import” cannot be used"),
    "unknown names": ("{{ partnr.name.en }}", "There will be no value called “partnr”. Did you mean “partner”?"),
    "unclosed tags": ("{{ own.name.en", "opened and not closed"),
    "depth": ("{{ " + "(" * 2000 + "own" + ")" * 2000 + " }}", "Take them apart"),
}


@pytest.mark.parametrize("kind", ATTACKS)
def test_a_template_that_does_more_than_name_answers_is_refused_with_the_place(
    kind: str, client: FlaskClient, people: Cast, engines: Engines
) -> None:
    attack, words = ATTACKS[kind]
    files = len(list(engines.files.keys()))
    page = send(client, changed(template(TYPE).docx, new=attack.replace("'", "&apos;")))
    assert "Why the file cannot be used" in page
    assert words.replace("“", "“") in page
    assert "body, paragraph" in page
    assert "Plainer words" in page, "the note survives"
    assert queries.versions(TYPE) == []
    assert len(list(engines.files.keys())) == files, "nothing half-stored"
    assert [event.name for event in events.trail(STREAM)] == []


def test_entities_and_whatever_else_no_upload_may_hold_are_refused_here_too(client: FlaskClient, people: Cast) -> None:
    entity = changed(template(TYPE).docx, old="?>", new='?><!DOCTYPE x [<!ENTITY a "b">]>')
    assert "defines entities of its own" in send(client, entity)
    assert queries.versions(TYPE) == []


def test_what_a_changed_file_no_longer_does_is_named(client: FlaskClient, people: Cast) -> None:
    page = send(client, changed(template(TYPE).docx, old="Legal status", new="About this letter"))
    assert "stands in the text in use and not in this file" in page
    page = send(client, b"%PDF-1.7")
    assert "The file is a PDF." in page


def test_a_file_in_use_is_not_proposed_again(client: FlaskClient, people: Cast) -> None:
    assert "This is the file that is in use." in send(client, template(TYPE).docx)
    proposed(client)
    assert "waits for a second person already, as version 1" in send(client, changed(template(TYPE).docx))


def test_the_pages_of_every_version_can_be_fetched(
    client: FlaskClient, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed(client)
    for number in (0, 1):
        about = f"{HOME}/versions/{number}"
        assert client.get(f"{about}.docx").data == template(TYPE, number).docx
        assert client.get(f"{about}/example.docx").data.startswith(b"PK")
        assert client.get(f"{about}/example.pdf").data.startswith(b"%PDF")
        assert client.get(f"{about}/pages/1.png").data.startswith(b"\x89PNG")
        assert client.get(f"{about}/pages/99.png").status_code == 404
    assert client.get(f"{HOME}/versions/1/changes.docx").data.startswith(b"PK")
    assert client.get(f"{HOME}/versions/1/original.docx").data == changed(template(TYPE, 0).docx)
    assert client.get(f"{HOME}/versions/2").status_code == 404
    monkeypatch.setattr(views, "_redline", Mock(side_effect=RedlineFailed))
    told = client.get(f"{HOME}/versions/1/changes.docx", follow_redirects=True).text
    assert "These changes cannot be shown in Word" in told
    assert client.get("/templates").text.count("Came with the service") > 10


def test_another_process_notices_a_change(people: Cast, engines: Engines) -> None:
    assert template(TYPE).number == 0
    key = engines.files.put(changed(template(TYPE).docx))
    db.session.add(TemplateVersion(type=TYPE, number=1, origin="upload", docx=key, state="approved"))
    events.record("template.approve", actor=SERVICE, stream=STREAM, type=TYPE)
    db.session.commit()
    assert template(TYPE).number == 1
