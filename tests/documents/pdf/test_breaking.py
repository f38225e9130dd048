"""Lines break where the languages allow it, and justified lines are even."""

from __future__ import annotations

import pytest

from mou_service.documents.blocks import Run, Tab
from mou_service.documents.pdf.atoms import NO_END, NO_START, Itemiser
from mou_service.documents.pdf.breaking import Line, Measure, break_lines
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.tags import Node
from tests.documents.pdf.making import ARABIC, CHINESE, ENGLISH


def lines(
    fonts: Fonts, text: str, width: float, *, language: str = "en", size: float = 10.0, **measure: object
) -> list[Line]:
    itemiser = Itemiser(fonts, language=language)
    right_to_left = bool(measure.get("right_to_left"))
    atoms = itemiser.atoms([Run(text, size=size, language=language)], Node("P"), right_to_left=right_to_left)
    return break_lines(atoms, Measure(width, **measure))  # type: ignore[arg-type]


def texts(found: list[Line]) -> list[str]:
    return ["".join(atom.text for atom in line.atoms) for line in found]


def natural(line: Line) -> float:
    return sum(atom.width for atom in line.atoms) + sum(atom.after for atom in line.atoms[:-1])


@pytest.mark.parametrize("width", [float(width) for width in range(62, 240, 7)])
def test_no_line_begins_or_ends_with_what_may_not(fonts: Fonts, width: float) -> None:
    found = texts(lines(fonts, CHINESE * 2 + "（“主管部门”），《章程》。", width, language="zh"))
    assert "".join(found) == CHINESE * 2 + "（“主管部门”），《章程》。"
    assert not [text for text in found[1:] if text[0] in NO_START]
    assert not [text for text in found[:-1] if text[-1] in NO_END]


@pytest.mark.parametrize("width", [90.0, 150.0, 215.0])
@pytest.mark.parametrize("align", ["left", "justify"])
def test_no_line_is_wider_than_its_column(fonts: Fonts, width: float, align: str) -> None:
    for text, language in ((ENGLISH, "en"), (CHINESE, "zh"), ("自2024年3月27日起Agreement生效，有效期5年。" * 4, "zh")):
        for line in lines(fonts, text, width, language=language, align=align):
            squeeze = 0.1 * 10.0 * sum(atom.kind == "space" for atom in line.atoms)
            assert natural(line) - line.atoms[-1].trim_end <= width + squeeze + 0.1


def test_words_stay_whole_and_nothing_is_lost(fonts: Fonts) -> None:
    found = texts(lines(fonts, ENGLISH, 120.0))
    assert " ".join(found) == ENGLISH
    justified = texts(lines(fonts, ENGLISH, 120.0, align="justify"))
    assert " ".join(justified) == ENGLISH


def test_justified_prose_avoids_the_loosest_line(fonts: Fonts) -> None:
    def loosest(found: list[Line]) -> float:
        return max(
            (line.space - natural(line)) / max(sum(atom.kind == "space" for atom in line.atoms), 1)
            for line in found[:-1]
        )

    text = ENGLISH * 2
    assert loosest(lines(fonts, text, 160.0, align="justify")) <= loosest(lines(fonts, text, 160.0)) + 0.01


def test_a_word_no_line_can_hold_is_cut_between_characters(fonts: Fonts) -> None:
    found = texts(lines(fonts, "a" * 200, 100.0))
    assert len(found) > 5
    assert "".join(found) == "a" * 200


def test_a_long_address_goes_on_below_after_a_joint(fonts: Fonts) -> None:
    found = texts(lines(fonts, "international.relations.office@uni-ruse.example", 110))
    assert len(found) > 1
    assert all(line.endswith((".", "@", "-")) for line in found[:-1])
    assert "".join(found) == "international.relations.office@uni-ruse.example"


def test_a_line_break_in_the_text_ends_the_line(fonts: Fonts) -> None:
    found = lines(fonts, "one\ntwo three", 300.0)
    assert texts(found) == ["one", "two three"]
    assert found[0].last


@pytest.mark.parametrize(("align", "where"), [("left", 200.0), ("right", 200.0), ("center", 200.0), ("decimal", 200.0)])
def test_tabs_bring_text_to_their_stop(fonts: Fonts, align: str, where: float) -> None:
    line = lines(fonts, "Fee\t1234.50", 400.0, tabs=[Tab(where, align)])[0]  # type: ignore[arg-type]
    tab = next(index for index, atom in enumerate(line.atoms) if atom.kind == "tab")
    start = sum(atom.width for atom in line.atoms[: tab + 1])
    after = sum(atom.width for atom in line.atoms[tab + 1 :])
    point = 0.0
    for glyph in line.atoms[-1].shaped.glyphs:  # type: ignore[union-attr]
        if glyph.text == ".":
            break
        point += glyph.advance * 10 / 1000
    expected = {"left": start, "right": start + after, "center": start + after / 2, "decimal": start + point}[align]
    assert expected == pytest.approx(where, abs=0.1)


def test_han_and_latin_stand_apart_and_brackets_close_up(fonts: Fonts) -> None:
    line = lines(fonts, "第3条（一），", 300.0, language="zh")[0]
    by_text = {atom.text: atom for atom in line.atoms}
    assert by_text["第"].after > 1
    assert by_text["3"].after > 1
    assert by_text["）"].after < -4


def test_right_to_left_lines_keep_their_words(fonts: Fonts) -> None:
    found = lines(fonts, ARABIC, 150.0, language="ar", right_to_left=True)
    assert len(found) > 2
    assert "".join(texts(found)).replace(" ", "") == ARABIC.replace(" ", "")
    brackets = [atom for line in found for atom in line.atoms if atom.text[0] in "()"]
    assert {atom.level % 2 for atom in brackets} == {1}


def test_no_character_stands_alone_on_the_last_line(fonts: Fonts) -> None:
    text = "双方另行签订书面协议并经主管部门批准后实施。"
    for width in range(60, 230, 5):
        found = texts(lines(fonts, text, float(width), language="zh"))
        assert "".join(found) == text
        assert len(found[-1]) >= 3
