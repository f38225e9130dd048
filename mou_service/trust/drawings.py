"""What another program drew into a signature field, and what that lacks to be kept for decades (PDF/A-2, ISO 19005-2)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic

from mou_service.trust import objects

#: Objects looked at; a drawing has a few dozen.
_MOST = 5_000
_FONT_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_UPWARDS = frozenset({"/Parent", "/P", "/StructParent", "/StructParents"})
#: Setting a colour in CMYK, which has no meaning in a document that is defined in RGB.
_CMYK = re.compile(rb"(?:[\d.+-]+\s+){4}[kK]\b")


def lacks(appearance: Any) -> list[str]:
    """What keeps the drawing from being archival, as "font: Courier", "colours: CMYK" …; an empty list is "nothing".

    `appearance` is the /AP dictionary of the field; its objects may come from an enemy.
    """
    found = ["states"] if isinstance(appearance, dict) and set(appearance) - {"/N"} else []
    for value in _everything(appearance):
        for lack in _lacks_of(value):
            if lack not in found:
                found.append(lack)
    return found


def _everything(start: Any) -> Iterator[Any]:
    """Each dictionary, list and stream below, once."""
    waiting, seen = deque([start]), set[objects.Key]()
    while waiting and len(seen) < _MOST:
        value = waiting.popleft()
        if isinstance(value, generic.IndirectObject):
            if objects.key_of(value) in seen:
                continue
            seen.add(objects.key_of(value))
            value = value.get_object()
        yield value
        if isinstance(value, dict):
            waiting.extend(part for key, part in dict.items(value) if key not in _UPWARDS)
        elif isinstance(value, list):
            waiting.extend(list.__iter__(value))


def _lacks_of(value: Any) -> Iterator[str]:
    if isinstance(value, generic.NameObject) and value == "/DeviceCMYK":
        yield "colours: CMYK"
    if not isinstance(value, dict):
        return
    if objects.get(value, "/Type") == "/Font" and not _is_embedded(value):
        yield f"font: {str(objects.get(value, '/BaseFont') or '?').lstrip('/')}"
    if isinstance(value, generic.StreamObject):
        yield from _lacks_of_stream(value)


def _is_embedded(font: Any) -> bool:
    if objects.get(font, "/Subtype") == "/Type3":
        return True
    below = objects.get(font, "/DescendantFonts")
    holder = below[0] if isinstance(below, list) and below else font
    descriptor = objects.get(holder, "/FontDescriptor") if isinstance(holder, dict) else None
    return isinstance(descriptor, dict) and any(key in descriptor for key in _FONT_PROGRAMS)


def _lacks_of_stream(stream: generic.StreamObject) -> Iterator[str]:
    filters = objects.get(stream, "/Filter")
    named = {str(each) for each in (filters if isinstance(filters, list) else [filters])}
    if named & {"/LZWDecode", "/LZW", "/Crypt"}:
        yield "compression"
    if objects.get(stream, "/Subtype") == "/PS" or {"/OPI", "/Ref", "/F"} & set(stream):
        yield "content from elsewhere"
    if objects.get(stream, "/Interpolate"):
        yield "picture: interpolated"
    if objects.get(stream, "/Subtype") == "/Form" and _CMYK.search(stream.data):
        yield "colours: CMYK"
