"""The worker: takes the jobs that are due, one after the other, and asks for the nightly ones."""

from __future__ import annotations

import logging
import os
import signal
import threading
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from mou_service.core import jobs
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.signing.jobs import ask_for_reminders

log = logging.getLogger(__name__)

#: Handlers that run once a day, with the hour (UTC) they fall due.
NIGHTLY = {"archive.fixity": 18, "archive.checkpoint": 19, "archive.renew": 20, "keyring.watch": 1}
PAUSE = 0.25


def work(*, parent: int | None = None) -> None:
    """Work until told to stop, or until the process that started this one is gone."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: stopping.set())
    signal.signal(signal.SIGINT, lambda _signal, _frame: stopping.set())
    next_look = now()
    while not stopping.is_set() and (parent is None or _is_alive(parent)):
        try:
            if now() >= next_look:
                ask_for_nightly()
                next_look = now() + timedelta(minutes=10)
            if not jobs.anything_due() or jobs.run_due(limit=1) == 0:
                stopping.wait(PAUSE)
        except DBAPIError:
            log.exception("the database did not answer; the worker tries again")
            db.end()
            stopping.wait(2.0)


def ask_for_nightly() -> None:
    """Write today's nightly jobs; any number of workers may do so."""
    today = now().date()
    for handler, hour in NIGHTLY.items():
        due = now().replace(hour=hour, minute=0, second=0, microsecond=0)
        jobs.enqueue(handler, unique_key=f"{handler}:{today}", due=due)
    ask_for_reminders()
    db.session.commit()
    db.end()


def _is_alive(process: int) -> bool:
    return os.getppid() == process
