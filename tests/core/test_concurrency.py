"""Many at once, on SQLite and on PostgreSQL: nothing is lost, nothing is doubled, nobody is sent away."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from mou_service.agreements.queries import next_number
from mou_service.core import events, jobs
from mou_service.core.actors import SERVICE
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import EngineFailed
from mou_service.core.jobs import Job
from tests.patience import PATIENCE
from tests.postgres import at_once

WRITERS = 4


def test_writers_of_one_stream_queue_up(shared_app: Flask) -> None:
    def write() -> None:
        for number in range(12):
            events.record("test.act", actor=SERVICE, stream="agreement/X", number=number)
            db.session.commit()

    at_once(shared_app, *[write] * WRITERS)
    assert [event.seq for event in events.trail("agreement/X")] == list(range(1, 12 * WRITERS + 1))
    assert list(events.check_chain("agreement/X")) == []


def test_who_gives_up_leaves_no_gap_in_a_chain(shared_app: Flask) -> None:
    def write(keep: bool) -> None:
        for _ in range(8):
            events.record("test.act", actor=SERVICE, stream="agreement/X")
            db.session.commit() if keep else db.session.rollback()

    at_once(shared_app, *[lambda keep=keep: write(keep) for keep in (True, False, True, False)])
    assert [event.seq for event in events.trail("agreement/X")] == list(range(1, 17))
    assert list(events.check_chain("agreement/X")) == []


def test_a_number_is_given_once_and_none_is_left_out(shared_app: Flask) -> None:
    def take(keep: bool) -> list[int]:
        taken = []
        for _ in range(10):
            number = next_number("MOU-2026")
            if keep:
                db.session.commit()
                taken.append(number)
            else:
                db.session.rollback()
        return taken

    given = at_once(shared_app, *[lambda keep=keep: take(keep) for keep in (True, True, False, True)])
    numbers = [number for taken in given for number in taken]  # type: ignore[attr-defined]
    assert sorted(numbers) == list(range(1, 31))


def test_workers_share_the_jobs(shared_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    done: Counter[int] = Counter()
    monkeypatch.setitem(jobs.HANDLERS, "test", lambda work: done.update([work.facts["number"]]))
    for number in range(30):
        jobs.enqueue("test", number=number)
    db.session.commit()
    tried = at_once(shared_app, *[jobs.run_due] * 3)
    assert sum(tried) == 30  # type: ignore[arg-type]
    assert done == Counter(range(30))
    assert jobs.unfinished() == []


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_a_locked_job_does_not_keep_the_others_waiting(shared_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setitem(jobs.HANDLERS, "test", lambda work: seen.append(work.facts["number"]))
    for number in range(2):
        jobs.enqueue("test", number=number)
    db.session.commit()
    first = sa.select(Job.id).order_by(Job.id).limit(1).with_for_update()
    with db.engine.begin() as another_worker:
        another_worker.execute(first)
        assert jobs.run_due() == 1
    assert seen == [1]
    assert jobs.run_due() == 1


class _QuickBeat(timedelta):
    """A lease of an hour that is moved ahead many times a second."""

    def total_seconds(self) -> float:
        return 0.06


def test_a_long_job_keeps_its_lease(shared_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job lasts until its lease has moved ahead again and again; another worker finds nothing to take."""
    monkeypatch.setattr(jobs, "LEASE", _QuickBeat(hours=1))
    runs: list[str] = []
    began, looked = threading.Event(), threading.Event()

    def slow(_work: Job) -> None:
        runs.append(threading.current_thread().name)
        began.set()
        assert looked.wait(PATIENCE)

    def look_for_work() -> int:
        assert began.wait(PATIENCE)
        found, seen = 0, set[datetime | None]()
        while len(seen) < 4:
            seen.add(db.session.scalar(sa.select(Job.due)))
            db.end()
            found += jobs.run_due()
        looked.set()
        return found

    monkeypatch.setitem(jobs.HANDLERS, "test", slow)
    jobs.enqueue("test")
    db.session.commit()
    assert at_once(shared_app, jobs.run_due, look_for_work) == [1, 0]
    assert len(runs) == 1


def test_who_was_too_slow_does_not_finish_the_job_of_another(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The beat stops (a machine that slept): another worker does the job, and the first one's result is dropped."""
    monkeypatch.setattr(jobs, "LEASE", timedelta(seconds=0.3))
    monkeypatch.setattr(jobs, "_heartbeat", lambda _job_id, _owner: nullcontext())
    taken, woken = threading.Event(), threading.Event()

    def work(_work: Job) -> None:
        if threading.current_thread().name == "slow":
            taken.set()
            assert woken.wait(PATIENCE)
        events.record("test.done", actor=SERVICE, stream="test", by=threading.current_thread().name)

    def slow() -> int:
        threading.current_thread().name = "slow"
        return jobs.run_due(limit=1)

    def claimed() -> datetime:
        until = db.session.scalar(sa.select(Job.due))
        db.end()
        assert until is not None
        return until

    def quick() -> int:
        threading.current_thread().name = "quick"
        assert taken.wait(PATIENCE)
        while now() < claimed():
            time.sleep(0.01)
        try:
            return jobs.run_due(limit=1)
        finally:
            woken.set()

    monkeypatch.setitem(jobs.HANDLERS, "test", work)
    jobs.enqueue("test")
    db.session.commit()
    assert at_once(shared_app, slow, quick) == [1, 1]
    assert [event.facts["by"] for event in events.trail("test")] == ["quick"]
    assert jobs.unfinished() == []


def test_any_number_of_workers_may_ask_for_the_nightly_jobs(shared_app: Flask) -> None:
    def ask() -> None:
        for day in range(10):
            jobs.enqueue("test", unique_key=f"nightly:{day}")
            db.session.commit()

    at_once(shared_app, *[ask] * WRITERS)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 10


def test_a_failure_is_kept_on_both(shared_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_work: Job) -> None:
        raise EngineFailed("tsa", "no answer from ‘time.example’ 时间源")

    monkeypatch.setitem(jobs.HANDLERS, "test", fail)
    jobs.enqueue("test", names={"zh": "谢华清"})
    db.session.commit()
    assert jobs.anything_due()
    assert jobs.run_due() == 1
    assert not jobs.anything_due()
    [job] = jobs.unfinished()
    assert job.problem == "EngineFailed: tsa: no answer from ‘time.example’ 时间源"
    assert job.facts == {"names": {"zh": "谢华清"}}
