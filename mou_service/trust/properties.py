"""The properties of a file: what a program may note about itself when it signs, and what was agreed upon.

Acrobat, iText, pyHanko and others write into every file they sign when they did so and what they are called. Title,
author, language, the claim to be PDF/A and everything else belong to the document.
"""

from __future__ import annotations

from collections import Counter
from typing import Any
from xml.etree import ElementTree

_XMP = "{http://ns.adobe.com/xap/1.0/}"
_PDF = "{http://ns.adobe.com/pdf/1.3/}"
_MEDIA = "{http://ns.adobe.com/xap/1.0/mm/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_PARSE = f"{_RDF}parseType"

#: What a program notes about itself: in the metadata stream, and in the older dictionary.
OWN_OF_PROGRAMS = frozenset({f"{_XMP}ModifyDate", f"{_XMP}MetadataDate", f"{_PDF}Producer", f"{_MEDIA}InstanceID"})
OWN_OF_PROGRAMS_IN_INFO = frozenset({"/ModDate", "/Producer"})
_LARGEST = 256 * 1024


def agree(old: bytes, new: bytes) -> bool:
    """Whether two XMP packets say the same of the document, however they are written and whichever program wrote them."""
    if max(len(old), len(new)) > _LARGEST:
        return old == new
    try:
        return _statements(old) == _statements(new)
    except (ElementTree.ParseError, ValueError):
        return old == new


def _statements(packet: bytes) -> Counter[Any]:
    if b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        raise ValueError("no packet of metadata declares entities")
    root = ElementTree.fromstring(packet.strip(b"\0 \r\n\t"))  # noqa: S314  # entities are refused above
    top = [description for rdf in root.iter(f"{_RDF}RDF") for description in rdf]
    said = ((name, value) for description in top for name, value in _fields(description))
    return Counter((name, value) for name, value in said if name not in OWN_OF_PROGRAMS)


def _fields(holder: ElementTree.Element) -> list[tuple[str, Any]]:
    """Properties, whether they are written as attributes or as elements."""
    written = [(name, text) for name, text in holder.attrib.items() if not name.startswith((_RDF, _XML))]
    return [*written, *((child.tag, _value(child)) for child in holder)]


def _value(element: ElementTree.Element) -> Any:
    """A value as plain data, the same for each of the ways in which RDF lets it be written."""
    children, about = list(element), {name: text for name, text in element.attrib.items() if name != _PARSE}
    if element.get(_PARSE) == "Resource":
        return ("structure", tuple(sorted(_fields(element), key=repr)))
    if len(children) == 1 and children[0].tag == f"{_RDF}Description" and not about:
        return ("structure", tuple(sorted(_fields(children[0]), key=repr)))
    if not children and about.keys() <= {f"{_RDF}resource"}:
        return about.get(f"{_RDF}resource") or (element.text or "").strip()
    inside = tuple((child.tag, _value(child)) for child in children)
    return (tuple(sorted(about.items())), (element.text or "").strip(), inside)
