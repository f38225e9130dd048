"""Units: the smallest things a page break may separate, and how many of them a space holds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from mou_service.documents.blocks import Block, Custom
from mou_service.documents.findings import Hindered
from mou_service.documents.pdf.painter import Painter
from mou_service.documents.pdf.tags import Node


class CannotDraw(Hindered):
    """The document asks for something the pages cannot hold; the finding says where."""


class Unit(Protocol):
    """Something of one height that is drawn in one piece, or split when it is taller than the space left."""

    height: float
    before: float
    #: No page break directly after this unit.
    keep: bool
    notes: list[int]
    #: Drawn again at the top of the next page when the break falls before this unit.
    repeat: Sequence[Unit]

    def draw(self, painter: Painter, x: float, top: float) -> None: ...

    def split(self, space: float) -> tuple[Unit, Unit] | None: ...


class Special(Custom, ABC):
    """A block that draws itself: a place for a signature, a code, an ornament."""

    __slots__ = ()

    @abstractmethod
    def height(self, width: float) -> float: ...

    @abstractmethod
    def draw(self, painter: Painter, node: Node, x: float, top: float, width: float) -> None: ...


@dataclass(slots=True)
class Break:
    """Ends the page here."""

    height: float = 0.0
    before: float = 0.0
    keep: bool = False
    notes: list[int] = field(default_factory=list)
    repeat: Sequence[Unit] = ()

    def draw(self, painter: Painter, x: float, top: float) -> None:
        """Nothing to see."""

    def split(self, space: float) -> None:
        return None


class Flow(Protocol):
    """What makes units of blocks; the inside of a table cell is made the same way as a page."""

    def units(self, blocks: Sequence[Block | Special], width: float, node: Node) -> list[Unit]: ...


def total_height(units: Sequence[Unit]) -> float:
    return sum(unit.before + unit.height for unit in units)


def cut(units: list[Unit], space: float) -> tuple[list[Unit], list[Unit]]:
    """As many units as the space holds without breaking a bond, and the rest."""
    used, fits = 0.0, 0
    for unit in units:
        used += unit.before + unit.height
        if used > space + 0.01:
            break
        fits += 1
    while 0 < fits < len(units) and units[fits - 1].keep:
        fits -= 1
    return units[:fits], units[fits:]
