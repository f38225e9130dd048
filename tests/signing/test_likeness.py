"""Whether two names could be one person's."""

from __future__ import annotations

import pytest

from mou_service.signing.ways.likeness import agree


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Galina Ivanova Ivanova", ["Galina Ivanova", "加林娜·伊万诺娃"]),
        ("IVANOVA GALINA", ["Galina Ivanova"]),
        ("MULLER, Jörg", ["Jorg Müller"]),
        ("谢华清", ["Xie Huaqing", "谢华清"]),
        ("Галина Иванова", ["Galina Ivanova", "Галина Иванова"]),
        ("Ｘｉｅ Huaqing", ["Xie Huaqing"]),
    ],
)
def test_order_accents_case_and_further_names_make_no_other_person(name: str, shown: list[str]) -> None:
    assert agree(name, shown)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Mallory Malcheva", ["Galina Ivanova"]),
        ("Galina Petrova", ["Galina Ivanova"]),
        ("Галина Иванова", ["Galina Ivanova"]),
        ("", ["Galina Ivanova"]),
        ("University of Ruse", ["Galina Ivanova"]),
    ],
)
def test_somebody_has_to_look_at_the_rest(name: str, shown: list[str]) -> None:
    assert not agree(name, shown)
