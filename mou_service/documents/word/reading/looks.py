"""What of the formatting a tracked change makes another, by name."""

from collections.abc import Iterable, Iterator

from lxml import etree

from mou_service.documents.word.ooxml import elements, local

#: What a person calls it, by the name of the property.
_CALLED = {
    "b": "bold", "bCs": "bold", "i": "italic", "iCs": "italic", "u": "underline", "strike": "strike",
    "dstrike": "strike", "rFonts": "font", "sz": "size", "szCs": "size", "color": "colour", "highlight": "highlight",
    "shd": "shading", "vanish": "hidden", "caps": "capitals", "smallCaps": "capitals", "vertAlign": "raised",
    "lang": "language", "rStyle": "style", "pStyle": "style", "jc": "alignment", "ind": "indent", "spacing": "spacing",
    "contextualSpacing": "spacing", "numPr": "numbering", "numberingChange": "numbering", "ins": "numbering",
    "tabs": "tabs", "keepNext": "pages", "keepLines": "pages", "pageBreakBefore": "pages", "widowControl": "pages",
    "pBdr": "borders", "tblBorders": "borders", "tcBorders": "borders", "tblStyle": "table", "tcW": "width",
    "tblW": "width", "gridCol": "width", "vAlign": "alignment", "pgSz": "page", "pgMar": "page",
}  # fmt: skip
_WHOLE = {
    "tblPrChange": "table", "tblPrExChange": "table", "trPrChange": "row", "tcPrChange": "cell", "sectPrChange": "page",
    "tblGridChange": "width", "pPrChange": "paragraph", "rPrChange": "letters",
}  # fmt: skip


def looks_of(marks: Iterable[etree._Element]) -> tuple[str, ...]:
    """The names of everything that is another, each once."""
    return tuple(dict.fromkeys(name for mark in marks for name in _of(mark)))


def _of(mark: etree._Element) -> Iterator[str]:
    name = local(mark)
    if name.startswith("customXml"):
        yield "control"
        return
    if name in ("ins", "numberingChange"):
        yield "numbering"
        return
    now, before = mark.getparent(), mark[0] if len(mark) else None
    present = {local(child): _said(child) for child in elements(now) if child is not mark}
    earlier = {local(child): _said(child) for child in elements(before)}
    differing = [each for each in {**present, **earlier} if present.get(each) != earlier.get(each)]
    named = [_CALLED[each] for each in differing if each in _CALLED]
    yield from named or [_WHOLE.get(name, "letters")]


def _said(element: etree._Element) -> tuple[tuple[str, str], ...]:
    inner = ((local(child), repr(_said(child))) for child in elements(element))
    return tuple(sorted((str(name), str(held)) for name, held in element.attrib.items())) + tuple(inner)
