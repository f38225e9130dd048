"""Annexes: Word files and PDFs that stand behind the text, are frozen and signed with it."""

from __future__ import annotations

from collections.abc import Mapping

from mou_service.agreements.models import Agreement
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import Missing
from mou_service.core.ports import FileStore
from mou_service.documents.pdf.annexes.taking import is_pdf, take
from mou_service.documents.pdf.characters import unknown_characters
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.word.gate.check import check
from mou_service.documents.word.gate.handout import hand_out
from mou_service.documents.word.text import text_digest

from . import rules, texts
from .drawing import operations as drawing
from .models import Annex
from .translation import operations as translation

LONGEST_NAME = 255


def attach(
    agreement: Agreement, content: bytes, *, filename: str, titles: Mapping[str, str], actor: Actor, files: FileStore,
    fonts: Fonts, office: bool = False,
) -> Annex:  # fmt: skip
    """Put a Word file or a PDF behind the text; what a Word file says of those who worked on it stays out.

    Raises `UnsafeFile` for a file that cannot be used, `CannotShow` for one that cannot become pages.
    """
    rules.need(rules.may_write(actor, agreement))
    annex = _of_pdf(content, files) if is_pdf(content) else _of_word(content, files, fonts, office=office)
    annex.agreement, annex.rank = agreement, max((a.rank for a in agreement.annexes if a is not annex), default=0) + 1
    annex.titles = {k: v for k, v in titles.items() if v} or {"en": filename}
    annex.file_name = filename[-LONGEST_NAME:]
    db.session.add(annex)
    db.session.flush()
    events.record(
        "annex.attach",
        actor=actor,
        stream=agreement.stream,
        called=annex.titles,
        file=annex.file_name,
        sha256=annex.clean,
    )
    translation.follow(agreement, actor=actor)
    return annex


def remove(agreement: Agreement, number: int, *, actor: Actor) -> None:
    """Take an annex away; its file stays in the store and its trail in the history."""
    rules.need(rules.may_write(actor, agreement))
    annex = next((each for each in agreement.annexes if each.id == number), None)
    if annex is None:
        raise Missing(str(number))
    events.record("annex.remove", actor=actor, stream=agreement.stream, called=annex.titles, sha256=annex.clean)
    agreement.annexes.remove(annex)
    db.session.delete(annex)
    db.session.flush()
    translation.follow(agreement, actor=actor)


def _of_word(content: bytes, files: FileStore, fonts: Fonts, *, office: bool) -> Annex:
    checked = check(content)
    clean = hand_out(checked.clean)
    if unknown := unknown_characters(texts.said_by(clean, office=office), fonts=fonts):
        raise texts.CannotShow(unknown)
    annex = Annex(
        docx=files.put(clean), original=files.put(content), text_digest=text_digest(clean),
        findings=[each.plain() for each in checked.findings],
    )  # fmt: skip
    drawing.ask_where_needed(annex.docx, clean)
    return annex


def _of_pdf(content: bytes, files: FileStore) -> Annex:
    taken = take(content)
    key = files.put(taken.clean)
    found = [each.plain() for each in taken.findings]
    return Annex(docx="", pdf=key, original=files.put(content), text_digest=key, findings=found)
