"""The service as whoever runs it sees it: real processes, a real port, a folder of its own."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPException
from pathlib import Path
from typing import Any, TypeVar

import pytest

from mou_service.settings import ROOT
from tests.patience import PATIENCE

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
T = TypeVar("T")


class Service:
    """One process of `flask mou start` (or another command) on a folder."""

    def __init__(self, instance: Path, port: int, *command: str) -> None:
        self.port, self.out = port, instance.parent / f"{port}-{time.monotonic_ns()}.log"
        environment = {
            **os.environ, "INSTANCE": str(instance), "PORT": str(port), "DEMO": "yes", "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        with self.out.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "mou", *(command or ("start",))],
                cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def health(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=60) as answer:
            return {**json.load(answer), "type": answer.headers["Content-Type"]}

    def wait_until_it_answers(self) -> dict[str, Any]:
        return until(self._answer, "an answer", output=self.out)

    def _answer(self) -> dict[str, Any] | None:
        assert self.process.poll() is None, self.out.read_text()
        try:
            return self.health()
        except (OSError, HTTPException):
            return None

    def workers(self) -> list[int]:
        return [int(p.parent.name) for p in Path("/proc").glob("[0-9]*/cmdline") if self._is_worker(p)]

    def _is_worker(self, cmdline: Path) -> bool:
        try:
            return cmdline.read_bytes().split(b"\0")[4:7] == [b"worker", b"--parent", str(self.process.pid).encode()]
        except OSError:
            return False  # it ended meanwhile

    def stop(self) -> int:
        """Ask it to end, as a supervisor does; gives how it ended."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def until(question: Callable[[], T | None], what: str, *, output: Path, seconds: float = PATIENCE) -> T:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := question():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come within {seconds} s: {output.read_text()}")


def free_port() -> int:
    """Below the ports that the system gives to whoever asks for any: nobody else takes it before the service does."""
    while True:
        with socket.socket() as probe:
            port = random.randrange(12_000, 30_000)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@pytest.fixture
def instance(tmp_path: Path, shared_instance: Path) -> Path:
    folder = tmp_path / "instance"
    folder.mkdir()
    (folder / "fonts").symlink_to((shared_instance / "fonts").resolve())
    return folder


@pytest.fixture
def started(instance: Path) -> Iterator[Callable[..., Service]]:
    """Starts services; whatever still runs at the end of the test is killed."""
    made: list[Service] = []

    def start(*command: str, port: int = 0) -> Service:
        made.append(Service(instance, port or free_port(), *command))
        return made[-1]

    yield start
    for service in made:
        for process in (service.process.pid, *service.workers()):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        service.process.wait(PATIENCE)


def kept(instance: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(instance / "mou.sqlite", timeout=60)) as connection:
        return connection.execute(query).fetchall()


def test_it_starts_stops_and_starts_again(instance: Path, started: Callable[..., Service]) -> None:
    first = started()
    health = first.wait_until_it_answers()
    assert (health["status"], health["type"]) == ("ok", "application/json")
    [worker] = until(first.workers, "a worker", output=first.out)
    drafts = kept(instance, "select ref, state, created_at from agreement order by ref")
    assert len(drafts) == 2

    os.kill(worker, signal.SIGKILL)
    until(lambda: [w for w in first.workers() if w != worker], "another worker", output=first.out)
    assert "The worker ended and is started again." in first.out.read_text()

    taken = started(port=first.port)
    assert taken.process.wait(PATIENCE) != 0
    assert f"PORT={first.port + 1}" in taken.out.read_text()
    assert "Traceback" not in taken.out.read_text()

    assert first.stop() == 0
    assert first.workers() == []

    second = started()
    second.wait_until_it_answers()
    assert kept(instance, "select ref, state, created_at from agreement order by ref") == drafts
    os.kill(second.process.pid, signal.SIGKILL)  # no chance to say goodbye: the worker notices by itself
    second.process.wait(PATIENCE)
    until(lambda: not second.workers(), "the end of the worker", output=second.out)
    assert not any("Traceback" in service.out.read_text() for service in (first, second))


def test_two_that_start_at_once_on_an_empty_folder_share_it(instance: Path, started: Callable[..., Service]) -> None:
    services = [started(), started()]
    for service in services:
        assert service.wait_until_it_answers()["status"] == "ok"
    assert kept(instance, "select count(*) from institution") == [(1,)]
    assert kept(instance, "select count(*) from agreement") == [(2,)]
    assert kept(instance, "select count(*) from event where name = 'institution.found'") == [(1,)]
    assert [path.name for path in (instance / "keys").glob("session-secret*")] == ["session-secret"]
    for service in services:
        assert service.stop() == 0
        assert "Traceback" not in service.out.read_text(), service.out.read_text()
