"""Frozen documents as the signing code meets them: pages with text, and empty signature fields made beforehand."""

from __future__ import annotations

import io

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field
from reportlab.pdfgen.canvas import Canvas

SIGNATORIES = ("Signatory1", "Signatory2")
WITNESSES = ("Witness1", "Witness2")
FIELDS = (*SIGNATORIES, *WITNESSES, "Seal")


def a_frozen_document(*, pages: int = 3, fields: tuple[str, ...] = FIELDS) -> bytes:
    """A document of text pages with the empty fields on the last one; the seal's field locks everything."""
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=(595, 842), invariant=1)
    for number in range(1, pages + 1):
        canvas.setTitle("Memorandum of Understanding")
        canvas.setFont("Times-Roman", 12)
        for line in range(20):
            canvas.drawString(72, 760 - 20 * line, f"Article {number}.{line}: the parties will cooperate in good faith.")
        canvas.showPage()
    canvas.save()
    return _with_fields(output.getvalue(), page=pages - 1, fields=fields)


def a_stamp(text: str = "signed", *, width: float = 200, height: float = 60) -> bytes:
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=(width, height), invariant=1)
    canvas.setFont("Times-Italic", 14)
    canvas.drawString(10, 20, text)
    canvas.rect(1, 1, width - 2, height - 2)
    canvas.save()
    return output.getvalue()


def _with_fields(pdf: bytes, *, page: int, fields: tuple[str, ...]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for row, field in enumerate(fields):
        left, bottom = 72 + 230 * (row % 2), 260 - 80 * (row // 2)
        append_signature_field(writer, _spec(field, page=page, box=(left, bottom, left + 200, bottom + 60)))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _spec(field: str, *, page: int, box: tuple[int, int, int, int]) -> SigFieldSpec:
    if field != "Seal":
        return SigFieldSpec(field, on_page=page, box=box, readable_field_name=f"Signature field: {field}")
    return SigFieldSpec(
        field,
        on_page=page,
        box=box,
        readable_field_name="Signature field: seal",
        doc_mdp_update_value=MDPPerm.NO_CHANGES,
        field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL),
    )
