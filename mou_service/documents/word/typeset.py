"""A template's Word file made from its clause source: aligned columns of languages, or one language alone.

Every paragraph of a clause is a row of its own. Conditions are rows and paragraphs that hold only a
tag and vanish at the merge. Both columns are numbered by Word, each with its own list: the row that a
condition drops is missing in both, so both count on alike. The text never names a Paragraph by its
number, only by its heading, because a number in the text would not follow.
"""
from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from mou_service.documents.word.manifest import Clause, Manifest, Passage, SignatureBlock
from mou_service.documents.word.typography import LANGUAGE_TAGS, TEXT_WIDTH, new_document, write_numbering
from mou_service.documents.word.wording import WORDINGS

Numbers = Mapping[tuple[str, str], int]
#: Chinese says the same in less width; the columns then end level.
WIDTHS: Mapping[str, float] = {"zh": 0.7}
#: A row up to this many characters stays on one page.
SHORT = 700
#: The same date in every entry, so that the same source gives the same bytes.
ZIP_DATE = (2024, 1, 1, 0, 0, 0)
PART_STYLES: Mapping[str, str] = {
    "text": "Clause Text", "heading": "Part Heading", "party": "Party", "recital": "Recital", "sender": "Sender",
    "address": "Address", "addressee": "Addressee", "place_and_date": "Place and Date", "subject": "Subject",
}
EMPHASIS = re.compile(r"\*\*(.+?)\*\*")
HAIRLINE = "A6A6A6"


def typeset(manifest: Manifest) -> bytes:
    """The Word file of a template. The same manifest always gives the same bytes."""
    document = new_document(title=manifest.title["en"])
    numbers = write_numbering(document, manifest.languages)
    _write_header(document, manifest.languages)
    _write_footer(document, manifest.languages)
    flow = _columns(document, manifest) if manifest.layout == "two_column" else _Single(document, manifest.languages[0])
    _write_parts(flow, manifest.opening, numbers)
    for clause in manifest.clauses:
        _write_clause(flow, clause, numbers)
    _write_parts(flow, manifest.closing, numbers)
    flow.close()
    for block in manifest.signatures:
        _write_signatures(document, block, manifest.languages)
    _write_witnesses(document, manifest.languages)
    return _packed(document)


class _Place:
    """Where the paragraphs of one language go: a cell, or the page itself."""

    def __init__(self, holder: _Cell | WordDocument, language: str) -> None:
        self._holder = holder
        self._unused = holder.paragraphs[0] if isinstance(holder, _Cell) else None
        self.language = language

    def add(self, style: str) -> Paragraph:
        paragraph, self._unused = self._unused or self._holder.add_paragraph(), None
        paragraph.style = style
        return paragraph


class _Flow(Protocol):
    """Takes the text paragraph by paragraph, all languages of it together."""

    #: Whether what stands in one place stays together without being told.
    keeps_together: bool

    def places(self, texts: Mapping[str, str]) -> list[_Place]: ...
    def tag(self, tag: str) -> None: ...
    def close(self) -> None: ...


class _Single:
    keeps_together = False

    def __init__(self, document: WordDocument, language: str) -> None:
        self._document = document
        self._language = language

    def places(self, texts: Mapping[str, str]) -> list[_Place]:
        return [_Place(self._document, self._language)]

    def tag(self, tag: str) -> None:
        self._document.add_paragraph(f"{{%p {tag} %}}", style="Template Tag")

    def close(self) -> None:
        """Nothing to end: the page goes on."""


class _Columns:
    keeps_together = True

    def __init__(self, document: WordDocument, table: Table) -> None:
        self._document = document
        self._table = table

    def places(self, texts: Mapping[str, str]) -> list[_Place]:
        row = _add_row(self._table)
        if max(map(len, texts.values())) <= SHORT:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        return [_Place(cell, language) for language, cell in zip(texts, row.cells, strict=True)]

    def tag(self, tag: str) -> None:
        cell = _add_row(self._table).cells[0]
        cell.paragraphs[0].style = "Template Tag"
        cell.paragraphs[0].add_run(f"{{%tr {tag} %}}")

    def close(self) -> None:
        # Word needs a paragraph behind a table; without it two tables grow together.
        self._document.add_paragraph(style="Spacer")


def _columns(document: WordDocument, manifest: Manifest) -> _Columns:
    languages = manifest.languages
    title = _table(document, languages)
    for language, cell in zip(languages, title.rows[0].cells, strict=True):
        place = _Place(cell, language)
        _write(place.add("Title"), f"{{{{ title.{language} }}}}", language)
        if manifest.subtitle:
            _write(place.add("Subtitle"), manifest.subtitle[language], language)
    document.add_paragraph(style="Spacer")
    table = _table(document, languages)
    _rule(table)
    header = table.rows[0]._tr.get_or_add_trPr()
    header.append(OxmlElement("w:cantSplit"))
    header.append(OxmlElement("w:tblHeader"))
    for language, cell in zip(languages, table.rows[0].cells, strict=True):
        _write(_Place(cell, language).add("Column Heading"), WORDINGS[language].name, language)
        _underline(cell)
    return _Columns(document, table)


@contextmanager
def _only_if(flow: _Flow, condition: str) -> Iterator[None]:
    if condition:
        flow.tag(f"if {condition}")
    yield
    if condition:
        flow.tag("endif")


def _write_parts(flow: _Flow, passages: Iterable[Passage], numbers: Numbers) -> None:
    for passage in passages:
        with _only_if(flow, passage.when):
            for place in flow.places(passage.text):
                paragraph = place.add(PART_STYLES[passage.style])
                if passage.style in ("party", "recital"):
                    _number(paragraph, numbers[place.language, passage.style], 0)
                _write(paragraph, passage.text[place.language], place.language)


def _write_clause(flow: _Flow, clause: Clause, numbers: Numbers) -> None:
    with _only_if(flow, clause.condition):
        # The heading shares the row of its first paragraph, so no page can end with a heading alone.
        # Where a condition may drop that paragraph, the heading needs a row of its own.
        shared = not clause.passages[0].when
        if not shared:
            for place in flow.places(clause.title):
                _heading(place, clause, numbers)
        for number, passage in enumerate(clause.passages):
            with _only_if(flow, passage.when):
                for place in flow.places(passage.text):
                    if shared and number == 0:
                        heading = _heading(place, clause, numbers)
                        if flow.keeps_together:
                            # In a row it would tie the whole row to the next one, and that to the one after it.
                            heading.paragraph_format.keep_with_next = False
                    _clause_text(place, clause, passage, numbers)


def _heading(place: _Place, clause: Clause, numbers: Numbers) -> Paragraph:
    paragraph = place.add("heading 1")
    _number(paragraph, numbers[place.language, "clause"], 0)
    _write(paragraph, clause.title[place.language], place.language)
    return paragraph


def _clause_text(place: _Place, clause: Clause, passage: Passage, numbers: Numbers) -> None:
    if passage.style == "item":
        style, level = "Clause Item", 2
    elif len(clause.passages) == 1:
        style, level = "Clause Single", None
    else:
        style, level = "Clause", 1
    paragraph = place.add(style)
    if level is not None:
        _number(paragraph, numbers[place.language, "clause"], level)
    if passage.text[place.language].endswith((":", "：")):
        paragraph.paragraph_format.keep_with_next = True
    _write(paragraph, passage.text[place.language], place.language)


def _write_signatures(document: WordDocument, block: SignatureBlock, languages: Sequence[str]) -> None:
    add = _signature_lines(document, languages)
    if block.when:
        add(f"{{%p if {block.when} %}}")
    if block.intro:
        add(" ".join(block.intro[language] for language in languages))
    add(f"{_both(languages, 'on_behalf_of')}  **{_said(f'{block.party}.name', languages)}**", before=14)
    add(f"{{%p for person in {block.party}.signatories %}}")
    _write_person(add, languages, with_organisation=False)
    add("{%p endfor %}")
    if block.when:
        add("{%p endif %}")


def _write_witnesses(document: WordDocument, languages: Sequence[str]) -> None:
    """The witnesses stand under a heading and a sentence of their own: they sign for no party."""
    add = _signature_lines(document, languages)
    add("{%p if witnesses %}")
    add(f"**{_both(languages, 'witnessed_by')}**", before=20)
    for language in languages:
        add(WORDINGS[language].witness_note, language=language)
    add("{%p for person in witnesses %}")
    _write_person(add, languages, with_organisation=True)
    add("{%p endfor %}")
    add("{%p endif %}")


def _write_person(add: _AddLine, languages: Sequence[str], *, with_organisation: bool) -> None:
    answers = [("person", "name"), ("position", "title")]
    if with_organisation:
        answers.append(("organisation", "organisation"))
    add(f"{_both(languages, 'signature')}\t\t", before=16)
    for label, name in answers:
        add(f"{_both(languages, label)}\t{_said(f'person.{name}', languages)}")
    add(f"{_both(languages, 'date')}\t\t\t{_both(languages, 'place')}\t\t", last=True)


class _AddLine(Protocol):
    def __call__(self, text: str, *, before: float = ..., language: str = ..., last: bool = ...) -> None: ...


def _signature_lines(document: WordDocument, languages: Sequence[str]) -> _AddLine:
    def add(text: str, *, before: float = 0, language: str = languages[0], last: bool = False) -> None:
        paragraph = document.add_paragraph(style="Signature Block")
        if before:
            paragraph.paragraph_format.space_before = Emu(int(before * 12700))
        if last:
            # One person's lines stay together; between two people the page may end.
            paragraph.paragraph_format.keep_with_next = False
        _write(paragraph, text, language)

    return add


def _write_header(document: WordDocument, languages: Sequence[str]) -> None:
    header = document.sections[0].header
    first = header.paragraphs[0]
    titles = "  ".join(f"{{{{ title.{language} }}}}" for language in languages)
    _write(first, f"{{{{ ref }}}}\t{titles}", languages[0])
    notice = " / ".join(wording.demonstration for wording in (WORDINGS["en"], WORDINGS["zh"]))
    for text in ("{%p if demonstration %}", notice, "{%p endif %}"):
        _write(header.add_paragraph(style="header"), text, "zh")


def _write_footer(document: WordDocument, languages: Sequence[str]) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    # English first here, whatever the columns: the line is the same on every document of the house.
    for number, language in enumerate(sorted(languages)):
        before, between, after = WORDINGS[language].page
        _run(paragraph, f" / {before}" if number else before, language)
        _page_field(paragraph, "PAGE")
        _run(paragraph, between, language)
        _page_field(paragraph, "NUMPAGES")
        _run(paragraph, after, language)


def _page_field(paragraph: Paragraph, name: str) -> None:
    for inner in (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {name} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    ):
        paragraph._p.append(parse_xml(f'<w:r {nsdecls("w")}>{inner}</w:r>'))


def _said(name: str, languages: Sequence[str]) -> str:
    """A name in every language, once where two languages write it alike."""
    first, *others = languages
    said = f"{{{{ {name}.{first} }}}}"
    for language in others:
        said += f"{{% if {name}.{language} != {name}.{first} %}}  {{{{ {name}.{language} }}}}{{% endif %}}"
    return said


def _both(languages: Sequence[str], word: str) -> str:
    return " ".join(getattr(WORDINGS[language], word) for language in languages)


def _table(document: WordDocument, languages: Sequence[str]) -> Table:
    shares = [WIDTHS.get(language, 1.0) for language in languages]
    table: Table = document.add_table(rows=1, cols=len(languages))
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Emu(int(TEXT_WIDTH * share / sum(shares)))
    return table


def _add_row(table: Table) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    return row


def _rule(table: Table) -> None:
    """A rule above and below, a hairline between the languages, nothing else: paper, not a form."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{color}"/>'
        for side, size, color in (("top", 6, "000000"), ("bottom", 6, "000000"), ("insideV", 4, HAIRLINE))
    )
    table._tbl.tblPr.append(parse_xml(f'<w:tblBorders {nsdecls("w")}>{sides}</w:tblBorders>'))
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 20), ("left", 120), ("bottom", 30), ("right", 120))
    )
    table._tbl.tblPr.append(parse_xml(f'<w:tblCellMar {nsdecls("w")}>{margins}</w:tblCellMar>'))


def _underline(cell: _Cell) -> None:
    border = f'<w:bottom w:val="single" w:sz="4" w:space="0" w:color="{HAIRLINE}"/>'
    cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:tcBorders {nsdecls("w")}>{border}</w:tcBorders>'))


def _number(paragraph: Paragraph, number: int, level: int) -> None:
    # The schema wants the number right behind the style, and the style has been set before.
    listed = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().insert(1, parse_xml(listed))


def _write(paragraph: Paragraph, text: str, language: str) -> None:
    """Text with **emphasis** as runs which know their language."""
    for number, part in enumerate(EMPHASIS.split(text)):
        if part:
            _run(paragraph, part, language, bold=number % 2 == 1)


def _run(paragraph: Paragraph, text: str, language: str, *, bold: bool = False) -> None:
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
    tag = LANGUAGE_TAGS["en" if language == "zh" else language]
    properties.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{tag}" w:eastAsia="{LANGUAGE_TAGS["zh"]}"/>'))


def _packed(document: WordDocument) -> bytes:
    """The document as bytes in which nothing tells when they were written."""
    saved, packed = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return packed.getvalue()
