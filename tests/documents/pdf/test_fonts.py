"""Every character finds a face, or the text is refused with its name."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from mou_service.documents.pdf.fonts import Fonts, UnknownGlyphs, load, prepare
from mou_service.documents.pdf.text import pdf_paragraphs
from tests.documents.pdf.making import document, drawn, paragraph


def faces(fonts: Fonts, text: str, **look: object) -> list[str]:
    return [face.name for face, _ in fonts.runs(text, **look)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Memorandum", "en", "NotoSerif-Regular"),
        ("Меморандум", "bg", "NotoSerif-Regular"),
        ("Μνημόνιο", "el", "NotoSerif-Regular"),
        ("Nguyễn", "vi", "NotoSerif-Regular"),
        ("谅解备忘录", "zh", "NotoSerifSC-Regular"),
        ("諒解備忘錄", "zh-Hant", "NotoSansTC-Regular"),
        ("覚書", "ja", "NotoSansJP-Regular"),
        ("양해각서", "ko", "NotoSansKR-Regular"),
        ("مذكرة", "ar", "Amiri-Regular"),
        ("מזכר", "he", "FrankRuhlLibre-Regular"),
        ("บันทึก", "th", "NotoSansThai-Regular"),
        ("☐", "en", "FiraCode-Regular"),
    ],
)
def test_each_script_has_a_face(fonts: Fonts, text: str, language: str, expected: str) -> None:
    assert faces(fonts, text, language=language) == [expected]


def test_emphasis_in_chinese_is_hei_not_a_false_bold(fonts: Fonts) -> None:
    assert faces(fonts, "用印", language="zh", bold=True) == ["NotoSansSC-Bold"]
    assert faces(fonts, "Seal", language="en", bold=True, italic=True) == ["NotoSerif-BoldItalic"]


def test_runs_keep_every_character_in_order(fonts: Fonts) -> None:
    text = "自2024年3月27日 in Shanghai – 谢华清 (校长), Nguyễn, Кънчев."
    assert "".join(part for _, part in fonts.runs(text)) == text


@pytest.mark.parametrize(
    ("text", "language", "where", "wide"),
    [
        ("称“本备忘录”。", "zh", 1, True),
        ("“Memorandum”", "en", 0, False),
        ("“谅解”", None, 0, True),
        ("“Joint”", None, 0, False),
        ("（„Ангел Кънчев“）", "zh", 14, False),
        ("甲方——乙方", "zh", 2, True),
    ],
)
def test_quotes_and_dashes_are_full_width_only_in_chinese(
    fonts: Fonts, text: str, language: str | None, where: int, wide: bool
) -> None:
    position = 0
    for face, part in fonts.runs(text, language=language):
        if position <= where < position + len(part):
            assert face.east_asian is wide
        position += len(part)


def test_an_unknown_character_is_named_with_its_place(fonts: Fonts) -> None:
    with pytest.raises(UnknownGlyphs) as refused:
        fonts.runs("Signed by 😀 and ཨོཾ today")
    first = refused.value.characters[0]
    assert first.name == "U+1F600 GRINNING FACE"
    assert "Signed by" in first.around
    assert "TIBETAN" in str(refused.value)
    assert "font folder" in str(refused.value)
    assert [each.character for each in fonts.unknown("ok 😀")] == ["😀"]


def test_a_document_with_an_unknown_character_is_not_drawn(fonts: Fonts) -> None:
    with pytest.raises(UnknownGlyphs):
        drawn(document(paragraph("Tibetan: བོད")), fonts)


@pytest.mark.parametrize("text", ["䶮 𬭎 𫖯 𬱖", "𠮷野家", "Ω Ω", "fi efficient", "①㈠№℃"])
def test_rare_characters_are_read_back_as_written(fonts: Fonts, text: str) -> None:
    made = drawn(document(paragraph(text, "zh", size=12)), fonts)
    found = pdf_paragraphs(made.pdf)[0]
    assert found.replace(" ", "") == text.replace(" ", "")


def test_prepare_opens_every_face_and_names_missing_packages(tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    missing = prepare(tmp_path / "fonts", progress=lambda *step: seen.append(step))
    assert missing == []
    assert (tmp_path / "fonts").is_dir()
    assert [count for count, _, _ in seen] == list(range(1, seen[-1][1] + 1))
    assert "NotoSerifSC-Regular" in {name for _, _, name in seen}


def test_fonts_of_the_institution_are_asked_last_and_checked(tmp_path: Path) -> None:
    spec = find_spec("fontpkg_amiri")
    assert spec is not None and spec.origin is not None
    source = Path(spec.origin).parent / "files" / "Amiri-Regular.ttf"
    (tmp_path / "House.ttf").write_bytes(source.read_bytes())
    assert load(tmp_path).faces[-1].name == "House"
    assert [face.name for face, _ in load(tmp_path).runs("Deed")] == ["NotoSerif-Regular"]
    (tmp_path / "Broken.ttf").write_bytes(b"not a font")
    with pytest.raises(ValueError, match=r"Broken\.ttf"):
        Fonts(tmp_path)


def test_the_same_folder_gives_the_same_fonts() -> None:
    assert load() is load()
