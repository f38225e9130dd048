"""Administrators hear of each certificate that ends 60, 30 and 7 days ahead and on the day, each time once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from mou_service.core import clock, events, jobs
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.keyring import operations, queries
from mou_service.keyring.jobs import watch
from mou_service.notifications.models import Message
from mou_service.partners import institution
from mou_service.trust.authority import Authority
from tests import cast, makers
from tests.cast import Cast


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The day the watch looks at; jobs keep to their own clock."""
    moment = [clock.now()]
    monkeypatch.setattr(queries, "days_to", lambda ends: (ends - moment[0]).days)
    return moment


def told() -> list[tuple[str, int]]:
    """What was watched, what followed, and all letters that came of it."""
    watch(jobs.Job())
    db.session.commit()
    jobs.run_due()
    db.session.commit()
    written = sa.select(Message).where(Message.kind == "keys.expire").order_by(Message.id)
    return [(each.recipient, each.event.facts["threshold"]) for each in db.session.scalars(written) if each.event]


def test_each_threshold_is_told_once_to_each_administrator(
    everybody: Cast, authority: Authority, at: list[datetime]
) -> None:
    services, who = 3, cast.CAST["administrator"][1]  # platform, seal and placeholder end on the same day
    assert told() == []
    for days, thresholds in (
        (61, []),
        (60, [60]),
        (59, [60]),
        (12, [60, 30]),
        (7, [60, 30, 7]),
        (0, [60, 30, 7]),
        (-1, [60, 30, 7, 0]),
    ):
        at[0] = authority.seal.expires - timedelta(days=days)
        for _ in range(2):
            assert told() == [(who, threshold) for threshold in thresholds for _ in range(services)]


def test_an_installation_that_slept_hears_the_nearest_threshold_only(authority: Authority, at: list[datetime]) -> None:
    at[0] = authority.seal.expires - timedelta(days=5)
    assert {threshold for _who, threshold in told()} == {7}


def test_a_new_key_ends_the_warnings(authority: Authority, everybody: Cast, at: list[datetime]) -> None:
    at[0] = authority.seal.expires - timedelta(days=50)
    assert len(told()) == 3
    operations.rotate(authority, "issuer", actor=everybody.actor("administrator"), reason="they end")
    db.session.commit()
    before = {each.fingerprint for each in authority.ring.current.values() if each.name != "root"}
    watched = queries.watched(institution.authority(), timestamp_roots=(), signer_roots=())
    assert before.isdisjoint(each.fingerprint for each in watched)


def test_others_certificates_are_watched_too(
    authority: Authority, everybody: Cast, engines: Engines, elsewhere: object
) -> None:
    root = engines.signer_roots()
    found = {each.role: each for each in queries.watched(authority, timestamp_roots=(), signer_roots=root)}
    assert found["SIGNER_ROOTS"].subject == "Trusted Root"
    assert queries.last_stamp(engines.files) is None
    agreement = makers.an_agreement(everybody, engines, at="archived")
    assert agreement.package is not None
    # As if a service outside had stamped it.
    events.record(
        "package.timestamp", actor=SERVICE, stream=agreement.stream, after=agreement.package.final, placeholder=False
    )
    stamp = queries.last_stamp(engines.files)
    assert stamp == authority.ring.current["timestamps"].certificate


def test_a_new_key_without_a_line_in_the_trail_gets_one(app: Flask, authority: Authority) -> None:
    authority.rotate("seal", reason="and then the process died")
    for _ in range(2):
        told()
    lines = [event for event in queries.history() if event.name == "keys.rotate"]
    assert [each.facts["reason"] for each in lines] == ["and then the process died"]
    assert lines[0].actor == SERVICE.label
