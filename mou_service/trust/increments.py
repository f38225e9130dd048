"""One more revision behind the end of a PDF: opened, written and given back; and what a signature in it looks like.

Of a file only what has to be known is read: a large document is never in memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO, TypeVar

from asn1crypto import ocsp
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.generic import PdfObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, InnerScaling, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import ObjectStream
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper, TimestampDSSContentSettings
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import StaticStampStyle

from mou_service.core.errors import EngineFailed, Refused
from mou_service.trust import names
from mou_service.trust.keys import ValidationData
from mou_service.trust.timestamps import LocalTimestamps, TimestampSource

PDF = TypeVar("PDF", bytes, BinaryIO)

CERTIFICATION_FIELD = "Certification"
DIGEST = "sha256"


class Writer(IncrementalPdfFileWriter):
    """Leaves the metadata as they were frozen, so that any later change of them is a finding."""

    def import_object(self, obj: PdfObject, obj_stream: ObjectStream | None = None) -> PdfObject:
        # A stamp is many small objects: packed into one stream they take a third, six times in a file.
        if obj_stream is None and self.stream_xrefs:
            obj_stream = self.prepare_object_stream()  # type: ignore[no-untyped-call]
        return super().import_object(obj, obj_stream)

    def _update_meta(self) -> None:
        pass


class _Stamp(PdfContent):
    """A page of another PDF as appearance of a signature."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self._page = page

    def render(self) -> bytes:
        drawn = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._page)))
        drawn.get_object().compress()
        left, bottom, right, top = (float(edge) for edge in drawn.get_object()["/BBox"])
        self.resources.xobject["/Stamp"] = drawn
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Stamp Do"


#: The stamp is as large as its field; only a rounding difference is ever scaled.
_FILL = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, inner_content_scaling=InnerScaling.STRETCH_TO_FIT
)
#: Outside every page: the only place where PDF/A and PDF/UA both accept a signature that shows nothing.
_NOWHERE = InvisSigSettings(box_out_of_bounds=True)


def opened(pdf: PDF) -> BinaryIO:
    return io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf


def closed(file: BinaryIO, given: PDF) -> PDF:
    """What the caller gets back: the same kind of thing that was given."""
    if not isinstance(given, bytes):
        return given
    assert isinstance(file, io.BytesIO)
    return file.getvalue()


def add(file: BinaryIO, data: ValidationData, *, signature: bytes | None = None) -> None:
    """The data in a revision of their own; with `signature` they are named as those of this signature.

    A verifier may count as a signature's evidence only what was added after it: the EU's DSS library does.
    """
    writer = Writer(file)
    embed(writer, data, signature=signature)
    writer.write_in_place()  # type: ignore[no-untyped-call]


def embed(writer: Writer, data: ValidationData, *, signature: bytes | None = None) -> None:
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        signature,
        certs=[names.load_certificate(der) for der in data.certificates],
        crls=[names.load_revocation_list(der) for der in data.revocation_lists],
        ocsps=[ocsp.OCSPResponse.load(der) for der in data.ocsp_responses],
    )


def style(stamp: bytes | None) -> StaticStampStyle:
    # Without a style pyHanko writes its own text in a font that is not embedded, which is no PDF/A.
    background = _Stamp(stamp) if stamp is not None else None
    return StaticStampStyle(border_width=0, background=background, background_layout=_FILL, background_opacity=1.0)


def certification_field() -> SigFieldSpec:
    return SigFieldSpec(
        CERTIFICATION_FIELD,
        readable_field_name="Certification by the platform",
        invis_sig_settings=_NOWHERE,
    )


def timestamp_pdf(writer: Writer, source: TimestampSource, at: datetime) -> None:
    timestamper = stopped(source, at).timestamper
    stamper = PdfTimeStamper(timestamper, invis_settings=_NOWHERE, readable_field_name="Document time-stamp")
    stamper.timestamp_pdf(
        writer,
        DIGEST,
        in_place=True,
        dss_settings=TimestampDSSContentSettings(include_vri=False),
        tight_size_estimates=isinstance(source, LocalTimestamps),
    )


def stopped(source: TimestampSource, at: datetime) -> TimestampSource:
    # Our own clock is the one that named the moment of the act; a server has its own.
    return source.at(at) if isinstance(source, LocalTimestamps) else source


@contextmanager
def problems_explained() -> Iterator[None]:
    try:
        yield
    except SigningError as problem:
        raise Refused(f"The document does not allow this signature: {problem}") from problem
    except (PdfError, RecursionError) as problem:
        message = f"This file is not a PDF that can be signed: {problem}"
        raise EngineFailed("signing", message, permanent=True) from problem
