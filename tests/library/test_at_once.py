"""Two people of the legal staff act at the same moment: the second one sees what the first one did, on each kind of database."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from mou_service.accounts.models import UserRole
from mou_service.accounts.roles import Role
from mou_service.agreements.queries import get
from mou_service.core.db import db
from mou_service.documents.word.text import plain_text
from mou_service.drafting.exchange.models import ReturnedFile
from mou_service.engines import Engines
from mou_service.library import clause_queries, queries
from mou_service.library.models import TemplateStop
from tests import cast, makers
from tests.cast import Cast
from tests.drafting.partner import Lawyer
from tests.library.test_templates import HOME, OLD, TYPE, changed
from tests.postgres import at_once

CLAUSES = f"/clauses/{TYPE}"


@pytest.fixture
def people(shared_app: Flask) -> Cast:
    """Rita and Omar keep templates with Zhou Dan."""
    made = cast.people()
    for key in ("reviewer", "organiser"):
        db.session.add(UserRole(user=made[key], role=Role.DRAFTER))
    db.session.commit()
    return made


def as_(app: Flask, key: str) -> FlaskClient:
    client = app.test_client()
    cast.sign_in(client, key)
    db.session.rollback()
    return client


def posting(app: Flask, key: str, address: str, data: dict[str, object] | None = None) -> Callable[[], int]:
    client = as_(app, key)
    return lambda: client.post(address, data=data).status_code


def together(app: Flask, *acts: Callable[[], int]) -> list[int]:
    db.session.rollback()
    answers = at_once(app, *acts)
    db.session.rollback()
    return sorted(answer for answer in answers if isinstance(answer, int))


def sent(content: bytes) -> dict[str, object]:
    return {"document": (io.BytesIO(content), "letter\0\u202e.docx"), "note": "Plainer words"}


def test_of_two_files_that_are_approved_at_once_one_comes_into_use(shared_app: Flask, people: Cast) -> None:
    docx = queries.template(TYPE).docx
    for words in ("stay free to talk", "are free to talk"):
        assert posting(shared_app, "drafter", f"{HOME}/upload", sent(changed(docx, new=words)))() == 302
    approving = [
        posting(shared_app, key, f"{HOME}/versions/{number}/approve", {"in_use": "0"})
        for key, number in (("reviewer", 1), ("organiser", 2))
    ]
    assert together(shared_app, *approving) == [302, 409], "the other one was held against a file that is out of use"
    assert sorted(each.state for each in queries.versions(TYPE)) == ["approved", "proposed"]


def test_a_file_that_two_send_at_once_waits_once(shared_app: Flask, people: Cast) -> None:
    content = changed(queries.template(TYPE).docx)
    sending = [posting(shared_app, key, f"{HOME}/upload", sent(content)) for key in ("drafter", "organiser")]
    assert together(shared_app, *sending) == [302, 422]
    stopping = [posting(shared_app, key, f"{HOME}/stop", {"reason": "No"}) for key in ("drafter", "organiser")]
    assert together(shared_app, *stopping) == [302, 302]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TemplateStop)) == 1


def test_of_two_clauses_that_are_approved_at_once_neither_is_lost(shared_app: Flask, people: Cast) -> None:
    said = {key: f"This is what the house says of {key}." for key in ("intention", "costs")}
    for key, words in said.items():
        text = {
            "seen": clause_queries.entry(TYPE, key).digest,
            "note": "-",
            "rank": "acceptable",
            "paragraphs-0-en": words,
        }
        assert posting(shared_app, "drafter", f"{CLAUSES}/{key}/positions/preferred", dict(text))() == 302
    approving = [
        posting(shared_app, who, f"{CLAUSES}/{key}/texts/1/approve")
        for who, key in (("reviewer", "intention"), ("organiser", "costs"))
    ]
    assert together(shared_app, *approving) == [302, 409], "the file of the second one lacks what the first one changed"
    for act in approving:
        together(shared_app, act)
    words_ = " ".join(plain_text(queries.template(TYPE).docx))
    assert all(each in words_ for each in said.values())


def test_two_files_that_come_back_at_once_have_a_number_each(shared_app: Flask, people: Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(people, engines, template=TYPE)
    assert agreement.version is not None
    docx, ref = engines.files.get(agreement.version.docx), agreement.ref
    sending = []
    for key, words in (("drafter", "stay free to talk"), ("organiser", "are free to talk")):
        lawyer = Lawyer(docx)
        lawyer.replace(OLD, words)
        sending.append(posting(shared_app, key, f"/agreements/{ref}/upload", sent(lawyer.file())))
    assert together(shared_app, *sending) == [302, 302]
    making = [
        posting(shared_app, "drafter", f"/agreements/{ref}/returned/{number}/make", {"rest": "yes"})
        for number in (1, 2)
    ]
    together(shared_app, *making)
    came = db.session.scalars(sa.select(ReturnedFile).order_by(ReturnedFile.number)).all()
    assert [(each.number, each.file_name) for each in came] == [(1, "letter.docx"), (2, "letter.docx")]
    assert [each.number for each in get(ref).versions] in ([1, 2], [1, 2, 3])
