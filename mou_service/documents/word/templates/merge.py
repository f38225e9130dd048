"""Fill a Word template with plain values, or look for its faults, in a worker process that can do nothing else."""

import atexit
import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import mou_service
from mou_service.documents.word.findings import Finding, TemplateFailed, UnsafeFile, finding
from mou_service.documents.word.templates.guard import TemplateReport
from mou_service.documents.word.templates.worker import pack

#: Longer than the worker's processor time: it may wait for its turn on a busy machine.
PATIENCE = 30.0
_ROOT = Path(mou_service.__file__).resolve().parent.parent
_STUCK = finding("too_slow", outcome="refuse")


def merge(template: bytes, values: Mapping[str, Any], *, title: str = "", author: str = "") -> bytes:
    """The filled document; the same input gives the same bytes.

    Raises `TemplateFailed` with the place and the name when a value is missing, when the template says
    something that is not allowed, or when it takes too much time or memory.
    """
    head, filled = _asked(pack({"act": "fill", "values": values, "title": title, "author": author}, template))
    if head["findings"]:
        raise TemplateFailed([Finding(**found) for found in head["findings"]])
    return filled


def inspect(template: bytes, shape: Mapping[str, Any] | None = None) -> TemplateReport:
    """`guard.inspect_template` in the limited worker: however a template is made, looking at it takes little time.

    Raises `UnsafeFile` when it is no Word file that could be opened.
    """
    try:
        head, _nothing = _asked(pack({"act": "inspect", "shape": shape}, template))
    except TemplateFailed as error:
        return TemplateReport((), error.findings)
    findings = tuple(Finding(**found) for found in head["findings"])
    if head["unsafe"]:
        raise UnsafeFile(findings)
    return TemplateReport(tuple(head["variables"]), findings)


def _asked(request: bytes) -> tuple[dict[str, Any], bytes]:
    worker = _POOL.take()
    try:
        answer = worker.ask(request)
    except (OSError, EOFError) as error:
        worker.end()
        raise TemplateFailed([_STUCK]) from error
    except BaseException:
        worker.end()
        raise
    _POOL.give_back(worker)
    return answer


class _Worker:
    """One warm worker process."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        environment = {"PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8"}
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-m", "mou_service.documents.word.templates.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            close_fds=True,
        )

    @property
    def alive(self) -> bool:
        return self.owner == os.getpid() and self._process.poll() is None

    def ask(self, request: bytes) -> tuple[dict[str, Any], bytes]:
        """Raises OSError or EOFError when the worker died or did not answer in time."""
        source, target = _pipes(self._process)
        deadline = time.monotonic() + PATIENCE
        target.write(request)
        target.flush()
        length = struct.unpack(">Q", _read(source, 8, deadline))[0]
        head: dict[str, Any] = json.loads(_read(source, length, deadline))
        return head, _read(source, int(head["attached"]), deadline)

    def end(self) -> None:
        """Stop the process and leave nothing of it behind."""
        if self.owner != os.getpid():
            return
        self._process.kill()
        self._process.wait()
        for pipe in _pipes(self._process):
            try:
                pipe.close()
            except OSError:
                continue


def _pipes(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdout is not None and process.stdin is not None
    return process.stdout, process.stdin


def _read(source: IO[bytes], wanted: int, deadline: float) -> bytes:
    collected = bytearray()
    waiting = select.poll()
    waiting.register(source, select.POLLIN)
    while len(collected) < wanted:
        if not waiting.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError("the template worker did not answer")
        received = os.read(source.fileno(), min(wanted - len(collected), 1 << 20))
        if not received:
            raise EOFError("the template worker stopped")
        collected += received
    return bytes(collected)


class _Pool:
    """Idle workers; as many as there were requests at one time, at most `keep` of them stay."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()

    def take(self) -> _Worker:
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                worker.end()
        return _Worker()

    def give_back(self, worker: _Worker) -> None:
        with self._lock:
            if len(self._idle) < self._keep:
                self._idle.append(worker)
                return
        worker.end()

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()


_POOL = _Pool(keep=2)
atexit.register(_POOL.close)
