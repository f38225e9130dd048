"""Fills pages with units: footnotes at the foot, repeated headings, headers and footers around."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mou_service.documents.blocks import Block, Placed, Section
from mou_service.documents.findings import finding
from mou_service.documents.pdf.painter import Painter
from mou_service.documents.pdf.units import Break, CannotDraw, Unit, total_height

_NOTE_GAP = 10.0
_T = TypeVar("_T")


@dataclass(slots=True)
class Area:
    """Where the text of a page stands."""

    left: float
    top: float
    bottom: float
    width: float

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(slots=True)
class Page:
    section: Section
    area: Area
    first: bool
    #: As the document counts its pages; sections may begin anew.
    number: int = 1
    section_pages: int = 0
    units: list[Unit] = field(default_factory=list)
    notes: list[Unit] = field(default_factory=list)

    @property
    def header(self) -> list[Block]:
        section = self.section
        return self._own(section.first_header, section.even_header, section.header)

    @property
    def placed(self) -> list[Placed]:
        section = self.section
        return self._own(section.first_placed, section.even_placed, section.placed)

    @property
    def footer(self) -> list[Block]:
        section = self.section
        return self._own(section.first_footer, section.even_footer, section.footer)

    def _own(self, of_first: list[_T] | None, of_even: list[_T] | None, of_others: list[_T]) -> list[_T]:
        if self.first and of_first is not None:
            return of_first
        return of_even if of_even is not None and self.number % 2 == 0 else of_others

    def draw(self, painter: Painter) -> None:
        y = self.area.top
        for unit in self.units:
            y -= unit.before
            unit.draw(painter, self.area.left, y)
            y -= unit.height
        if self.notes:
            self._draw_notes(painter)

    def _draw_notes(self, painter: Painter) -> None:
        y = self.area.bottom + total_height(self.notes)
        with painter.artifact():
            painter.fill(self.area.left, y + _NOTE_GAP / 2 - 1, min(144.0, self.area.width / 3), 0.5, "000000")
        for unit in self.notes:
            y -= unit.before
            unit.draw(painter, self.area.left, y)
            y -= unit.height


class Paginator:
    """Makes up the pages of one section, the first of which has the number `start`.

    `area(first, number)` gives the text area of a page, `notes(number)` a footnote's units.
    """

    def __init__(
        self,
        section: Section,
        area: Callable[[bool, int], Area],
        notes: Callable[[int], list[Unit]],
        *,
        start: int = 1,
    ) -> None:
        self._section = section
        self._start = start
        self._area = area
        self._notes = notes
        self._waiting: list[Unit] = []
        self.pages: list[Page] = []

    def fill(self, units: list[Unit]) -> list[Page]:
        queue = list(units)
        while queue or self._waiting:
            page = self._new_page()
            self._fill_page(page, queue)
        made = self.pages or [self._new_page()]
        for page in made:
            page.section_pages = len(made)
        return made

    def _new_page(self) -> Page:
        first, number = not self.pages, self._start + len(self.pages)
        page = Page(self._section, self._area(first, number), first, number)
        self.pages.append(page)
        page.notes, self._waiting = self._waiting, []
        return page

    def _fill_page(self, page: Page, queue: list[Unit]) -> None:
        """Move units from the queue to the page, back to the last place where a page may end."""
        while queue and isinstance(queue[0], Break) and not page.first:
            queue.pop(0)
        self._repeat_heading(page, queue)
        free = len(page.units)
        while queue:
            unit = queue[0]
            if isinstance(unit, Break):
                queue.pop(0)
                if page.units:
                    return
                continue
            if len(page.units) == free and not page.first:
                unit.before = 0.0
            if not self._fits(page, unit):
                self._end_page(page, queue, free)
                return
            self._put(page, queue.pop(0))

    def _repeat_heading(self, page: Page, queue: list[Unit]) -> None:
        if queue and queue[0].repeat and len(self.pages) > 1:
            page.units.extend(copy(unit) for unit in queue[0].repeat)

    def _end_page(self, page: Page, queue: list[Unit], free: int) -> None:
        """The next unit does not fit: split it, or go back to where the page may end."""
        parts = queue[0].split(self._space(page) - queue[0].before)
        if parts is not None:
            page.units.append(parts[0])
            page.notes.extend(note for number in parts[0].notes for note in self._notes(number))
            queue[0] = parts[1]
            return
        end = len(page.units)
        while end > free and page.units[end - 1].keep:
            end -= 1
        if end > free:
            queue[:0] = self._take_back(page, end)
        elif len(page.units) == free:
            self._force(page, queue)

    def _take_back(self, page: Page, end: int) -> list[Unit]:
        returned = page.units[end:]
        page.units = page.units[:end]
        for number in [number for unit in returned for number in unit.notes]:
            gone = {id(note) for note in self._notes(number)}
            page.notes = [note for note in page.notes if id(note) not in gone]
        return returned

    def _force(self, page: Page, queue: list[Unit]) -> None:
        """A unit alone on its page: its footnote may follow later, but it must itself fit."""
        unit = queue.pop(0)
        if unit.height > page.area.height + 0.5:
            facts: dict[str, Any] = {
                "page": len(self.pages),
                "height": f"{unit.height:.0f}",
                "room": f"{page.area.height:.0f}",
            }
            raise CannotDraw([finding("cannot_draw", outcome="refuse", kind="too_tall", **facts)])
        page.units.append(unit)
        notes = [note for number in unit.notes for note in self._notes(number)]
        while notes and notes[0].height + notes[0].before <= self._space(page) - (0 if page.notes else _NOTE_GAP):
            page.notes.append(notes.pop(0))
        self._waiting.extend(notes)

    def _put(self, page: Page, unit: Unit) -> None:
        page.units.append(unit)
        for number in unit.notes:
            page.notes.extend(self._notes(number))

    def _fits(self, page: Page, unit: Unit) -> bool:
        notes = [note for number in unit.notes for note in self._notes(number)]
        extra = total_height(notes) + (_NOTE_GAP if notes and not page.notes else 0.0)
        return unit.before + unit.height + extra <= self._space(page) + 0.01

    def _space(self, page: Page) -> float:
        notes = total_height(page.notes) + _NOTE_GAP if page.notes else 0.0
        return page.area.height - total_height(page.units) - notes
