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
    of: A | None = None


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


def test_a_witness_of_one_signatory_follows_that_one_alone() -> None:
    for chosen in order.ORDERS:
        first, second = (A("signatory", rank) for rank in order.ranks([True, False], order=chosen))
        earlier, later = sorted([first, second], key=lambda each: each.rank)
        of_one, of_all, seal = (
            A("witness", earlier.rank, capacity="attesting", of=earlier),
            A("witness", 3, capacity="attesting"),
            A("seal", 4),
        )
        slots = [first, second, of_one, of_all, seal]
        assert of_one not in order.next_slots(slots)
        assert order.waited_for(of_one, slots) == [earlier]
        earlier.state = "signed"
        assert order.next_slots(slots) == [later, of_one] if later is second else [of_one, later]
        around = order.around(of_one, slots)
        assert (around.before, around.after) == ([earlier], [seal]) and later in around.beside
        assert order.around(later, slots).before == ([] if chosen == "free" else [earlier])
        later.state = "signed"
        assert of_one in order.next_slots(slots) and of_all in order.next_slots(slots), "witnesses wait for nobody else"
        assert not order.everybody_signed(slots)
