"""What the pages of an agreement are made of: its text and its annexes, each drawn by us or by somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mou_service.core.ports import FileStore
from mou_service.documents.blocks import Document, Pages, Paragraph, Run, Section
from mou_service.documents.findings import Finding, Hindered, finding
from mou_service.documents.pdf.previews import page_texts
from mou_service.documents.word.reading.blocks import read

from ..models import Annex, Version


class CannotShow(Hindered):
    """A Word file holds something that could not be drawn as it is."""


@dataclass(frozen=True)
class Part:
    """One of them: a Word file we draw; one with the pages LibreOffice drew; or pages alone, of a PDF annex."""

    docx: bytes = b""
    pdf: bytes | None = None
    #: What the annex is called in the descriptions of its pages.
    title: str = ""
    #: Whether the pages are pictures.
    pictures: bool = False
    #: 0 is the text, others count the annexes.
    number: int = 0


@dataclass(frozen=True)
class Source:
    """The same as keys of the file store."""

    docx: str = ""
    pdf: str | None = None
    title: str = ""
    pictures: bool = False
    number: int = 0

    def part(self, files: FileStore) -> Part:
        pdf = files.get(self.pdf) if self.pdf else None
        return Part(files.get(self.docx) if self.docx else b"", pdf, self.title, self.pictures, self.number)


def sources(version: Version, annexes: Sequence[Annex]) -> tuple[Source, ...]:
    """A text with its annexes. Raises `CannotShow` while LibreOffice still draws, or where it could not."""
    return (_source(version), *of_annexes(annexes))


def is_waiting(version: Version, annexes: Sequence[Annex]) -> bool:
    """Whether LibreOffice still draws any of it."""
    drawings = [version.drawing, *(annex.drawing for annex in annexes)]
    return any(drawing is not None and drawing.state == "asked" for drawing in drawings)


def of_annexes(annexes: Sequence[Annex]) -> Iterator[Source]:
    """The annexes alone; raises as `sources` does."""
    for number, annex in enumerate(annexes, start=1):
        yield replace(_source(annex), title=_called(annex, number), number=number)


def words_of(version: Version, annexes: Sequence[Annex], files: FileStore) -> list[Document]:
    """What the text and its annexes say, to be searched; pages that are still being drawn included."""
    keys = [version.docx, *(annex.docx for annex in annexes if annex.docx)]
    found = [read(files.get(key)).document for key in keys]
    for annex in annexes:
        if annex.pdf:
            lines = [line for text in page_texts(files.get(annex.pdf)) for line in text.splitlines()]
            found.append(Document([Section([Paragraph([Run(line)]) for line in lines])]))
    return found


def document_of(part: Part | bytes) -> Document:
    """The document as blocks, or the pages another program drew; raises `CannotShow` when there are none."""
    part = part if isinstance(part, Part) else Part(part)
    if not part.docx:
        return Document([Pages(pdf=part.pdf or b"", pictures=part.pictures, title=part.title)], title=part.title)
    found = read(part.docx)
    if found.drawable:
        return found.document
    if part.pdf is None:
        raise CannotShow([_at(each, part.number) for each in found.findings if each.code == "cannot_draw"])
    return _drawn(found.document, part)


def _source(holder: Version | Annex) -> Source:
    drawing = holder.drawing
    if isinstance(holder, Annex) and holder.pdf:
        return Source(pdf=holder.pdf, pictures=any(each["code"] == "pdf_pictured" for each in holder.findings))
    if drawing is None:
        return Source(holder.docx)
    if drawing.state == "asked":
        raise CannotShow([finding("being_drawn", outcome="refuse")])
    if drawing.pdf is None:
        raise CannotShow([_kept(each) for each in drawing.findings])
    return Source(holder.docx, drawing.pdf)


def _called(annex: Annex, number: int) -> str:
    return " / ".join(dict.fromkeys([f"Annex {number}", *(text for text in annex.titles.values() if text)]))


def _kept(found: Mapping[str, object]) -> Finding:
    facts = found["facts"]
    assert isinstance(facts, Mapping)
    return finding(str(found["code"]), outcome="refuse", **facts)


def _at(found: Finding, number: int) -> Finding:
    return replace(found, place=f"annex {number}, {found.place}") if number else found


def _drawn(said: Document, part: Part) -> Document:
    """The pages, with what they say: for checks, not for drawing."""
    first = said.sections[0]
    pages = Pages(
        blocks=[block for section in said.sections for block in section.blocks],
        width=first.width, height=first.height, margins=first.margins, header=first.header, footer=first.footer,
        pdf=part.pdf or b"", structured=True, title=part.title,
    )  # fmt: skip
    return Document([pages], title=said.title, language=said.language)
