"""`flask mou serve`: fonts, tables and demonstration first, then the web server with a worker beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from types import FrameType
from typing import NoReturn

import waitress
from flask import Flask

from mou_service.settings import Settings


def serve(app: Flask, settings: Settings) -> None:
    """Answer requests until the process is told to stop; the worker is started again whenever it ends."""
    signal.signal(signal.SIGTERM, _stop)
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(stopping,), name="worker-keeper", daemon=True)
    keeper.start()
    try:
        waitress.serve(
            app, host=settings.host, port=settings.port, threads=settings.threads, ident="mou",
            max_request_body_size=(settings.upload_megabytes + 3) * 1024 * 1024, _quiet=True,
        )  # fmt: skip
    finally:
        stopping.set()
        keeper.join(timeout=10)


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
