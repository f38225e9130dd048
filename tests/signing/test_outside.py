"""Signing with an own certificate: taken out, brought back, confirmed; and what it does to everybody else meanwhile."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.stamp import StaticStampStyle, TextStampStyle

from mou_service.agreements import queries as agreements
from mou_service.archive import fixity, verification
from mou_service.archive.bag.packing import pack
from mou_service.archive.roots import accepted_today
from mou_service.core import events
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Refused
from mou_service.engines import Engines
from mou_service.settings import Settings
from mou_service.signing import links, loans, operations, tooling
from mou_service.signing.models import Package, Slot
from mou_service.signing.ways import outside
from tests.signers import Authorities, signed
from tests.trust import attacks

from .conftest import World, an_approved_agreement, sign, work

REF = "SSPU-MOU-2024-0001"
BLANK = StaticStampStyle(border_width=0)
PADES = {"subfilter": SigSeedSubFilter.PADES}


@pytest.fixture
def settings(settings: Settings, elsewhere: Authorities, tmp_path: Path) -> Settings:
    """An institution that accepts the certificates of one authority."""
    file = tmp_path / "signer-roots.pem"
    file.write_bytes(elsewhere.pem())
    return settings.model_copy(update={"signer_roots": str(file)})


class Guest:
    """Somebody with a personal link whose code was typed."""

    def __init__(self, client: FlaskClient, slot: Slot) -> None:
        self.client, self.slot_id = client, slot.id
        secret = links.create(slot, email=slot.position.person.email if slot.position else "")
        self.home, link = f"/s/{secret}", links.found(secret)
        code = links.new_code(link)
        db.session.commit()
        assert client.post(f"{self.home}/prove", data={"code": code}).status_code == 302

    @property
    def slot(self) -> Slot:
        return db.session.get_one(Slot, self.slot_id)

    def post(self, step: str, **data: object):  # type: ignore[no-untyped-def]
        return self.client.post(f"{self.home}/certificate/{step}", data=data, content_type="multipart/form-data")

    def page(self) -> str:
        return self.client.get(f"{self.home}/certificate").text

    def download(self) -> bytes:
        answer = self.client.get(f"{self.home}/certificate/document.pdf")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        return answer.data

    def bring(self, content: bytes):  # type: ignore[no-untyped-def]
        return self.post("bring", file=(io.BytesIO(content), "signed.pdf"))

    def confirm(self, **more: object):  # type: ignore[no-untyped-def]
        return self.post("confirm", frozen=self.slot.package.frozen, language="en", mine="yes", **more)


def package() -> Package:
    found = agreements.get(REF).package
    assert found is not None
    return found


def slot_of(field: str) -> Slot:
    return next(slot for slot in package().slots if slot.field == field)


def trail() -> list[str]:
    return [event.name for event in events.trail(f"agreement/{REF}")]


@pytest.fixture
def galina(client: FlaskClient, signing: Package, world: World) -> Guest:
    """The partner's signatory, whose turn it is."""
    sign(slot_of("Signatory1"), actor=world.organiser)
    db.session.commit()
    return Guest(client, slot_of("Signatory2"))


def test_the_whole_way_ends_in_a_sealed_and_valid_document(
    galina: Guest, elsewhere: Authorities, engines: Engines, world: World
) -> None:
    assert "Sign with your own certificate" in galina.client.get(galina.home).text
    galina.post("take")
    pdf = galina.download()
    assert "Signatory2" in galina.page()
    answer = galina.bring(signed(pdf, "Signatory2", elsewhere.signer(), stamp=BLANK, **PADES))
    assert answer.status_code == 302, answer.text
    page = galina.page()
    assert "Galina Ivanova Ivanova" in page and "Trusted Qualified Certificates" in page and "differ" not in page
    assert slot_of("Signatory2").state == "waiting", "it counts once it is confirmed"
    assert galina.confirm().status_code == 302
    slot = slot_of("Signatory2")
    assert (slot.state, slot.method, slot.mark) == ("signed", "outside", "")
    assert slot.evidence["identified"] == {
        "how": "own_certificate", "way": "link_and_code", "email": "galina@ruse.example",
        "certificate": "Galina Ivanova Ivanova", "issuer": "Trusted Qualified Certificates",
    }  # fmt: skip
    assert slot.evidence["own_certificate"]["checked"], "its authority was asked"
    assert "I have read the document" in slot.evidence["consent"]
    event = next(e for e in reversed(events.trail(f"agreement/{REF}")) if e.name == "slot.sign")
    assert event.facts["method"] == "outside" and event.facts["own_certificate"]["subject"]
    assert engines.files.get(slot.revision or "").startswith(pdf)
    assert galina.confirm().location == galina.home and trail().count("slot.sign") == 2, "sent again it changes nothing"
    for field in ("Witness1", "Witness2"):
        sign(slot_of(field), actor=world.organiser)
    db.session.commit()
    work()
    final = package()
    assert final.state == "done", final.problem
    answer = galina.client.post(
        "/verify", data={"file": (io.BytesIO(engines.files.get(final.final or "")), "final.pdf")}
    )
    assert "Genuine and complete" in answer.text
    assert "Trusted Qualified Certificates" in answer.text, "whose certificate, and which authority"


def test_what_was_accepted_then_holds_when_the_authority_is_no_longer_accepted(
    galina: Guest, elsewhere: Authorities, engines: Engines, world: World
) -> None:
    galina.post("take")
    galina.bring(signed(galina.download(), "Signatory2", elsewhere.signer(), stamp=BLANK, **PADES))
    galina.confirm()
    engines.settings = engines.settings.model_copy(update={"signer_roots": ""})
    for field in ("Witness1", "Witness2"):
        sign(slot_of(field), actor=world.organiser)
    db.session.commit()
    work()
    assert package().state == "done", package().problem
    final = engines.files.get(package().final or "")
    answer = galina.client.post("/verify", data={"file": (io.BytesIO(final), "final.pdf")})
    assert "Genuine and complete" in answer.text
    assert "Genuine and complete" in galina.client.get(f"/verify/{agreements.get(REF).verification_code}").text
    changed = galina.client.post("/verify", data={"file": (io.BytesIO(final + b"\n% more\n"), "final.pdf")})
    assert "it was changed" in changed.text and "not one of this document" not in changed.text
    with pack(agreements.get(REF), audience="partner") as file, zipfile.ZipFile(file) as bag:
        assert [name for name in bag.namelist() if "certificates/roots/trusted-root" in name]
    assert [found for found in fixity.check(engines.files) if found is not None] == []
    # Even when the certificate of the authority got lost, nobody is told that what we keep was changed.
    engines.files.kept.pop(elsewhere.certificate().sha256.hex())  # type: ignore[attr-defined]
    answer = galina.client.post("/verify", data={"file": (io.BytesIO(final), "final.pdf")})
    assert "not every signature can be confirmed today" in answer.text and "changed" not in answer.text
    assert "(Galina Ivanova Ivanova) rests on an authority that is not accepted here today" in answer.text
    assert [found.what for found in fixity.check(engines.files) if found is not None] == ["accepted root"]


def test_nobody_else_signs_while_the_document_is_out(galina: Guest, world: World) -> None:
    galina.post("take")
    assert "is signing with their own certificate until" in operations.why_not(slot_of("Signatory2"))[0]
    with pytest.raises(Refused, match="own certificate"):
        sign(slot_of("Signatory2"), actor=world.organiser)
    galina.post("take")
    assert trail().count("slot.take_out") == 1, "who has it keeps it"
    galina.post("back")
    assert operations.why_not(slot_of("Signatory2")) == []
    assert trail().count("slot.give_back") == 1


def test_who_comes_back_later_gives_a_code_again(galina: Guest) -> None:
    galina.post("take")
    with galina.client.session_transaction() as session:
        session.pop("proved_link")
    assert galina.client.get(f"{galina.home}/certificate").location == galina.home
    assert galina.client.get(f"{galina.home}/certificate/document.pdf").status_code == 302
    assert galina.post("back").status_code == 403 and loans.out(package()) is not None
    page = galina.client.get(galina.home).text
    assert "You took the document out" in page and "Send me the code" in page


def test_it_comes_back_by_itself_and_a_late_file_counts_while_nobody_went_on(
    galina: Guest, elsewhere: Authorities, world: World
) -> None:
    galina.post("take")
    pdf = galina.download()
    for _ in range(loans.MOST_EXTENSIONS):
        assert galina.post("longer").status_code == 302
    assert galina.post("longer").status_code == 403
    loan = loans.out(package())
    assert loan is not None
    loan.until = now() - timedelta(seconds=1)
    db.session.commit()
    assert operations.why_not(slot_of("Signatory2")) == []
    content = signed(pdf, "Signatory2", elsewhere.signer(), stamp=BLANK)
    assert galina.bring(content).status_code == 302
    sign(slot_of("Signatory2"), actor=world.organiser)
    db.session.commit()
    assert galina.confirm().status_code == 403, "somebody signed in the meantime"
    assert slot_of("Signatory2").method == "table"


def test_the_organiser_takes_it_back(galina: Guest, elsewhere: Authorities, world: World) -> None:
    galina.post("take")
    content = signed(galina.download(), "Signatory2", elsewhere.signer(), stamp=BLANK)
    loan = loans.out(package())
    assert loan is not None
    outside.give_back(loan, actor=world.organiser, by_person=False)
    db.session.commit()
    assert galina.bring(content).status_code == 403
    assert slot_of("Signatory2").state == "waiting"


def test_what_is_refused_says_what_to_do_and_leaves_no_trace(galina: Guest, elsewhere: Authorities) -> None:
    galina.post("take")
    pdf, before = galina.download(), trail()
    cases = {
        "does not accept yet": signed(pdf, "Signatory2", elsewhere.signer(of="unheard"), stamp=BLANK),
        "taken back by its authority": signed(pdf, "Signatory2", elsewhere.signer("revoked"), stamp=BLANK),
        "whose font is embedded": signed(pdf, "Signatory2", elsewhere.signer(), stamp=TextStampStyle(stamp_text="x")),
        "instead of “Signatory2”": signed(pdf, "Witness1", elsewhere.signer(), stamp=BLANK),
        "is not signed in this file": pdf,
    }
    for words, content in cases.items():
        answer = galina.bring(content)
        assert answer.status_code == 422 and words in answer.text, words
    assert trail() == before and slot_of("Signatory2").state == "waiting"
    assert galina.confirm().status_code == 403, "nothing was brought"


def test_another_name_is_confirmed_by_the_person_and_told_to_the_organiser(
    galina: Guest, elsewhere: Authorities, engines: Engines
) -> None:
    galina.post("take")
    assert (
        galina.bring(signed(galina.download(), "Signatory2", elsewhere.signer("mallory"), stamp=BLANK)).status_code
        == 302
    )
    assert "The names differ" in galina.page()
    galina.post("confirm", frozen=slot_of("Signatory2").package.frozen, language="en")
    assert slot_of("Signatory2").state == "waiting", "without the tick nothing counts"
    galina.confirm()
    assert slot_of("Signatory2").state == "signed" and trail().count("slot.other_name") == 1
    work()
    told = [mail for mail in engines.mailer.sent if "Mallory Malcheva" in mail.text]  # type: ignore[union-attr]
    assert {mail.to for mail in told} == {"drafter@sspu.example", "organiser@sspu.example"}


def test_an_authority_that_is_away_is_asked_again_at_the_seal(
    galina: Guest, elsewhere: Authorities, world: World
) -> None:
    galina.post("take")
    elsewhere.away = True
    galina.bring(signed(galina.download(), "Signatory2", elsewhere.signer(), stamp=BLANK))
    assert "asked again when the document is sealed" in galina.page()
    galina.confirm()
    for field in ("Witness1", "Witness2"):
        sign(slot_of(field), actor=world.organiser)
    db.session.commit()
    work()
    assert package().state == "sealing" and "still good" in package().problem
    elsewhere.away = False
    job = operations.queries.work_of(package())
    assert job is not None and job.due is not None
    job.due = now()
    work()
    assert package().state == "done", package().problem


def test_without_an_authority_nobody_is_offered_to(galina: Guest, engines: Engines) -> None:
    engines.settings = engines.settings.model_copy(update={"signer_roots": ""})
    assert "own certificate" not in galina.client.get(galina.home).text
    assert galina.post("take").status_code == 403


def test_nobody_is_promised_more_time_than_there_is_for_signing(galina: Guest) -> None:
    ends = now().replace(microsecond=0) + timedelta(hours=3)
    package().open_until = ends
    db.session.commit()
    galina.post("take")
    assert galina.post("longer").status_code == 302
    loan = loans.out(package())
    assert loan is not None and (loan.until, loan.extensions) == (ends, 0)


def test_who_declines_or_is_not_waited_for_holds_nobody_up(galina: Guest, world: World) -> None:
    sign(slot_of("Signatory2"), actor=world.organiser)
    db.session.commit()
    first, second = (Guest(galina.client, slot_of(field)) for field in ("Witness1", "Witness2"))
    second.post("take")
    operations.go_on_without(second.slot, actor=world.organiser, reason="Her train did not come.")
    db.session.commit()
    assert loans.out(package()) is None and operations.why_not(slot_of("Witness1")) == []
    Guest(galina.client, first.slot).post("take")
    assert loans.out(package()) is not None
    operations.decline(slot_of("Witness1"), actor=world.organiser, reason="He was not in the room.")
    db.session.commit()
    assert loans.out(package()) is None


def test_a_file_is_not_taken_for_another_agreement_that_the_same_certificate_signed(
    world: World, client: FlaskClient, elsewhere: Authorities, engines: Engines
) -> None:
    agreed = [an_approved_agreement(world, engines, number=number).ref for number in (1, 2)]
    for ref in agreed:
        operations.freeze(agreements.get(ref), actor=world.organiser, order="own_first", fonts=tooling.tools().fonts)
    db.session.commit()
    work()
    files = []
    for ref in agreed:
        for field in ("Signatory1", "Signatory2"):
            guest = Guest(client, next(slot for slot in _counting(ref).slots if slot.field == field))
            guest.post("take")
            guest.bring(signed(guest.download(), field, elsewhere.signer(), stamp=BLANK))
            assert guest.confirm().status_code == 302
        files.append(engines.files.get(_counting(ref).current or ""))
        if ref == agreed[0]:
            work()
    known = {"roots": accepted_today(engines), "files": engines.files}
    early = verification.of_upload(files[1], **known)
    assert early.agreement is None and "archived_bytes_different" not in early.verdict.codes
    work()
    for ref, content in zip(agreed, files, strict=True):
        found = verification.of_upload(content + b"\n% more\n", **known).agreement
        assert found is not None and found.ref == ref
        assert verification.of_upload(attacks.flip_in_first_page(content), **known).agreement is None, (
            "it might be both"
        )


def test_of_two_people_of_one_name_both_certificates_can_be_validated_later(
    galina: Guest, elsewhere: Authorities, engines: Engines, world: World
) -> None:
    galina.post("take")
    galina.bring(signed(galina.download(), "Signatory2", elsewhere.signer("mallory"), stamp=BLANK))
    galina.confirm()
    witness = Guest(galina.client, slot_of("Witness1"))
    witness.post("take")
    witness.bring(signed(witness.download(), "Witness1", elsewhere.signer(), stamp=BLANK))
    witness.confirm(check="known", saw="yes")
    slot_of("Witness1").as_shown = slot_of("Signatory2").as_shown
    db.session.flush()
    data, silent = outside.evidence(outside.brought_by(package()), files=engines.files, at=now())
    certificates = {elsewhere.certificate(name).dump() for name in ("galina", "mallory")}
    assert silent == [] and certificates <= set(data.certificates)


def _counting(ref: str) -> Package:
    found = agreements.get(ref).package
    assert found is not None
    return found
