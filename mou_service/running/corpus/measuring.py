"""One Word file on its way to pages, as an upload goes it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from mou_service.core.errors import EngineFailed
from mou_service.core.ports import Renderer
from mou_service.documents.blocks import Document, Pages
from mou_service.documents.findings import Hindered
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.layout import Rendered, render
from mou_service.documents.pdf.text import check_text
from mou_service.documents.word.gate.check import check
from mou_service.documents.word.reading.blocks import read
from mou_service.drafting.drawing import operations as drawing

from . import words

#: Of the words of a file, so many have to be in its PDF.
ENOUGH = 0.995


@dataclass(frozen=True)
class Measured:
    """`outcome`: drawn (by us), office (by LibreOffice), refused (with the reasons), wrong (a result that is not right)."""

    name: str
    outcome: str
    reasons: tuple[str, ...] = ()
    #: Why we did not draw it ourselves, where LibreOffice did.
    instead: tuple[str, ...] = ()
    pages: int = 0
    #: From the file to its pages.
    milliseconds: float = 0.0
    #: The share of the file's words in the PDF.
    recall: float = 0.0
    agreement: bool = False
    pdf: bytes = field(default=b"", repr=False, compare=False)

    @property
    def usable(self) -> bool:
        return self.outcome in ("drawn", "office")


def measure(path: Path, *, fonts: Fonts, office: Renderer | None, agreement: bool = False) -> Measured:
    """What becomes of the file. Never raises for what a file holds: a program error is a wrong result."""
    try:
        found = _measured(path, fonts=fonts, office=office)
    except Hindered as refused:
        found = Measured(path.name, "refused", tuple(dict.fromkeys(str(each) for each in refused.findings)))
    except EngineFailed as failed:
        found = Measured(path.name, "refused", (str(failed),))
    except Exception as fault:  # whatever goes wrong is a result of the measurement
        found = Measured(path.name, "wrong", (f"{type(fault).__name__}: {fault}",))
    return replace(found, agreement=agreement)


def _measured(path: Path, *, fonts: Fonts, office: Renderer | None) -> Measured:
    began = time.perf_counter()
    clean = check(path.read_bytes()).clean
    found = read(clean)
    document = found.document
    instead: tuple[str, ...] = ()
    if not found.drawable:
        instead = tuple(dict.fromkeys(str(each) for each in found.findings if each.code == "cannot_draw"))
        if office is None:
            return Measured(path.name, "refused", instead)
        pdf, wrong = drawing.made(clean, office)
        if pdf is None:
            return Measured(path.name, "refused", tuple(str(each) for each in wrong), instead)
        document = Document([Pages(pdf=pdf, structured=True)], title=document.title, language=document.language)
    rendered = render(document, fonts=fonts)
    took = (time.perf_counter() - began) * 1000
    share = words.recall(clean, words.pdf_text(rendered.pdf))
    reasons = tuple(_wrong(rendered, document, share))
    outcome = "wrong" if reasons else "office" if instead else "drawn"
    return Measured(path.name, outcome, reasons, instead, rendered.pages, took, share, pdf=rendered.pdf)


def _wrong(rendered: Rendered, document: Document, share: float) -> Iterator[str]:
    for each in check_text(rendered.pdf, document)[:3]:
        yield str(each)
    if share < ENOUGH:
        yield f"only {share:.2%} of the file’s words are in the PDF"
