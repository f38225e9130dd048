"""A draft is filled before anything is written: nobody who writes waits for it, and each has a reference of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service import app as application
from mou_service.agreements import queries
from mou_service.core.db import Model, db
from mou_service.drafting import operations, texts
from mou_service.engines import Engines
from mou_service.settings import Settings
from tests import cast
from tests.cast import Cast

from .test_views import INTEREST, _people


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mou.sqlite"


@pytest.fixture
def app(settings: Settings, engines: Engines, file: Path) -> Iterator[Flask]:
    """On a database in a file, where one writes at a time."""
    changed = settings.model_copy(update={"database_url": f"sqlite:///{file}"})
    made = application.create_app(changed, with_engines=engines)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    Model.metadata.create_all(db.engine)
    with made.app_context():
        yield made
    db.close()


@pytest.fixture
def desk(app: Flask, client: FlaskClient) -> str:
    people: Cast = cast.people()
    for house in (people.ours, people.partner):
        house.addresses = {"en": "1 College Road", "zh": "学院路1号"}
    db.session.commit()
    cast.sign_in(client, "drafter")
    address = f"/drafts/university-university~{people.partner.ref}"
    client.post(f"{address}/people", data=_people(people))
    client.post(f"{address}/cooperation", data=INTEREST)
    return address


def test_others_write_while_a_draft_and_its_next_version_are_filled(
    client: FlaskClient, desk: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill, filled = texts.filled, []

    def while_somebody_writes(*given: object, **named: object) -> bytes:
        other = sqlite3.connect(file, timeout=0, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE organisation SET notes = notes || '.'")
        other.execute("COMMIT")
        other.close()
        filled.append(fill(*given, **named))  # type: ignore[arg-type]
        return filled[-1]

    monkeypatch.setattr(texts, "filled", while_somebody_writes)
    made = client.post(f"{desk}/finish").headers["Location"]
    ref = made.rsplit("/", 1)[-1]
    client.post(f"/drafts/{ref}/cooperation", data={**INTEREST, "q_fields_of_interest-en": "law"})
    client.post(f"/drafts/{ref}/finish", data={"seen": "1"})
    assert [version.number for version in queries.get(ref).versions] == [1, 2]
    assert len(filled) == 2


def test_who_gets_the_reference_first_keeps_it_and_the_other_fills_again(
    client: FlaskClient, desk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    coming, asked = operations.coming_ref, []

    def given_to_somebody_else(*given: object, **named: object) -> str:
        asked.append(coming(*given, **named))  # type: ignore[arg-type]
        return asked[0] if len(asked) > 1 else f"{asked[0]}9"

    monkeypatch.setattr(operations, "coming_ref", given_to_somebody_else)
    ref = client.post(f"{desk}/finish").headers["Location"].rsplit("/", 1)[-1]
    assert len(asked) == 2
    assert ref == asked[0]
    assert queries.get(ref).versions[0].values["ref"] == ref
