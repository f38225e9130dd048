"""Names and small values of Office Open XML: namespaces, switches, lengths, and the one safe parser."""

import re
from collections.abc import Iterator

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
V = "{urn:schemas-microsoft-com:vml}"
O = "{urn:schemas-microsoft-com:office:office}"  # noqa: E741 - the prefix everybody knows it by
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
PACKAGE_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
CONTENT_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

#: ISO "strict" files say the same under other names; (strict, transitional), the longest first.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/officeDocument/extendedProperties",
        b"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/customProperties",
        b"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    ),
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
    (b"http://purl.oclc.org/ooxml/wordprocessingml/", b"http://schemas.openxmlformats.org/wordprocessingml/2006/"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)
_UNITS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pc": 12.0, "pi": 12.0}
_LARGEST = 1e12
_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)(pt|in|cm|mm|pc|pi)")


def parse(content: bytes) -> etree._Element:
    """The root of an XML part; entities stay unresolved, nothing is fetched, strict names become the usual ones."""
    if b"purl.oclc.org/ooxml" in content:
        for strict, transitional in _STRICT:
            content = content.replace(strict, transitional)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, load_dtd=False
    )
    return etree.fromstring(content, parser)


def serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def local(element: etree._Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """A w: attribute, or nothing."""
    if element is None:
        return None
    found = element.get(W + name)
    return None if found is None else str(found)


def child_value(element: etree._Element | None, child: str, name: str = "val") -> str | None:
    return None if element is None else value(element.find(W + child), name)


def is_on(element: etree._Element | None) -> bool:
    """A switch such as <w:b/>: present and not switched off."""
    return element is not None and value(element) not in ("0", "false", "off")


def number(text: str | None, default: float = 0.0) -> float:
    """A number as far as it is one a document can mean."""
    try:
        found = float(text) if text is not None else default
    except ValueError:
        return default
    return found if abs(found) < _LARGEST else default


def whole(text: str | None, default: int = 0) -> int:
    return int(number(text, default))


def hexadecimal(text: str | None, default: int = 0) -> int:
    try:
        return int(text, 16) if text else default
    except ValueError:
        return default


def points(text: str | None, *, default: float = 0.0, per_point: float = 20.0) -> float:
    """A length in points: a bare number counts twentieths (or `per_point` parts) of one, "12pt" says its unit."""
    if text is None:
        return default
    measured = _LENGTH.fullmatch(text.strip())
    if measured:
        return float(measured[1]) * _UNITS[measured[2]]
    return number(text, default * per_point) / per_point


def elements(parent: etree._Element | None) -> Iterator[etree._Element]:
    """The children that are elements."""
    if parent is not None:
        yield from (child for child in parent if isinstance(child.tag, str))


def remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def unwrap(element: etree._Element) -> None:
    """Put the children in the element's own place."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    for offset, child in enumerate(list(element)):
        parent.insert(at + offset, child)
    parent.remove(element)


def deep(element: etree._Element | None, *path: str) -> etree._Element | None:
    """What lies at the end of a path of WordprocessingML names."""
    for name in path:
        element = element.find(W + name) if element is not None else None
    return element
