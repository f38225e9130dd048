"""Work that follows an event, kept as rows in the same transaction so that it cannot be lost.

A worker claims a job by setting a lease; if it dies, the lease runs out and the job falls due again.
So a handler may run twice and first looks whether its work is already there.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import orm

from .clock import now
from .db import Model, db, insert_if_absent, reading
from .errors import EngineFailed, Missing, Refused

if TYPE_CHECKING:
    from .events import Event

log = logging.getLogger(__name__)

Handler = Callable[["Job"], None]
HANDLERS: dict[str, Handler] = {}
PATIENT: set[str] = set()
#: Called with the job that was given up, in the transaction that gives it up.
GIVEN_UP: list[Callable[[Job], None]] = []
LEASE = timedelta(seconds=60)
MAX_TRIES = 8
#: A job that takes its worker down with it never gets as far as failing; it is given up all the same.
MOST_DEATHS = 5 * MAX_TRIES


class Job(Model):
    """One piece of work. `due` is when it may next be tried, and None once it is finished or given up."""

    __tablename__ = "job"
    __table_args__ = (sa.Index("ix_job_due", "due"),)

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    handler: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    event_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("event.id"))
    facts: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)
    #: One job for each value: "fixity:2026-11-22" can be written by any number of processes.
    unique_key: orm.Mapped[str | None] = orm.mapped_column(sa.String(120), unique=True)
    due: orm.Mapped[datetime | None] = orm.mapped_column(default=now)
    owner: orm.Mapped[str | None] = orm.mapped_column(sa.String(36))
    tries: orm.Mapped[int] = orm.mapped_column(default=0)
    problem: orm.Mapped[str | None]
    finished_at: orm.Mapped[datetime | None]

    event: orm.Mapped[Event | None] = orm.relationship("Event", lazy="joined", viewonly=True)

    @property
    def cause(self) -> Event:
        """The event this job follows."""
        assert self.event is not None, f"job {self.id} has no event"
        return self.event


def job(name: str, *, patient: bool = False) -> Callable[[Handler], Handler]:
    """Register a function as the handler of the jobs called `name`.

    A `patient` one is never given up while an engine outside is away: it asks again every hour for as long as it takes.
    """

    def register(function: Handler) -> Handler:
        assert HANDLERS.get(name, function) is function, f"two handlers are called {name}"
        HANDLERS[name] = function
        PATIENT.update({name} if patient else ())
        return function

    return register


def enqueue(handler: str, *, unique_key: str | None = None, due: datetime | None = None, **facts: Any) -> None:
    """Ask for work without an event, such as a nightly check; a known `unique_key` changes nothing."""
    insert_if_absent(Job, handler=handler, unique_key=unique_key, due=due or now(), facts=facts)


def anything_due() -> bool:
    """Whether a worker would find a job now; asks without SQLite's write lock, so that an idle worker is in no one's way."""
    with reading():
        found = db.session.scalar(sa.select(Job.id).where(Job.due <= now()).limit(1)) is not None
        db.end()
    return found


def run_due(limit: int = 100) -> int:
    """Try every job that is due now, one after the other; returns how many were tried."""
    for count in range(limit):
        claimed = _claim()
        if claimed is None:
            return count
        _run(*claimed)
    return limit


def _claim() -> tuple[int, str] | None:
    owner = str(uuid.uuid4())
    candidate = (
        sa.select(Job.id).where(Job.due <= now()).order_by(Job.due, Job.id).limit(1).with_for_update(skip_locked=True)
    )
    taken = db.session.execute(
        sa.update(Job)
        .where(Job.id == candidate.scalar_subquery(), Job.due <= now())
        .values(due=now() + LEASE, owner=owner, tries=Job.tries + 1)
        .returning(Job.id)
    ).first()
    db.session.commit()
    return (taken.id, owner) if taken else None


def _run(job_id: int, owner: str) -> None:
    try:
        with _heartbeat(job_id, owner):
            work = _detached(job_id)
            if work.tries > MOST_DEATHS and work.handler not in PATIENT:
                raise EngineFailed("worker", "the worker ended every time it took this up", permanent=True)
            HANDLERS[work.handler](work)
        _finish(job_id, owner)
        db.session.commit()
    except LeaseLost:
        db.session.rollback()
        log.warning("job %s was taken over by another worker; this result is dropped", job_id)
    except Exception as error:  # the worker's outermost loop: whatever went wrong is kept with the job
        db.session.rollback()
        log.exception("job %s failed", job_id)
        _put_off(job_id, owner, error)
    finally:
        db.end()


def _detached(job_id: int) -> Job:
    """The job as plain data: the handler begins with no transaction open and may compute before it writes."""
    work = db.session.get_one(Job, job_id)
    db.session.expunge_all()
    db.session.rollback()
    return work


class LeaseLost(Exception):
    """Another worker took the job over."""


def _finish(job_id: int, owner: str) -> None:
    done = db.session.execute(
        sa.update(Job)
        .where(Job.id == job_id, Job.owner == owner)
        .values(due=None, problem=None, finished_at=now())
        .returning(Job.id)
    ).first()
    if done is None:
        raise LeaseLost


def _put_off(job_id: int, owner: str, error: Exception) -> None:
    work = db.session.get_one(Job, job_id)
    if work.owner != owner:
        db.session.rollback()
        return
    work.problem = f"{type(error).__name__}: {error}"
    if _is_hopeless(error) or (work.tries >= MAX_TRIES and not _waits(work, error)):
        work.due = None
        for tell in GIVEN_UP:
            tell(work)
    else:
        work.due = now() + timedelta(seconds=min(2 ** min(work.tries, 12) * 2, 3600))
    db.session.commit()


def _is_hopeless(error: Exception) -> bool:
    return isinstance(error, Refused | Missing) or (isinstance(error, EngineFailed) and error.permanent)


def _waits(work: Job, error: Exception) -> bool:
    return work.handler in PATIENT and isinstance(error, EngineFailed)


@contextmanager
def _heartbeat(job_id: int, owner: str) -> Iterator[None]:
    """Move the lease ahead while the handler works, from a thread and a connection of its own.

    On SQLite the handler may hold the write lock; the beat then waits, and so does everybody who could take over.
    """
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(LEASE.total_seconds() / 3):
            try:
                with db.engine.begin() as connection:
                    mine = sa.and_(Job.id == job_id, Job.owner == owner, Job.due.is_not(None))
                    connection.execute(sa.update(Job).where(mine).values(due=now() + LEASE))
            except sa.exc.OperationalError:
                log.info("the lease of job %s could not be moved ahead; the next beat tries again", job_id)

    thread = threading.Thread(target=beat, name=f"lease-{job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()


def again(job_: Job) -> None:
    """Try a job that was given up once more, now."""
    job_.due, job_.tries, job_.problem = now(), 0, None


def unfinished() -> list[Job]:
    """Everything that is still to be done or was given up, oldest first."""
    return list(db.session.scalars(sa.select(Job).where(Job.finished_at.is_(None)).order_by(Job.id)))


def waiting() -> int:
    """How many jobs are still to be done."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.due.is_not(None))) or 0
