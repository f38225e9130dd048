"""Take a PDF in as an annex: the clean copy that can stand in a frozen document, or the reasons why it cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mou_service
from mou_service.documents.findings import Finding, Hindered, finding

MAX_FILE = 25 << 20
#: Longer than the process may compute: it may wait for its turn on a busy machine.
PATIENCE = 180.0
_ROOT = Path(mou_service.__file__).resolve().parent.parent
_WRONG = (
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "old_word"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8", "picture"),
)


class UnusablePdf(Hindered):
    """The PDF cannot become an annex."""


@dataclass(frozen=True, slots=True)
class Taken:
    """`clean` holds pages and nothing else; `findings` are what was taken out and what a person should know."""

    clean: bytes
    pages: int
    #: Whether the pages became pictures of themselves.
    pictured: bool
    findings: tuple[Finding, ...]


def is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:1024]


def take(content: bytes) -> Taken:
    """Look at the file in a process that can do little else. Raises `UnusablePdf` with what to do."""
    if not is_pdf(content):
        kind = next((kind for start, kind in _WRONG if content.startswith(start)), "other")
        raise UnusablePdf([finding("wrong_pdf", outcome="refuse", kind=kind)])
    if len(content) > MAX_FILE:
        raise UnusablePdf([finding("pdf_limits", outcome="refuse", kind="size", limit=MAX_FILE >> 20)])
    head, clean = _asked(content)
    findings = tuple(Finding(**each) for each in head["findings"])
    if not clean:
        raise UnusablePdf(findings)
    return Taken(clean, head["pages"], head["pictured"], findings)


def _asked(content: bytes) -> tuple[dict[str, Any], bytes]:
    environment = {"PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8"}
    command = [sys.executable, "-s", "-m", "mou_service.documents.pdf.annexes.worker"]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=PATIENCE, env=environment, cwd="/", check=False
        )
    except subprocess.TimeoutExpired:
        raise UnusablePdf([finding("pdf_limits", outcome="refuse", kind="effort")]) from None
    head, _line, clean = done.stdout.partition(b"\n")
    if not head:
        raise UnusablePdf([finding("pdf_limits", outcome="refuse", kind="effort")])
    return json.loads(head), clean
