"""Jobs: written with their cause, tried again, never lost, finished by who holds them."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from mou_service.core import clock, jobs
from mou_service.core.db import db
from mou_service.core.errors import EngineFailed, Refused
from mou_service.core.jobs import Job


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[jobs.Handler], None]]:
    """Registers the handler of the jobs called "test"."""
    yield lambda handler: monkeypatch.setitem(jobs.HANDLERS, "test", handler)


def written() -> Job:
    db.session.expire_all()
    return db.session.scalars(sa.select(Job)).one()


def enqueue(**facts: object) -> None:
    jobs.enqueue("test", **facts)
    db.session.commit()


def let_time_pass(monkeypatch: pytest.MonkeyPatch, span: timedelta) -> None:
    later = clock.now() + span
    monkeypatch.setattr(jobs, "now", lambda: later)


def test_a_job_runs_once_and_is_finished(app: Flask, handle: Callable[[jobs.Handler], None]) -> None:
    seen: list[dict[str, object]] = []
    handle(lambda work: seen.append(work.facts))
    enqueue(a=1)
    assert jobs.run_due() == 1
    assert jobs.run_due() == 0
    assert seen == [{"a": 1}]
    assert written().finished_at is not None


def test_a_failure_is_kept_in_words_and_tried_again_later(
    app: Flask, handle: Callable[[jobs.Handler], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_work: Job) -> None:
        raise EngineFailed("tsa", "no answer")

    handle(fail)
    enqueue()
    jobs.run_due()
    work = written()
    assert work.problem == "EngineFailed: tsa: no answer"
    assert work.due is not None
    assert work.due > clock.now()
    handle(lambda _work: None)
    assert jobs.run_due() == 0
    let_time_pass(monkeypatch, timedelta(hours=1))
    assert jobs.run_due() == 1
    assert written().problem is None


@pytest.mark.parametrize("error", [Refused("no"), EngineFailed("smtp", "no such address", permanent=True)])
def test_what_cannot_succeed_is_given_up_at_once(
    app: Flask, handle: Callable[[jobs.Handler], None], error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(jobs, "GIVEN_UP", [lambda work: told.append(work.handler)])

    def fail(_work: Job) -> None:
        raise error

    handle(fail)
    enqueue()
    jobs.run_due()
    assert written().due is None
    assert written().finished_at is None
    assert told == ["test"]
    jobs.again(written())
    handle(lambda _work: None)
    db.session.commit()
    assert jobs.run_due() == 1


def test_what_a_failed_handler_wrote_is_taken_back(app: Flask, handle: Callable[[jobs.Handler], None]) -> None:
    def fail(_work: Job) -> None:
        jobs.enqueue("other")
        db.session.flush()
        raise EngineFailed("files", "disk full")

    handle(fail)
    enqueue()
    jobs.run_due()
    assert written().handler == "test"


def test_a_job_of_a_dead_worker_falls_due_again(
    app: Flask, handle: Callable[[jobs.Handler], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue()
    assert jobs._claim() is not None  # and then the worker dies
    assert jobs._claim() is None
    seen: list[int] = []
    handle(lambda work: seen.append(work.id))
    let_time_pass(monkeypatch, jobs.LEASE + timedelta(seconds=1))
    assert jobs.run_due() == 1
    assert len(seen) == 1
    assert written().tries == 2


def test_the_result_of_a_worker_that_lost_its_lease_is_dropped(
    app: Flask, handle: Callable[[jobs.Handler], None]
) -> None:
    def slow(_work: Job) -> None:
        db.session.execute(sa.update(Job).where(Job.handler == "test").values(owner="another worker"))
        db.session.commit()
        jobs.enqueue("doubled")

    handle(slow)
    enqueue()
    jobs.run_due()
    assert written().finished_at is None
    assert written().owner == "another worker"


def test_a_unique_job_is_written_once(app: Flask) -> None:
    for _ in range(3):
        jobs.enqueue("test", unique_key="nightly:2026-11-22")
        db.session.commit()
    assert written().unique_key == "nightly:2026-11-22"


def test_a_job_that_takes_its_worker_down_every_time_is_given_up(
    app: Flask, handle: Callable[[jobs.Handler], None]
) -> None:
    seen: list[int] = []
    handle(lambda work: seen.append(work.id))
    enqueue()
    written().tries = jobs.MOST_DEATHS
    db.session.commit()
    jobs.run_due()
    assert seen == []
    assert written().due is None
    assert "ended every time" in (written().problem or "")
