"""Words in a look: which run they make, in which letters, and what a sign of a symbol font means."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Literal

from lxml import etree

from mou_service.documents.blocks import PageBreak, Picture, Run
from mou_service.documents.word.ooxml import hexadecimal, value
from mou_service.documents.word.reading.book import Book
from mou_service.documents.word.reading.styles import Look
from mou_service.documents.word.reading.typefaces import is_symbol_font, symbol

Piece = Run | Picture | PageBreak

_EAST_ASIAN = re.compile(
    r"[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f"
    r"\uff00-\uffef\U00020000-\U0003ffff]+"
)
_COMPLEX = re.compile(r"[\u0590-\u08ff\u0e00-\u0eff\ufb1d-\ufdff\ufe70-\ufeff]")
_HIGHLIGHTS = {
    "yellow": "FFFF00",
    "green": "00FF00",
    "cyan": "00FFFF",
    "magenta": "FF00FF",
    "blue": "0000FF",
    "red": "FF0000",
    "darkBlue": "00008B",
    "darkCyan": "008B8B",
    "darkGreen": "006400",
    "darkMagenta": "8B008B",
    "darkRed": "8B0000",
    "darkYellow": "808000",
    "darkGray": "A9A9A9",
    "lightGray": "D3D3D3",
    "black": "000000",
    "white": "FFFFFF",
}
_SMALL_CAPITALS = 0.8
_look = attrgetter(*(each.name for each in fields(Run) if each.name != "text"))


@dataclass(slots=True)
class Lettering:
    """Makes the runs of one part."""

    book: Book
    part: str

    def styled(self, text: str, look: Look, link: str | None) -> Iterator[Run]:
        """One run, or several where scripts ask for different letters."""
        if look.get("caps"):
            text = text.upper()
        faces = self.book.faces
        differs = faces.is_serif(look.get("font")) != faces.is_serif(look.get("font_east") or look.get("font"))
        parts = _split(text, _EAST_ASIAN) if differs else [text]
        for part in parts:
            if look.get("small_caps") and not look.get("caps"):
                yield from self._small_capitals(part, look, link)
            else:
                yield self.make(part, look, link)

    def _small_capitals(self, text: str, look: Look, link: str | None) -> Iterator[Run]:
        for part in re.findall(r"[^\W\d_A-Z]+|[\W\d_A-Z]+", text):
            run = self.make(part.upper(), look, link)
            if part != part.upper():
                run.size = round(run.size * _SMALL_CAPITALS, 2)
            yield run

    def make(self, text: str, look: Look, link: str | None = None) -> Run:
        """Text in one look, whatever it says."""
        complex_script = bool(look.get("rtl") or look.get("complex") or _COMPLEX.search(text))
        east = bool(_EAST_ASIAN.search(text))
        font = look.get("font_east") if east else look.get("font_complex") if complex_script else look.get("font")
        return Run(
            text=text,
            bold=bool(look.get("complex_bold" if complex_script else "bold")),
            italic=bool(look.get("complex_italic" if complex_script else "italic")),
            underline=bool(look.get("underline")),
            strike=bool(look.get("strike")),
            size=float((look.get("complex_size") if complex_script else None) or look.get("size") or 10.0),
            color=_colour(look.get("color")),
            highlight=_HIGHLIGHTS.get(str(look.get("highlight"))) or look.get("shading"),
            serif=self.book.faces.is_serif(font or look.get("font")),
            position=_position(look.get("position")),
            link=link,
            language=look.get("lang_east" if east else "lang_bidi" if complex_script else "lang"),
        )

    def signs(self, element: etree._Element, look: Look) -> str:
        """Text set in a symbol font means other signs than it says."""
        text = element.text or ""
        font = look.get("font")
        private = any("\uf000" <= sign <= "\uf0ff" for sign in text)
        if not private and not is_symbol_font(font):
            return text
        signs = []
        for sign in text:
            if sign.isspace() or not (is_symbol_font(font) or "\uf000" <= sign <= "\uf0ff"):
                signs.append(sign)
                continue
            known = symbol(font if is_symbol_font(font) else "symbol", ord(sign))
            if known is None:
                self.book.cannot_draw("symbol", element, self.part)
            signs.append(known or "\ufffd")
        return "".join(signs)

    def symbol(self, element: etree._Element) -> str:
        """The sign a w:sym means."""
        code = hexadecimal(value(element, "char"))
        font = value(element, "font")
        if not is_symbol_font(font) and not 0xF000 <= code <= 0xF0FF:
            return chr(code) if 32 <= code < 0x110000 else ""
        known = symbol(font, code)
        if known is None:
            self.book.cannot_draw("symbol", element, self.part)
        return known or "\ufffd"


def joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbouring runs that look the same become one."""
    held: Run | None = None
    for piece in pieces:
        if not isinstance(piece, Run):
            if held is not None:
                yield held
                held = None
            yield piece
        elif held is not None and _alike(held, piece):
            held.text += piece.text
        else:
            if held is not None:
                yield held
            held = piece
    if held is not None:
        yield held


def _alike(one: Run, other: Run) -> bool:
    if one.field or other.field or one.footnote or other.footnote:
        return False
    return bool(_look(one) == _look(other))


def _position(said: object) -> Literal["normal", "superscript", "subscript"]:
    return "superscript" if said == "superscript" else "subscript" if said == "subscript" else "normal"


def _colour(said: str | None) -> str | None:
    return said.upper() if said and re.fullmatch("[0-9A-Fa-f]{6}", said) else None


def _split(text: str, pattern: re.Pattern[str]) -> list[str]:
    parts, at = [], 0
    for found in pattern.finditer(text):
        parts += [text[at : found.start()], found[0]]
        at = found.end()
    return [part for part in (*parts, text[at:]) if part]
