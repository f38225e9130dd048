"""A Word template prepared once and filled many times; runs inside the limited worker."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from types import TracebackType
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Template, TemplateError, TemplateSyntaxError
from lxml import etree

from mou_service.documents.word.findings import Finding, TemplateFailed, finding
from mou_service.documents.word.gate.properties import clean_properties
from mou_service.documents.word.ooxml import W, parse, remove, serialise
from mou_service.documents.word.package import Package
from mou_service.documents.word.places import part_words
from mou_service.documents.word.templates import expressions

_ENVIRONMENT = expressions.environment()
_PARAGRAPH = re.compile(r"<w:p([ >])")
_MARKED = re.compile(r"\{[{%#]")
_MISSING = re.compile(r"'([^']+)' is undefined|has no attribute '([^']+)'|no element (\S+)")
_DOC_PR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
#: docxtpl's ways to write a brace that is meant as one.
_LITERAL_BRACES = (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}"))


@dataclass(frozen=True, slots=True)
class Prepared:
    """One part as a compiled template; `lines` are its paragraphs, for the place of an error."""

    part: str
    template: Template
    lines: tuple[str, ...]


def fill(template: bytes, values: Mapping[str, Any], *, title: str, author: str) -> bytes:
    """The template with its values; raises `TemplateFailed` with the place and the name that is missing."""
    package, parts = prepare(template)
    known = expressions.comparable(dict(values))
    changed = {each.part: _render(each, known) for each in parts}
    return package.write({**changed, **clean_properties(package, title=title, author=author)})


@lru_cache(maxsize=24)
def prepare(template: bytes) -> tuple[Package, tuple[Prepared, ...]]:
    """The compiled parts of a template that say something to fill in."""
    package = Package(template)
    helper = DocxTemplate(BytesIO(template))
    return package, tuple(_prepared(package, helper))


def _prepared(package: Package, helper: DocxTemplate) -> Iterator[Prepared]:
    for name in package.stories:
        root = package.root(name)
        if root is None:
            continue
        source = etree.tostring(root, encoding="unicode")
        if not _MARKED.search(re.sub(r"<[^>]*>", "", source)):
            continue
        source = _PARAGRAPH.sub(r"\n<w:p\1", helper.patch_xml(source))
        yield Prepared(name, _compiled(source, name), tuple(source.split("\n")))


def _compiled(source: str, part: str) -> Template:
    lines = source.split("\n")
    try:
        tree = _ENVIRONMENT.parse(source)
        found = [
            finding(fault.code, place=_place(lines, fault.line, part), outcome="refuse", **fault.facts)
            for fault in expressions.faults(tree)
        ]
        if found:
            raise TemplateFailed(found)
        return _ENVIRONMENT.from_string(source)
    except TemplateSyntaxError as error:
        place = _place(lines, error.lineno, part)
        raise TemplateFailed([finding("syntax", place=place, outcome="refuse", detail=error.message)]) from error


def _place(lines: list[str] | tuple[str, ...], line: int, part: str) -> str:
    source = lines[min(max(line, 1), len(lines)) - 1]
    text = " ".join(re.sub(r"<[^>]+>", "", source).split())
    return f"{part_words(part)} (“{text[:70]}{'…' if len(text) > 70 else ''}”)"


def _render(prepared: Prepared, values: Mapping[str, Any]) -> bytes:
    try:
        text = prepared.template.render(values)
    except (TemplateError, TypeError, ValueError, KeyError) as error:
        raise TemplateFailed([_failure(prepared, error)]) from error
    for written, meant in _LITERAL_BRACES:
        text = text.replace(written, meant)
    text = text.replace("\n<w:p", "<w:p")
    try:
        root = parse(text.encode())
    except etree.XMLSyntaxError as error:
        place = part_words(prepared.part)
        raise TemplateFailed([finding("broken_result", place=place, outcome="refuse", detail=error.msg)]) from error
    _mend(root)
    return serialise(root)


def _failure(prepared: Prepared, error: Exception) -> Finding:
    line = _line(error.__traceback__)
    message = str(error)
    missing = _MISSING.search(message)
    name = next((group for group in missing.groups() if group), "") if missing else ""
    return finding(
        "missing_value" if name else "bad_value",
        place=_place(prepared.lines, line, prepared.part),
        outcome="refuse",
        name=name,
        detail=message[:200],
    )


def _line(traceback: TracebackType | None) -> int:
    """The innermost line of the template in a traceback; Jinja writes template lines into it."""
    line = 1
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _mend(root: etree._Element) -> None:
    """What conditions may leave behind and Word cannot open: cells without text, tables without rows, equal ids."""
    for cell in root.iter(W + "tc"):
        if not len(cell) or cell[-1].tag != W + "p":
            etree.SubElement(cell, W + "p")
    for row in list(root.iter(W + "tr")):
        if row.find(W + "tc") is None and row.find(W + "sdt") is None:
            remove(row)
    for table in list(root.iter(W + "tbl")):
        if next(table.iter(W + "tr"), None) is None:
            remove(table)
    for number, drawing in enumerate(root.iter(_DOC_PR), start=1):
        drawing.set("id", str(number))
