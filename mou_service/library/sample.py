"""A template filled with its example, to be looked at: as a Word file, as a PDF, page by page."""

from __future__ import annotations

from functools import lru_cache

from mou_service import engines
from mou_service.documents.findings import Finding, Hindered
from mou_service.documents.pdf import previews
from mou_service.documents.pdf.decoration import DEMONSTRATION, DRAFT, Decoration
from mou_service.documents.pdf.layout import Options, render
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.documents.word.templates.merge import inspect

from . import examining, queries

#: Sharp on a screen, light enough for a slow line.
WIDTH = 1100


def word(manifest: Manifest) -> bytes:
    """The filled example; raises `Hindered` when the file and the questions do not fit together."""
    return _word(manifest.type, manifest.number, manifest.sha256)


def pdf(manifest: Manifest) -> bytes:
    """The same as pages that say they are an example; raises `Hindered`."""
    return _pdf(manifest.type, manifest.number, manifest.sha256)


def picture(manifest: Manifest, page: int) -> bytes:
    """One page, counted from 0, as PNG."""
    return _picture(pdf(manifest), page)


def misfits(manifest: Manifest) -> tuple[Finding, ...]:
    """What an approved file asks for and the questions of this release do not have any more."""
    return _misfits(manifest.type, manifest.number, manifest.names) if manifest.number else ()


@lru_cache(maxsize=64)
def _misfits(type_: str, number: int, _names: frozenset[str]) -> tuple[Finding, ...]:
    manifest = queries.template(type_, number)
    return tuple(each for each in inspect(manifest.docx, manifest.shape).findings if each.outcome == "refuse")


@lru_cache(maxsize=8)
def _word(type_: str, number: int, _sha256: str) -> bytes:
    manifest = queries.template(type_, number)
    return examining.filled(manifest.docx, manifest, manifest.example())


@lru_cache(maxsize=8)
def _pdf(type_: str, number: int, sha256: str) -> bytes:
    manifest = queries.template(type_, number)
    found = read(_word(type_, number, sha256))
    if not found.drawable:
        raise Hindered([each for each in found.findings if each.code == "cannot_draw"])
    decoration = Decoration(
        reference=manifest.code, languages=manifest.languages, watermark=DRAFT, demonstration=DEMONSTRATION
    )
    return render(found.document, fonts=engines.current().fonts, options=Options(decoration=decoration)).pdf


@lru_cache(maxsize=48)
def _picture(content: bytes, page: int) -> bytes:
    return previews.page_picture(content, page, width=WIDTH)
