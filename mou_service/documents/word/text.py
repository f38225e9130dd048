"""What a Word file says, paragraph by paragraph: for digests and comparisons, whatever it looks like."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from mou_service.documents.word.gate import field_codes
from mou_service.documents.word.ooxml import MC, M, W, elements, is_on, local, value
from mou_service.documents.word.package import Package
from mou_service.documents.word.places import part_words
from mou_service.documents.word.reading.book import Book, open_book
from mou_service.documents.word.reading.paragraphs import Paragraphs
from mou_service.documents.word.revising.revisions import settle

_CLAUSE = re.compile(
    r"(Article|Section|Clause|Paragraph|Part|Annex|Appendix)\s+[\dIVXA-Z]|第.{1,5}[条章节款部]|附件|"
    r"[\dIVX]+[.)、]\s*[^\s\d]"
)
#: What ends like this is a sentence or announces a list, and no heading, whatever number stands in front.
_NO_HEADING = ("。", "；", "：", ";", ":", ",", "，")
_CLAUSE_LENGTH = 90
#: Soft hyphens, joiners, marks of direction, byte order marks.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_CONTAINERS = ("sdt", "sdtContent", "customXml", "smartTag", "txbxContent")
_T = W + "t"
_Located = Iterator[tuple[etree._Element, "Passage"]]
_VANISH = f"{W}rPr/{W}vanish"
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph as it is read; `column` counts table columns from 1, 0 is outside of tables."""

    text: str
    label: str
    part: str
    place: str
    clause: str
    column: int

    @property
    def key(self) -> str:
        """The text without what saving it again may change."""
        return normalised(self.text)


def passages(content: bytes) -> list[Passage]:
    """Every paragraph with something to read, tracked changes accepted; body first, then notes and margins."""
    package = Package(content)
    for name in package.stories:
        root = package.root(name)
        if root is not None:
            settle(root)
    return [passage for _, passage in located(package) if passage.text or passage.label]


def located(package: Package, *, deleted: bool = False) -> list[tuple[etree._Element, Passage]]:
    """Every paragraph with what it says, empty ones too, as the trees of the package stand now.

    With `deleted`, a paragraph that is tracked as deleted is read as what it said.
    """
    book = open_book(package)
    return [found for name in package.stories for found in _Reader(book, name, deleted=deleted).located()]


def plain_text(content: bytes) -> list[str]:
    """The accepted text by paragraph and cell, without numbers that Word sets in front."""
    return [passage.text for passage in passages(content)]


def text_digest(content: bytes) -> str:
    """SHA-256 of the text as it is read, numbers included; saving the file again does not change it."""
    lines = (f"{normalised(passage.label)}\t{passage.key}" for passage in passages(content))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def normalised(text: str) -> str:
    """Composed characters, single spaces, nothing invisible."""
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split())


class _Reader:
    """Reads one part."""

    def __init__(self, book: Book, part: str, *, deleted: bool = False) -> None:
        self._book, self._part, self._deleted = book, part, deleted
        self._paragraphs = Paragraphs(book, part)
        self._fields: list[_Open] = []
        self._clauses: dict[int, str] = {}
        self._tables = self._plain = 0

    def located(self) -> _Located:
        root = self._book.package.root(self._part)
        if root is None:
            return
        body = root.find(W + "body")
        for holder in [body] if body is not None else _holders(root, self._book):
            yield from self._blocks(holder, place="", column=0)

    def _blocks(self, parent: etree._Element, *, place: str, column: int) -> _Located:
        for child in elements(parent):
            if child.tag == W + "p":
                self._plain += 1
                yield from self._paragraph(child, place or f"paragraph {self._plain}", column)
            elif child.tag == W + "tbl":
                self._tables += 1
                yield from self._table(child, f"table {self._tables}")
            elif local(child) in _CONTAINERS:
                yield from self._blocks(child, place=place, column=column)

    def _table(self, table: etree._Element, place: str) -> _Located:
        for row_number, row in enumerate(_inside(table, "tr"), start=1):
            for column, cell in enumerate(_inside(row, "tc"), start=1):
                yield from self._blocks(cell, place=f"{place}, row {row_number}, column {column}", column=column)

    def _paragraph(self, element: etree._Element, place: str, column: int) -> _Located:
        label = self._paragraphs.label_of(element)
        boxes: list[etree._Element] = []
        text = "".join(self._text(element, boxes)).strip()
        if not text and self._deleted:
            text = "".join(each.text or "" for each in element.iter(W + "delText")).strip()
        if (text or label) and self._names_clause(element, f"{label} {text}".strip()):
            self._clauses[column] = f"{label} {text}".strip()
        where = f"{part_words(self._part)}, {place}"
        yield element, Passage(text, label, self._part, where, self._clauses.get(column, ""), column)
        for box in boxes:
            yield from self._blocks(box, place=f"{place}, text box", column=column)

    def _names_clause(self, element: etree._Element, text: str) -> bool:
        if not text or len(text) > _CLAUSE_LENGTH:
            return False
        return self._paragraphs.is_heading(element) or (bool(_CLAUSE.match(text)) and not text.endswith(_NO_HEADING))

    def _text(self, parent: etree._Element, boxes: list[etree._Element]) -> Iterator[str]:
        for child in elements(parent):
            name = local(child)
            if child.tag == W + "r":
                yield from self._run(child, boxes)
            elif child.tag == W + "fldSimple":
                field = field_codes.field_name(value(child, "instr") or "")
                yield from [f"{{{field}}}"] if field in field_codes.RENEWED else self._text(child, boxes)
            elif child.tag in (M + "oMath", M + "oMathPara"):
                yield "".join(node.text or "" for node in child.iter(M + "t"))
            elif name not in ("pPr", "sdtPr", "sdtEndPr", "del", "moveFrom"):
                yield from self._text(child, boxes)

    def _run(self, run: etree._Element, boxes: list[etree._Element]) -> Iterator[str]:
        if not self._fields and _is_plain(run):
            # By far the most runs are one text and its look.
            yield run[-1].text or ""
            return
        hidden = is_on(run.find(_VANISH))
        for child in elements(run):
            name = local(child)
            if name == "fldChar":
                yield from self._field_mark(child)
            elif name == "instrText" and self._fields and not self._fields[-1].in_result:
                self._fields[-1].code += child.text or ""
            elif hidden or any(not each.in_result or each.renewed for each in self._fields):
                continue
            elif child.tag == W + "t":
                yield child.text or ""
            elif name in _BREAKS:
                yield _BREAKS[name]
            elif name == "sym":
                yield f"{{{value(child, 'font')} {value(child, 'char')}}}"
            elif name in ("drawing", "pict", "object", "AlternateContent"):
                boxes += [
                    box
                    for box in child.iter(W + "txbxContent")
                    if next(box.iterancestors(MC + "Fallback"), None) is None
                ]

    def _field_mark(self, mark: etree._Element) -> Iterator[str]:
        kind = value(mark, "fldCharType")
        if kind == "begin":
            self._fields.append(_Open())
        elif self._fields and kind == "separate":
            opened = self._fields[-1]
            opened.in_result = True
            yield from self._renewed(opened)
        elif self._fields:
            opened = self._fields.pop()
            if not opened.in_result:
                yield from self._renewed(opened)

    def _renewed(self, opened: "_Open") -> Iterator[str]:
        """A field that Word fills in anew stands for itself, not for what it shows today."""
        name = field_codes.field_name(opened.code)
        if name in field_codes.RENEWED:
            opened.renewed = True
            yield f"{{{name}}}"


def _is_plain(run: etree._Element) -> bool:
    if len(run) == 1:
        return run[0].tag == _T
    return len(run) == 2 and run[0].tag == W + "rPr" and run[1].tag == _T and run.find(_VANISH) is None


@dataclass(slots=True)
class _Open:
    code: str = ""
    in_result: bool = False
    renewed: bool = False


def _holders(root: etree._Element, book: Book) -> list[etree._Element]:
    """The notes that the text refers to, of a part of notes; else the part itself."""
    kind = local(root).removesuffix("s")
    main = book.package.root(book.package.main)
    if kind not in ("footnote", "endnote") or main is None:
        return [root]
    referred = {value(each, "id") for each in main.iter(W + f"{kind}Reference")}
    return [note for note in root.findall(W + kind) if value(note, "id") in referred]


def _inside(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    for child in elements(parent):
        if child.tag == W + name:
            yield child
        elif local(child) in ("sdt", "sdtContent", "customXml"):
            yield from _inside(child, name)
