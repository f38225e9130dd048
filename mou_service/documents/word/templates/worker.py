"""The process in which templates are looked at and filled: little memory, little time, no files, no secrets.

Run as `python -m mou_service.documents.word.templates.worker`; speaks on its standard input and output.
A message is its length (8 bytes), a JSON object, and `attached` bytes behind it.
"""

import json
import math
import resource
import struct
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from mou_service.documents.word.findings import TemplateFailed, UnsafeFile, finding
from mou_service.documents.word.templates.filling import fill
from mou_service.documents.word.templates.guard import inspect_template

CPU_SECONDS = 2
MEMORY = 512 << 20
_TOO_MUCH = finding("too_much", outcome="refuse")
_LENGTH = struct.Struct(">Q")


def pack(message: Mapping[str, Any], attached: bytes = b"") -> bytes:
    """One message as bytes."""
    head = json.dumps({**message, "attached": len(attached)}, ensure_ascii=False).encode()
    return _LENGTH.pack(len(head)) + head + attached


def main() -> None:
    """Answer requests until the other side hangs up."""
    _limit()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while (request := _read(source)) is not None:
        _allow_seconds()
        target.write(_answer(*request))
        target.flush()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    ceiling = in_use() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


def in_use() -> int:
    """Address space taken by the interpreter itself; a guess where there is no /proc."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 512 << 20


def _allow_seconds() -> None:
    """From now on, so many seconds of processor time; then the kernel ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = math.ceil(used.ru_utime + used.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + CPU_SECONDS, hard))


def _read(source: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    length = source.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    head: dict[str, Any] = json.loads(source.read(_LENGTH.unpack(length)[0]))
    return head, source.read(int(head["attached"]))


def _answer(request: Mapping[str, Any], template: bytes) -> bytes:
    return _inspected(request, template) if request["act"] == "inspect" else _filled(request, template)


def _inspected(request: Mapping[str, Any], template: bytes) -> bytes:
    said: dict[str, Any] = {"unsafe": False, "variables": []}
    try:
        report = inspect_template(template, shape=request["shape"])
    except UnsafeFile as error:
        return pack({**said, "unsafe": True, "findings": [asdict(found) for found in error.findings]})
    except (MemoryError, RecursionError):
        return pack({**said, "findings": [asdict(_TOO_MUCH)]})
    return pack({**said, "variables": report.variables, "findings": [asdict(found) for found in report.findings]})


def _filled(request: Mapping[str, Any], template: bytes) -> bytes:
    try:
        filled = fill(template, request["values"], title=request["title"], author=request["author"])
        return pack({"findings": []}, filled)
    except TemplateFailed as error:
        return pack({"findings": [asdict(found) for found in error.findings]})
    except (MemoryError, RecursionError):
        return pack({"findings": [asdict(_TOO_MUCH)]})


if __name__ == "__main__":
    main()
