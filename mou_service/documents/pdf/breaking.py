"""Breaks atoms into lines: tabs, words no line can hold, and even spacing in justified text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import inf

from mou_service.documents.blocks import Align, Tab
from mou_service.documents.pdf.atoms import Atom, may_break

#: Where a long address may go on below.
_ADDRESS_JOINTS = frozenset("@./?&=_-")
_DEFAULT_TAB = 36.0
#: How far a gap may shrink, and how far it may grow before it looks bad, as shares of the size.
_SHRINK = 0.05
_STRETCH = 0.16
#: A line less full than this is looked at only where no fuller one ends at the same place.
_EMPTIEST = 0.4


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

    @property
    def notes(self) -> list[int]:
        return [atom.footnote for atom in self.atoms if atom.footnote is not None]


def break_lines(atoms: list[Atom], measure: Measure) -> list[Line]:
    lines: list[Line] = []
    index, queue = 0, list(atoms)
    ends = even_breaks(queue, measure) if measure.align == "justify" else {}
    while index < len(queue):
        start = measure.first_start if not lines else measure.start
        space = max(measure.width - start - measure.end, 1.0)
        end, hard = (ends[index], False) if index in ends else _line_end(queue, index, start, space, measure)
        line = [atom for atom in queue[index:end] if atom.kind != "break"]
        while line and line[-1].kind == "space":
            line.pop()
        lines.append(Line(line, start, space, last=hard or end >= len(queue)))
        index = end
        while not hard and index < len(queue) and queue[index].kind == "space":
            index += 1
    _give_company(lines)
    return lines or [Line([], measure.first_start, measure.width, last=True)]


def _give_company(lines: list[Line]) -> None:
    """A single character is not left alone on the last line: one more joins it from the line before."""
    if len(lines) < 2 or lines[-2].last or not lines[-1].atoms or lines[-1].atoms[0].kind != "square":
        return
    before, last = lines[-2], lines[-1]
    size = max(atom.look.size for atom in last.atoms)
    if sum(atom.width for atom in last.atoms) > 2.1 * size:
        return
    for place in range(len(before.atoms) - 1, len(before.atoms) * 3 // 4, -1):
        if before.atoms[place].kind != "space" and may_break(before.atoms[place - 1], before.atoms[place]):
            before.atoms, last.atoms = before.atoms[:place], before.atoms[place:] + last.atoms
            return


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
    """A word that no line can hold is cut: an address after its @, a dot or a slash, anything else between characters."""
    atom = queue[place]
    if atom.kind not in ("word", "square") or len(atom.text) < 2 or atom.face is None:
        return
    size, too_long = 1, 2
    while too_long < len(atom.text) and _width(atom, atom.text[:too_long]) <= space:
        size, too_long = too_long, 2 * too_long
    too_long = min(too_long, len(atom.text))
    while too_long - size > 1:
        middle = (size + too_long) // 2
        size, too_long = (middle, too_long) if _width(atom, atom.text[:middle]) <= space else (size, middle)
    size = next((end for end in range(size, 1, -1) if atom.text[end - 1] in _ADDRESS_JOINTS), size)
    queue[place : place + 1] = [_part(atom, atom.text[:size]), _part(atom, atom.text[size:])]


def _width(atom: Atom, text: str) -> float:
    assert atom.face is not None
    return atom.face.shape(text, right_to_left=bool(atom.level % 2)).width * atom.look.size / 1000


def _part(atom: Atom, text: str) -> Atom:
    assert atom.face is not None
    shaped = atom.face.shape(text, right_to_left=bool(atom.level % 2))
    return Atom(
        atom.kind,
        text,
        atom.look,
        atom.node,
        shaped.width * atom.look.size / 1000,
        atom.face,
        shaped,
        atom.level,
        breaks_after=True,
    )


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


def stretchable(before: Atom, after: Atom) -> int:
    """How much of a line's slack goes between two atoms: most into spaces, a little between Han."""
    if before.kind == "space":
        return 2
    return 1 if "square" in (before.kind, after.kind) and may_break(before, after) else 0


def even_breaks(queue: list[Atom], measure: Measure) -> dict[int, int]:
    """Where the lines of justified prose start and end so that the spacing is as even as can be.

    Nothing for what has no words to space (Han fills its lines by itself), tabs or line breaks.
    """
    words = sum(atom.kind == "space" for atom in queue)
    if not words or words < len(queue) / 4 or any(atom.kind in ("tab", "break", "picture") for atom in queue):
        return {}
    return _Evener(queue, measure).breaks()


class _Evener:
    """The least uneven way through all places a line may end (after Knuth and Plass)."""

    def __init__(self, queue: list[Atom], measure: Measure) -> None:
        self._queue = queue
        self._measure = measure
        self._ends = [index for index in range(1, len(queue)) if may_break(queue[index - 1], queue[index])]
        self._ends.append(len(queue))
        self._places = list(accumulate((atom.width + atom.after for atom in queue), initial=0.0))
        self._weights = list(accumulate((stretchable(before, after) for before, after in pairwise(queue)), initial=0))
        self._size = max(atom.look.size for atom in queue)
        self._starts = [self._next(end) for end in self._ends]
        self._start_places = [self._places[start] for start in self._starts]
        self._space = measure.width - measure.start - measure.end
        self._first_space = measure.width - measure.first_start - measure.end

    def breaks(self) -> dict[int, int]:
        best: dict[int, tuple[float, int]] = {0: (0.0, -1)}
        for number, end in enumerate(self._ends):
            if (start := self._next(end)) in best and start != end and end != len(self._queue):
                continue
            found = self._best_start(best, number)
            if found is not None:
                best[start] = found
        return self._path(best)

    def _best_start(self, best: dict[int, tuple[float, int]], number: int) -> tuple[float, int] | None:
        """The start of the line that ends here with the least unevenness so far; what does not change is worked out once."""
        end, found = self._ends[number], inf
        chosen = -1
        last = end - 1
        while last > 0 and self._queue[last].kind == "space":
            last -= 1
        reach = self._places[last + 1] - self._queue[last].after - self._queue[last].trim_end
        closes = end == len(self._queue)
        nearest = number - 1
        if not closes:
            filled = bisect_right(self._start_places, reach - _EMPTIEST * self._space) - 1
            nearest = min(nearest, filled) if filled >= 0 and self._starts[filled] in best else nearest
        for previous in range(nearest, -2, -1):
            start = 0 if previous < 0 else self._starts[previous]
            before = best.get(start)
            if before is None or start >= end:
                continue
            space = self._first_space if start == 0 else self._space
            slack = space - reach + self._places[start]
            cost = self._cost(slack, space, self._weights[max(last, start)] - self._weights[start], closes=closes)
            if cost is None:
                break
            if before[0] + cost < found:
                found, chosen = before[0] + cost, start
        return (found, chosen) if found < inf else None

    def _cost(self, slack: float, space: float, weight: int, *, closes: bool) -> float | None:
        """How uneven a line with so much room left is; nothing when it does not fit."""
        if slack < -_SHRINK * self._size * weight - 0.01:
            return None
        if closes:
            return 0.0 if slack < 0.9 * space else 50.0
        if not weight:
            return 1e7  # a single word cannot be spaced
        share = abs(slack) / (weight * self._size * (_STRETCH if slack > 0 else _SHRINK))
        uneven = 1 + 10 * share * share * share
        return uneven * uneven

    def _next(self, end: int) -> int:
        while end < len(self._queue) and self._queue[end].kind == "space":
            end += 1
        return end

    def _path(self, best: dict[int, tuple[float, int]]) -> dict[int, int]:
        place = len(self._queue)
        if place not in best:
            return {}
        ends: dict[int, int] = {}
        by_next = {self._next(end): end for end in self._ends}
        while place > 0:
            start = best[place][1]
            ends[start] = by_next[place]
            place = start
        return ends
