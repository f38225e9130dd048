"""Check digits find slips, and pasted addresses are understood."""

import pytest

from mou_service.partners import identifiers

GOOD = {
    "ror": "05jb9pq57",
    "lei": "5493001KJTIIGC8Y1R12",
    "uscc": "91350100M000100Y43",
    "isni": "0000000121032683",
    "pic": "999874349",
    "wikidata": "Q3150",
}


@pytest.mark.parametrize(("scheme", "value"), GOOD.items())
def test_a_right_number_is_taken(scheme: str, value: str) -> None:
    assert identifiers.problem(scheme, identifiers.normalised(scheme, f" {value} ")) is None


@pytest.mark.parametrize("scheme", ["ror", "lei", "uscc", "isni"])
def test_every_slip_of_one_digit_is_found(scheme: str) -> None:
    value = GOOD[scheme]
    for place, character in enumerate(value):
        if character.isdigit():
            slipped = value[:place] + str((int(character) + 1) % 10) + value[place + 1 :]
            assert identifiers.problem(scheme, slipped) is not None, slipped


@pytest.mark.parametrize(
    ("scheme", "typed", "kept"),
    [
        ("ror", "https://ror.org/05JB9PQ57", "05jb9pq57"),
        ("isni", "0000 0001 2103 2683", "0000000121032683"),
        ("uscc", "91350100 m000100y43", "91350100M000100Y43"),
        ("register", " HRB  12345, Amtsgericht Stuttgart ", "HRB 12345, Amtsgericht Stuttgart"),
    ],
)
def test_numbers_are_kept_in_one_form(scheme: str, typed: str, kept: str) -> None:
    assert identifiers.normalised(scheme, typed) == kept


def test_the_examples_people_are_shown_are_right() -> None:
    for scheme in identifiers.SCHEMES.values():
        assert identifiers.problem(scheme.key, identifiers.normalised(scheme.key, scheme.looks_like)) is None, (
            scheme.key
        )
