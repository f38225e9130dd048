"""What departs from the template: positions, other words, clauses that went, came or moved, and broken locks."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.document import Document
from flask import Flask
from flask.testing import FlaskClient

from mou_service.core.db import db
from mou_service.documents.word.revising.compare import compare
from mou_service.documents.word.templates.clauses import Clause
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.drafting import departure_words, deviation, operations, texts
from mou_service.engines import Engines
from mou_service.review import operations as review
from tests import cast, makers


@pytest.fixture
def framework(engines: Engines) -> Manifest:
    """A binding agreement in two columns, with positions and locked clauses."""
    return engines.manifests["framework"]


def _edited(content: bytes, change: Callable[[Document], object]) -> bytes:
    document = docx.Document(io.BytesIO(content))
    change(document)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _row(document: Document, text: str) -> Any:
    """The first row that says this."""
    return next(row for table in document.tables for row in table.rows if any(text in cell.text for cell in row.cells))


def _rows(document: Document) -> dict[Any, Any]:
    return {row._tr: row for table in document.tables for row in table.rows}


def _heading(document: Document, title: str) -> Any:
    """The row with this heading, as an element."""
    return next(tr for tr, row in _rows(document).items() if row.cells[-1].paragraphs[0].text.strip() == title)


def _reword(document: Document, text: str, other: str) -> None:
    for cell in _row(document, text).cells:
        for paragraph in cell.paragraphs:
            if text in paragraph.text:
                runs = paragraph.runs
                runs[0].text = paragraph.text.replace(text, other)
                for run in runs[1:]:
                    run.text = ""


def _departures(manifest: Manifest, change: Callable[[Document], object], **answers: str) -> list[deviation.Departure]:
    values = manifest.example() | answers
    content = texts.filled(manifest, values)
    return list(deviation.found(manifest, values, compare(content, _edited(content, change)).rows))


def _always(manifest: Manifest) -> list[Clause]:
    return [clause for clause in manifest.clauses if not clause.condition]


def test_a_text_as_the_template_has_it_departs_nowhere(framework: Manifest) -> None:
    assert _departures(framework, lambda document: None) == []


def test_a_position_is_named_with_its_rank(framework: Manifest) -> None:
    clause = next(each for each in framework.clauses if each.fallbacks)
    last = clause.fallbacks[-1]
    found = _departures(framework, lambda document: None, **{clause.position_key: last.key})
    assert [(each.kind, each.position) for each in found] == [("as_approved", last)]
    assert clause.title["en"] in found[0].heading["en"]


def test_other_words_in_a_locked_clause_break_its_lock(framework: Manifest) -> None:
    clause = next(each for each in framework.clauses if each.lock == "locked" and not each.condition)
    first = clause.passages[0].text["en"].split("{")[0][:24]
    found = _departures(framework, lambda document: _reword(document, first, "In other words, "))
    assert [(each.kind, each.breaks_lock, each.binding) for each in found] == [("reworded", True, True)]
    assert found[0].heading["en"].endswith(clause.title["en"])


def test_a_new_clause_is_added_in_both_languages_at_once(framework: Manifest) -> None:
    title = _always(framework)[2].title

    def add(document: Document) -> None:
        before = _heading(document, title["en"])
        before.addprevious(copy.deepcopy(before))
        for cell, other in zip(
            _rows(document)[before.getprevious()].cells, ("独家合作安排", "Exclusivity"), strict=True
        ):
            cell.paragraphs[0].runs[0].text = other
            for further in cell.paragraphs[1:]:
                further._p.getparent().remove(further._p)

    found = _departures(framework, add)
    assert [(each.kind, len(each.changes)) for each in found] == [("added", 2)]
    assert "Exclusivity" in found[0].heading["en"]
    assert "独家" in found[0].heading["zh"]


def test_a_clause_that_was_taken_out(framework: Manifest) -> None:
    one, following = _always(framework)[:2]

    def take_out(document: Document) -> None:
        row = _heading(document, one.title["en"])
        while row is not _heading(document, following.title["en"]):
            behind = row.getnext()
            row.getparent().remove(row)
            row = behind

    assert [(each.kind, one.title["en"] in each.heading["en"]) for each in _departures(framework, take_out)] == [
        ("removed", True)
    ]


def test_the_reviewer_and_the_leader_read_it_in_a_sentence(app: Flask, client: FlaskClient, engines: Engines) -> None:
    people = cast.people()
    agreement = makers.an_agreement(people, engines)
    clause = engines.manifests[agreement.template].clauses[0]
    newest = agreement.version
    assert newest is not None
    first = clause.passages[0].text["en"].split("{")[0][:20]
    operations.upload(
        agreement, _edited(engines.files.get(newest.docx), lambda document: _reword(document, first, "Otherwise, ")),
        actor=people.actor("drafter"), files=engines.files, fonts=engines.fonts,
    )  # fmt: skip
    review.submit(agreement, actor=people.actor("drafter"))
    db.session.commit()
    assert departure_words.of(agreement)
    cast.sign_in(client, "reviewer")
    with client.session_transaction() as session:
        session["language"] = "en"
    for name in ("review", "approval"):
        page = client.get(f"/agreements/{agreement.ref}/{name}").text
        assert f"{clause.title['en']}: reworded" in page, name


def test_the_legal_office_agrees_to_a_broken_lock_only_with_a_reason(
    app: Flask, client: FlaskClient, engines: Engines
) -> None:
    people = cast.people()
    agreement = makers.an_agreement(people, engines, template="framework")
    clause = next(c for c in engines.manifests["framework"].clauses if c.lock == "locked" and not c.condition)
    newest = agreement.version
    assert newest is not None
    first = clause.passages[0].text["en"].split("{")[0][:24]
    operations.upload(
        agreement, _edited(engines.files.get(newest.docx), lambda document: _reword(document, first, "In other words, ")),
        actor=people.actor("drafter"), files=engines.files, fonts=engines.fonts,
    )  # fmt: skip
    review.submit(agreement, actor=people.actor("drafter"))
    db.session.commit()
    cast.sign_in(client, "reviewer")
    with client.session_transaction() as session:
        session["language"] = "en"
    address, typed = f"/agreements/{agreement.ref}", {"version": "2", "functions": "legal"}
    refused = client.post(f"{address}/agree", data=typed)
    assert refused.status_code == 422
    assert "Say why they can be agreed." in refused.text
    assert "A locked clause has other words" in client.get(f"{address}/review").text
    assert client.post(f"{address}/agree", data=typed | {"opinion": "The partner's law demands it."}).status_code == 302
