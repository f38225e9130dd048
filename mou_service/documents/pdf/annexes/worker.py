"""The process that opens a PDF by somebody else: little memory, little time, no files, no secrets.

Run as `python -m mou_service.documents.pdf.annexes.worker`: the PDF comes in, a line of JSON and the clean copy go out.
"""

import json
import resource
import sys
from collections.abc import Sequence
from dataclasses import asdict

from mou_service.documents.findings import Finding, finding
from mou_service.documents.pdf.annexes import cleaning
from mou_service.documents.word.templates.worker import in_use

CPU_SECONDS = 90
MEMORY = 1 << 30


def main() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    ceiling = in_use() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
    try:
        clean = cleaning.cleaned(sys.stdin.buffer.read())
        _say(clean.findings, pages=clean.pages, pictured=clean.pictured, content=clean.content)
    except cleaning.Unusable as problem:
        _say(problem.findings)
    except MemoryError:
        _say([finding("pdf_limits", outcome="refuse", kind="effort")])


def _say(findings: Sequence[Finding], *, pages: int = 0, pictured: bool = False, content: bytes = b"") -> None:
    told = {"findings": [asdict(each) for each in findings], "pages": pages, "pictured": pictured}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
