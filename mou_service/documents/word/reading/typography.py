"""How a typeset template looks in Word: paper, styles and numbering, written out instead of inherited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Emu, Mm

LATIN = "Times New Roman"
CHINESE = "SimSun"
MARGINS = (Mm(24), Mm(18), Mm(21), Mm(18))
TEXT_WIDTH = Emu(Mm(210) - MARGINS[1] - MARGINS[3])
#: Where name and title stand in a signature block, right of their labels in up to two languages, and in three.
ANSWERS, ANSWERS_OF_THREE = 92, 150
#: The frozen document puts its own signature page in place of paragraphs of this style.
SIGNATURE_BLOCK = "Signature Block"
#: A template says nothing about the day it was made; its document does.
MADE = datetime(2024, 1, 1, tzinfo=UTC)
#: Parts of python-docx's own starting document which no document of ours needs.
LEFT_OUT = ("thumbnail", "stylesWithEffects", "customXml", "webSettings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A paragraph style; lengths in points."""

    name: str
    size: float = 10
    bold: bool = False
    align: str = "left"
    before: float = 0
    after: float = 2.5
    #: The distance of the lines, the same for every script: both columns stand on one grid.
    line: float = 13.5
    left: float = 0
    hanging: float = 0
    keep_next: bool = False
    color: str = ""
    outline: int | None = None
    tabs: tuple[tuple[str, float, str], ...] = ()

    @property
    def id(self) -> str:
        return "".join(word[0].upper() + word[1:] for word in self.name.split())


def _signature_tabs(answers: float) -> tuple[tuple[str, float, str], ...]:
    """The stops of a signature block: answer, end of its line, gap, place, end of its line."""
    wider = (answers - ANSWERS) / 2
    return (
        ("left", answers, ""),
        ("left", 270 + wider, "underscore"),
        ("left", 284 + wider, ""),
        ("left", 340 + 1.5 * wider, ""),
        ("right", 470, "underscore"),
    )


STYLES = (
    Style(name="Normal"),
    Style(name="Title", size=15, bold=True, align="center", before=4, after=6, line=22, keep_next=True),
    Style(name="Subtitle", size=10.5, align="center", after=8, line=15, keep_next=True),
    Style(name="Column Heading", size=8.5, align="center", before=1, after=1, line=12, keep_next=True),
    Style(name="Part Heading", bold=True, before=6, keep_next=True, outline=0),
    Style(name="heading 1", bold=True, before=6, left=28, hanging=28, keep_next=True, outline=0),
    Style(name="Clause", left=28, hanging=28),
    Style(name="Clause Text", before=3),
    Style(name="Clause Single", left=28),
    Style(name="Clause Item", left=48, hanging=20, after=1),
    Style(name="Party", left=22, hanging=22),
    Style(name="Recital", left=22, hanging=22),
    Style(name="Sender", size=13, bold=True, after=2, line=18),
    Style(name="Address", after=0),
    Style(name="Addressee", bold=True, before=18, after=0),
    Style(name="Place and Date", before=18, after=0),
    Style(name="Subject", size=12, bold=True, before=14, after=8, line=17),
    Style(
        name=SIGNATURE_BLOCK,
        before=2,
        after=3,
        keep_next=True,
        tabs=_signature_tabs(ANSWERS),
    ),
    Style(name="Template Tag", size=7, color="8A8A8A", after=0, line=9),
    Style(name="Farewell", before=14, keep_next=True),
    Style(name="Spacer", size=4, after=0, line=6),
    Style(name="header", size=8.5, after=0, line=12, tabs=(("right", TEXT_WIDTH.pt, ""),)),
    Style(name="footer", size=8.5, align="center", after=0, line=12),
)
_JUSTIFICATION = {"left": "left", "center": "center", "right": "right", "justify": "both"}


def answers(languages: Sequence[str]) -> int:
    """Where the answers of a signature block stand, in points: labels in three languages need more room."""
    return ANSWERS if len(languages) < 3 else ANSWERS_OF_THREE


def new_document(*, title: str, languages: Sequence[str]) -> WordDocument:
    """An empty A4 document with our styles and nothing else."""
    document = Document()
    _leave_out_parts(document)
    _write_styles(document, answers(languages))
    _write_settings(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = MARGINS
    section.header_distance, section.footer_distance = Mm(11), Mm(11)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.created = properties.modified = MADE
    properties.revision, properties.last_modified_by = 1, ""
    return document


def write_numbering(document: WordDocument, languages: Sequence[str]) -> dict[tuple[str, str], int]:
    """Native numbering of each column on its own, so that a dropped row renumbers both alike.

    Answers the number of the list to use for (language, "clause" | "party" | "recital").
    """
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    lists = [(language, kind) for language in languages for kind in ("clause", "party", "recital")]
    for number, (language, kind) in enumerate(lists, 1):
        levels = "".join(_levels(language, kind))
        numbering.append(
            parse_xml(
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">'
                f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
            )
        )
    for number in range(1, len(lists) + 1):
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>')
        )
    return {key: number for number, key in enumerate(lists, 1)}


def _levels(language: str, kind: str) -> Iterator[str]:
    if kind == "party":
        yield _level(0, "decimal", "(%1)", left=22, hanging=22)
    elif kind == "recital":
        yield _level(0, "upperLetter", "(%1)", left=22, hanging=22)
    else:
        if language == "zh":
            # 第3条, not 第三条: below it stands 3.1, and legal numbering (一.1 to 1.1) is not understood by
            # every word processor. A tab stop would leave a hole behind 第13条, so the heading follows at once.
            yield _level(0, "decimal", "第%1条\u3000", suffix="nothing", bold=True)
        else:
            yield _level(0, "decimal", "%1.", left=28, hanging=28, bold=True)
        yield _level(1, "decimal", "%1.%2", left=28, hanging=28)
        yield _level(2, "lowerLetter", "(%3)", left=48, hanging=20)


def _level(
    depth: int, form: str, text: str, *, left: float = 0, hanging: float = 0, suffix: str = "tab", bold: bool = False
) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val={quoteattr(text)}/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{_twips(left)}" w:hanging="{_twips(hanging)}"/></w:pPr>'
        f"<w:rPr>{_fonts()}{'<w:b/>' if bold else ''}</w:rPr></w:lvl>"
    )


def _leave_out_parts(document: WordDocument) -> None:
    for rels in (document.part.rels, document.part.package.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.rsplit("/", 1)[-1] in LEFT_OUT]:
            rels.pop(key)


def _write_styles(document: WordDocument, signature_answers: int) -> None:
    styles = document.styles.element
    for child in list(styles):
        styles.remove(child)
    styles.append(
        parse_xml(
            f'<w:docDefaults {nsdecls("w")}><w:rPrDefault><w:rPr>{_fonts()}<w:sz w:val="20"/><w:szCs w:val="20"/>'
            '<w:lang w:val="en-GB" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
            "<w:pPrDefault/></w:docDefaults>"
        )
    )
    for style in STYLES:
        signed = style.name == SIGNATURE_BLOCK
        styles.append(parse_xml(_style(replace(style, tabs=_signature_tabs(signature_answers)) if signed else style)))
    styles.append(
        parse_xml(
            f'<w:style {nsdecls("w")} w:type="table" w:default="1" w:styleId="TableNormal">'
            '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/>'
            '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        )
    )


def _style(style: Style) -> str:
    default = ' w:default="1"' if style.name == "Normal" else ""
    based = "" if style.name == "Normal" else '<w:basedOn w:val="Normal"/>'
    tabs = "".join(
        f'<w:tab w:val="{kind}"{f" w:leader={quoteattr(leader)}" if leader else ""} w:pos="{_twips(position)}"/>'
        for kind, position, leader in style.tabs
    )
    return (
        f'<w:style {nsdecls("w")} w:type="paragraph"{default} w:styleId="{style.id}">'
        f'<w:name w:val="{style.name}"/>{based}'
        f"<w:qFormat/><w:pPr>{'<w:keepNext/>' if style.keep_next else ''}{f'<w:tabs>{tabs}</w:tabs>' if tabs else ''}"
        f'<w:spacing w:before="{_twips(style.before)}" w:after="{_twips(style.after)}" w:line="{_twips(style.line)}"'
        f' w:lineRule="exact"/><w:ind w:left="{_twips(style.left)}" w:hanging="{_twips(style.hanging)}"/>'
        f'<w:jc w:val="{_JUSTIFICATION[style.align]}"/>'
        f"{'' if style.outline is None else _outline(style.outline)}</w:pPr>"
        f"<w:rPr>{'<w:b/><w:bCs/>' if style.bold else ''}{_color(style.color)}"
        f'<w:sz w:val="{round(style.size * 2)}"/><w:szCs w:val="{round(style.size * 2)}"/></w:rPr></w:style>'
    )


def _color(color: str) -> str:
    return f'<w:color w:val="{color}"/>' if color else ""


def _outline(level: int) -> str:
    return f'<w:outlineLvl w:val="{level}"/>'


def _write_settings(document: WordDocument) -> None:
    settings = document.settings.element
    for child in list(settings):
        settings.remove(child)
    for text in (
        '<w:characterSpacingControl {} w:val="compressPunctuation"/>',
        '<w:compat {}><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"'
        ' w:val="15"/></w:compat>',
        '<w:themeFontLang {} w:val="en-GB" w:eastAsia="zh-CN"/>',
    ):
        settings.append(parse_xml(text.format(nsdecls("w"))))


def _fonts() -> str:
    return f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{CHINESE}" w:cs="{LATIN}"/>'


def _twips(points: float) -> int:
    return round(points * 20)
