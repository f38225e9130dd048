"""Folding: what is typed meets what is stored, in any script."""

import pytest

from mou_service.core.search import folded


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Русенски университет „Ангел Кънчев“", "русенски Ангел"),
        ("阿明·基恩尔", "阿明・基恩尔"),
        ("阿明·基恩尔", "基恩尔"),
        ("Mu\u0308ller", "müller"),
        ("Müller", "muller"),
        ("Straße", "STRASSE"),
        ("O'Brien-Šafářová y García", "safarova garcia"),
        ("ＭｏＵ", "mou"),
        ("李\u3000明", "李 明"),
        ("Nguyễn Thị Ngọc Ánh", "nguyen anh"),
        ("GROẞMANN", "grossmann"),
        ("Ёлка", "елка"),
        ("𠮷田 髙橋", "𠮷田"),
        ("\u202eSSPU\u200b", "sspu"),
    ],
)
def test_finds(stored: str, typed: str) -> None:
    assert all(word in folded(stored) for word in folded(typed).split())


def test_folding_again_changes_nothing() -> None:
    text = "Доц. д-р Галина Иванова – O’Brien, 沪二工大外协〔2024〕15号"
    assert folded(folded(text)) == folded(text)
