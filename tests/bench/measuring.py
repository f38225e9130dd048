"""Measuring several ways of doing the same thing in one run, and what is made of the figures."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Times:
    """What the rounds took, in milliseconds. `processor` counts this process only, not what it has others do."""

    wall: tuple[float, ...]
    processor: tuple[float, ...]

    @property
    def least(self) -> float:
        return min(self.wall)

    @property
    def middle(self) -> float:
        return statistics.median(self.wall)

    @property
    def work(self) -> float | None:
        return min(self.processor, default=None)


def interleaved(ways: Mapping[str, Callable[[], object]], *, rounds: int, warm: int = 1) -> dict[str, Times]:
    """Each way once a round, in turns: what the machine does beside meets all of them alike."""
    for _ in range(warm):
        for way in ways.values():
            way()
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            gc.collect()
            began, worked = time.perf_counter(), time.process_time()
            way()
            took[name].append(((time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000))
    return {name: Times(*zip(*each, strict=True)) for name, each in took.items()}


@dataclass(frozen=True)
class Figure:
    """One line of the table: ours beside a peer's or beside a number, and the target for it if there is one.

    `ratio` is ours by theirs. A target is at most `target` of the ratio, or of our figure where `of_ours` is set.
    Where the processor's time is known it counts, not the clock's: others on the machine lengthen only the latter.
    """

    what: str
    unit: str
    ours: float | None
    middle: float | None = None
    work: float | None = None
    against: str = ""
    theirs: float | None = None
    their_work: float | None = None
    target: float | None = None
    of_ours: bool = False
    missing: str = ""

    @property
    def ratio(self) -> float | None:
        if self.work and self.their_work:
            return self.work / self.their_work
        return self.ours / self.theirs if self.ours is not None and self.theirs else None

    @property
    def met(self) -> bool | None:
        """None: there is no target, or it was not measured."""
        reached = (self.work or self.ours) if self.of_ours else self.ratio
        return None if reached is None or self.target is None else reached <= self.target

    def facts(self) -> dict[str, Any]:
        return {
            "what": self.what, "unit": self.unit, "ours": self.ours, "ours_median": self.middle,
            "ours_processor": self.work, "against": self.against, "theirs": self.theirs,
            "theirs_processor": self.their_work, "ratio": self.ratio,
            "target": self.target, "target_of": "ours" if self.of_ours else "ratio", "met": self.met,
            "not_measured": self.missing,
        }  # fmt: skip


def compared(
    what: str, ours: Times, *, against: str, theirs: Times, target: float | None = None, of_ours: bool = False
) -> Figure:
    """Two ways of one run, by the least time of each: everything above it was something else."""
    return Figure(
        what, "ms", ours.least, middle=ours.middle, work=ours.work, against=against, theirs=theirs.least,
        their_work=theirs.work, target=target, of_ours=of_ours,
    )  # fmt: skip


def missing(what: str, *, against: str, target: float, why: str) -> Figure:
    """A peer that is not here is named, never guessed."""
    return Figure(what, "ms", None, against=against, target=target, missing=why)
