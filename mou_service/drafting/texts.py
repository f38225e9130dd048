"""From values to a Word file, and from a Word file to pages: the one way every draft, preview and frozen text takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mou_service.documents.blocks import Document
from mou_service.documents.pdf.characters import runs
from mou_service.documents.pdf.decoration import DEMONSTRATION, DRAFT, Decoration
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.glance import Glance
from mou_service.documents.pdf.layout import Options, render
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.templates.fields import Field
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.documents.word.templates.merge import merge

from .drawing.parts import CannotShow, Part, document_of
from .plan import gap, with_gaps

__all__ = ["CannotShow", "blocks_of", "filled", "glance", "joined", "preview", "said_by", "unfinished"]

#: Answers in words stand in a preview as they are, too long or not.
_WORDS = ("text", "multi_lang_text", "paragraph")


def filled(manifest: Manifest, values: dict[str, Any]) -> bytes:
    """The template's .docx with these values."""
    title = str(next((values["title"][tag] for tag in ("en", *manifest.languages) if values["title"].get(tag)), ""))
    author = str(next(iter(values["own"]["name"].values()), ""))
    return merge(manifest.docx, manifest.complete(values), title=title, author=author)


def unfinished(manifest: Manifest, values: dict[str, Any]) -> bytes:
    """The same for a form that is not filled in yet: a line stands where something is missing.

    An answer that cannot be used stands aside for the template's own until it is put right.
    """
    usable = {
        field.key: _usable_rows(field, values[field.key], manifest.languages)
        if field.columns
        else field.start(manifest.languages)
        for field in manifest.fields
        if field.type not in _WORDS and field.problems(values[field.key], manifest.languages)
    }
    asked_for = {
        field.key: gap(values[field.key], manifest.languages)
        for field in manifest.fields
        if field.type in _WORDS and field.required and field.key not in usable
    }
    return filled(manifest, with_gaps(values | usable | asked_for, manifest.languages))


def _usable_rows(table: Field, rows: Any, languages: Sequence[str]) -> list[dict[str, Any]]:
    """The lines of a small table, in which what cannot be used is empty."""
    lines = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    empty = {column.key: column.start(languages) for column in table.columns}
    return [
        {
            column.key: empty[column.key]
            if column.type not in _WORDS and column.problems(row.get(column.key), languages)
            else row.get(column.key, empty[column.key])
            for column in table.columns
        }
        for row in lines
    ]


def blocks_of(docx: bytes) -> Document:
    """The document as blocks; raises `CannotShow` when blocks cannot say everything that is in it."""
    return said_by(docx, office=False)


def said_by(docx: bytes, *, office: bool) -> Document:
    """What the file says, as far as blocks can say it. Raises `CannotShow` for what neither we nor an office program draw."""
    found = read(docx)
    if not found.drawable and not office:
        raise CannotShow([finding for finding in found.findings if finding.code == "cannot_draw"])
    return found.document


def preview(
    docx: Sequence[bytes | Part], *, fonts: Fonts, reference: str, languages: Sequence[str], demonstration: bool
) -> bytes:
    """Text and annexes as one PDF that says on every page that it is a draft."""
    options = _draft(reference, languages, demonstration=demonstration)
    return render(joined([document_of(each) for each in docx]), fonts=fonts, options=options).pdf


def glance(
    docx: Sequence[bytes | Part], *, fonts: Fonts, reference: str, languages: Sequence[str], demonstration: bool
) -> Glance:
    """The same pages to look at while somebody types."""
    options = _draft(reference, languages, demonstration=demonstration)
    return Glance(joined([document_of(each) for each in docx]), fonts=fonts, options=options)


def _draft(reference: str, languages: Sequence[str], *, demonstration: bool) -> Options:
    decoration = Decoration(
        reference=reference, languages=tuple(languages), watermark=DRAFT,
        demonstration=DEMONSTRATION if demonstration else None,
    )  # fmt: skip
    return Options(decoration=decoration)


def joined(parts: Sequence[Document]) -> Document:
    """The first of them with the annexes behind it, whose footnotes count on; all of them are used up."""
    first, *annexes = parts
    for annex in annexes:
        shift = max(first.footnotes, default=0)
        for run in runs(annex) if shift else ():
            run.footnote = run.footnote + shift if run.footnote is not None else None
        first.footnotes.update({number + shift: note for number, note in annex.footnotes.items()})
        first.sections.extend(annex.sections)
    return first
