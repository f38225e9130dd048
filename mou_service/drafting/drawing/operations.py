"""Ask for the pages of a Word file that we do not draw ourselves, and keep what came of it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from mou_service.core import jobs
from mou_service.core.clock import now
from mou_service.core.db import db, insert_if_absent
from mou_service.core.errors import EngineFailed
from mou_service.core.ports import FileStore, Renderer
from mou_service.documents.faithful import differences
from mou_service.documents.findings import Finding, finding
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.revising.still import still

from .models import Drawing

#: So many differences show what is wrong.
_MOST_NAMED = 3


def ask(docx: str) -> None:
    """Have the file under this key drawn, unless somebody asked already."""
    insert_if_absent(Drawing, docx=docx, state="asked", findings=[], program="", asked_at=now())
    jobs.enqueue("drafting.draw", unique_key=f"draw:{docx}", docx=docx)


def ask_where_needed(key: str, docx: bytes) -> None:
    """Have a file from Word drawn, whose key this is, where it holds something we do not draw ourselves."""
    if not read(docx).drawable:
        ask(key)


def ask_again(drawings: Sequence[Drawing]) -> None:
    """Have drawn once more what could not be drawn: LibreOffice may have been away, or too slow that day."""
    for drawing in drawings:
        drawing.state, drawing.findings, drawing.asked_at, drawing.finished_at = "asked", [], now(), None
        jobs.enqueue("drafting.draw", docx=drawing.docx)


def find(docx: str) -> Drawing | None:
    return db.session.scalar(sa.select(Drawing).where(Drawing.docx == docx))


def made(docx: bytes, office: Renderer) -> tuple[bytes | None, list[Finding]]:
    """The pages, when they say what the accepted text says; else why they cannot be used.

    Raises `EngineFailed` when it is not this file that is to blame.
    """
    copy = still(docx)
    try:
        pdf = office.pdf(copy)
    except EngineFailed as problem:
        if not problem.permanent:
            raise
        return None, [finding("not_drawn", outcome="refuse", detail=str(problem))]
    wrong = differences(pdf, copy)
    if wrong:
        return None, [finding("text_differs", outcome="refuse", difference=each) for each in wrong[:_MOST_NAMED]]
    return pdf, []


def keep(docx: str, pdf: bytes | None, found: list[Finding], *, program: str, files: FileStore) -> None:
    """Write down what came of it; a second result changes nothing."""
    drawing = find(docx)
    if drawing is None or drawing.state != "asked":
        return
    drawing.state, drawing.program, drawing.finished_at = "drawn" if pdf else "failed", program, now()
    drawing.pdf = files.put(pdf) if pdf else None
    drawing.findings = [each.plain() for each in found]
