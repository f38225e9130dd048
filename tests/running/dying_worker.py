"""Workers to be killed, for test_chaos.py. Loads the service once and makes each worker by fork, in milliseconds.

Reads commands from standard input and answers each with one line:
`start 0` makes a real worker that works until it is killed; `start 7` one that does what is due and kills itself at
the seventh point where a machine could stop; both answer with its process id. `wait PID` answers with its exit status.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service import engines
from mou_service.app import create_app
from mou_service.core import jobs
from mou_service.core.db import db
from mou_service.engines.files import LocalFiles
from mou_service.partners import institution
from mou_service.running import worker
from mou_service.settings import Settings

LETTERS = "SOAK" in os.environ


def main() -> None:
    settings = Settings(_env_file=None)
    app = create_app(settings)
    with app.app_context():
        assert engines.current().fonts and engines.current().manifests and institution.authority()
        db.close()
        for line in sys.stdin:
            command, number = line.split()
            print(_start(settings, int(number)) if command == "start" else _wait(int(number)), flush=True)


def _start(settings: Settings, kill_at: int) -> int:
    if pid := os.fork():
        return pid
    try:
        jobs.LEASE = timedelta(seconds=1)
        db.open(settings.database)
        if kill_at:
            fuse = Fuse(kill_at)
            while jobs.run_due(limit=1):
                fuse.burning = False
        else:
            worker.work()
        os._exit(0)
    finally:
        os._exit(1)


def _wait(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class Fuse:
    """Counts the points between which nothing may be lost, and kills the process at one of them.

    They are: a job begins, a file is about to get its name and has it, a transaction is about to be written and is.
    Letters are left alone unless asked for: there are many of them, and each is a single transaction.
    """

    def __init__(self, number: int) -> None:
        self.left, self.burning = number, False
        for name, handler in list(jobs.HANDLERS.items()):
            if LETTERS or not name.startswith("notifications."):
                jobs.HANDLERS[name] = self.lit(handler)
        sa.event.listen(orm.Session, "before_commit", self.tick)
        sa.event.listen(orm.Session, "after_commit", self.tick)
        os.link = self.between(os.link)
        LocalFiles.put = self.between(LocalFiles.put)  # type: ignore[method-assign]
        LocalFiles.keep = self.between(LocalFiles.keep)  # type: ignore[method-assign]

    def lit(self, handler: jobs.Handler) -> jobs.Handler:
        def burning(work: jobs.Job) -> None:
            self.burning = True
            self.tick()
            handler(work)

        return burning

    def tick(self, *_anything: object) -> None:
        if self.burning and threading.current_thread() is threading.main_thread():
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def between(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            self.tick()
            result = function(*args, **kwargs)
            self.tick()
            return result

        return watched


if __name__ == "__main__":
    main()
