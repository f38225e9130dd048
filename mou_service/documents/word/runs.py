"""Text written into a Word paragraph: emphasis, language, number."""

from __future__ import annotations

import re

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from mou_service.documents.word.templates.wording import WORDINGS

EMPHASIS = re.compile(r"\*\*(.+?)\*\*")


def write(paragraph: Paragraph, text: str, language: str) -> None:
    """Text with **emphasis** as runs which know their language."""
    for number, part in enumerate(EMPHASIS.split(text)):
        if part:
            write_run(paragraph, part, language, bold=number % 2 == 1)


def write_run(paragraph: Paragraph, text: str, language: str, *, bold: bool = False) -> None:
    if not text:
        return
    run = paragraph.add_run(text)
    if bold:
        run.bold = True
    properties = run._r.get_or_add_rPr()
    if language == "zh":
        # Quotation marks and dashes exist in both fonts; the hint gives them the Chinese width.
        fonts = OxmlElement("w:rFonts")
        fonts.set(qn("w:hint"), "eastAsia")
        properties.insert(0, fonts)
    # `val` is the language of the Latin letters: told that they are Chinese, LibreOffice breaks
    # numbers and addresses anywhere.
    tag = WORDINGS["en" if language == "zh" else language].locale.replace("_", "-")
    properties.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{tag}" w:eastAsia="zh-CN"/>'))


def number_paragraph(paragraph: Paragraph, number: int, level: int) -> None:
    # The schema wants the number right behind the style, and the style has been set before.
    listed = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().insert(1, parse_xml(listed))
