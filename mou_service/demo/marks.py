"""Marks for a performance without people: a pen's way made from the letters of a name."""

from __future__ import annotations

import math

from mou_service.signing.making.marks import Mark

#: Points a letter, and how far the pen moves on for it.
POINTS, ADVANCE = 14, 46.0


def mark(name: str) -> Mark:
    """A drawn mark that is always the same for a name and looks like nobody's signature."""
    ways, start = [], 20.0
    for word in name.split():
        ways.append(tuple(_letter_points(word, start)))
        start += ADVANCE * len(word) * 0.62 + 18
    return Mark("drawn", strokes=tuple(ways))


def _letter_points(word: str, start: float) -> list[tuple[float, float]]:
    points = []
    for index, letter in enumerate(word):
        height = 18 + (ord(letter) * 7) % 42 * (1.3 if index == 0 else 0.7)
        lean = ((ord(letter) * 3) % 11 - 5) * 0.9
        for step in range(POINTS):
            turn = 2 * math.pi * step / POINTS
            x = start + index * ADVANCE * 0.62 + step * 2.1 + math.sin(turn) * (9 + lean)
            y = 90 - height * (1 - math.cos(turn)) / 2 - index * 0.8
            points.append((round(x, 1), round(y, 1)))
    return points
