"""Frozen documents as the signing code meets them: pages with text, and empty signature fields made beforehand."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field
from reportlab.pdfgen.canvas import Canvas

from mou_service.trust import sign
from mou_service.trust.authority import Authority
from mou_service.trust.sign import Level

SIGNATORIES = ("Signatory1", "Signatory2")
WITNESSES = ("Witness1", "Witness2")
FIELDS = (*SIGNATORIES, *WITNESSES, "Seal")
START = datetime(2026, 3, 27, 2, 30, tzinfo=UTC)
LATER = START + timedelta(days=3)

PEOPLE = {
    "Signatory1": ("谢华清 Xie Huaqing", "上海第二工业大学", "President"),
    "Signatory2": ("Проф. Пламен Мартинов", "Trakia University", "Rector"),
    "Witness1": ("د. أحمد Ahmed", "Consulate General", "Consul General"),
    "Witness2": ("𬱖𬭎 Nguyễn", "Foreign Affairs Office", "Director"),
}


def a_frozen_document(*, pages: int = 3, fields: tuple[str, ...] = FIELDS) -> bytes:
    """A document of text pages with the empty fields on the last one; the seal's field locks everything."""
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=(595, 842), invariant=1)
    canvas.setTitle("Memorandum of Understanding")
    canvas.beginForm("Emblem")
    canvas.circle(30, 30, 25)
    canvas.endForm()
    for number in range(1, pages + 1):
        canvas.doForm("Emblem")
        canvas.setFont("Times-Roman", 12)
        for line in range(20):
            canvas.drawString(72, 760 - 20 * line, f"Article {number}.{line}: the parties cooperate in good faith.")
        canvas.showPage()
    canvas.save()
    return with_fields(output.getvalue(), page=pages - 1, fields=fields)


def a_stamp(text: str = "signed", *, width: float = 200, height: float = 60) -> bytes:
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=(width, height), invariant=1)
    canvas.setFont("Times-Italic", 14)
    canvas.drawString(10, 20, text)
    canvas.rect(1, 1, width - 2, height - 2)
    canvas.save()
    return output.getvalue()


def with_fields(pdf: bytes, *, page: int, fields: tuple[str, ...]) -> bytes:
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


def certified(authority: Authority, *, level: Level = "B-B", fields: tuple[str, ...] = FIELDS) -> bytes:
    frozen = a_frozen_document(fields=fields)
    return sign.certify(
        frozen, credential=authority.platform, level=level, timestamps=authority.timestamps, at=START
    ).pdf


def sign_field(pdf: bytes, authority: Authority, field: str, *, minutes: int = 1, level: Level = "B-B") -> bytes:
    """The field filled by the person who belongs to it, or by the seal."""
    at = START + timedelta(minutes=minutes)
    common = {"level": level, "timestamps": authority.timestamps, "at": at, "location": "Shanghai"}
    if field == "Seal":
        stamp = a_stamp("SEAL")
        return sign.seal(pdf, field=field, credential=authority.seal, stamp=stamp, reason="Sealed", **common).pdf
    name, organisation, title = PEOPLE[field]
    person = authority.issue_person(name, organisation, title, at=at)
    return sign.sign(pdf, field=field, credential=person, stamp=a_stamp(field), reason="I sign", **common).pdf


def final_file(authority: Authority, *, level: Level = "B-B", timestamped: bool = True) -> bytes:
    """The whole ceremony: certified, four people, seal, document time-stamp."""
    pdf = certified(authority, level=level)
    for minutes, field in enumerate(FIELDS, start=1):
        pdf = sign_field(pdf, authority, field, minutes=minutes, level=level)
    if not timestamped:
        return pdf
    at = START + timedelta(minutes=10)
    return sign.timestamp(pdf, source=authority.timestamps, evidence=authority.validation_data(at), at=at).pdf
