"""The witness certificate: made with the deposit, recognised at /verify, corrected by a further edition only."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from mou_service.agreements import queries as agreements
from mou_service.archive import fixity, making, witness_certificates
from mou_service.archive.models import WitnessCertificate
from mou_service.core import events, jobs
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused, Stale
from mou_service.core.ids import grouped
from mou_service.core.jobs import Job
from mou_service.engines import Engines
from mou_service.signing import links
from mou_service.trust.verify import verify
from tests import cast as casting
from tests import makers


@pytest.fixture
def cast(app: Flask) -> casting.Cast:
    return casting.people()


@pytest.fixture
def ref(cast: casting.Cast, engines: Engines) -> str:
    return makers.an_agreement(cast, engines, at="archived").ref


def certificate(ref: str) -> WitnessCertificate:
    (found,) = witness_certificates.newest_of(agreements.get(ref))
    return found


def text(content: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content))


def correct(ref: str, cast: casting.Cast, **changed: dict[str, str]) -> WitnessCertificate:
    return witness_certificates.correct(
        certificate(ref), changed, reason="The title was misspelt.", actor=cast.actor("archivist"), maker=making.maker()
    )


def test_it_says_who_witnessed_what_when_and_how(ref: str, engines: Engines) -> None:
    made = certificate(ref)
    content = engines.files.get(made.file)
    slot, words = made.slot, text(engines.files.get(made.file))
    assert slot.revision is not None
    shown = words.replace(" ", "").replace("\r", "").replace("\n", "")
    for part in (
        "Lu Min", "陆敏", "Witness certificate", "见证证明", "Ceremonial witness", f"W-{ref}-1",
        "Xie Huaqing and Galina Ivanova", "At the signing table of Omar Ouyang", "personally known to Omar Ouyang",
        "The institution of a party", slot.revision, slot.certificate.upper(), grouped(made.code),
    ):  # fmt: skip
        assert part.replace(" ", "") in shown, part
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.open_metadata()["pdfaid:part"] == "2"
    assert verify(content, roots=making.maker().authority.roots).outcome == "valid"


def test_the_job_done_again_makes_nothing_new(ref: str, engines: Engines) -> None:
    before = [each.file for each in witness_certificates.of_agreement(agreements.get(ref))]
    assert witness_certificates.missing(agreements.get(ref), making.maker()) == []
    job = db.session.scalars(sa.select(Job).where(Job.handler == "archive.witness_certificates")).one()
    jobs.again(job)
    db.session.commit()
    makers.work()
    assert [each.file for each in witness_certificates.of_agreement(agreements.get(ref))] == before


def test_a_correction_is_a_further_edition_and_touches_nothing(
    ref: str, cast: casting.Cast, client: FlaskClient, engines: Engines
) -> None:
    first, final = certificate(ref), agreements.get(ref).record.final
    second = correct(ref, cast, title={"en": "Secretary of the Party Committee and Chair", "zh": "党委书记"})
    db.session.commit()
    assert (second.edition, second.slot_id) == (2, first.slot_id) and second.code != first.code
    with pytest.raises(Stale):
        witness_certificates.correct(
            first, {"title": {"en": "Chair"}}, reason="Late.", actor=cast.actor("archivist"), maker=making.maker()
        )
    words = text(engines.files.get(second.file)).replace("\r\n", " ")
    assert "edition 2" in words and "Secretary of the Party Committee and Chair" in words
    assert "The title was misspelt." in words and "Ana Ai" in words
    agreement = agreements.get(ref)
    assert agreement.record.final == final
    assert first.slot.as_shown["title"]["en"] == "Secretary of the Party Committee", "the paper shows what it showed"
    event = events.trail(agreement.stream)[-1]
    assert (event.name, event.facts["edition"]) == ("witness.correct", 2) and "→" in event.facts["changed"]
    # Both editions verify, and the first names the second.
    for each, said in ((first, "later edition"), (second, "Genuine: our witness certificate.")):
        for answer in (client.get(f"/verify/{grouped(each.code)}"), _upload(client, engines.files.get(each.file))):
            assert answer.status_code == 200
            assert said in answer.text and "Lu Min" in answer.text
    assert witness_certificates.described(engines.files.get(first.file)) == {
        "number": f"W-{ref}-1", "edition": 1, "newest": 2, "reference": ref,
    }  # fmt: skip
    assert all(found is None for found in fixity.check(engines.files))


def test_what_cannot_be_corrected_and_by_whom(ref: str, cast: casting.Cast) -> None:
    with pytest.raises(Invalid, match="Nothing differs"):
        correct(ref, cast, title={"en": "Secretary of the Party Committee", "zh": "党委书记"})
    with pytest.raises(Invalid, match="name"):
        correct(ref, cast, name={"en": " "})
    for key in ("drafter", "leader", "auditor", "partner", "administrator"):
        with pytest.raises(Refused):
            witness_certificates.correct(
                certificate(ref), {"title": {"en": "X"}}, reason="No", actor=cast.actor(key), maker=making.maker()
            )
    assert len(witness_certificates.of_agreement(agreements.get(ref))) == 1


def test_a_changed_certificate_is_not_genuine(ref: str, client: FlaskClient, engines: Engines) -> None:
    content = engines.files.get(certificate(ref).file)
    answer = _upload(client, content + b"\n% more\n")
    assert "Genuine" not in answer.text and "it was changed" in answer.text


def test_the_witness_the_office_and_the_archivist_fetch_it(
    ref: str, cast: casting.Cast, client: FlaskClient, engines: Engines
) -> None:
    made = certificate(ref)
    content, number, slot = engines.files.get(made.file), made.id, made.slot
    secret = links.create(slot, email="lu@sspu.example")
    db.session.commit()
    page = client.get(f"/s/{secret}")
    assert f"/s/{secret}/certificate.pdf" in page.text
    assert client.get(f"/s/{secret}/certificate.pdf").data == content
    for key in ("archivist", "drafter", "organiser"):
        casting.sign_in(client, key)
        assert client.get(f"/agreements/{ref}/witness-certificates/{number}.pdf").data == content
    assert "Witness certificate" in client.get(f"/agreements/{ref}").text
    answer = client.get(f"/verify/{agreements.get(ref).verification_code}").text
    assert "Ceremonial witness · from a party" in answer, "as what somebody witnessed, and from which house"


def test_the_page_for_a_correction_asks_for_the_password(ref: str, cast: casting.Cast, client: FlaskClient) -> None:
    made = certificate(ref)
    address = f"/agreements/{ref}/witness-certificates/{made.id}/correct"
    slot_id, sent = (
        made.slot_id,
        {"title_en": "Party Secretary", "title_zh": "党委书记", "name_en": "Lu Min", "name_zh": "陆敏"},
    )
    casting.sign_in(client, "archivist", fresh=False)
    answer = client.post(address, data={**sent, "reason": "Misspelt."})
    assert answer.status_code == 422 and "what you typed is kept" in answer.text and "党委书记" in answer.text
    casting.sign_in(client, "archivist")
    assert client.post(address, data=sent).status_code == 422, "a reason is asked for"
    assert client.post(address, data={**sent, "reason": "Misspelt."}).status_code == 302
    agreement = agreements.get(ref)
    assert [(each.edition, each.slot_id) for each in witness_certificates.of_agreement(agreement)] == [
        (1, slot_id), (2, slot_id),
    ]  # fmt: skip


def _upload(client: FlaskClient, content: bytes):  # type: ignore[no-untyped-def]
    return client.post("/verify", data={"file": (io.BytesIO(content), "certificate.pdf")})
