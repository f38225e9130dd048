"""Turns blocks into units, the smallest things a page break may separate: lines and table rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mou_service.documents.blocks import Block, PageBreak, Paragraph, Run, Table
from mou_service.documents.pdf.atoms import Atom, Itemiser, Look
from mou_service.documents.pdf.breaking import Line, Measure, break_lines
from mou_service.documents.pdf.lines import draw_line
from mou_service.documents.pdf.painter import Painter
from mou_service.documents.pdf.tables import table_units
from mou_service.documents.pdf.tags import HeadingLevels, Node
from mou_service.documents.pdf.units import Break, Special, Unit

_EMPTY_LINE = 1.22
#: A line beside a paragraph keeps this distance from its words.
_BESIDE = 4.0


@dataclass(slots=True)
class LineUnit:
    line: Line
    measure: Measure
    paragraph: Paragraph
    first: bool
    final: bool
    height: float
    before: float = 0.0
    keep: bool = False
    repeat: Sequence[Unit] = ()
    notes: list[int] = field(default_factory=list)

    def draw(self, painter: Painter, x: float, top: float) -> None:
        self._draw_frame(painter, x, top)
        draw_line(painter, self.line, self.measure, x, top)

    def split(self, space: float) -> None:
        return None

    def _draw_frame(self, painter: Painter, x: float, top: float) -> None:
        look = self.paragraph
        upper = look.border_top if self.first else None
        lower = look.border_bottom if self.final else None
        sides = (look.border_left, look.border_right)
        if not (look.shading or upper or lower or any(sides)):
            return
        left = x + (self.measure.end if look.right_to_left else self.measure.start)
        right = left + self.measure.width - self.measure.start - self.measure.end
        with painter.artifact():
            if look.shading:
                painter.fill(left, top - self.height, right - left, self.height, look.shading)
            if upper:
                painter.rule(left, top, right, top, upper)
            if lower:
                painter.rule(left, top - self.height, right, top - self.height, lower)
            for edge, side in zip((left - _BESIDE, right + _BESIDE), sides, strict=True):
                if side:
                    painter.rule(edge, top, edge, top - self.height, side)


@dataclass(slots=True)
class SpecialUnit:
    special: Special
    node: Node
    width: float
    height: float
    before: float = 0.0
    keep: bool = False
    repeat: Sequence[Unit] = ()
    notes: list[int] = field(default_factory=list)

    def draw(self, painter: Painter, x: float, top: float) -> None:
        self.special.draw(painter, self.node, x, top, self.width)

    def split(self, space: float) -> None:
        return None


class Flow:
    """Makes units of one width, and grows the structure tree as it goes."""

    def __init__(
        self, itemiser: Itemiser, *, headings: HeadingLevels | None = None, skipped_styles: frozenset[str] = frozenset()
    ) -> None:
        self.itemiser = itemiser
        self.headings = headings or HeadingLevels()
        self.skipped_styles = skipped_styles

    def units(self, blocks: Sequence[Block | Special], width: float, node: Node) -> list[Unit]:
        made: list[Unit] = []
        items: Node | None = None
        gap = 0.0
        for block in blocks:
            if isinstance(block, Paragraph) and block.style in self.skipped_styles:
                continue
            items = (items or node.add("L")) if isinstance(block, Paragraph) and block.tag == "LI" else None
            new = self._block(block, width, items or node)
            if new:
                new[0].before += gap
                made.extend(new)
            gap = block.space_after if isinstance(block, Paragraph) else 0.0
        return made

    def _block(self, block: Block | Special, width: float, node: Node) -> list[Unit]:
        if isinstance(block, Paragraph):
            return self._paragraph(block, width, node)
        if isinstance(block, Table):
            return table_units(self, block, width, node)
        if isinstance(block, PageBreak):
            return [Break()]
        assert isinstance(block, Special), block
        return [SpecialUnit(block, node, width, block.height(width))]

    def _paragraph(self, paragraph: Paragraph, width: float, parent: Node) -> list[Unit]:
        label, body = self._nodes(paragraph, parent)
        atoms = self.itemiser.atoms(paragraph.content, body, right_to_left=paragraph.right_to_left)
        measure = Measure(
            width,
            start=paragraph.indent_left,
            end=paragraph.indent_right,
            align=paragraph.align,
            first_start=paragraph.indent_left + paragraph.indent_first,
            right_to_left=paragraph.right_to_left,
            tabs=paragraph.tabs,
        )
        if paragraph.label:
            atoms = [*self._label(paragraph, label, measure), *atoms]
        lines = break_lines(atoms, measure)
        for line in lines:
            _set_height(line, paragraph)
        units: list[Unit] = [Break()] if paragraph.page_break_before else []
        units.extend(_line_units(lines, measure, paragraph))
        return units

    def _nodes(self, paragraph: Paragraph, parent: Node) -> tuple[Node, Node]:
        """The elements of the label and of the text; the same one unless it is a list item."""
        language = _language(paragraph)
        if paragraph.tag == "LI":
            item = parent.add("LI", language=language)
            return item.add("Lbl"), item.add("LBody")
        tag = self.headings.tag(int(paragraph.tag[1])) if paragraph.tag != "P" and paragraph.text.strip() else "P"
        node = parent.add(tag, language=language)
        return node, node

    def _label(self, paragraph: Paragraph, node: Node, measure: Measure) -> Iterator[Atom]:
        run = paragraph.label_run or _first_run(paragraph)
        like = Run(
            text=paragraph.label,
            bold=run.bold,
            italic=run.italic,
            size=run.size,
            color=run.color,
            serif=run.serif,
            language=run.language,
        )
        atoms = self.itemiser.atoms([like], node, right_to_left=paragraph.right_to_left)
        yield from atoms
        taken = sum(atom.width + atom.after for atom in atoms)
        level = 1 if paragraph.right_to_left else 0
        yield Atom("gap", "", Look(size=run.size), node, _gap(paragraph, measure, taken, run.size), level=level)


def _gap(paragraph: Paragraph, measure: Measure, taken: float, size: float) -> float:
    """From the end of the label to the text: the hanging indent, the next tab stop, or half a square."""
    hanging = measure.start - measure.first_start - taken
    if hanging > 0.15 * size:
        return hanging
    at = measure.first_start + taken
    stop = next(
        (
            tab.position
            for tab in sorted(paragraph.tabs, key=lambda tab: tab.position)
            if tab.position > at + 0.15 * size
        ),
        None,
    )
    return stop - at if stop is not None and paragraph.indent_first < 0 else 0.5 * size


def _line_units(lines: list[Line], measure: Measure, paragraph: Paragraph) -> Iterator[LineUnit]:
    """Lines with their bonds: no single line at the foot or the head of a page."""
    count = len(lines)
    for index, line in enumerate(lines):
        last = index == count - 1
        bound = paragraph.keep_together or index == 0 or index == count - 2
        yield LineUnit(
            line,
            measure,
            paragraph,
            first=index == 0,
            final=last,
            height=line.height,
            before=paragraph.space_before if index == 0 else 0.0,
            keep=paragraph.keep_with_next if last else bound,
            notes=line.notes,
        )


def _set_height(line: Line, paragraph: Paragraph) -> None:
    natural, size, picture = 0.0, 0.0, 0.0
    for atom in line.atoms:
        if atom.picture is not None:
            picture = max(picture, atom.picture.height)
        elif atom.face is not None:
            full = atom.look.size / (0.64 if atom.look.rise else 1.0)
            size = max(size, full)
            natural = max(natural, full * atom.face.line_height)
    if not natural:
        size = _first_run(paragraph).size if not picture else 0.0
        natural = size * _EMPTY_LINE
    line.height = paragraph.leading if paragraph.leading_exact else natural * paragraph.leading
    line.baseline = line.height / 2 + 0.36 * size
    if picture and not paragraph.leading_exact:
        below = line.height - line.baseline
        line.baseline = max(line.baseline, picture)
        line.height = line.baseline + below


def _first_run(paragraph: Paragraph) -> Run:
    return next((part for part in paragraph.content if isinstance(part, Run)), None) or paragraph.label_run or Run("")


def _language(paragraph: Paragraph) -> str | None:
    """The language all of the paragraph is in, where it says one."""
    languages = {part.language for part in paragraph.content if isinstance(part, Run) and part.text.strip()}
    return languages.pop() if len(languages) == 1 else None
