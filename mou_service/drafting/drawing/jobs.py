"""LibreOffice draws what was asked for."""

from __future__ import annotations

from mou_service import engines
from mou_service.core import jobs
from mou_service.core.db import reading
from mou_service.core.errors import EngineFailed
from mou_service.core.jobs import Job, job
from mou_service.documents.findings import finding

from . import operations


@job("drafting.draw")
def draw(work: Job) -> None:
    """Draw one Word file and compare its pages with its text; nothing is written before that."""
    docx, used = str(work.facts["docx"]), engines.current()
    with reading():
        drawing = operations.find(docx)
        waits = drawing is not None and drawing.state == "asked"
    if not waits:
        return
    if used.office is None:
        raise EngineFailed("office", "There is no LibreOffice any more that may be used; see flask mou doctor.")
    pdf, found = operations.made(used.files.get(docx), used.office)
    operations.keep(docx, pdf, found, program=used.office.version, files=used.files)


def _given_up(work: Job) -> None:
    """Nobody waits for pages that do not come; somebody may ask for them again."""
    if work.handler == "drafting.draw":
        why = finding("not_drawn", outcome="refuse", detail=work.problem or "")
        operations.keep(str(work.facts["docx"]), None, [why], program="", files=engines.current().files)


if _given_up not in jobs.GIVEN_UP:
    jobs.GIVEN_UP.append(_given_up)
