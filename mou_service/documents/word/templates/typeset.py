"""A template's Word file made from its clause source: aligned columns of languages, or one language alone.

Every paragraph of a clause is a row of its own. Conditions are rows and paragraphs that hold only a
tag and vanish at the merge. Both columns are numbered by Word, each with its own list: the row that a
condition drops is missing in both, so both count on alike. The text never names a Paragraph by its
number, only by its heading, because a number in the text would not follow.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Protocol

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from mou_service.documents.word.reading.signature_lines import write_signatures, write_witnesses
from mou_service.documents.word.reading.typography import TEXT_WIDTH, new_document, write_numbering
from mou_service.documents.word.runs import number_paragraph, write, write_run
from mou_service.documents.word.templates import controls
from mou_service.documents.word.templates.clauses import Clause, Passage
from mou_service.documents.word.templates.manifest import Manifest, load
from mou_service.documents.word.templates.manifest_file import PART_STYLES
from mou_service.documents.word.templates.wording import WORDINGS

Numbers = Mapping[tuple[str, str], int]
#: Chinese says the same in less width, German needs more; the columns then end level.
WIDTHS: Mapping[str, float] = {"zh": 0.7, "de": 1.1}
#: A row up to this many characters stays on one page.
SHORT = 700
#: The same date in every entry, so that the same source gives the same bytes.
ZIP_DATE = (2024, 1, 1, 0, 0, 0)
HAIRLINE = "A6A6A6"


def typeset(manifest: Manifest) -> bytes:
    """The Word file of a template. The same manifest always gives the same bytes."""
    document = new_document(title=manifest.title["en"], languages=manifest.languages)
    numbers = write_numbering(document, manifest.languages)
    _write_header(document, manifest.languages)
    _write_footer(document, manifest.languages)
    flow = _columns(document, manifest) if manifest.layout == "two_column" else _single(document, manifest)
    _write_parts(flow, manifest.opening, numbers)
    for clause in manifest.clauses:
        _write_clause(flow, clause, numbers)
    _write_parts(flow, manifest.closing, numbers)
    flow.close()
    for block in manifest.signatures:
        write_signatures(document, block, manifest.languages)
    write_witnesses(document, manifest.languages)
    _bind_answers(document, manifest)
    return _packed(document)


def _bind_answers(document: WordDocument, manifest: Manifest) -> None:
    """Each answer stands in a content control, so that what comes back from Word can say which one was changed."""
    labels = {field.key: field.label for field in manifest.fields}
    for part in (document.sections[0].header._element, document.element):
        controls.bind(part, manifest.languages, labels)


def refresh(folder: Path) -> list[Path]:
    """Write the Word file of every manifest of a folder that differs from what lies there."""
    written: list[Path] = []
    for manifest in load(folder).values():
        content, path = typeset(manifest), manifest.document_path
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            written.append(path)
    return written


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


def _single(document: WordDocument, manifest: Manifest) -> _Single:
    language = manifest.languages[0]
    # A letter has a subject line and no title above it; what has a subtitle has a title.
    if manifest.subtitle:
        place = _Place(document, language)
        write(place.add("Title"), f"{{{{ title.{language} }}}}", language)
        write(place.add("Subtitle"), manifest.subtitle[language], language)
    return _Single(document, language)


def _columns(document: WordDocument, manifest: Manifest) -> _Columns:
    languages = manifest.languages
    title = _table(document, languages)
    for language, cell in zip(languages, title.rows[0].cells, strict=True):
        place = _Place(cell, language)
        write(place.add("Title"), f"{{{{ title.{language} }}}}", language)
        if manifest.subtitle:
            write(place.add("Subtitle"), manifest.subtitle[language], language)
    document.add_paragraph(style="Spacer")
    table = _table(document, languages)
    _rule(table)
    header = table.rows[0]._tr.get_or_add_trPr()
    header.append(OxmlElement("w:cantSplit"))
    header.append(OxmlElement("w:tblHeader"))
    for language, cell in zip(languages, table.rows[0].cells, strict=True):
        write(_Place(cell, language).add("Column Heading"), WORDINGS[language].name, language)
        _underline(cell)
    return _Columns(document, table)


@contextmanager
def _only_if(flow: _Flow, condition: str) -> Iterator[None]:
    if condition:
        flow.tag(f"if {condition}")
    yield
    if condition:
        flow.tag("endif")


def _repeated(flow: _Flow, passages: Iterable[Passage]) -> Iterator[tuple[int, Passage]]:
    """The passages with their numbers; neighbours that go through the same small table stand in one loop."""
    for table, group in groupby(enumerate(passages), key=lambda each: each[1].each):
        if table:
            flow.tag(f"for row in {table}")
        yield from group
        if table:
            flow.tag("endfor")


def _write_parts(flow: _Flow, passages: Iterable[Passage], numbers: Numbers) -> None:
    for _number, passage in _repeated(flow, passages):
        with _only_if(flow, passage.when):
            for place in flow.places(passage.text):
                paragraph = place.add(PART_STYLES[passage.style])
                if passage.style in ("party", "recital"):
                    number_paragraph(paragraph, numbers[place.language, passage.style], 0)
                write(paragraph, passage.text[place.language], place.language)


def _write_clause(flow: _Flow, clause: Clause, numbers: Numbers) -> None:
    with _only_if(flow, clause.condition):
        # The heading shares the row of its first paragraph, so no page can end with a heading alone.
        # Where a condition may drop that paragraph, the heading needs a row of its own.
        first = clause.passages[0]
        shared = not (first.when or first.each or clause.fallbacks)
        if not shared:
            for place in flow.places(clause.title):
                _heading(place, clause, numbers)
        for condition, passages in clause.positions():
            with _only_if(flow, condition):
                alone = len(passages) == 1 and not passages[0].each
                for number, passage in _repeated(flow, passages):
                    with _only_if(flow, passage.when):
                        for place in flow.places(passage.text):
                            if shared and number == 0:
                                _heading_in_row(place, clause, numbers, ties=not flow.keeps_together)
                            _clause_text(place, passage, numbers, alone=alone)


def _heading(place: _Place, clause: Clause, numbers: Numbers) -> Paragraph:
    paragraph = place.add("heading 1")
    number_paragraph(paragraph, numbers[place.language, "clause"], 0)
    write(paragraph, clause.title[place.language], place.language)
    return paragraph


def _heading_in_row(place: _Place, clause: Clause, numbers: Numbers, *, ties: bool) -> None:
    heading = _heading(place, clause, numbers)
    if not ties:
        # In a row it would tie the whole row to the next one, and that to the one after it.
        heading.paragraph_format.keep_with_next = False


def _clause_text(place: _Place, passage: Passage, numbers: Numbers, *, alone: bool) -> None:
    if passage.style == "item":
        style, level = "Clause Item", 2
    elif alone:
        style, level = "Clause Single", None
    else:
        style, level = "Clause", 1
    paragraph = place.add(style)
    if level is not None:
        number_paragraph(paragraph, numbers[place.language, "clause"], level)
    if passage.text[place.language].endswith((":", "：")):
        paragraph.paragraph_format.keep_with_next = True
    write(paragraph, passage.text[place.language], place.language)


def _write_header(document: WordDocument, languages: Sequence[str]) -> None:
    header = document.sections[0].header
    first = header.paragraphs[0]
    titles = "  ".join(f"{{{{ title.{language} }}}}" for language in languages)
    write(first, f"{{{{ ref }}}}\t{titles}", languages[0])
    notice = " / ".join(wording.demonstration for wording in (WORDINGS["en"], WORDINGS["zh"]))
    for text in ("{%p if demonstration %}", notice, "{%p endif %}"):
        write(header.add_paragraph(style="header"), text, "zh")


def _write_footer(document: WordDocument, languages: Sequence[str]) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    # English first here, whatever the columns: the line is the same on every document of the house.
    for number, language in enumerate(sorted(languages)):
        before, between, after = WORDINGS[language].page
        write_run(paragraph, f" / {before}" if number else before, language)
        _page_field(paragraph, "PAGE")
        write_run(paragraph, between, language)
        _page_field(paragraph, "NUMPAGES")
        write_run(paragraph, after, language)


def _page_field(paragraph: Paragraph, name: str) -> None:
    for inner in (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {name} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    ):
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{inner}</w:r>"))


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
    borders = parse_xml(f"<w:tblBorders {nsdecls('w')}>{sides}</w:tblBorders>")
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 20), ("left", 120), ("bottom", 30), ("right", 120))
    )
    # Word is strict about the order of these: borders, layout, margins, look.
    (layout,) = table._tbl.tblPr.findall(qn("w:tblLayout"))
    layout.addprevious(borders)
    layout.addnext(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>"))


def _underline(cell: _Cell) -> None:
    border = f'<w:bottom w:val="single" w:sz="4" w:space="0" w:color="{HAIRLINE}"/>'
    cell._tc.get_or_add_tcPr().append(parse_xml(f"<w:tcBorders {nsdecls('w')}>{border}</w:tcBorders>"))


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


if __name__ == "__main__":
    for made in refresh(Path(sys.argv[1] if len(sys.argv) > 1 else "document_templates")):
        sys.stdout.write(f"{made}\n")
