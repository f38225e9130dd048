"""Short ways to make documents and to look at what was drawn."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pikepdf

from mou_service.documents.blocks import Block, Cell, Document, Paragraph, Row, Run, Section, Table
from mou_service.documents.pdf.archive import Metadata
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.layout import Options, Rendered, render

ENGLISH = (
    "The Parties shall, on the basis of equality and mutual benefit, encourage the exchange of academic staff "
    "and students, joint research and the organisation of conferences."
)
CHINESE = "双方本着平等互利的原则，鼓励学术人员与学生交流、联合科研以及举办学术会议；每项活动（包括其经费）均须另行签订书面协议。"
ARABIC = "يشجع الطرفان على تبادل أعضاء هيئة التدريس والطلاب والبحث المشترك (MoU 2026) وتنظيم المؤتمرات."
METADATA = Metadata(
    "Memorandum of Understanding 谅解备忘录",
    "A University",
    "REF-2024-0001",
    ("en", "zh"),
    datetime(2024, 3, 27, 8, 0, tzinfo=UTC),
)


def paragraph(text: str, language: str = "en", *, size: float = 10.5, bold: bool = False, **look: Any) -> Paragraph:
    return Paragraph([Run(text, size=size, bold=bold, language=language)], **look)


def table(rows: Sequence[Sequence[str]], *, header: bool = False, widths: Sequence[float] = ()) -> Table:
    made = [
        Row([Cell([paragraph(text)]) for text in row], header=header and index == 0) for index, row in enumerate(rows)
    ]
    return Table(made, widths=list(widths) or [450.0 / len(rows[0])] * len(rows[0]))


def document(*blocks: Block, **more: Any) -> Document:
    return Document([Section(list(blocks))], title="Test", language="en", **more)


def drawn(made: Document, fonts: Fonts, **options: Any) -> Rendered:
    return render(made, fonts=fonts, options=Options(metadata=METADATA, **options))


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))
