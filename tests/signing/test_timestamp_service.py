"""From the draft to the archive with a real time-stamp service: when it is well, away, wrong, or somebody else."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.agreements.models import Agreement
from mou_service.agreements.queries import get
from mou_service.archive import queries as archive
from mou_service.archive.words import pem
from mou_service.core import events, jobs
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.running import doctor
from mou_service.settings import Settings
from mou_service.signing import standing
from mou_service.signing.models import Package
from tests import cast as casting
from tests import makers
from tests.tsa import TimestampService


@pytest.fixture(scope="session")
def roots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("roots") / "roots.pem"


@pytest.fixture
def settings(settings: Settings, service: TimestampService, roots: Path) -> Settings:
    roots.write_text("".join(pem(service.certificate(of=name)) for name in ("known", "silent")))
    return settings.model_copy(update={"tsa_url": service.url(), "tsa_roots": str(roots)})


@pytest.fixture
def cast(app: Flask) -> casting.Cast:
    return casting.people()


def everybody_signs(cast: casting.Cast, engines: Engines) -> str:
    ref = makers.an_agreement(cast, engines, at="signing").ref
    while slots := makers.waiting(ref):
        makers.sign(slots[0], cast)
        db.session.commit()
    work()
    return ref


def work(*, later: bool = False) -> None:
    """What a worker does now, or when everything it put off has fallen due."""
    for job in jobs.unfinished() if later else ():
        job.due = now() - timedelta(seconds=1)
    db.session.commit()
    while jobs.run_due():
        pass


def package_of(ref: str) -> Package:
    package = get(ref).package
    assert package is not None
    return package


def held_up(ref: str) -> standing.Trouble:
    """The agreement is not executed, carries no time-stamp of any kind, and says why."""
    package = package_of(ref)
    assert (package.state, package.final, package.timestamp_label) == ("sealing", None, "")
    assert package.current == package.sealed
    assert "not yet time-stamped" in [stage.note for stage in standing.stages(package)]
    trouble = standing.trouble(package)
    assert trouble is not None
    assert trouble.again is not None
    return trouble


def archived(ref: str) -> Agreement:
    agreement = get(ref)
    assert agreement.state == "archived", agreement.package and agreement.package.problem
    return agreement


def test_the_archived_file_carries_the_time_of_the_service(
    cast: casting.Cast, engines: Engines, app: Flask, client: FlaskClient, service: TimestampService, tmp_path: Path
) -> None:
    ref = makers.an_agreement(cast, engines, at="archived").ref
    record = archive.record_of(ref)
    assert (record.timestamp_placeholder, record.timestamp_label) == (False, service.url())
    assert record.level == "B-LTA"
    file = tmp_path / "final.pdf"
    file.write_bytes(engines.files.get(record.final))
    said = app.test_cli_runner().invoke(args=["mou", "verify", str(file), "--json"])
    report = json.loads(said.output)
    assert (said.exit_code, report["outcome"], report["archived"]) == (0, "valid", True)
    sealed, stamped = report["signatures"][-2:]
    assert (sealed["kind"], sealed["level"], sealed["proven_level"]) == ("seal", "B-LTA", "B-LTA")
    assert (stamped["kind"], stamped["time_source"]) == ("timestamp", "timestamp")
    page = client.get(f"/verify/{get(ref).verification_code}").text
    assert "Genuine and complete." in page
    assert "time confirmed by a time-stamp service" in page
    assert "without evidential value" not in page


def test_a_service_that_is_away_is_asked_until_it_is_back(
    cast: casting.Cast, engines: Engines, service: TimestampService
) -> None:
    service.away = ("/tsa/",)
    ref = everybody_signs(cast, engines)
    assert "Service Unavailable" in held_up(ref).text
    for _ in range(jobs.MAX_TRIES):
        work(later=True)
    assert held_up(ref).tries > jobs.MAX_TRIES
    service.reset()
    work(later=True)
    assert archived(ref).record is not None
    assert not package_of(ref).timestamp_placeholder
    assert standing.trouble(package_of(ref)) is None


def test_evidence_that_cannot_be_had_is_waited_for(
    cast: casting.Cast, engines: Engines, service: TimestampService
) -> None:
    service.away = ("/ocsp/", "/crls/")
    ref = everybody_signs(cast, engines)
    assert "Nobody said whether the certificate “Known Issuer” was revoked" in held_up(ref).text
    service.reset()
    work(later=True)
    assert archived(ref).record is not None
    assert archive.record_of(ref).level == "B-LTA"


def test_nonsense_is_no_time(cast: casting.Cast, engines: Engines, service: TimestampService) -> None:
    service.nonsense = True
    assert "answered something that is no time-stamp" in held_up(everybody_signs(cast, engines)).text


def test_a_stranger_s_time_is_never_accepted(cast: casting.Cast, engines: Engines, service: TimestampService) -> None:
    engines.settings = engines.settings.model_copy(update={"tsa_url": service.url("foreign")})
    ref = everybody_signs(cast, engines)
    assert "“Foreign Time Stamping Unit”, which leads to none of the roots" in held_up(ref).text
    work(later=True)
    held_up(ref)


def test_without_its_roots_no_service_is_asked(cast: casting.Cast, engines: Engines, service: TimestampService) -> None:
    engines.settings = engines.settings.model_copy(update={"tsa_roots": ""})
    assert "TSA_ROOTS" in held_up(everybody_signs(cast, engines)).text
    assert service.asked == []
    found = {finding.subject: finding for finding in doctor.examine(engines)}
    assert found["TSA_ROOTS"].level == "error"


def test_a_service_without_revocation_reaches_what_it_reaches(
    cast: casting.Cast, engines: Engines, service: TimestampService
) -> None:
    engines.settings = engines.settings.model_copy(update={"tsa_url": service.url("silent")})
    ref = everybody_signs(cast, engines)
    assert archived(ref).record is not None
    assert (archive.record_of(ref).level, archive.record_of(ref).timestamp_placeholder) == ("B-T", False)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("tsa_url", "timestamps.example.org", "TSA_URL is an address"),
        ("tsa_roots", "/nowhere/roots.pem", "cannot be read"),
        ("tsa_roots", __file__, "does not hold certificates"),
    ],
)
def test_settings_that_make_no_sense_are_refused(name: str, value: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Settings(_env_file=None, **{name: value})


# --- levels -------------------------------------------------------------------------------------------------------


def wanting(cast: casting.Cast, engines: Engines, level: str) -> str:
    """Everybody signed a document that has to prove this much."""
    ref = makers.an_agreement(cast, engines, at="signing").ref
    package_of(ref).level_wanted = level
    db.session.commit()
    while slots := makers.waiting(ref):
        makers.sign(slots[0], cast)
        db.session.commit()
    work()
    return ref


@pytest.mark.parametrize("level", ["B-T", "B-LT", "B-LTA"])
def test_the_level_that_was_chosen_is_reached_and_said(
    level: str, cast: casting.Cast, engines: Engines, service: TimestampService, client: FlaskClient
) -> None:
    ref = wanting(cast, engines, level)
    assert archived(ref).record is not None
    assert (package_of(ref).level, archive.record_of(ref).level) == (level, level)
    casting.sign_in(client, "organiser")
    assert f"<dd>{level}</dd>" in client.get(f"/agreements/{ref}/signing").text.replace("\n", "")
    assert level in client.get(f"/verify/{get(ref).verification_code}").text


def test_without_a_time_stamp_nobody_is_asked(cast: casting.Cast, engines: Engines, service: TimestampService) -> None:
    ref = wanting(cast, engines, "B-B")
    assert (archive.record_of(ref).level, archive.record_of(ref).timestamp_label) == ("B-B", "No time-stamp")
    assert service.asked == []
    assert "package.no_timestamp" in [event.name for event in events.trail(f"agreement/{ref}")]


def test_a_level_that_cannot_be_had_is_waited_for_until_somebody_lowers_it(
    cast: casting.Cast, engines: Engines, service: TimestampService, client: FlaskClient
) -> None:
    engines.settings = engines.settings.model_copy(update={"tsa_url": service.url("silent")})
    ref = wanting(cast, engines, "B-LTA")
    assert "B-LTA was chosen, and B-T is what can be had" in held_up(ref).text
    casting.sign_in(client, "organiser")
    address = f"/agreements/{ref}/signing/level"
    assert "Lower the level of proof" in client.get(f"/agreements/{ref}/signing").text
    assert client.post(address, data={"level": "B-T", "reason": ""}).status_code == 422
    assert client.post(address, data={"level": "B-LTA", "reason": "x"}).status_code == 422
    assert client.post(address, data={"level": "B-T", "reason": "The service has no list"}).status_code == 302
    work()
    assert archived(ref).record is not None
    assert (package_of(ref).level, package_of(ref).timestamp_placeholder) == ("B-T", False)
    lowered = next(event for event in events.trail(f"agreement/{ref}") if event.name == "package.lower_level")
    assert (lowered.facts["before"], lowered.facts["after"]) == ("B-LTA", "B-T")
    assert lowered.facts["reason"] == "The service has no list"


def test_nothing_is_lowered_without_need(cast: casting.Cast, engines: Engines, client: FlaskClient) -> None:
    ref = makers.an_agreement(cast, engines, at="archived").ref
    casting.sign_in(client, "organiser")
    before = len(events.trail(f"agreement/{ref}"))
    assert client.post(f"/agreements/{ref}/signing/level", data={"level": "B-B", "reason": "x"}).status_code == 403
    assert len(events.trail(f"agreement/{ref}")) == before


def test_the_placeholder_proves_no_level(cast: casting.Cast, engines: Engines) -> None:
    engines.settings = engines.settings.model_copy(update={"tsa_url": "", "tsa_roots": ""})
    ref = wanting(cast, engines, "B-T")
    assert "no time-stamp service is set up" in held_up(ref).text


def test_a_level_without_a_service_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="needs a time-stamp service"):
        Settings(_env_file=None, signature_level="B-LTA")
