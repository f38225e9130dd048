"""Puts the faces a document used into its PDF: one font program per face, exact text for every glyph."""

from __future__ import annotations

import hashlib
import zlib
from itertools import islice
from typing import Any

from reportlab.pdfbase import pdfdoc

from mou_service.documents.pdf.faces import Face, Glyph, Program, Shaped

_TO_UNICODE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{blocks}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


class FaceUse:
    """The glyphs of one face that one document uses.

    A glyph that stands for two texts (a full-width and a compatibility form may share one) is listed
    twice, in a second font that shares the program, so that reading the PDF gives back what was written.
    ReportLab calls `addObjects` when it writes the file, as it does for its own fonts.
    """

    def __init__(self, face: Face, number: int) -> None:
        self.face = face
        self._number = number
        self._layers: list[dict[int, Glyph]] = []
        self._seen: dict[int, tuple[Shaped, str | None]] = {}

    def place(self, glyph: Glyph) -> str:
        """The name of the font resource that draws this glyph with its meaning."""
        for index, layer in enumerate(self._layers):
            known = layer.setdefault(glyph.code, glyph)
            if known.text == glyph.text:
                return self._resource(index)
        self._layers.append({glyph.code: glyph})
        return self._resource(len(self._layers) - 1)

    def place_all(self, shaped: Shaped) -> str | None:
        """The one font resource that draws all of it in one go; nothing when glyphs need one by one."""
        seen = self._seen.get(id(shaped))
        if seen is None:
            resources = {self.place(glyph) for glyph in shaped.glyphs}
            only = resources.pop() if len(resources) == 1 and shaped.plain is not None else None
            seen = self._seen[id(shaped)] = (shaped, only)  # holding it keeps its id its own
        return seen[1]

    def addObjects(self, doc: Any) -> None:  # noqa: N802  (the name ReportLab calls)
        codes = sorted({0, *(code for layer in self._layers for code in layer)})
        program = self.face.cut(codes)
        name = f"{_prefix(self.face.name, codes)}+{self.face.name}"
        descriptor = doc.Reference(_descriptor(doc, self.face, name, program), f"descriptor:{name}")
        widths = {code: glyph.width for layer in self._layers for code, glyph in layer.items()}
        descendant = doc.Reference(_descendant(doc, name, program, widths, descriptor), f"descendant:{name}")
        fonts = doc.idToObject["BasicFonts"].dict
        for index, layer in enumerate(self._layers):
            fonts[self._resource(index)[1:]] = doc.Reference(
                pdfdoc.PDFDictionary(
                    {
                        "Type": "/Font",
                        "Subtype": "/Type0",
                        "BaseFont": f"/{name}",
                        "Encoding": "/Identity-H",
                        "DescendantFonts": pdfdoc.PDFArray([descendant]),
                        "ToUnicode": _stream(doc, _to_unicode(layer).encode("ascii"), {}),
                    }
                ),
                f"font:{name}:{index}",
            )

    def _resource(self, layer: int) -> str:
        return f"/T{self._number}" if layer == 0 else f"/T{self._number}x{layer}"


def _prefix(name: str, codes: list[int]) -> str:
    digest = hashlib.sha256(f"{name}{codes}".encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])


def _descriptor(doc: Any, face: Face, name: str, program: Program) -> Any:
    file = (
        ("FontFile3", {"Subtype": "/CIDFontType0C"})
        if program.kind == "CFF"
        else ("FontFile2", {"Length1": len(program.content)})
    )
    return pdfdoc.PDFDictionary(
        {
            "Type": "/FontDescriptor",
            "FontName": f"/{name}",
            "Flags": 4 | (2 if face.serif else 0) | (64 if face.italic else 0),
            "FontBBox": pdfdoc.PDFArray([round(value) for value in face.box]),
            "ItalicAngle": -12 if face.italic else 0,
            "Ascent": round(face.ascent),
            "Descent": round(face.descent),
            "CapHeight": 714,
            "StemV": 120 if "Bold" in face.name else 80,
            file[0]: _stream(doc, program.content, file[1]),
        }
    )


def _descendant(doc: Any, name: str, program: Program, widths: dict[int, float], descriptor: Any) -> Any:
    entries: dict[str, Any] = {
        "Type": "/Font",
        "BaseFont": f"/{name}",
        "FontDescriptor": descriptor,
        "DW": 1000,
        "Subtype": "/CIDFontType0" if program.kind == "CFF" else "/CIDFontType2",
        "CIDSystemInfo": pdfdoc.PDFDictionary(
            {"Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"), "Supplement": 0}
        ),
        "W": pdfdoc.PDFArray(
            [part for code in sorted(widths) for part in (code, pdfdoc.PDFArray([round(widths[code], 2)]))]
        ),
    }
    if program.kind != "CFF":
        table = bytearray(2 * (max(program.glyph_numbers) + 1))
        for code, number in program.glyph_numbers.items():
            table[2 * code : 2 * code + 2] = number.to_bytes(2, "big")
        entries["CIDToGIDMap"] = _stream(doc, bytes(table), {})
    return pdfdoc.PDFDictionary(entries)


def _stream(doc: Any, content: bytes, entries: dict[str, Any]) -> Any:
    packed = zlib.compress(content, 6)
    stream = pdfdoc.PDFStream()
    stream.dictionary = pdfdoc.PDFDictionary({**entries, "Filter": "/FlateDecode"})
    stream.content = packed
    return doc.Reference(stream)


def _to_unicode(layer: dict[int, Glyph]) -> str:
    lines = iter(
        [f"<{code:04X}> <{glyph.text.encode('utf-16-be').hex().upper()}>" for code, glyph in sorted(layer.items())]
    )
    blocks = []
    while block := list(islice(lines, 100)):
        blocks.append(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar")
    return _TO_UNICODE.format(blocks="\n".join(blocks))
