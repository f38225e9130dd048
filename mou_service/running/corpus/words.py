"""What a Word file and a PDF say, read with nothing of the code that is measured: the standard library and pypdf."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree

import pypdf

#: A word, or one sign of a script that puts no spaces between words.
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af_]+"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
#: What is not part of the accepted text.
_LEFT_OUT = frozenset(
    {"del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "sdtPr", "rt", "tblPr", "trPr", "tcPr"}
)
_BREAKS = frozenset({"tab", "br", "cr", "ptab"})
#: Shorter words occur by chance inside others.
_LONG = 5


def words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()))


def recall(docx: bytes, pdf_text: str) -> float:
    """The share of the Word file's words that the PDF has, as often as the file has them.

    A word that a line of a narrow column cuts in two counts when it is there with the cut taken out.
    """
    wanted, found = words("\n".join(paragraphs(docx))), words(pdf_text)
    if not wanted:
        return 1.0
    joined = _INVISIBLE.sub("", "".join(unicodedata.normalize("NFKC", pdf_text).casefold().split()))
    there = 0
    for word, count in wanted.items():
        # Right-to-left words are given back to front by many readers.
        exact = min(count, max(found[word], found[word[::-1]]))
        rest = min(count - exact, max(0, joined.count(word) - exact)) if len(word) >= _LONG else 0
        there += exact + rest
    return there / wanted.total()


def pdf_text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def paragraphs(docx: bytes) -> list[str]:
    """The accepted text by paragraph and cell: the body, then the notes it refers to."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        names = set(archive.namelist())
        main = _tree(archive, _main(archive))
        found = list(_paragraphs(main))
        for kind in ("footnote", "endnote"):
            referred = {_value(each, "id") for each in main.iter() if _name(each) == f"{kind}Reference"}
            if f"word/{kind}s.xml" in names and referred:
                for note in _tree(archive, f"word/{kind}s.xml"):
                    if _value(note, "id") in referred:
                        found += _paragraphs(note)
    return [text for each in found if (text := " ".join(each.split()))]


def _tree(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read(name))  # noqa: S314  (only what passed the gate comes here)


def _main(archive: zipfile.ZipFile) -> str:
    for each in _tree(archive, "_rels/.rels"):
        if str(each.get("Type")).endswith("/officeDocument"):
            return str(each.get("Target")).lstrip("/")
    return "word/document.xml"


def _paragraphs(element: ElementTree.Element) -> Iterator[str]:
    """Paragraphs inside paragraphs (text boxes) after the one they hang on."""
    for child in element:
        if _name(child) in _LEFT_OUT:
            continue
        if _name(child) == "p":
            inner: list[ElementTree.Element] = []
            yield "".join(_text(child, inner))
            for box in inner:
                yield from _paragraphs(box)
        else:
            yield from _paragraphs(child)


def _text(element: ElementTree.Element, boxes: list[ElementTree.Element]) -> Iterator[str]:
    for child in element:
        name = _name(child)
        if name in _LEFT_OUT or (name == "r" and _is_hidden(child)):
            continue
        if name == "txbxContent":
            boxes.append(child)
        elif name == "t":
            yield child.text or ""
        elif name in _BREAKS:
            yield " "
        elif name == "noBreakHyphen":
            yield "-"
        else:
            yield from _text(child, boxes)


def _is_hidden(run: ElementTree.Element) -> bool:
    return any(
        _name(each) == "vanish" and _value(each, "val") not in ("0", "false", "off")
        for look in run
        if _name(look) == "rPr"
        for each in look
    )


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _value(element: ElementTree.Element, name: str) -> str | None:
    return next((held for key, held in element.attrib.items() if key.rpartition("}")[2] == name), None)
