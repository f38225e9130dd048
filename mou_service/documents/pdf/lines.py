"""Breaks atoms into lines and draws a line: tabs, alignment, justification, both directions."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mou_service.documents.blocks import Align, Border, Tab
from mou_service.documents.pdf.atoms import Atom, may_break
from mou_service.documents.pdf.painter import Painter, Placed

_DEFAULT_TAB = 36.0
#: A justified line whose gaps would grow beyond this share of the size stays ragged.
_LOOSEST = 0.9


@dataclass(slots=True)
class Measure:
    """Where the lines of a paragraph stand, from the left edge of its column."""

    width: float
    start: float = 0.0
    first_start: float = 0.0
    end: float = 0.0
    align: Align = "left"
    right_to_left: bool = False
    tabs: Sequence[Tab] = ()


@dataclass(slots=True)
class Line:
    atoms: list[Atom]
    start: float
    space: float
    #: Ends in a line break or with the paragraph: not stretched.
    last: bool = False
    height: float = 0.0
    baseline: float = 0.0
    _natural: float | None = field(default=None)

    @property
    def notes(self) -> list[int]:
        return [atom.footnote for atom in self.atoms if atom.footnote is not None]


def break_lines(atoms: list[Atom], measure: Measure) -> list[Line]:
    lines: list[Line] = []
    index, queue = 0, list(atoms)
    while index < len(queue):
        start = measure.first_start if not lines else measure.start
        space = max(measure.width - start - measure.end, 1.0)
        end, hard = _line_end(queue, index, start, space, measure)
        line = [atom for atom in queue[index:end] if atom.kind != "break"]
        while line and line[-1].kind == "space":
            line.pop()
        lines.append(Line(line, start, space, last=hard or end >= len(queue)))
        index = end
        while not hard and index < len(queue) and queue[index].kind == "space":
            index += 1
    return lines or [Line([], measure.first_start, measure.width, last=True)]


def _line_end(queue: list[Atom], index: int, start: float, space: float, measure: Measure) -> tuple[int, bool]:
    """Where the line that begins at `index` ends, and whether a line break ends it."""
    x, last_break = 0.0, index
    for place in range(index, len(queue)):
        atom = queue[place]
        if atom.kind == "break":
            return place + 1, True
        if place > index and may_break(queue[place - 1], atom):
            last_break = place
        if atom.kind == "tab":
            atom.width = _tab(queue, place, start + x, measure)
        if atom.kind != "space" and x + atom.width - atom.trim_end > space + 0.01:
            if last_break > index:
                return last_break, False
            if place > index:
                return place, False
            _chop(queue, place, space)
            return place + 1, False
        x += atom.width + atom.after
    return len(queue), False


def _chop(queue: list[Atom], place: int, space: float) -> None:
    """A word that no line can hold is cut between characters."""
    atom = queue[place]
    if atom.kind not in ("word", "square") or len(atom.text) < 2 or atom.face is None:
        return
    size = len(atom.text) - 1
    while size > 1 and _width(atom, atom.text[:size]) > space:
        size -= 1
    queue[place:place + 1] = [_part(atom, atom.text[:size]), _part(atom, atom.text[size:])]


def _width(atom: Atom, text: str) -> float:
    assert atom.face is not None
    return atom.face.shape(text, right_to_left=bool(atom.level % 2)).width * atom.look.size / 1000


def _part(atom: Atom, text: str) -> Atom:
    assert atom.face is not None
    shaped = atom.face.shape(text, right_to_left=bool(atom.level % 2))
    return Atom(atom.kind, text, atom.look, atom.node, shaped.width * atom.look.size / 1000, atom.face, shaped,
                atom.level, breaks_after=True)


def _tab(queue: list[Atom], place: int, x: float, measure: Measure) -> float:
    stops = sorted((tab for tab in measure.tabs if tab.position > x + 0.5), key=lambda tab: tab.position)
    if not stops:
        queue[place].leader = ""
        hanging = measure.start if x + 0.5 < measure.start else 0.0
        return (hanging or (x // _DEFAULT_TAB + 1) * _DEFAULT_TAB) - x
    tab = stops[0]
    queue[place].leader = tab.leader
    follows = _until_tab(queue, place + 1)
    taken = sum(atom.width + atom.after for atom in follows)
    if tab.align == "right":
        return max(tab.position - x - taken, 2.0)
    if tab.align == "center":
        return max(tab.position - x - taken / 2, 2.0)
    if tab.align == "decimal":
        return max(tab.position - x - _before_point(follows), 2.0)
    return tab.position - x


def _until_tab(queue: list[Atom], place: int) -> list[Atom]:
    result = []
    for atom in queue[place:]:
        if atom.kind in ("tab", "break"):
            break
        result.append(atom)
    return result


def _before_point(atoms: list[Atom]) -> float:
    total = 0.0
    for atom in atoms:
        if atom.shaped is not None and ("." in atom.text or "," in atom.text):
            for glyph in atom.shaped.glyphs:
                if glyph.text in ".,":
                    return total
                total += glyph.advance * atom.look.size / 1000
        else:
            total += atom.width
    return total


def draw_line(painter: Painter, line: Line, measure: Measure, x: float, top: float) -> None:
    """Draw the line with its column's left edge at x and its upper edge at `top`."""
    if not line.atoms:
        return
    ordered = _visual(line.atoms, measure.right_to_left)
    gaps, shift = _gaps(line, ordered, measure)
    pen = x + (measure.end if measure.right_to_left else line.start) + shift
    baseline = top - line.baseline
    places = []
    for atom, gap in zip(ordered, gaps, strict=True):
        places.append((pen, atom, atom.width + gap))
        pen += atom.width + gap
    _draw_backgrounds(painter, places, baseline)
    for start, stretch in _in_reading_order(list(_stretches(places)), line):
        _draw_stretch(painter, start, baseline, stretch)
    _draw_rules(painter, places, baseline)


def _gaps(line: Line, ordered: list[Atom], measure: Measure) -> tuple[list[float], float]:
    """What follows each atom beyond its own width, and how far the whole line moves to the right."""
    gaps = [atom.after if index + 1 < len(ordered) else 0.0 for index, atom in enumerate(ordered)]
    natural = sum(atom.width for atom in ordered) + sum(gaps)
    ends_trimmed = ordered[-1].trim_end if not measure.right_to_left else 0.0
    slack = line.space - natural
    align = measure.align
    if align == "justify" and not line.last and not any(atom.kind == "tab" for atom in ordered):
        weights = [_stretchable(before, after) for before, after in zip(ordered, ordered[1:], strict=False)]
        slack += ends_trimmed
        total = sum(weights)
        size = max(atom.look.size for atom in ordered)
        if total and slack / total < _LOOSEST * size / 2:
            for index, weight in enumerate(weights):
                gaps[index] += slack * weight / total
            return gaps, 0.0
        slack -= ends_trimmed
    if align == "justify":
        align = "left"
    if measure.right_to_left:
        align = {"left": "right", "right": "left"}.get(align, align)  # type: ignore[assignment]
    if align == "right":
        return gaps, slack
    return gaps, slack / 2 if align == "center" else 0.0


def _stretchable(before: Atom, after: Atom) -> int:
    if before.kind == "space":
        return 2
    return 1 if may_break(before, after) and "square" in (before.kind, after.kind) and after.kind != "space" else 0


def _visual(atoms: list[Atom], right_to_left: bool) -> list[Atom]:
    """From left to right on paper (UAX #9, rule L2)."""
    if not right_to_left and not any(atom.level for atom in atoms):
        return atoms
    ordered = list(atoms)
    highest = max(atom.level for atom in ordered)
    for level in range(highest, 0, -1):
        start = None
        for index in range(len(ordered) + 1):
            inside = index < len(ordered) and ordered[index].level >= level
            if inside and start is None:
                start = index
            elif not inside and start is not None:
                ordered[start:index] = ordered[start:index][::-1]
                start = None
    return ordered


Place = tuple[float, Atom, float]


def _stretches(places: list[Place]) -> Iterator[tuple[float, list[Place]]]:
    """Neighbours that one text object can draw: same size, rise, colour and element."""
    current: list[Place] = []
    for place in places:
        atom = place[1]
        if current and not _joins(current[-1][1], atom):
            yield current[0][0], current
            current = []
        current.append(place)
    if current:
        yield current[0][0], current


def _in_reading_order(stretches: list[tuple[float, list[Place]]], line: Line) -> list[tuple[float, list[Place]]]:
    """Text of both directions is written in the order it is read, so that it can be read back."""
    if not any(atom.level for atom in line.atoms):
        return stretches
    order = {id(atom): index for index, atom in enumerate(line.atoms)}
    return sorted(stretches, key=lambda stretch: min(order[id(atom)] for _, atom, _ in stretch[1]))


def _joins(before: Atom, after: Atom) -> bool:
    return (before.shaped is not None and after.shaped is not None and before.node is after.node
            and before.level == after.level and (before.look.size, before.look.rise, before.look.color)
            == (after.look.size, after.look.rise, after.look.color))


def _draw_stretch(painter: Painter, x: float, baseline: float, stretch: list[Place]) -> None:
    first = stretch[0][1]
    if first.picture is not None:
        _draw_picture(painter, first, x, baseline)
        return
    if first.kind == "tab":
        _draw_leader(painter, first, x, stretch[0][2], baseline)
        return
    if first.shaped is None:
        return
    painter.mark(first.node)
    placed: list[Placed] = []
    for _, atom, width in stretch:
        assert atom.face is not None and atom.shaped is not None
        made = [Placed(atom.face, glyph, glyph.advance * atom.look.size / 1000) for glyph in atom.shaped.glyphs]
        extra = width - sum(each.advance for each in made)
        if made and abs(extra) > 0.001:
            made[-1] = Placed(made[-1].face, made[-1].glyph, made[-1].advance + extra)
        placed.extend(made)
    painter.glyphs(x, baseline + first.look.rise, first.look.size, placed, color=first.look.color)


def _draw_picture(painter: Painter, atom: Atom, x: float, baseline: float) -> None:
    assert atom.picture is not None
    picture = atom.picture
    if picture.alt:
        painter.mark(atom.node.inside("Figure", alt=picture.alt))
        painter.image(picture.content, x, baseline, picture.width, picture.height)
    else:
        with painter.artifact():
            painter.image(picture.content, x, baseline, picture.width, picture.height)


def _draw_leader(painter: Painter, atom: Atom, x: float, width: float, baseline: float) -> None:
    if not atom.leader:
        return
    style = "dotted" if atom.leader in ".·…" else "dashed" if atom.leader in "-–" else "single"
    with painter.artifact():
        painter.rule(x + 1, baseline - 1, x + width - 1, baseline - 1,
                     Border(width=0.6, color=atom.look.color or "000000", style=style))  # type: ignore[arg-type]


def _draw_backgrounds(painter: Painter, places: list[Place], baseline: float) -> None:
    marked = [(x, atom, width) for x, atom, width in places if atom.look.highlight]
    if not marked:
        return
    with painter.artifact():
        for x, atom, width in marked:
            size = atom.look.size
            painter.fill(x, baseline + atom.look.rise - 0.24 * size, width, 1.2 * size, atom.look.highlight or "FFFF00")


def _draw_rules(painter: Painter, places: list[Place], baseline: float) -> None:
    ruled = [place for place in places if place[1].look.underline or place[1].look.strike]
    if ruled:
        with painter.artifact():
            for x, atom, width in ruled:
                _rule(painter, atom, x, width, baseline + atom.look.rise)
    for x, atom, width in _linked(places):
        size = atom.look.size
        painter.link(atom.look.link or "", (x, baseline - 0.25 * size, x + width, baseline + 0.85 * size), atom.node)


def _linked(places: list[Place]) -> Iterator[Place]:
    """One rectangle for neighbouring words of the same link."""
    start: Place | None = None
    end = 0.0
    for x, atom, width in [*places, (0.0, None, 0.0)]:
        if start is not None and (atom is None or atom.node is not start[1].node):
            yield start[0], start[1], end - start[0]
            start = None
        if atom is not None and atom.look.link:
            start, end = start or (x, atom, width), x + width


def _rule(painter: Painter, atom: Atom, x: float, width: float, baseline: float) -> None:
    size = atom.look.size
    border = Border(width=max(size / 18, 0.4), color=atom.look.color or "000000")
    if atom.look.underline:
        painter.rule(x, baseline - 0.14 * size, x + width, baseline - 0.14 * size, border)
    if atom.look.strike:
        painter.rule(x, baseline + 0.28 * size, x + width, baseline + 0.28 * size, border)
