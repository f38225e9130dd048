"""Stamps say who, what, when; each kind looks different, and nothing is cut off."""

from __future__ import annotations

import io
import math
import unicodedata
from typing import Any

import pytest
from PIL import Image, ImageDraw

from mou_service.documents.pdf.fonts import Fonts, UnknownGlyphs
from mou_service.documents.pdf.marks import DrawnMark, PictureMark, TypedMark
from mou_service.documents.pdf.previews import page_count, page_picture, page_texts
from mou_service.documents.pdf.stamps import Witnessing, stamp
from tests.documents.pdf.making import opened

PERSON = {
    "name": {"en": "Li Ming", "zh": "李明"},
    "title": {"en": "President", "zh": "校长"},
    "organisation": {"en": "Shanghai Polytechnic University", "zh": "上海第二工业大学"},
}
PEN = DrawnMark([[(step * 4.0, 50 + 20 * math.sin(step / 3)) for step in range(40)], [(10.0, 90.0)]])


def made(fonts: Fonts, **changes: Any) -> bytes:
    size = changes.pop("size", (205.0, 90.0))
    facts: dict[str, Any] = {
        "kind": "signatory",
        "as_shown": PERSON,
        "languages": ("en", "zh"),
        "mark": PEN,
        "local_time": "27 March 2024, 15:02 (UTC+08:00)",
        "verification": "mou.example.org/v/AB",
        **changes,
    }
    return stamp(*size, fonts=fonts, **facts)


def ink(pdf: bytes) -> Image.Image:
    return Image.open(io.BytesIO(page_picture(pdf, 0, width=820))).convert("RGB")


def edge_is_white(image: Image.Image) -> bool:
    strips = [
        (0, 0, image.width, 1),
        (0, image.height - 1, image.width, image.height),
        (0, 0, 1, image.height),
        (image.width - 1, 0, image.width, image.height),
    ]
    return all(min(pixel) > 200 for box in strips for pixel in [image.crop(box).resize((1, 1)).getpixel((0, 0))])


def test_a_stamp_is_one_page_of_the_size_of_its_field_with_its_fonts(fonts: Fonts) -> None:
    pdf = made(fonts)
    assert page_count(pdf) == 1
    with opened(pdf) as opened_pdf:
        assert [float(value) for value in opened_pdf.pages[0].mediabox] == [0, 0, 205, 90]
        for font in opened_pdf.pages[0].Resources.Font.values():
            assert "/FontDescriptor" in font.DescendantFonts[0]
    assert made(fonts) == pdf


def test_a_stamp_says_who_and_when(fonts: Fonts) -> None:
    text = page_texts(made(fonts))[0]
    for part in (
        "Li Ming",
        "李明",
        "President",
        "校长",
        "上海第二工业大学",
        "27 March 2024, 15:02 (UTC+08:00)",
        "v/AB",
    ):
        assert part in text


def test_a_witness_cannot_be_mistaken_for_a_party(fonts: Fonts) -> None:
    signatory, witness = made(fonts), made(fonts, kind="witness")
    assert "WITNESSED" in page_texts(witness)[0] and "见证" in page_texts(witness)[0]
    assert "WITNESSED" not in page_texts(signatory)[0]
    frame = ink(witness).crop((0, 0, 820, 6)).convert("L").resize((1, 1)).getpixel((0, 0))
    assert frame < 200 and edge_is_white(ink(signatory))


def test_the_seal_is_vermilion_and_names_the_institution(fonts: Fonts) -> None:
    pdf = made(fonts, kind="seal", mark=None, size=(110.0, 110.0))
    letters = "".join(page_texts(pdf)[0].split())
    assert "ELECTRONICSEAL" in letters and "电子用印" in letters
    assert sorted("ShanghaiPolytechnicUniversity") == sorted(set_of(letters, "ShanghaiPolytechnicUniversity"))
    image = ink(pdf)
    red = [pixel for _, pixel in image.getcolors(100_000) or [] if pixel[0] > 150 and pixel[1] < 90]
    assert red
    assert not [pixel for _, pixel in image.getcolors(100_000) or [] if max(pixel) < 60]


def set_of(letters: str, wanted: str) -> list[str]:
    """The letters of `wanted` that are there, each as often as it is wanted."""
    pool, found = list(letters), []
    for letter in wanted:
        if letter in pool:
            pool.remove(letter)
            found.append(letter)
    return found


@pytest.mark.parametrize("kind", ["signatory", "witness"])
@pytest.mark.parametrize("length", [1, 3, 6])
def test_long_names_shrink_and_wrap_but_stay_whole(fonts: Fonts, kind: str, length: int) -> None:
    person = {key: {"en": "Extraordinary and Plenipotentiary " * length, "zh": "特命全权" * length} for key in PERSON}
    pdf = made(fonts, kind=kind, as_shown=person)
    text = "".join(page_texts(pdf)[0].split())
    assert text.count("特命全权") == 3 * length
    assert kind == "witness" or edge_is_white(ink(pdf))


@pytest.mark.parametrize(
    "mark", [PEN, TypedMark("Li Ming"), TypedMark("李明"), DrawnMark.from_svg("M0 0 L50 40 L90 5 M10,60 L80,60")]
)
def test_marks_are_drawn_in_ink_above_the_line(fonts: Fonts, mark: Any) -> None:
    upper = ink(made(fonts, mark=mark)).crop((0, 0, 820, 130)).convert("L")
    assert min(upper.tobytes()) < 90


def test_a_picture_of_a_signature_loses_its_paper(fonts: Fonts) -> None:
    picture = Image.new("RGB", (400, 200), (250, 248, 240))
    ImageDraw.Draw(picture).line([(40, 150), (200, 40), (360, 150)], fill=(20, 20, 90), width=8)
    out = io.BytesIO()
    picture.save(out, "JPEG")
    image = ink(made(fonts, mark=PictureMark(out.getvalue())))
    assert image.getpixel((410, 118)) == (255, 255, 255)
    assert min(image.crop((0, 0, 820, 130)).convert("L").tobytes()) < 100


def test_svg_strokes_are_read_point_by_point() -> None:
    assert DrawnMark.from_svg("M1 2L3 4 5 6M7,8L-9,10.5").strokes == [[(1, 2), (3, 4), (5, 6)], [(7, 8), (-9, 10.5)]]


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Hoa", "Иван Петров", "Γιώργος", "田中 太郎", "김철수", "محمد علي", "דוד כהן", "สมชาย", "𬭎"]
)
def test_names_in_many_scripts(fonts: Fonts, name: str) -> None:
    text = page_texts(made(fonts, as_shown={"name": {"en": name}}, mark=None))[0]
    assert sorted(set("".join(name.split()))) == sorted(set("".join(text.split("27 March")[0].split())))


def test_a_script_without_a_face_is_refused_by_name(fonts: Fonts) -> None:
    with pytest.raises(UnknownGlyphs, match="TIBETAN LETTER"):
        made(fonts, as_shown={"name": {"en": "བསྟན"}})


def test_a_witness_s_stamp_says_of_whose_signature_from_where_and_from_which_house(fonts: Fonts) -> None:
    about = Witnessing(by_video=True, of={"en": "Galina Ivanova", "zh": "加林娜·伊万诺娃"}, member=True)
    text = "".join(page_texts(made(fonts, kind="witness", witnessing=about))[0].split())
    for part in (
        "视频见证",
        "WITNESSEDBYVIDEO",
        "thesignatureofGalinaIvanova",
        "加林娜·伊万诺娃的签署",
        "所属单位为签约方",
    ):
        assert part in text, part
    plain = "".join(page_texts(made(fonts, kind="witness"))[0].split())
    assert "WITNESSED" in plain and "VIDEO" not in plain and "party" not in plain


def test_a_headline_in_arabic_is_read_from_the_right(fonts: Fonts) -> None:
    text = page_texts(made(fonts, kind="witness", languages=("en", "ar"), witnessing=Witnessing(by_video=True)))[0]
    assert unicodedata.normalize("NFKC", text).startswith("ش"), "the first letter stands rightmost, and is read first"
