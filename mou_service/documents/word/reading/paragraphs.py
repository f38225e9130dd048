"""Paragraphs of a Word part as blocks: look, number, tag, and the breaks inside them."""

import re
from dataclasses import replace
from typing import Any, Literal

from lxml import etree

from mou_service.documents.blocks import Align, Block, Border, PageBreak, Paragraph, Picture, Run, Tab, Tag
from mou_service.documents.word.ooxml import W, number, value, whole
from mou_service.documents.word.reading.book import Book
from mou_service.documents.word.reading.inline import Inline
from mou_service.documents.word.reading.lettering import Piece
from mou_service.documents.word.reading.numbering import Label
from mou_service.documents.word.reading.styles import Look, over, paragraph_look, run_look

_ALIGN: dict[str, Align] = {
    "left": "left",
    "start": "left",
    "right": "right",
    "end": "right",
    "center": "center",
    "both": "justify",
    "distribute": "justify",
    "lowKashida": "justify",
    "mediumKashida": "justify",
    "highKashida": "justify",
    "thaiDistribute": "justify",
}
_TAB: dict[str, Literal["left", "center", "right", "decimal"]] = {
    "left": "left",
    "start": "left",
    "num": "left",
    "center": "center",
    "right": "right",
    "end": "right",
    "decimal": "decimal",
}
_LEADERS = {"dot": ".", "hyphen": "-", "underscore": "_", "heavy": "_", "middleDot": "·"}
_CONTENT = (W + "t", W + "drawing", W + "pict", W + "object", W + "sym", W + "tab", W + "noBreakHyphen")
_HEADINGS: tuple[Tag, ...] = ("H1", "H2", "H3", "H4", "H5", "H6")
_HEADING_NAME = re.compile(r"heading ([1-6])", re.IGNORECASE)


class Paragraphs:
    """Reads the paragraphs of one part."""

    def __init__(self, book: Book, part: str) -> None:
        self.book = book
        self.part = part
        self.inline = Inline(book, part)

    def read(self, element: etree._Element, *, width: float, table: tuple[Look, Look] | None = None) -> list[Block]:
        """The paragraph; several blocks when pages break inside it. `table` is what the table's style says."""
        direct = paragraph_look(element.find(W + "pPr"))
        style = direct.get("style") or self.book.styles.default
        look, text_look = self._looks(direct, style, table)
        label = self._label(look, element)
        mark = over(text_look, run_look(element.find(f"{W}pPr/{W}rPr"), self.book.faces))
        pieces = self.inline.pieces(element, text_look)
        if look.get("frame") and any(isinstance(piece, (Run, Picture)) for piece in pieces):
            self.book.cannot_draw("floating_frame", element, self.part)
        made = self._paragraph(look, style, width, _size(pieces, mark))
        if not pieces:
            # An empty line is as high as its paragraph mark.
            made.content = [self.inline.letters.make("", mark)]
        if label is not None and label.text:
            self._number(made, label, mark)
        made.tag = _tag(look, self.book.styles.name(style), numbered=bool(made.label))
        if self.inline.rule and made.border_bottom is None:
            made.border_bottom = Border()
        return _broken(made, pieces)

    def label_of(self, element: etree._Element) -> str:
        """The number in front of a paragraph; counts one further, so ask once for each and in order."""
        direct = paragraph_look(element.find(W + "pPr"))
        style = direct.get("style") or self.book.styles.default
        if "number" not in direct and "number" not in self.book.styles.looks(style)[0]:
            return ""
        look, _ = self._looks(direct, style, None)
        label = self._label(look, element)
        return label.text.strip() if label is not None else ""

    def is_heading(self, element: etree._Element) -> bool:
        direct = paragraph_look(element.find(W + "pPr"))
        style = direct.get("style") or self.book.styles.default
        look = over(self.book.styles.looks(style)[0], direct)
        return _tag(look, self.book.styles.name(style), numbered=False) != "P"

    def _looks(
        self, direct: dict[str, Any], style: str, table: tuple[Look, Look] | None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        styles = self.book.styles
        look: dict[str, Any] = dict(styles.paragraph_defaults)
        text_look: dict[str, Any] = dict(styles.run_defaults)
        if table is not None:
            look, text_look = over(look, table[0]), over(text_look, table[1])
        from_style, run_from_style = styles.looks(style)
        look, text_look = over(look, from_style), over(text_look, run_from_style)
        number_id = direct.get("number", from_style.get("number"))
        if number_id not in (None, "0"):
            look["level"] = self._level(direct, from_style, str(number_id))
            look = over(look, self.book.numbering.level_look(str(number_id), look["level"]))
            if "number" not in direct:
                look = over(look, {key: held for key, held in from_style.get("own", {}).items() if key != "level"})
        level = look.get("level")
        look = over(look, direct)
        return {**look, "level": level}, text_look

    def _level(self, direct: Look, from_style: Look, number_id: str) -> int:
        if "level" in direct:
            return whole(direct["level"])
        if "level" in from_style:
            return whole(from_style["level"])
        if "numbered_by" in from_style:
            return self.book.numbering.level_of_style(number_id, from_style["numbered_by"])
        return 0

    def _label(self, look: Look, element: etree._Element) -> Label | None:
        number_id = look.get("number")
        if number_id in (None, "0") or _only_ends_section(element):
            return None
        label = self.book.numbering.next_label(str(number_id), whole(str(look.get("level") or 0)))
        if label is not None and label.unknown:
            self.book.cannot_draw("number_format", element, self.part)
        return label

    def _number(self, made: Paragraph, label: Label, mark: Look) -> None:
        made.label = label.text.strip()
        made.label_gap = "none" if label.gap == "nothing" else "space" if label.gap == "space" else "tab"
        look = over(mark, label.run)
        made.label_run = self.inline.letters.make(made.label, {**look, "underline": label.run.get("underline", False)})

    def _paragraph(self, look: Look, style: str, width: float, size: float) -> Paragraph:
        right_to_left = bool(look.get("rtl"))
        rule = look.get("rule", "auto")
        line = float(look.get("line", 1.0))
        exact = rule == "exact" or (rule == "atLeast" and line > size * 1.3)
        first = look["first_chars"] * size if look.get("first_chars") else look.get("first", 0.0)
        borders = look.get("borders") or {}
        return Paragraph(
            style=self.book.styles.name(style),
            align=_align(look.get("align"), right_to_left=right_to_left),
            right_to_left=right_to_left,
            indent_left=look.get("left", 0.0),
            indent_right=look.get("right", 0.0),
            indent_first=first,
            space_before=look.get("before", 0.0),
            space_after=look.get("after", 0.0),
            leading=line if exact or rule == "auto" else 1.0,
            leading_exact=exact,
            keep_with_next=bool(look.get("keep_next")),
            keep_together=bool(look.get("keep_lines")),
            page_break_before=bool(look.get("page_break")),
            shading=look.get("shading"),
            border_top=border(borders.get("top")),
            border_bottom=border(borders.get("bottom")),
            border_left=border(borders.get("left")),
            border_right=border(borders.get("right")),
            tabs=_tabs(look.get("tabs") or {}, width),
            contextual_spacing=bool(look.get("contextual")),
        )


def border(element: etree._Element | None) -> Border | None:
    """A line; nothing when it is switched off."""
    kind = value(element)
    if element is None or kind in (None, "nil", "none"):
        return None
    colour = (value(element, "color") or "auto").upper()
    style: Literal["single", "double", "dotted", "dashed"] = "single"
    if kind in ("double", "triple") or "Gap" in str(kind):
        style = "double"
    elif kind == "dotted":
        style = "dotted"
    elif "ash" in str(kind) or kind == "dotDotDash":
        style = "dashed"
    return Border(
        width=max(number(value(element, "sz"), 4.0) / 8, 0.25),
        color=colour if re.fullmatch("[0-9A-F]{6}", colour) else "000000",
        style=style,
    )


def _align(said: str | None, *, right_to_left: bool) -> Align:
    """In a right-to-left paragraph Word's "left" means the side where reading starts."""
    align = _ALIGN.get(said or "left", "left")
    if right_to_left and align in ("left", "right"):
        return "right" if align == "left" else "left"
    return align


def _tabs(stops: dict[float, tuple[str, str] | None], width: float) -> list[Tab]:
    return [
        Tab(position, _TAB.get(stop[0], "left"), _LEADERS.get(stop[1], ""))
        for position, stop in sorted(stops.items())
        if stop is not None and stop[0] in _TAB
    ]


def _only_ends_section(element: etree._Element) -> bool:
    """Word does not count an empty paragraph that is there for a section break."""
    return element.find(f"{W}pPr/{W}sectPr") is not None and next(element.iter(*_CONTENT), None) is None


def _size(pieces: list[Piece], mark: Look) -> float:
    sizes = [piece.size for piece in pieces if isinstance(piece, Run) and piece.text.strip()]
    return max(sizes) if sizes else float(mark.get("size") or 10.0)


def _tag(look: Look, style: str, *, numbered: bool) -> Tag:
    named = _HEADING_NAME.fullmatch(style)
    level = int(named[1]) - 1 if named else look.get("outline", 9)
    if style.lower() == "title":
        level = 0
    if level < len(_HEADINGS):
        return _HEADINGS[level]
    return "LI" if numbered else "P"


def _broken(made: Paragraph, pieces: list[Piece]) -> list[Block]:
    """The paragraph cut where pages break inside it; the number stays with the first piece."""
    if not any(isinstance(piece, PageBreak) for piece in pieces):
        if pieces:
            made.content = [piece for piece in pieces if not isinstance(piece, PageBreak)]
        return [made]
    parts: list[list[Run | Picture]] = [[]]
    for piece in pieces:
        if isinstance(piece, PageBreak):
            parts.append([])
        else:
            parts[-1].append(piece)
    blocks: list[Block] = []
    for at, part in enumerate(parts):
        if at:
            blocks.append(PageBreak())
        if part or (at == 0 and made.label):
            blocks.append(
                replace(made, content=part)
                if at == 0
                else replace(made, content=part, label="", label_run=None, indent_first=0.0, page_break_before=False)
            )
    return blocks
