"""Deposit, register, downloads, links: what is kept, who gets it, what is refused."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from mou_service.agreements import law
from mou_service.agreements.queries import get
from mou_service.agreements.status import LegalStatus
from mou_service.archive import certificate, fixity, operations, queries
from mou_service.archive.models import DownloadLink, Record
from mou_service.core import clock, events, jobs
from mou_service.core.db import db
from mou_service.core.errors import Missing, Refused
from mou_service.documents.pdf import previews
from mou_service.engines import Engines, MemoryFiles
from mou_service.partners import institution
from mou_service.trust.verify import verify
from tests import cast as casting
from tests import makers


@pytest.fixture
def cast(app: Flask) -> casting.Cast:
    return casting.people()


@pytest.fixture
def ref(cast: casting.Cast, engines: Engines) -> str:
    """An archived agreement."""
    return makers.an_agreement(cast, engines, at="archived").ref


def the_link(email: str = "rector@ruse.example") -> DownloadLink:
    """The link of that person; the partner's contacts got theirs by mail."""
    return db.session.scalar(sa.select(DownloadLink).where(DownloadLink.email == email))  # type: ignore[return-value]


def test_the_record_names_every_stage_by_its_fingerprint(ref: str, engines: Engines) -> None:
    record = queries.record_of(ref)
    for key in (record.final, record.certificate, record.frozen, record.draft):
        assert hashlib.sha256(engines.files.get(key)).hexdigest() == key
    assert record.size == len(engines.files.get(record.final))
    assert record.register_number.endswith("-0001")
    assert record.timestamp_placeholder
    assert {"Certification", "Seal"} <= set(record.fields)
    assert get(ref).state == "archived"


def test_a_partner_sees_the_document_and_nothing_of_the_house(ref: str, client: FlaskClient) -> None:
    casting.sign_in(client, "partner")
    page = client.get(f"/agreements/{ref}").text
    assert "Signed PDF" in page
    for inside in ("Rita Ren", "Legal office", "Review and approval", "Exchange of students and staff."):
        assert inside not in page, inside


def test_depositing_again_changes_nothing(ref: str, engines: Engines) -> None:
    before = [event.hash for event in events.trail(f"agreement/{ref}")]
    deposit = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.handler == "archive.deposit")).one()
    jobs.again(deposit)
    deposit.finished_at = None
    db.session.commit()
    makers.work()
    assert [event.hash for event in events.trail(f"agreement/{ref}")] == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Record)) == 1


def test_register_numbers_have_no_gaps(cast: casting.Cast, engines: Engines, ref: str) -> None:
    second = makers.an_agreement(cast, engines, at="archived").ref
    numbers = [queries.record_of(r).register_number for r in (ref, second)]
    assert [n.split("-")[1] for n in numbers] == ["0001", "0002"]


@pytest.mark.parametrize("who", ["drafter", "organiser", "archivist", "auditor", "reviewer", "leader", "partner"])
def test_who_downloads_gets_the_very_bytes_and_leaves_an_event(
    ref: str, client: FlaskClient, engines: Engines, who: str
) -> None:
    casting.sign_in(client, who)
    answer = client.get(f"/agreements/{ref}/signed/final.pdf")
    assert answer.status_code == 200
    assert hashlib.sha256(answer.data).hexdigest() == queries.record_of(ref).final
    event = events.trail(f"agreement/{ref}")[-1]
    assert (event.name, event.facts["what"]) == ("archive.download", "final")


@pytest.mark.parametrize(("who", "status"), [("outsider", 404), ("administrator", 404), ("stranger", 401)])
def test_who_does_not_get_it(ref: str, client: FlaskClient, who: str, status: int) -> None:
    casting.sign_in(client, who)
    before = len(events.trail(f"agreement/{ref}"))
    assert client.get(f"/agreements/{ref}/signed/final.pdf").status_code == status
    assert len(events.trail(f"agreement/{ref}")) == before


def test_nothing_else_can_be_asked_for(ref: str, client: FlaskClient) -> None:
    casting.sign_in(client, "archivist")
    assert client.get(f"/agreements/{ref}/signed/draft.pdf").status_code == 404
    assert client.get("/agreements/SSPU-MOU-2024-9999/signed/final.pdf").status_code == 404


def test_a_link_downloads_without_an_account_until_it_is_revoked(
    ref: str, client: FlaskClient, cast: casting.Cast
) -> None:
    secret = operations.make_download_link(get(ref), actor=cast.actor("drafter"), email="rector@ruse.example", days=3)
    db.session.commit()
    casting.sign_in(client, "stranger")
    assert client.get(f"/d/{secret}").status_code == 200
    assert client.get(f"/d/{secret}/final.pdf").data[:5] == b"%PDF-"
    assert client.get(f"/d/{secret}/certificate.pdf").data[:5] == b"%PDF-"
    assert client.get(f"/d/{secret}/draft.pdf").status_code == 404
    link = the_link()
    assert link.downloads == 2
    assert secret not in str(db.session.execute(sa.text("select * from download_link")).all())
    operations.revoke_download_link(link, actor=cast.actor("drafter"))
    db.session.commit()
    assert client.get(f"/d/{secret}").status_code == 404
    assert client.get(f"/d/{secret}/final.pdf").status_code == 404


def test_a_link_ends_by_itself(ref: str, cast: casting.Cast) -> None:
    secret = operations.make_download_link(get(ref), actor=cast.actor("drafter"), email="rector@ruse.example", days=3)
    the_link().expires_at = clock.now() - timedelta(seconds=1)
    db.session.flush()
    with pytest.raises(Missing):
        queries.link(secret)


@pytest.mark.parametrize("who", ["partner", "outsider", "administrator", "stranger"])
def test_who_makes_no_links(ref: str, cast: casting.Cast, who: str) -> None:
    with pytest.raises(Refused):
        operations.make_download_link(get(ref), actor=cast.actor(who), email="rector@ruse.example", days=3)
    assert the_link() is None


def test_the_register_shows_each_what_is_theirs(ref: str, client: FlaskClient) -> None:
    for who, sees in (("archivist", True), ("partner", True), ("outsider", False)):
        casting.sign_in(client, who)
        assert (ref in client.get("/register?q=鲁塞").text) is sees, who
    casting.sign_in(client, "archivist")
    assert ref not in client.get("/register?q=nothing+like+it").text


def test_a_line_of_the_register_asks_nothing_more_to_say_what_is_in_law(ref: str, cast: casting.Cast) -> None:
    db.session.expunge_all()
    found = queries.register(cast.actor("archivist"))
    asked: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert [law.legal(record.agreement, record.executed_on) for record in found] == [LegalStatus.IN_FORCE]
    assert asked == []


def test_a_changed_or_lost_file_is_loud(ref: str, engines: Engines) -> None:
    store = engines.files
    assert isinstance(store, MemoryFiles)
    assert fixity.run(store).problems == []
    record = queries.record_of(ref)
    store.kept[record.final] = b"%PDF-1.7 forged"
    del store.kept[record.certificate]
    found = fixity.run(store)
    assert {(p["what"], p["problem"]) for p in found.problems} == {
        ("final", "the bytes are not those that were deposited"),
        ("certificate", "the file is gone"),
    }
    assert events.trail("service")[-1].name == "archive.difference"


def test_only_auditors_read_the_trail(ref: str, client: FlaskClient) -> None:
    casting.sign_in(client, "auditor")
    page = client.get(f"/agreements/{ref}/trail")
    assert "agreement.archive" in page.text
    for who in ("drafter", "leader", "archivist"):
        casting.sign_in(client, who)
        assert client.get(f"/agreements/{ref}/trail").status_code == 403, who


def test_a_trail_that_was_lost_with_its_head_is_missed(ref: str, app: Flask) -> None:
    audit = app.test_cli_runner().invoke(args=["mou", "audit", "check"])
    assert audit.exit_code == 0, audit.output
    for statement in ("delete from job", "update message set event_id = null", "delete from event where stream = :stream",
                      "delete from chain where stream = :stream"):  # fmt: skip
        values = {"stream": f"agreement/{ref}"} if ":stream" in statement else {}
        db.session.execute(sa.text(statement), values)
    db.session.commit()
    audit = app.test_cli_runner().invoke(args=["mou", "audit", "check"])
    assert audit.exit_code == 1
    assert "does not hold the event its certificate of completion names" in audit.output


def test_an_account_with_a_name_no_font_shows_keeps_nothing_from_the_archive(ref: str, engines: Engines) -> None:
    agreement = get(ref)
    assert agreement.package is not None and agreement.package.final is not None
    verdict = verify(engines.files.get(agreement.package.final), roots=institution.authority().roots)
    found = certificate.facts(
        agreement,
        verdict,
        log_head="0" * 64,
        public_url="https://mou.example",
        issuer={"en": "SSPU"},
        zone="UTC",
    )
    odd = replace(found, occurrences=[replace(found.occurrences[0], who="Zhou \U0001f3a9 Dan"), *found.occurrences[1:]])
    words = " ".join(previews.page_texts(certificate.draw(odd, engines.fonts, institution.authority(), final="0" * 64)))
    assert "Zhou [U+1F3A9] Dan" in " ".join(words.split())


def test_a_task_ends_with_what_it_asks_for(ref: str, client: FlaskClient) -> None:
    tasks = {"archivist": "New in the archive: look it over", "partner": "Signed and ready to download"}
    done = {
        "archivist": lambda: client.post(f"/agreements/{ref}/look-over"),
        "partner": lambda: client.get(f"/agreements/{ref}/signed/final.pdf"),
    }
    for who, task in tasks.items():
        casting.sign_in(client, who)
        assert task in client.get("/").text
        assert done[who]().status_code < 400
        assert task not in client.get("/").text
    names = [event.name for event in events.trail(f"agreement/{ref}")]
    casting.sign_in(client, "archivist")
    assert "I looked it over" not in client.get(f"/agreements/{ref}").text
    client.post(f"/agreements/{ref}/look-over")
    assert [event.name for event in events.trail(f"agreement/{ref}")] == names, "again changes nothing"
