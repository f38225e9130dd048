"""Draws a line of text: alignment, justification, both directions, leaders, rules and links."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mou_service.documents.blocks import Align, Border, Stroke
from mou_service.documents.pdf.atoms import Atom
from mou_service.documents.pdf.breaking import Line, Measure, stretchable
from mou_service.documents.pdf.painter import Painter, Piece

#: A justified line whose gaps would grow beyond this share of the size stays ragged.
_LOOSEST = 1.4
_MIRRORED: dict[Align, Align] = {"left": "right", "right": "left"}


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
        weights = [stretchable(before, after) for before, after in pairwise(ordered)]
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
        align = _MIRRORED.get(align, align)
    if align == "right":
        return gaps, slack
    return gaps, slack / 2 if align == "center" else 0.0


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
    return (
        before.shaped is not None
        and after.shaped is not None
        and before.node is after.node
        and before.level == after.level
        and (before.look.size, before.look.rise, before.look.color)
        == (after.look.size, after.look.rise, after.look.color)
    )


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
    pieces = [
        Piece(atom.face, atom.shaped, width - atom.width)
        for _, atom, width in stretch
        if atom.face is not None and atom.shaped is not None
    ]
    painter.words(x, baseline + first.look.rise, first.look.size, pieces, color=first.look.color)


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
    style: Stroke = "dotted" if atom.leader in ".·…" else "dashed" if atom.leader in "-–" else "single"
    with painter.artifact():
        painter.rule(
            x + 1,
            baseline - 1,
            x + width - 1,
            baseline - 1,
            Border(width=0.6, color=atom.look.color or "000000", style=style),
        )


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
