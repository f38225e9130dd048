"""An archived file over decades: its time-stamp is renewed in time, and every state of it is known as ours."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.archive import fixity, queries, renewals, verification
from mou_service.archive.models import Record
from mou_service.archive.roots import accepted_today
from mou_service.archive.words import pem
from mou_service.core import clock, events, jobs
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.core.errors import EngineFailed
from mou_service.engines import Engines, MemoryFiles
from mou_service.partners import institution
from mou_service.settings import Settings
from mou_service.trust.timestamps import TimestampSource
from tests import cast as casting
from tests import makers
from tests.trust.clockhouse import Clockhouse

YEAR = timedelta(days=365)
TODAY = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def house() -> Clockhouse:
    return Clockhouse(since=TODAY - YEAR)


@pytest.fixture(scope="module")
def roots(house: Clockhouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("roots") / "roots.pem"
    file.write_text("".join(map(pem, house.roots)))
    return file


@pytest.fixture
def settings(settings: Settings, roots: Path) -> Settings:
    return settings.model_copy(update={"tsa_url": "https://stamps.example", "tsa_roots": str(roots)})


class Stamping:
    """The time-stamp service of the installation, as a test wants it to be."""

    def __init__(self, house: Clockhouse) -> None:
        self.house = house
        self.lasts(2)

    def lasts(self, years: float, *, since: float = 0) -> None:
        self.source: TimestampSource = self.house.source(since=TODAY + (since - 1) * YEAR, until=TODAY + years * YEAR)


@pytest.fixture
def stamping(house: Clockhouse, engines: Engines, monkeypatch: pytest.MonkeyPatch) -> Stamping:
    found = Stamping(house)
    monkeypatch.setattr(engines, "timestamps", lambda _authority: found.source, raising=False)
    return found


@pytest.fixture
def ref(app: Flask, engines: Engines, stamping: Stamping) -> str:
    """Archived with a time-stamp whose certificate lasts for two years."""
    return makers.an_agreement(casting.people(), engines, at="archived").ref


def in_years(monkeypatch: pytest.MonkeyPatch, count: float) -> datetime:
    """It is so many years later, for everything that asks the clock."""
    moment = TODAY + count * YEAR
    for name in (
        "mou_service.core.clock",
        "mou_service.archive.jobs",
        "mou_service.archive.commands",
        "mou_service.core.jobs",
    ):
        monkeypatch.setattr(f"{name}.now", lambda: moment)
    return moment


def record_of(ref: str) -> Record:
    return queries.record_of(ref)


def renew(ref: str, engines: Engines, *, at: datetime) -> renewals.Made:
    plan, authority = renewals.plan(record_of(ref)), institution.authority()
    made = renewals.make(
        plan, files=engines.files, source=engines.timestamps(authority), authority=authority,
        roots=accepted_today(engines), at=at,
    )  # fmt: skip
    assert renewals.save(plan, made, actor=SERVICE, at=at) is not None
    db.session.commit()
    return made


def answer(content: bytes, engines: Engines) -> verification.Answer:
    return verification.of_upload(content, roots=accepted_today(engines), files=engines.files)


def test_a_source_that_is_no_longer_accepted_takes_nothing_from_the_archive(
    ref: str, engines: Engines, stamping: Stamping
) -> None:
    stamping.lasts(5)
    renew(ref, engines, at=TODAY)
    engines.settings = engines.settings.model_copy(update={"tsa_roots": ""})
    for key in record_of(ref).copies:
        found = answer(engines.files.get(key), engines)
        assert found.verdict.outcome == "valid", found.verdict.findings
    assert (
        renewals.look_up(renewals.plan(record_of(ref)), files=engines.files, roots=accepted_today(engines), at=TODAY)
        == TODAY + 5 * YEAR
    )


def test_the_register_knows_how_long_a_file_proves_its_times(ref: str) -> None:
    assert record_of(ref).protected_until == TODAY + 2 * YEAR
    assert renewals.due(days=180, at=TODAY) == []
    assert renewals.due(days=180, at=TODAY + 1.6 * YEAR) == [record_of(ref)]


def test_the_nightly_look_renews_what_is_due_and_nothing_else(
    ref: str, engines: Engines, stamping: Stamping, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamping.lasts(20)
    final = record_of(ref).final
    jobs.enqueue("archive.renew", unique_key="first night")
    makers.work()
    assert record_of(ref).renewals == []
    moment = in_years(monkeypatch, 1.8)
    jobs.enqueue("archive.renew", unique_key="a night in time")
    makers.work()
    record = record_of(ref)
    assert (record.final, record.renewals[0].previous) == (final, final)
    assert (record.renewals[0].valid_until, record.renewals[0].at) == (TODAY + 20 * YEAR, moment)
    assert engines.files.get(record.newest).startswith(engines.files.get(final))
    event = next(each for each in events.trail(f"agreement/{ref}") if each.name == "archive.renew")
    assert (event.facts["before"], event.facts["after"]) == (final, record.newest)
    jobs.enqueue("archive.renew", unique_key="the night after")
    makers.work()
    assert len(record_of(ref).renewals) == 1


def test_every_state_is_known_and_the_newest_is_handed_out(
    ref: str, engines: Engines, stamping: Stamping, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = [record_of(ref).final]
    for years in (1.8, 19):
        moment = in_years(monkeypatch, years)
        stamping.lasts(years + 20, since=years)
        states.append(renew(ref, engines, at=moment).file)
    in_years(monkeypatch, 30)
    newest = answer(engines.files.get(states[-1]), engines)
    assert (newest.verdict.outcome, newest.archived) == ("valid", True)
    assert {"archived_bytes_equal", "renewed"} <= newest.verdict.codes
    for state in states[:-1]:
        older = answer(engines.files.get(state), engines)
        assert (older.verdict.outcome, older.archived) == ("lapsed", True)
        assert {"archived_bytes_equal", "newer_copy", "register_vouches", "protection_ended"} <= older.verdict.codes
    page = client.post("/verify", data={"file": (io.BytesIO(engines.files.get(states[0])), "final.pdf")}).text
    assert "Genuine by our archive" in page
    assert "The newer copy proves its times for longer." in page
    monkeypatch.undo()
    casting.sign_in(client, "archivist")
    assert client.get(f"/agreements/{ref}/signed/final.pdf").data == engines.files.get(states[-1])
    assert "Renewals of the time-stamp" in client.get(f"/agreements/{ref}").text


def test_fixity_reads_renewed_copies(ref: str, engines: Engines, stamping: Stamping) -> None:
    stamping.lasts(20)
    made = renew(ref, engines, at=clock.now())
    store = engines.files
    assert isinstance(store, MemoryFiles)
    assert fixity.run(store).problems == []
    del store.kept[made.file]
    assert [(each["what"], each["problem"]) for each in fixity.run(store).problems] == [
        ("renewed copy", "the file is gone")
    ]


def test_without_gain_nothing_is_filed(ref: str, engines: Engines) -> None:
    before = set(engines.files.keys())
    with pytest.raises(EngineFailed, match="nothing would be gained"):
        renew(ref, engines, at=clock.now())
    assert set(engines.files.keys()) == before
    assert record_of(ref).renewals == []


def test_our_own_clock_replaces_no_service(ref: str, engines: Engines, stamping: Stamping) -> None:
    stamping.source = institution.authority().timestamps
    with pytest.raises(EngineFailed, match="does not replace a time-stamp service"):
        renew(ref, engines, at=clock.now())


def test_too_late_is_said_and_not_covered_up(ref: str, engines: Engines, stamping: Stamping) -> None:
    stamping.lasts(40)
    with pytest.raises(EngineFailed, match="no longer proves its times by itself") as caught:
        renew(ref, engines, at=TODAY + 15 * YEAR)
    assert caught.value.permanent


def test_a_file_that_was_changed_is_not_renewed(ref: str, engines: Engines, stamping: Stamping) -> None:
    stamping.lasts(20)
    store = engines.files
    assert isinstance(store, MemoryFiles)
    content = store.kept[record_of(ref).final]
    store.kept[record_of(ref).final] = content[:5000] + b"x" + content[5001:]
    with pytest.raises(EngineFailed):
        renew(ref, engines, at=clock.now())


def test_the_archivist_renews_with_a_click_and_reads_why_it_failed(
    ref: str, engines: Engines, stamping: Stamping, client: FlaskClient
) -> None:
    casting.sign_in(client, "archivist")
    assert client.post(f"/agreements/{ref}/renew").status_code == 302
    while jobs.run_due():
        pass
    page = client.get(f"/agreements/{ref}").text
    assert "The time-stamp could not be renewed" in page and "nothing would be gained" in page
    assert "Time-stamps that could not be renewed yet" not in client.get("/register").text
    record_of(ref).protected_until = clock.now() + timedelta(days=60)
    db.session.commit()
    assert "Time-stamps that could not be renewed yet" in client.get("/register").text
    stamping.lasts(20)
    assert client.post(f"/agreements/{ref}/renew").status_code == 302
    for job in jobs.unfinished():
        job.due = clock.now()
    db.session.commit()
    makers.work()
    assert len(record_of(ref).renewals) == 1
    assert "could not be renewed" not in client.get(f"/agreements/{ref}").text
    renewal = next(each for each in events.trail(f"agreement/{ref}") if each.name == "archive.renew")
    assert renewal.actor.startswith(casting.people.__module__ and "A")


def test_from_a_terminal(
    ref: str, app: Flask, engines: Engines, stamping: Stamping, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = app.test_cli_runner().invoke
    stamping.lasts(20)
    record_of(ref).protected_until = None
    db.session.commit()
    in_years(monkeypatch, 1.8)
    listed = run(args=["mou", "renew", "--dry-run"])
    assert (listed.exit_code, record_of(ref).renewals) == (0, [])
    assert "1 to renew." in listed.output
    done = run(args=["mou", "renew"])
    assert done.exit_code == 0, done.output
    assert "1 renewed, 0 failed." in done.output
    again = run(args=["mou", "renew", "--ref", ref])
    assert again.exit_code == 1
    file = tmp_path / "final.pdf"
    file.write_bytes(engines.files.get(record_of(ref).final))
    in_years(monkeypatch, 30)
    said = run(args=["mou", "verify", str(file)])
    assert (said.exit_code, "NO LONGER PROVEN" in said.output) == (3, True)
    report = json.loads(run(args=["mou", "verify", str(file), "--json"]).output)
    assert (report["outcome"], report["archived"], report["protected_until"]) == ("lapsed", True, None)
