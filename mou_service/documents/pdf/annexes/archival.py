"""What in the pages of a PDF speaks against keeping them for decades as they are (ISO 19005-2).

Not a full examination: a file that claims to be PDF/A is believed unless something here says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
from pikepdf import Name

_FONT_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_BAD_FILTERS = frozenset({"/LZWDecode", "/Crypt", "/JPXDecode"})
_MOST = 100_000


def speaks_against(pdf: pikepdf.Pdf) -> list[str]:
    """The kinds of things, each once: "fonts", "colours", "notes", "layers", "streams"."""
    found: list[str] = []
    if "/OCProperties" in pdf.Root:
        found.append("layers")
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", []):
            if annotation.get("/Subtype") not in (Name.Link, Name.Popup):
                found.append("notes")
    for each in pdf.objects:
        found.extend(_of_object(each))
        if len(pdf.objects) > _MOST:
            found.append("streams")
            break
    return list(dict.fromkeys(found))


def guessed(pdf: pikepdf.Pdf) -> bool:
    """Whether East Asian fonts are missing: what stands for them depends on the machine that draws the pages, or nothing does."""
    return any(
        isinstance(each, pikepdf.Dictionary)
        and each.get("/Type") == Name.Font
        and isinstance(each.get("/DescendantFonts"), pikepdf.Array)
        and not _is_embedded(each)
        for each in pdf.objects
    )


def _of_object(each: pikepdf.Object) -> Iterator[str]:
    if isinstance(each, pikepdf.Stream):
        yield from _of_stream(each)
        return
    if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == Name.Font and not _is_embedded(each):
        yield "fonts"
    if _is_cmyk(each):
        yield "colours"


def _of_stream(stream: pikepdf.Object) -> Iterator[str]:
    filters = stream.get("/Filter")
    names = {str(each) for each in (filters if isinstance(filters, pikepdf.Array) else [filters])}
    subtype = stream.get("/Subtype")
    if (
        names & _BAD_FILTERS
        or "/F" in stream
        or subtype == Name.PS
        or "/OPI" in stream
        or "/Ref" in stream
        or "/AF" in stream
    ):
        yield "streams"
    if bool(stream.get("/Interpolate")) or "/Alternates" in stream:
        yield "streams"
    if _is_cmyk(stream.get("/ColorSpace")) or stream.get("/ColorSpace") == Name.DeviceCMYK:
        yield "colours"


def _is_cmyk(value: pikepdf.Object | None) -> bool:
    """Colours made of inks mean nothing where no press is named."""
    if isinstance(value, pikepdf.Array):
        return any(isinstance(each, pikepdf.Name) and each == Name.DeviceCMYK for each in value)
    return False


def _is_embedded(font: pikepdf.Object) -> bool:
    if font.get("/Subtype") in (Name.Type3, Name.CIDFontType0, Name.CIDFontType2):
        return True  # the last two are looked at through the font that uses them
    below = font.get("/DescendantFonts")
    holder = below[0] if isinstance(below, pikepdf.Array) and len(below) else font
    if holder.get("/Subtype") == Name.CIDFontType2 and "/CIDToGIDMap" not in holder:
        return False
    descriptor = holder.get("/FontDescriptor")
    return isinstance(descriptor, pikepdf.Dictionary) and any(key in descriptor for key in _FONT_PROGRAMS)
