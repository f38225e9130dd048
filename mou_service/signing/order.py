"""Whose turn it is: ranks given at the freeze, and the slots that may be signed now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

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
    @property
    def of(self) -> Place | None:
        """The signatory whose signature a witness witnesses; None for a witness of the whole signing."""


P = TypeVar("P", bound=Place)


@dataclass(frozen=True)
class Around(Generic[P]):
    """Who must have signed before somebody, who can only sign after, and who in any order with them."""

    before: list[P]
    beside: list[P]
    after: list[P]


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


def precedes(first: Place, then: Place) -> bool:
    """Whether the one must have signed before the other may.

    Signatories follow each other by rank. A witness of one signatory follows that one alone, also while others are
    still to sign; a witness of the whole signing follows all signatories. Nobody waits for a witness but the seal.
    """
    if then.kind == "seal":
        return first.kind != "seal"
    if first.kind != "signatory" or first is then:
        return False
    if then.kind == "signatory":
        return first.rank < then.rank
    return then.of is None or first is then.of or first.rank < then.of.rank


def around(slot: P, slots: Sequence[P]) -> Around[P]:
    """The other slots as the person at this one sees them."""
    before = [each for each in slots if precedes(each, slot)]
    after = [each for each in slots if precedes(slot, each)]
    beside = [each for each in slots if each is not slot and each not in before and each not in after]
    return Around(before, beside, after)


def next_slots(slots: Sequence[P]) -> list[P]:
    """The slots whose turn it is: all open ones that wait for nobody.

    Nobody's turn comes after somebody refused whose mark the agreement needs; a ceremonial witness who
    declines holds nobody up.
    """
    if refused(slots):
        return []
    waiting = [slot for slot in slots if slot.state == "waiting"]
    return [slot for slot in waiting if not any(precedes(each, slot) for each in waiting)]


def waited_for(slot: P, slots: Sequence[P]) -> list[P]:
    """Those whose turn it is and who keep this slot waiting."""
    return [each for each in next_slots(slots) if precedes(each, slot)]


def refused(slots: Sequence[P]) -> list[P]:
    """The slots whose person declined and without which the agreement cannot come about."""
    return [slot for slot in slots if slot.state == "declined" and is_needed(slot)]


def is_needed(slot: Place) -> bool:
    """Whether the agreement cannot come about without this mark."""
    return slot.kind == "signatory" or slot.capacity == "attesting"


def everybody_signed(slots: Sequence[P]) -> bool:
    """Whether only the seal is left."""
    return not refused(slots) and all(slot.kind == "seal" for slot in slots if slot.state == "waiting")
