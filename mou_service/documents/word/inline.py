"""The content of one paragraph: runs of text in one look, pictures, fields, links, notes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from lxml import etree

from mou_service.documents.blocks import PageBreak, Picture, Run
from mou_service.documents.word import drawings, field_codes
from mou_service.documents.word.book import Book, Note
from mou_service.documents.word.counting import formatted
from mou_service.documents.word.ooxml import MC, M, R, W, elements, hexadecimal, is_on, local, value, whole
from mou_service.documents.word.places import quote
from mou_service.documents.word.styles import Look, over, run_look, toggled
from mou_service.documents.word.typefaces import is_symbol_font, symbol

Piece = Run | Picture | PageBreak

_EAST_ASIAN = re.compile(
    r"[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f"
    r"\uff00-\uffef\U00020000-\U0003ffff]+"
)
_COMPLEX = re.compile(r"[\u0590-\u08ff\u0e00-\u0eff\ufb1d-\ufdff\ufe70-\ufeff]")
_LINK = re.compile(r'HYPERLINK\s+(?:\\[a-z]\s+)*"?([^"\s]+)"?', re.IGNORECASE)
_NUMBER_STYLE = re.compile(r"\\\*\s*(roman|alphabetic|chinesenum|cardtext|ordinal|ordtext|hex|kanjinum)", re.IGNORECASE)
_WEB = re.compile(r"(https?|mailto):", re.IGNORECASE)
_TRANSPARENT = frozenset({"ins", "moveTo", "smartTag", "customXml", "dir", "bdo", "sdtContent"})
_SKIPPED = frozenset(
    {
        "del",
        "moveFrom",
        "pPr",
        "rPr",
        "proofErr",
        "bookmarkStart",
        "bookmarkEnd",
        "sdtPr",
        "sdtEndPr",
        "commentRangeStart",
        "commentRangeEnd",
        "customXmlPr",
        "smartTagPr",
    }
)
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
_UNSAYABLE = (("em", "emphasis_marks"), ("bdr", "boxed_text"))
_COUNTED: dict[str, Literal["PAGE", "NUMPAGES", "SECTIONPAGES"]] = {
    "PAGE": "PAGE",
    "NUMPAGES": "NUMPAGES",
    "SECTIONPAGES": "SECTIONPAGES",
}


@dataclass(slots=True)
class _OpenField:
    code: str = ""
    in_result: bool = False
    drop: bool = False
    link: str | None = None
    form: etree._Element | None = None


@dataclass(slots=True)
class Inline:
    """Reads paragraphs of one part; fields may begin in one paragraph and end in another."""

    book: Book
    part: str
    #: Links, fields and notes change with the place, so they travel along.
    _open: list[_OpenField] = field(default_factory=list)
    #: A horizontal line was met in the paragraph.
    rule: bool = False

    def pieces(self, paragraph: etree._Element, base: Look) -> list[Piece]:
        """The paragraph's content in reading order, neighbours in one look joined."""
        self.rule = False
        return list(_joined(self._children(paragraph, base, link=self._field_link())))

    def plain(self, text: str, look: Look) -> Run:
        """Text in a look that no run of the paragraph says, such as its number."""
        return self._make(text, look, None)

    def empty(self, look: Look) -> Run:
        """What an empty paragraph holds: a run without text, as high as its mark."""
        return self._make("", look, None)

    def _field_link(self) -> str | None:
        return next((each.link for each in reversed(self._open) if each.link), None)

    def _children(self, parent: etree._Element, base: Look, *, link: str | None) -> Iterator[Piece]:
        for child in elements(parent):
            name = local(child)
            if child.tag == W + "r":
                yield from self._run(child, base, link)
            elif name in _SKIPPED:
                continue
            elif name in _TRANSPARENT:
                yield from self._children(child, base, link=link)
            elif name == "hyperlink":
                yield from self._children(child, base, link=self._target(child) or link)
            elif name == "sdt":
                content = child.find(W + "sdtContent")
                if content is not None:
                    yield from self._children(content, base, link=link)
            elif name == "fldSimple":
                yield from self._simple_field(child, base, link)
            elif child.tag == MC + "AlternateContent":
                yield from self._children(_choice(child), base, link=link)
            elif child.tag in (M + "oMath", M + "oMathPara"):
                self.book.cannot_draw("formula", child, self.part)

    def _target(self, hyperlink: etree._Element) -> str | None:
        relationship = self.book.package.relationships(self.part).get(str(hyperlink.get(R + "id")))
        if relationship is None or not relationship.external or not _WEB.match(relationship.target):
            return None
        anchor = value(hyperlink, "anchor")
        return relationship.target + (f"#{anchor}" if anchor and "#" not in relationship.target else "")

    def _simple_field(self, element: etree._Element, base: Look, link: str | None) -> Iterator[Piece]:
        name = field_codes.field_name(value(element, "instr") or "")
        found = list(self._children(element, base, link=link))
        if name in field_codes.COUNTED:
            cached = "".join(each.text for each in found if isinstance(each, Run))
            yield self._counted(name, cached, base, code=value(element, "instr") or "", at=element)
        else:
            self._name_volatile(name, element)
            yield from found

    def _counted(self, name: str, cached: str, look: Look, *, code: str, at: etree._Element) -> Run:
        if _NUMBER_STYLE.search(code):
            self.book.cannot_draw("page_number_style", at, self.part)
        if not self.part.rpartition("/")[2].startswith(("header", "footer")):
            self.book.cannot_draw("page_number_in_text", at, self.part)
        run = self._make(cached or "1", look, None)
        run.field = _COUNTED[name]
        return run

    def _name_volatile(self, name: str, element: etree._Element) -> None:
        if name in field_codes.VOLATILE:
            self.book.warn("volatile_field", element, self.part, field=name)
        elif name == "TOC":
            self.book.warn("contents_pages", element, self.part)

    def _run(self, element: etree._Element, base: Look, link: str | None) -> Iterator[Piece]:
        own = run_look(element.find(W + "rPr"), self.book.faces)
        look = base
        if "style" in own:
            look = toggled(base, self.book.styles.looks(own["style"])[1])
        look = over(look, own)
        for name, kind in _UNSAYABLE:
            if look.get(name) and element.find(W + "t") is not None:
                self.book.cannot_draw(kind, element, self.part)
        for child in elements(element):
            yield from self._run_child(child, look, link)

    def _run_child(self, child: etree._Element, look: Look, link: str | None) -> Iterator[Piece]:
        name = local(child)
        if name == "fldChar":
            yield from self._field_mark(child, look)
            return
        if name == "instrText":
            if self._open and not self._open[-1].in_result:
                self._open[-1].code += child.text or ""
            return
        if any(not each.in_result or each.drop for each in self._open):
            return
        if look.get("hidden"):
            self._hidden(child)
            return
        text = self._text(child, name, look)
        if text:
            yield from self._styled(text, look, self._field_link() or link)
        elif name in ("drawing", "pict", "object", "AlternateContent"):
            yield from self._drawn(child, name)
        elif name in ("footnoteReference", "endnoteReference"):
            yield from self._note(child, look)
        elif name == "br" and value(child, "type") in ("page", "column"):
            yield PageBreak()
        elif name == "ruby":
            self.book.cannot_draw("ruby", child, self.part)
            for run in child.iterfind(f"{W}rubyBase/{W}r"):
                yield from self._run(run, look, link)

    def _text(self, child: etree._Element, name: str, look: Look) -> str:
        if child.tag == W + "t":
            return self._signs(child, look)
        if name in ("tab", "ptab"):
            return "\t"
        if name == "cr" or (name == "br" and value(child, "type") in (None, "textWrapping")):
            return "\n"
        if name == "noBreakHyphen":
            return "\u2011"
        if name == "sym":
            return self._symbol(child)
        return ""

    def _signs(self, element: etree._Element, look: Look) -> str:
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

    def _symbol(self, element: etree._Element) -> str:
        code = hexadecimal(value(element, "char"))
        font = value(element, "font")
        if not is_symbol_font(font) and not 0xF000 <= code <= 0xF0FF:
            return chr(code) if 32 <= code < 0x110000 else ""
        known = symbol(font, code)
        if known is None:
            self.book.cannot_draw("symbol", element, self.part)
        return known or "\ufffd"

    def _hidden(self, child: etree._Element) -> None:
        run = child.getparent()
        if child.tag == W + "t" and run is not None and (child.text or "").strip():
            self.book.warn("hidden_text", child, self.part, text=quote(run))

    def _field_mark(self, mark: etree._Element, look: Look) -> Iterator[Piece]:
        kind = value(mark, "fldCharType")
        if kind == "begin":
            self._open.append(_OpenField(form=mark.find(W + "ffData")))
            return
        if not self._open:
            return
        opened = self._open[-1]
        name = field_codes.field_name(opened.code)
        if kind == "separate":
            yield from self._field_result(opened, name, mark, look)
        else:
            self._open.pop()
            if not opened.in_result:
                yield from self._field_without_result(opened, name, mark, look)

    def _field_result(self, opened: _OpenField, name: str, mark: etree._Element, look: Look) -> Iterator[Piece]:
        opened.in_result = True
        if name in field_codes.COUNTED and not any(each.drop for each in self._open):
            opened.drop = True
            yield self._counted(name, "", look, code=opened.code, at=mark)
        elif name == "HYPERLINK" and (found := _LINK.search(opened.code)) and _WEB.match(found[1]):
            opened.link = found[1]
        else:
            self._name_volatile(name, mark)

    def _field_without_result(self, opened: _OpenField, name: str, mark: etree._Element, look: Look) -> Iterator[Piece]:
        if any(not each.in_result or each.drop for each in self._open):
            return
        if name in field_codes.COUNTED:
            yield self._counted(name, "", look, code=opened.code, at=mark)
        elif name == "FORMCHECKBOX" and opened.form is not None:
            box = opened.form.find(W + "checkBox")
            state = box.find(W + "checked") if box is not None else None
            state = box.find(W + "default") if state is None and box is not None else state
            yield self._make("☒" if is_on(state) else "☐", look, None)
        elif name == "FORMDROPDOWN" and opened.form is not None:
            yield from self._drop_down(opened.form, look)

    def _drop_down(self, form: etree._Element, look: Look) -> Iterator[Piece]:
        choices = [value(entry) or "" for entry in form.iter(W + "listEntry")]
        chosen = next(iter(form.iter(W + "result")), None)
        chosen = next(iter(form.iter(W + "default")), None) if chosen is None else chosen
        at = whole(value(chosen), 0)
        if at < len(choices):
            yield self._make(choices[at], look, None)

    def _drawn(self, child: etree._Element, name: str) -> Iterator[Piece]:
        picture = None
        if name == "AlternateContent":
            for inner in elements(_choice(child)):
                yield from self._drawn(inner, local(inner))
        elif name == "drawing":
            picture = drawings.drawing(child, self.book, self.part)
        elif name == "object":
            self.book.cannot_draw("embedded_object", child, self.part)
        elif name == "pict" and drawings.is_rule(child):
            self.rule = True
        elif name == "pict":
            picture = drawings.legacy(child, self.book, self.part)
        if picture is not None:
            yield picture

    def _note(self, reference: etree._Element, look: Look) -> Iterator[Piece]:
        kind = "footnote" if local(reference) == "footnoteReference" else "endnote"
        element = self.book.note(kind, value(reference, "id") or "")
        if element is None:
            return
        known = self.book.footnotes if kind == "footnote" else self.book.endnotes
        number = len(known) + 1
        sign = formatted(number, self.book.note_format(kind)) or str(number)
        note = Note(kind=kind, element=element, number=number, sign=sign)
        run = self._make(sign, {**look, "position": "superscript"}, None)
        if kind == "footnote":
            self.book.footnotes[number] = note
            run.footnote = number
        else:
            self.book.endnotes.append(note)
        yield run

    def _styled(self, text: str, look: Look, link: str | None) -> Iterator[Run]:
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
                yield self._make(part, look, link)

    def _small_capitals(self, text: str, look: Look, link: str | None) -> Iterator[Run]:
        for part in re.findall(r"[^\W\d_A-Z]+|[\W\d_A-Z]+", text):
            run = self._make(part.upper(), look, link)
            if part != part.upper():
                run.size = round(run.size * _SMALL_CAPITALS, 2)
            yield run

    def _make(self, text: str, look: Look, link: str | None) -> Run:
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


def _position(said: object) -> Literal["normal", "superscript", "subscript"]:
    return "superscript" if said == "superscript" else "subscript" if said == "subscript" else "normal"


def _colour(said: str | None) -> str | None:
    return said.upper() if said and re.fullmatch("[0-9A-Fa-f]{6}", said) else None


def _choice(alternate: etree._Element) -> etree._Element:
    """What new programs show of something told twice."""
    choice = alternate.find(MC + "Choice")
    if choice is None or choice.get("Requires") not in ("wps", "wpg", "wpc", "wpi", "w14", "w15", "w16", "cx", "a14"):
        fallback = alternate.find(MC + "Fallback")
        choice = fallback if fallback is not None else choice
    return choice if choice is not None else alternate


def _split(text: str, pattern: re.Pattern[str]) -> list[str]:
    parts, at = [], 0
    for found in pattern.finditer(text):
        parts += [text[at : found.start()], found[0]]
        at = found.end()
    return [part for part in (*parts, text[at:]) if part]


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbouring runs that look the same become one."""
    held: Run | None = None
    for piece in pieces:
        if not isinstance(piece, Run):
            if held is not None:
                yield held
                held = None
            yield piece
        elif held is not None and _alike(held, piece):
            held = replace(held, text=held.text + piece.text)
        else:
            if held is not None:
                yield held
            held = piece
    if held is not None:
        yield held


def _alike(one: Run, other: Run) -> bool:
    if one.field or other.field or one.footnote or other.footnote:
        return False
    return replace(one, text="") == replace(other, text="")
