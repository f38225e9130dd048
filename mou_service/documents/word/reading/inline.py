"""The content of one paragraph: runs of text in one look, pictures, fields, links, notes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from mou_service.documents.blocks import PageBreak, Run
from mou_service.documents.word.gate import field_codes
from mou_service.documents.word.ooxml import MC, M, R, W, elements, is_on, local, value, whole
from mou_service.documents.word.places import quote
from mou_service.documents.word.reading import drawings
from mou_service.documents.word.reading.book import Book, Note
from mou_service.documents.word.reading.counting import formatted
from mou_service.documents.word.reading.lettering import Lettering, Piece, joined
from mou_service.documents.word.reading.styles import Look, over, run_look, toggled

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


class Inline:
    """Reads paragraphs of one part; fields may begin in one paragraph and end in another."""

    def __init__(self, book: Book, part: str) -> None:
        self.book, self.part = book, part
        self.letters = Lettering(book, part)
        #: Links, fields and notes change with the place, so they travel along.
        self._open: list[_OpenField] = []
        #: A horizontal line was met in the paragraph.
        self.rule = False

    def pieces(self, paragraph: etree._Element, base: Look) -> list[Piece]:
        """The paragraph's content in reading order, neighbours in one look joined."""
        self.rule = False
        return list(joined(self._children(paragraph, base, link=self._field_link())))

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
        run = self.letters.make(cached or "1", look)
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
            yield from self.letters.styled(text, look, self._field_link() or link)
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
            return self.letters.signs(child, look)
        if name in ("tab", "ptab"):
            return "\t"
        if name == "cr" or (name == "br" and value(child, "type") in (None, "textWrapping")):
            return "\n"
        if name == "noBreakHyphen":
            return "\u2011"
        if name == "sym":
            return self.letters.symbol(child)
        return ""

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
            yield self.letters.make("☒" if is_on(state) else "☐", look)
        elif name == "FORMDROPDOWN" and opened.form is not None:
            yield from self._drop_down(opened.form, look)

    def _drop_down(self, form: etree._Element, look: Look) -> Iterator[Piece]:
        choices = [value(entry) or "" for entry in form.iter(W + "listEntry")]
        chosen = next(iter(form.iter(W + "result")), None)
        chosen = next(iter(form.iter(W + "default")), None) if chosen is None else chosen
        at = whole(value(chosen), 0)
        if at < len(choices):
            yield self.letters.make(choices[at], look)

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
        run = self.letters.make(sign, {**look, "position": "superscript"})
        if kind == "footnote":
            self.book.footnotes[number] = note
            run.footnote = number
        else:
            self.book.endnotes.append(note)
        yield run


def _choice(alternate: etree._Element) -> etree._Element:
    """What new programs show of something told twice."""
    choice = alternate.find(MC + "Choice")
    if choice is None or choice.get("Requires") not in ("wps", "wpg", "wpc", "wpi", "w14", "w15", "w16", "cx", "a14"):
        fallback = alternate.find(MC + "Fallback")
        choice = fallback if fallback is not None else choice
    return choice if choice is not None else alternate
