"""Whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from mou_service.signing import order


@dataclass
class A:
    kind: str
    rank: int
    state: str = "waiting"
    capacity: str = ""


def test_ranks_by_order() -> None:
    own = [True, False, True, False]
    assert order.ranks(own, order="listed") == [1, 2, 3, 4]
    assert order.ranks(own, order="own_first") == [1, 3, 2, 4]
    assert order.ranks(own, order="partner_first") == [3, 1, 4, 2]
    assert order.ranks(own, order="free") == [1, 1, 1, 1]


@given(st.lists(st.booleans(), min_size=1, max_size=9), st.sampled_from(order.ORDERS))
def test_ranks_begin_at_one_and_have_no_gap(own: list[bool], chosen: str) -> None:
    ranks = order.ranks(own, order=chosen)
    assert sorted(set(ranks)) == list(range(1, max(ranks) + 1))


def test_all_of_the_lowest_unsigned_rank_may_sign() -> None:
    first, second, witness, seal = (
        A("signatory", 1),
        A("signatory", 1),
        A("witness", 2, capacity="ceremonial"),
        A("seal", 3),
    )
    slots = [first, second, witness, seal]
    assert order.next_slots(slots) == [first, second]
    first.state = "signed"
    assert order.next_slots(slots) == [second]
    second.state = "signed"
    assert order.next_slots(slots) == [witness]
    assert not order.everybody_signed(slots)
    witness.state = "signed"
    assert order.next_slots(slots) == [seal]
    assert order.everybody_signed(slots)


def test_nobody_signs_after_a_refusal_that_matters() -> None:
    slots = [A("signatory", 1, "declined"), A("signatory", 2), A("seal", 3)]
    assert order.next_slots(slots) == []
    assert order.refused(slots) == [slots[0]]
    assert not order.everybody_signed(slots)


def test_a_guest_of_honour_holds_nobody_up_an_attesting_witness_does() -> None:
    guest, attesting = A("witness", 2, "declined", "ceremonial"), A("witness", 2, capacity="attesting")
    slots = [A("signatory", 1, "signed"), guest, attesting, A("seal", 3)]
    assert order.next_slots(slots) == [attesting]
    attesting.state = "signed"
    assert order.everybody_signed(slots)
