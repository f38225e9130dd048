"""A text we do not draw ourselves is drawn in a job; until its pages are there, and where they cannot be, the text waits."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from reportlab.pdfgen.canvas import Canvas

from mou_service.agreements import queries
from mou_service.agreements.models import Agreement
from mou_service.core import jobs
from mou_service.core.db import db
from mou_service.core.errors import EngineFailed, Refused
from mou_service.documents.pdf.previews import page_count, page_texts
from mou_service.drafting import annexes, operations, texts
from mou_service.drafting.drawing import parts
from mou_service.engines import Engines
from mou_service.engines.memory import OwnPages
from tests import cast, makers
from tests.cast import Cast
from tests.documents.word import making
from tests.documents.word.making import paragraph, word

BOX = paragraph(
    f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{paragraph('Read this as well.')}</w:txbxContent></v:textbox>"
    "</v:shape></w:pict></w:r>"
)
COLUMNS = making.SECTION.replace("</w:sectPr>", '<w:cols w:num="2"/></w:sectPr>')


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast.people()


@pytest.fixture
def agreement(people: Cast, engines: Engines) -> Agreement:
    return makers.an_agreement(people, engines)


@pytest.fixture
def office(engines: Engines) -> Iterator[OwnPages]:
    engines.office = OwnPages(engines.fonts)
    yield engines.office
    del engines.office


def in_english(client: FlaskClient) -> FlaskClient:
    cast.sign_in(client, "drafter")
    with client.session_transaction() as session:
        session["language"] = "en"
    return client


def upload(agreement: Agreement, content: bytes, people: Cast, engines: Engines) -> None:
    operations.upload(
        agreement, content, actor=people.actor("drafter"), files=engines.files, fonts=engines.fonts,
        office=engines.office is not None,
    )  # fmt: skip
    db.session.commit()


def test_without_an_office_program_such_a_text_is_refused(agreement: Agreement, engines: Engines, people: Cast) -> None:
    with pytest.raises(texts.CannotShow, match="several columns"):
        upload(agreement, word("Article 1", section=COLUMNS), people, engines)


def test_the_pages_come_from_a_job(
    agreement: Agreement, engines: Engines, people: Cast, office: OwnPages, client: FlaskClient
) -> None:
    ref = agreement.ref
    upload(agreement, word("Article 1", section=COLUMNS), people, engines)
    in_english(client)
    page = client.get(f"/agreements/{ref}/versions/2").text
    assert "LibreOffice is drawing this text" in page
    assert "data-poll" in page
    with pytest.raises(Refused, match="pages of this text are not there"):
        makers.submit(ref, people)
    db.session.rollback()

    jobs.run_due()
    page = client.get(f"/agreements/{ref}/versions/2").text
    assert "LibreOffice is drawing" not in page
    assert f"/agreements/{ref}/versions/2/pages/1.png" in page
    assert client.get(f"/agreements/{ref}/versions/2.pdf").data.startswith(b"%PDF")
    version = queries.get(ref).version
    assert version is not None
    drawing = version.drawing
    assert drawing is not None
    assert (drawing.state, drawing.program) == ("drawn", "Own pages")


def test_pages_that_do_not_say_the_text_are_not_used(
    agreement: Agreement, engines: Engines, people: Cast, office: OwnPages, client: FlaskClient
) -> None:
    ref = agreement.ref
    upload(agreement, word("Article 1", BOX), people, engines)
    jobs.run_due()
    in_english(client)
    page = client.get(f"/agreements/{ref}/versions/2").text
    assert "This text cannot be shown as pages" in page
    assert "readthisaswell." in page


def test_an_office_that_is_away_is_asked_again(
    agreement: Agreement, engines: Engines, people: Cast, office: OwnPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(agreement, word("Article 1", section=COLUMNS), people, engines)

    def away(docx: bytes) -> bytes:
        raise EngineFailed("office", "no room on the disk")

    monkeypatch.setattr(office, "pdf", away)
    jobs.run_due()
    (waiting,) = [each for each in jobs.unfinished() if each.handler == "drafting.draw"]
    assert waiting.due is not None
    assert "no room" in str(waiting.problem)


def test_what_was_given_up_is_said_and_drawn_when_somebody_asks_again(
    agreement: Agreement,
    engines: Engines,
    people: Cast,
    office: OwnPages,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ref = agreement.ref
    upload(agreement, word("Article 1", section=COLUMNS), people, engines)

    def away(docx: bytes) -> bytes:
        raise EngineFailed("office", "no room on the disk")

    with monkeypatch.context() as without:
        without.setattr(office, "pdf", away)
        without.setattr(jobs, "MAX_TRIES", 1)
        jobs.run_due()
    in_english(client)
    page = client.get(f"/agreements/{ref}/versions/2").text
    assert "LibreOffice is drawing" not in page
    assert "no room on the disk" in page
    assert client.post(f"/agreements/{ref}/draw").status_code == 302
    jobs.run_due()
    assert f"/agreements/{ref}/versions/2/pages/1.png" in client.get(f"/agreements/{ref}/versions/2").text


def test_a_pdf_goes_behind_the_text(agreement: Agreement, engines: Engines, people: Cast, client: FlaskClient) -> None:
    tools = {"actor": people.actor("drafter"), "files": engines.files, "fonts": engines.fonts}
    before = page_count(_preview(agreement, engines))
    annexes.attach(agreement, _pdf("Budget"), filename="budget.pdf", titles={"en": "Budget"}, **tools)
    db.session.commit()
    (annex,) = agreement.annexes
    assert [each["code"] for each in annex.findings] == ["pdf_pictured"]
    assert page_count(_preview(agreement, engines)) == before + 1
    ref, number, pages = agreement.ref, annex.id, engines.files.get(annex.pdf)
    assert "each page is kept as a picture" in in_english(client).get(f"/agreements/{ref}").text
    assert client.get(f"/agreements/{ref}/annexes/{number}.pdf").data == pages
    assert client.get(f"/agreements/{ref}/annexes/{number}.docx").status_code == 404


def _pdf(text: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 700, text)
    canvas.save()
    return out.getvalue()


def _preview(agreement: Agreement, engines: Engines) -> bytes:
    assert agreement.version is not None
    found = [source.part(engines.files) for source in parts.sources(agreement.version, agreement.annexes)]
    return texts.preview(
        found, fonts=engines.fonts, reference=agreement.ref, languages=agreement.languages, demonstration=True
    )


def test_pages_by_others_are_frozen_signed_and_archived(
    agreement: Agreement, engines: Engines, people: Cast, office: OwnPages
) -> None:
    ref, tools = agreement.ref, {"actor": people.actor("drafter"), "files": engines.files, "fonts": engines.fonts}
    for content, name in ((word("Annex of columns", section=COLUMNS), "columns.docx"), (_pdf("Budget"), "budget.pdf")):
        annexes.attach(agreement, content, filename=name, titles={"en": name}, office=True, **tools)
    db.session.commit()
    makers.work()
    for step in (makers.submit, makers.agree, makers.present, makers.approve, makers.freeze, makers.sign_all):
        step(ref, people)
        db.session.commit()
    archived = queries.get(ref)
    assert archived.state == "archived"
    assert archived.package is not None
    final = engines.files.get(str(archived.package.current))
    text = " ".join(page_texts(final))
    assert "Annex of columns" in text
    assert "<pdfaid:conformance>B<" in metadata(final)


def metadata(pdf: bytes) -> str:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return opened.Root.Metadata.read_bytes().decode()
