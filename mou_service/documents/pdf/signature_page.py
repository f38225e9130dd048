"""The page to sign on: a box for each signatory, a different one for each witness, a place for the seal."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from mou_service.documents.blocks import Block, Border, Cell, Paragraph, Row, Run, Section, Table, Tag
from mou_service.documents.pdf.decoration import FAINT, INK
from mou_service.documents.pdf.fonts import is_east_asian
from mou_service.documents.pdf.layout import Appendix
from mou_service.documents.pdf.painter import Painter
from mou_service.documents.pdf.tags import Node
from mou_service.documents.pdf.units import Special
from mou_service.documents.pdf.words import at_home, in_languages, say

Side = Literal["top", "bottom", "left", "right"]
Kind = Literal["signatory", "witness", "seal"]
AsShown = Mapping[str, Mapping[str, str]]

SIGNATORY_HEIGHT = 90.0
WITNESS_HEIGHT = 84.0
SEAL_SIZE = 96.0
_GAP = 14.0
_INNER = 205.0
_MARGINS = (56.0, 64.0, 60.0, 64.0)
_HAIRLINE = Border(width=0.5, color=INK)
_DASHED = Border(width=0.6, color=FAINT, style="dashed")
_PAPER = "F7F5F1"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotBox:
    """One place to sign.

    `as_shown` is {"name": {language: str}, "title": {...}, "organisation": {...}}; a seal needs only the
    organisation. "instead_of" tells of a signatory whose power of attorney somebody holds. `party` names on whose behalf a signatory signs, `side` on which side of the page.
    `capacity`, `statement` and `member` belong to a witness.
    """

    field: str
    kind: Kind
    as_shown: AsShown
    languages: Sequence[str] = ("en", "zh")
    party: Mapping[str, str] = dataclasses.field(default_factory=dict)
    side: Literal["own", "partner"] = "own"
    capacity: Mapping[str, str] = dataclasses.field(default_factory=dict)
    statement: Mapping[str, str] = dataclasses.field(default_factory=dict)
    #: The witness belongs to the institution of a party.
    member: bool = False


@dataclass(frozen=True, slots=True)
class FieldArea(Special):
    """The empty rectangle that becomes a signature field."""

    field: str
    tall: float
    wide: float | None = None
    keep_with_next: bool = True

    def height(self, width: float) -> float:
        return self.tall

    def draw(self, painter: Painter, node: Node, x: float, top: float, width: float) -> None:
        wide = min(self.wide or width, width)
        left = x + (width - wide) / 2
        painter.place(self.field, (left, top - self.tall, left + wide, top))
        node.add("Form").form_field = self.field


def signature_page(
    slots: Sequence[SlotBox], *, languages: Sequence[str], width: float = 595.3, height: float = 841.9
) -> Appendix:
    """The appended pages for these slots, ready for `Options(appendices=[…])`."""
    columns = (width - _MARGINS[1] - _MARGINS[3] - _GAP) / 2
    blocks: list[Block | Special] = list(_heading("signatures", languages, "H1"))
    blocks.append(_signatories([slot for slot in slots if slot.kind == "signatory"], columns))
    witnesses = [slot for slot in slots if slot.kind == "witness"]
    if witnesses:
        blocks.extend(_heading("witnesses", languages, "H2"))
        blocks.extend(_lines(say("not_a_party", languages), size=8.5, color=FAINT, keep=True))
        blocks.append(_space(4, keep=True))
        blocks.append(_witnesses(witnesses, columns))
    seals = [slot for slot in slots if slot.kind == "seal"]
    if seals:
        blocks.append(_space(12))
        blocks.append(_seals(seals, 2 * columns + _GAP))
    return Appendix(
        Section(width=width, height=height, margins=_MARGINS),
        blocks,
        "Signatures",
        {slot.field: tooltip(slot) for slot in slots},
        seals[-1].field if seals else None,
    )


def tooltip(slot: SlotBox) -> str:
    """What assistive software says at the field."""
    name = " / ".join(in_languages(slot.as_shown.get("name", {}), slot.languages).values())
    party = " / ".join(in_languages(slot.party or slot.as_shown.get("organisation", {}), slot.languages).values())
    if slot.kind == "seal":
        return f"Seal of {party}"
    return f"Signature of {name}, for {party}" if slot.kind == "signatory" else f"Signature of {name}, witness"


def _heading(key: str, languages: Sequence[str], tag: Tag) -> list[Block]:
    words = say(key, languages)
    size = 18.0 if tag == "H1" else 13.0
    runs = [Run(text, size=size, bold=True, language=language, color=INK) for language, text in words.items()]
    content = [part for run in runs for part in (run, Run("   ", size=size))][:-1]
    return [
        Paragraph(
            list(content),
            tag=tag,
            space_before=0.0 if tag == "H1" else 20.0,
            space_after=10.0,
            keep_with_next=True,
            border_bottom=_HAIRLINE if tag == "H1" else None,
        )
    ]


def _lines(
    texts: Mapping[str, str],
    *,
    size: float = 10.0,
    bold: bool = False,
    color: str = INK,
    after: float = 1.0,
    keep: bool = False,
    serif: bool = True,
    align: Literal["left", "center"] = "left",
) -> list[Block]:
    return [
        Paragraph(
            [Run(text, size=size, bold=bold, color=color, language=language, serif=serif)],
            align=align,
            space_after=after,
            keep_with_next=keep,
            right_to_left=language.startswith(("ar", "he", "fa")),
        )
        for language, text in texts.items()
    ]


def _space(height: float, *, keep: bool = False) -> Paragraph:
    return Paragraph([Run("", size=4)], leading=height, leading_exact=True, keep_with_next=keep)


@dataclass(frozen=True, slots=True)
class Box:
    """What stands above the signature, the place for it, and what stands below."""

    head: Sequence[Block | Special]
    area: FieldArea
    foot: Sequence[Block | Special]
    border: Border
    shading: str | None = None


def _signatories(slots: Sequence[SlotBox], columns: float) -> Table:
    own = [_signatory(slot) for slot in slots if slot.side == "own"]
    partner = [_signatory(slot) for slot in slots if slot.side == "partner"]
    return _pairs(list(zip_longest(own, partner)), columns)


def _witnesses(slots: Sequence[SlotBox], columns: float) -> Table:
    boxes = [_witness(slot) for slot in slots]
    return _pairs(list(zip_longest(boxes[::2], boxes[1::2])), columns)


def _signatory(slot: SlotBox) -> Box:
    head = [
        *_caption(say("on_behalf", slot.languages)),
        *_lines(in_languages(slot.party, slot.languages), size=11.5, bold=True),
    ]
    return Box(head, FieldArea(slot.field, SIGNATORY_HEIGHT), _person(slot), _HAIRLINE)


def _witness(slot: SlotBox) -> Box:
    head = [
        *_caption(say("witness", slot.languages), strong=True),
        *_line(in_languages(slot.capacity, slot.languages), size=9, color=FAINT, after=3),
        *_lines(in_languages(slot.statement, slot.languages), size=9),
    ]
    foot = _person(slot, organisation=True)
    if slot.member:
        foot += _line(say("of_a_party", slot.languages), size=8.5, color=FAINT)
    return Box(head, FieldArea(slot.field, WITNESS_HEIGHT), foot, _DASHED, _PAPER)


def _person(slot: SlotBox, *, organisation: bool = False) -> list[Block]:
    shown = [("name", 10.5, True), ("title", 9.5, False)] + ([("organisation", 9.5, False)] if organisation else [])
    shown.append(("instead_of", 9.5, False))
    lines: list[Block] = []
    for key, size, bold in shown:
        lines += _line(in_languages(slot.as_shown.get(key, {}), slot.languages), size=size, bold=bold)
        if key == "name":
            lines += _line(at_home(slot.as_shown.get("name", {}), slot.languages), size=9.5, color=FAINT)
    return lines


def _pairs(pairs: Sequence[tuple[Box | None, Box | None]], columns: float) -> Table:
    """Boxes side by side; in each pair the places to sign are on one level."""
    rows = []
    for index, pair in enumerate(pairs):
        rows += [
            Row(
                [_part(box, part, column) for column, box in ((0, pair[0]), (1, None), (2, pair[1]))],
                keep_together=True,
            )
            for part in range(3)
        ]
        if index + 1 < len(pairs):
            rows.append(Row([Cell(columns=3)], height=_GAP, height_exact=True))
    return Table(rows, widths=[columns, _GAP, columns])


def _part(box: Box | None, part: int, column: int) -> Cell:
    if box is None:
        return Cell()
    blocks = (box.head, [box.area], box.foot)[part]
    sides: tuple[Side, ...] = (("left", "right", "top"), ("left", "right"), ("left", "right", "bottom"))[part]
    padding = ((9.0, 10.0, 2.0, 10.0), (0.0, 10.0, 0.0, 10.0), (0.0, 10.0, 9.0, 10.0))[part]
    lined = [_rule(), *blocks] if part == 2 else list(blocks)
    return Cell(
        list(lined),
        borders=dict.fromkeys(sides, box.border),
        padding=padding,
        shading=box.shading,
    )


def _rule() -> Paragraph:
    """The line to sign on."""
    return Paragraph([], leading=4, leading_exact=True, border_top=_HAIRLINE)


def _caption(words: Mapping[str, str], *, strong: bool = False) -> list[Block]:
    text = " · ".join(words.values())
    return [
        Paragraph(
            [Run(text, size=8, serif=False, bold=strong, color=INK if strong else FAINT)],
            space_after=3,
            keep_with_next=True,
        )
    ]


def _line(
    texts: Mapping[str, str], *, size: float, bold: bool = False, color: str = INK, after: float = 1.0
) -> list[Block]:
    """All languages on one line when it holds them, else each on its own: names are not broken."""
    if _estimate(texts, size) > 0.92 * _INNER:
        return _lines(texts, size=size, bold=bold, color=color, after=after)
    runs: list[Run] = []
    for language, text in texts.items():
        if runs:
            runs.append(Run("  ", size=size))
        runs.append(Run(text, size=size, bold=bold, color=color, language=language))
    return [Paragraph(list(runs), space_after=after)] if runs else []


def _estimate(texts: Mapping[str, str], size: float) -> float:
    squares = sum(1.0 if is_east_asian(character) else 0.58 for text in texts.values() for character in text)
    return size * (squares + 0.6 * (len(texts) - 1))


def _seals(slots: Sequence[SlotBox], width: float) -> Table:
    rows = []
    for slot in slots:
        organisation = slot.party or slot.as_shown.get("organisation", {})
        words = [*_heading("seal", slot.languages, "H2"), *_caption(say("electronic_seal", slot.languages))]
        words += _lines(in_languages(organisation, slot.languages), size=11.5, bold=True)
        area: list[Block] = [FieldArea(slot.field, SEAL_SIZE, SEAL_SIZE)]
        rows.append(
            Row(
                [
                    Cell(area, padding=(6, 6, 6, 6)),
                    Cell(words, valign="center", padding=(6, 12, 6, 12)),
                ],
                keep_together=True,
            )
        )
    return Table(rows, widths=[SEAL_SIZE + 40, width - SEAL_SIZE - 40])
