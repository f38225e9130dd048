"""Whatever dies, and whenever: one final file, one record, one certificate, and every event once.

`SOAK=20` repeats the random part twenty times, and lets workers die over letters too.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from mou_service import app as application
from mou_service.agreements.queries import get
from mou_service.archive.models import Record
from mou_service.core import events, jobs
from mou_service.core.db import Model, db
from mou_service.core.events import Event
from mou_service.core.jobs import Job
from mou_service.engines import current
from mou_service.notifications.models import Message
from mou_service.partners import institution
from mou_service.settings import ROOT, Settings
from mou_service.signing import operations as signing
from mou_service.signing import tooling
from mou_service.signing.witnesses import operations as witnesses
from mou_service.trust.verify import verify
from tests import cast as casting
from tests import makers
from tests.patience import PATIENCE

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="makes its workers by fork")
SOAK = int(os.environ.get("SOAK", "1"))
LONG_AGO = "2000-01-01 00:00:00.000000"


class Ground:
    """A service in a folder of its own, with one agreement whose text was just frozen."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance
        self.settings = Settings(
            _env_file=None, instance=instance, demo=True, rate_limits=False, key_secret="a secret", secret_key="a key"
        )

    @contextmanager
    def opened(self) -> Iterator[None]:
        """This process as the web server: files, keys and rows of the folder."""
        with application.create_app(self.settings).app_context():
            yield
        db.close()

    @property
    def ref(self) -> str:
        return str(self.ask("select ref from agreement")[0][0])

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.instance / "mou.sqlite", timeout=60)) as connection, connection:
            return connection.execute(query, values).fetchall()

    def finished(self) -> int:
        [(count,)] = self.ask("select count(*) from job where finished_at is not null")
        return int(str(count))

    def let_leases_run_out(self) -> None:
        self.ask("update job set due = ? where finished_at is null and due is not null", LONG_AGO)

    def everybody_signs(self) -> None:
        with self.opened():
            cast = _Organiser()
            while slots := makers.waiting(self.ref):
                makers.sign(slots[0], cast)  # type: ignore[arg-type]
                db.session.commit()

    def copied(self, target: Path) -> Ground:
        shutil.copytree(self.instance, target, symlinks=True)
        return Ground(target)


class _Organiser:
    """The one person of the cast who is needed here, without making the cast again."""

    def actor(self, key: str) -> object:
        return casting.accounts.queries.by_email(casting.CAST[key][1]).actor()  # type: ignore[union-attr]


class Workers:
    """The process that makes workers."""

    def __init__(self, ground: Ground) -> None:
        environment = {
            **os.environ, "INSTANCE": str(ground.instance), "DEMO": "1", "KEY_SECRET": "a secret", "SECRET_KEY": "a key",
        }  # fmt: skip
        self.log = ground.instance / "workers.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.running.dying_worker"],
                cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip

    def tell(self, command: str) -> int:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, self.log.read_text()[-3000:]
        return int(answer)

    def killed_at(self, point: int) -> bool:
        """Let one worker work until it dies there; False when it found nothing more to do before."""
        status = self.tell(f"wait {self.tell(f'start {point}')}")
        assert status in (0, -signal.SIGKILL), self.log.read_text()[-3000:]
        return status != 0

    def close(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


@contextmanager
def workers_on(ground: Ground) -> Iterator[Workers]:
    workers = Workers(ground)
    try:
        yield workers
    finally:
        workers.close()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, shared_instance: Path) -> Ground:
    folder = tmp_path_factory.mktemp("chaos") / "instance"
    folder.mkdir()
    (folder / "fonts").symlink_to((shared_instance / "fonts").resolve())
    ground = Ground(folder)
    with ground.opened():
        Model.metadata.create_all(db.engine)
        cast = casting.people()
        ref = makers.an_agreement(cast, current(), at="approved", template="letter-of-intent").ref
        makers.work()
        witnesses.add(get(ref), actor=cast.actor("organiser"), position=cast.positions["Lu Min"])
        db.session.flush()
        signing.freeze(get(ref), actor=cast.actor("organiser"), order="own_first", fonts=tooling.tools().fonts)
        db.session.commit()
    return ground


@pytest.fixture(scope="module")
def undisturbed(prepared: Ground, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counter[object]]:
    """What happens when nobody dies."""
    ground = prepared.copied(tmp_path_factory.mktemp("calm") / "instance")
    with ground.opened():
        makers.work()
    ground.everybody_signs()
    with ground.opened():
        makers.work()
        return what_happened()


def test_a_worker_may_die_between_any_two_steps(
    prepared: Ground, undisturbed: dict[str, Counter[object]], tmp_path: Path
) -> None:
    ground = prepared.copied(tmp_path / "instance")
    with workers_on(ground) as workers:
        deaths = die_everywhere(ground, workers)
        ground.everybody_signs()
        deaths += die_everywhere(ground, workers)
    print(f"{deaths} workers died")
    assert deaths > 25, "the points where a worker may die were not all visited"
    everything_is_there_once(ground, undisturbed)


def die_everywhere(ground: Ground, workers: Workers) -> int:
    """Kill a worker at the first point, the next one at the second, …, and begin again after each finished job."""
    deaths, point, finished = 0, 1, ground.finished()
    while workers.killed_at(point):
        deaths, point = deaths + 1, point + 1
        if ground.finished() > finished:
            point, finished = 1, ground.finished()
        ground.let_leases_run_out()
    return deaths


@pytest.mark.parametrize("seed", range(SOAK))
def test_workers_may_die_at_any_moment(
    prepared: Ground, undisturbed: dict[str, Counter[object]], tmp_path: Path, seed: int
) -> None:
    """Two workers share the work; one of them, any, dies again and again."""
    chance = random.Random(seed)
    ground = prepared.copied(tmp_path / "instance")
    with workers_on(ground) as workers:
        work_and_die(ground, workers, chance)
        ground.everybody_signs()
        work_and_die(ground, workers, chance)
    everything_is_there_once(ground, undisturbed)


def work_and_die(ground: Ground, workers: Workers, chance: random.Random) -> None:
    alive = [workers.tell("start 0"), workers.tell("start 0")]
    deaths, end = 4, time.monotonic() + PATIENCE
    while ground.ask("select 1 from job where finished_at is null and unique_key is null"):
        assert time.monotonic() < end, ground.ask("select handler, tries, problem from job where finished_at is null")
        time.sleep(chance.uniform(0.02, 0.6))
        if deaths:
            deaths -= 1
            victim = alive.pop(chance.randrange(2))
            os.kill(victim, signal.SIGKILL)
            assert workers.tell(f"wait {victim}") == -signal.SIGKILL
            alive.append(workers.tell("start 0"))
    for worker in alive:
        os.kill(worker, signal.SIGTERM)
        # Who was started a moment ago may not have come to the line that heeds the signal.
        assert workers.tell(f"wait {worker}") in (0, -signal.SIGTERM)


def everything_is_there_once(ground: Ground, undisturbed: dict[str, Counter[object]]) -> None:
    with ground.opened():
        agreement = get(ground.ref)
        assert agreement.state == "archived"
        assert [(job.handler, job.problem) for job in jobs.unfinished() if not job.unique_key] == []
        [record] = db.session.scalars(sa.select(Record))
        verdict = verify(current().files.get(record.final), roots=institution.authority().roots)
        assert verdict.outcome == "valid", verdict.findings
        assert verdict.revisions == record.revisions
        for key in (record.certificate, record.draft, record.frozen):
            current().files.get(key)
        assert [found for stream in events.streams() for found in events.check_chain(stream)] == []
        assert what_happened() == undisturbed


def what_happened() -> dict[str, Counter[object]]:
    """How often each thing was done: the same, whether workers died or not."""
    return {
        "events": Counter(db.session.scalars(sa.select(Event.name).where(Event.name != "service.checkpoint"))),
        "jobs": Counter(db.session.scalars(sa.select(Job.handler).where(Job.unique_key.is_(None)))),
        "letters": Counter(map(tuple, db.session.execute(sa.select(Message.kind, Message.recipient)))),
    }
