"""`flask mou serve`: the web server with a worker beside it, until the process is told to stop."""

from __future__ import annotations

import gc
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

import waitress
from flask import Flask

from mou_service.core.errors import Refused
from mou_service.settings import Settings


def serve(app: Flask, settings: Settings, *, ready: Callable[[], None] = lambda: None) -> None:
    """Answer requests until the process is told to stop; the worker is started again whenever it ends.

    `ready` is called once the address is ours. Raises `Refused` when somebody else has it.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a request that waits a moment is no news
    server = _listening(app, settings)
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(stopping,), name="worker-keeper", daemon=True)
    signal.signal(signal.SIGTERM, _stop)
    try:
        ready()
        keeper.start()
        _settle_memory()
        server.run()
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it is stopping already
        stopping.set()
        if keeper.ident is not None:
            keeper.join(timeout=10)


def _settle_memory() -> None:
    """What was loaded stays for good, and a page that is drawn makes many small things that go by themselves.

    Python would look through all of it again and again; a third of the time of a preview went there.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _listening(app: Flask, settings: Settings) -> Any:
    try:
        return waitress.create_server(
            app, host=settings.host, port=settings.port, threads=settings.threads, ident="mou",
            max_request_body_size=(settings.upload_megabytes + 3) * 1024 * 1024,
        )  # fmt: skip
    except OSError as error:
        raise Refused(
            f"Cannot listen on {settings.host}, port {settings.port} ({error.strerror}). "
            f"If the service is running there already, use that one; else choose another: PORT={settings.port + 1}"
        ) from error


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _keep_worker(stopping: threading.Event) -> None:
    while not stopping.is_set():
        worker = subprocess.Popen(
            [sys.executable, "-m", "flask", "mou", "worker", "--parent", str(os.getpid())], start_new_session=True
        )
        while worker.poll() is None and not stopping.wait(0.2):
            pass
        if stopping.is_set():
            worker.terminate()
            try:
                worker.wait(timeout=8)
            except subprocess.TimeoutExpired:
                worker.kill()  # its jobs fall due again at the next start
        elif not stopping.wait(1.0):
            print("The worker ended and is started again.", flush=True)
