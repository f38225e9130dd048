"""Marks are checked before anything is drawn with them."""

from __future__ import annotations

import io
import json
import struct
import zlib

import pytest
from flask import Flask
from PIL import Image, ImageDraw

from mou_service.core.errors import Invalid
from mou_service.signing.making import marks

pytestmark = pytest.mark.usefixtures("app")


def a_picture(*, ink: bool = True, mode: str = "RGB", kind: str = "PNG", size: tuple[int, int] = (600, 200)) -> bytes:
    image = Image.new(mode, size, "#e8e4da" if mode == "RGB" else (0, 0, 0, 0))
    if ink:
        ImageDraw.Draw(image).line([(100, 150), (300, 40), (500, 150)], fill=(20, 20, 60), width=6)
    output = io.BytesIO()
    image.save(output, kind)
    return output.getvalue()


def test_a_drawn_mark_keeps_the_way_of_the_pen(app: Flask) -> None:
    sent = json.dumps({"strokes": [[[1, 2, 0, 0.5], [40.26, 50, 7, 0.5]], []]})
    mark = marks.drawn(sent)
    assert mark.strokes == (((1.0, 2.0), (40.3, 50.0)),)
    assert mark.digest == marks.drawn(sent).digest != marks.typed("x").digest


@pytest.mark.parametrize(
    "sent",
    ["", "  ", "[]", "{}", "nonsense", '{"strokes": 3}', '{"strokes": [[["a", 1]]]}', '{"strokes": [[[1e999, 1], [2, 2]]]}',
     '{"strokes": [[[true, 1], [2, 90]]]}', '{"strokes": [[[1, 1], [1.5, 1]]]}', '{"strokes": [[[null, null]]]}',
     '{"strokes": [[[NaN, 1], [9, 9]]]}', json.dumps({"strokes": [[[0, 0], [99, 99]]] * 400}), "[" * 100_000],
)  # fmt: skip
def test_anything_else_is_no_drawn_mark(sent: str) -> None:
    with pytest.raises(Invalid) as refused:
        marks.drawn(sent)
    assert "mark" in refused.value.fields


def test_a_typed_mark_is_one_line() -> None:
    assert marks.typed("  Галина \n Иванова ").text == "Галина Иванова"
    assert marks.typed("Galina \u202eavonavI\u2066\u200b").text == "Galina avonavI", "what turns or hides is dropped"
    assert marks.typed("می\u200cخواهم").text == "می\u200cخواهم"
    for wrong in ("", " \u3000 ", "\u202e\u2069", "x" * 121):
        with pytest.raises(Invalid):
            marks.typed(wrong)


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "PNG"), ("RGB", "JPEG"), ("RGBA", "PNG")])
def test_a_picture_is_cut_to_the_ink_on_clear_ground(mode: str, kind: str) -> None:
    mark = marks.picture(a_picture(mode=mode, kind=kind))
    with Image.open(io.BytesIO(mark.picture)) as image:
        assert image.mode == "RGBA"
        assert 380 <= image.width <= 430 and 100 <= image.height <= 140
        assert image.getpixel((0, 0))[3] < 60
    assert b"Exif" not in mark.picture


def test_a_picture_that_cannot_be_used_says_why() -> None:
    for content, words in (
        (b"", "Choose a picture"),
        (b"GIF89a not a picture", "not a PNG or JPEG"),
        (a_picture(ink=False), "Nothing can be seen"),
        (a_picture(size=(5000, 4000)), "too many pixels"),
        (b"\x89PNG\r\n\x1a\n" + bytes(marks.LARGEST_PICTURE), "larger than 2 MB"),
        (a_picture()[:-200], "not a PNG or JPEG"),
    ):
        with pytest.raises(Invalid) as refused:
            marks.picture(content)
        assert words in str(refused.value)


@pytest.mark.parametrize("size", [(4100, 4100), (20_000, 20_000), (2**31 - 1, 1)])
def test_a_picture_that_only_claims_to_be_huge_is_not_opened(size: tuple[int, int]) -> None:
    with pytest.raises(Invalid, match="too many pixels"):
        marks.picture(_claiming(*size))


def _claiming(width: int, height: int) -> bytes:
    """A small PNG whose head promises pixels it does not have."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(99))),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
