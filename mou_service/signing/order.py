"""Whose turn it is: ranks given at the freeze, and the slots that may be signed now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

#: In the order a person chooses from them; the words stand in forms.py.
ORDERS = ("listed", "own_first", "partner_first", "free")


class Place(Protocol):
    """What order needs to know of a slot."""

    @property
    def kind(self) -> str: ...
    @property
    def capacity(self) -> str: ...
    @property
    def rank(self) -> int: ...
    @property
    def state(self) -> str: ...


P = TypeVar("P", bound=Place)


def ranks(own: Sequence[bool], *, order: str) -> list[int]:
    """The rank of each signatory, given as listed on paper; `own` says who signs for our own institution.

    Within one side the listed order stays. Equal ranks mean that any of them may be first.
    """
    assert order in ORDERS, order
    if order == "free":
        return [1] * len(own)
    if order == "listed":
        return list(range(1, len(own) + 1))
    first = order == "own_first"
    turn = sorted(range(len(own)), key=lambda n: (own[n] is not first, n))
    return [turn.index(n) + 1 for n in range(len(own))]


def next_slots(slots: Sequence[P]) -> list[P]:
    """The slots whose turn it is: all open ones that share the lowest unsigned rank.

    Nobody's turn comes after somebody refused whose mark the agreement needs; a ceremonial witness who
    declines holds nobody up.
    """
    if refused(slots):
        return []
    waiting = [slot for slot in slots if slot.state == "waiting"]
    lowest = min((slot.rank for slot in waiting), default=0)
    return [slot for slot in waiting if slot.rank == lowest]


def refused(slots: Sequence[P]) -> list[P]:
    """The slots whose person declined and without which the agreement cannot come about."""
    return [slot for slot in slots if slot.state == "declined" and is_needed(slot)]


def is_needed(slot: Place) -> bool:
    """Whether the agreement cannot come about without this mark."""
    return slot.kind == "signatory" or slot.capacity == "attesting"


def everybody_signed(slots: Sequence[P]) -> bool:
    """Whether only the seal is left."""
    return not refused(slots) and all(slot.kind == "seal" for slot in slots if slot.state == "waiting")
