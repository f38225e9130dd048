"""What kind of picture some bytes are, and how many pixels they claim, from the first bytes alone."""

import struct
from dataclasses import dataclass

_JPEG_SIZES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
#: The kinds that can be put on a page as they are.
DRAWABLE = frozenset({"png", "jpeg", "gif", "bmp", "tiff"})


@dataclass(frozen=True, slots=True)
class PictureKind:
    kind: str
    width: int = 0
    height: int = 0


def picture_kind(content: bytes) -> PictureKind | None:
    """Nothing when these are no picture; a size of 0 when the kind has none in pixels."""
    try:
        return _kind(content)
    except (struct.error, IndexError):
        return None


def _kind(content: bytes) -> PictureKind | None:
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return PictureKind("png", *struct.unpack(">II", content[16:24]))
    if content[:6] in (b"GIF87a", b"GIF89a"):
        return PictureKind("gif", *struct.unpack("<HH", content[6:10]))
    if content[:2] == b"\xff\xd8":
        return _jpeg(content)
    if content[:2] == b"BM":
        width, height = struct.unpack("<ii", content[18:26])
        return PictureKind("bmp", abs(width), abs(height))
    if content[:4] in (b"II*\0", b"MM\0*"):
        return _tiff(content)
    return _without_pixels(content)


def _without_pixels(content: bytes) -> PictureKind | None:
    if content[40:44] == b" EMF":
        left, top, right, bottom = struct.unpack("<iiii", content[8:24])
        return PictureKind("emf", abs(right - left), abs(bottom - top))
    wmf = content[:4] in (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00")
    kinds = (("wmf", wmf), ("svg", b"<svg" in content[:2048]))
    return next((PictureKind(kind) for kind, fits in kinds if fits), None)


def _jpeg(content: bytes) -> PictureKind:
    at = 2
    while at + 9 < len(content):
        marker = content[at + 1]
        if content[at] != 0xFF or marker == 0xFF:
            at += 1
        elif marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return PictureKind("jpeg", width, height)
        else:
            at += 2 if 0xD0 <= marker <= 0xD9 else 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
    return PictureKind("jpeg")


def _tiff(content: bytes) -> PictureKind:
    order = "<" if content[:2] == b"II" else ">"
    at = struct.unpack(order + "I", content[4:8])[0]
    sizes = {0x100: 0, 0x101: 0}
    for index in range(struct.unpack(order + "H", content[at : at + 2])[0]):
        entry = content[at + 2 + 12 * index : at + 14 + 12 * index]
        tag, kind = struct.unpack(order + "HH", entry[:4])
        if tag in sizes:
            sizes[tag] = struct.unpack(order + ("H" if kind == 3 else "I"), entry[8 : 10 if kind == 3 else 12])[0]
    return PictureKind("tiff", sizes[0x100], sizes[0x101])
