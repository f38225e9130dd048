"""What pictures tell beside what they show: place, time, camera, author, program; left out of a file that is given away."""

import struct

from mou_service.documents.word.package import Package
from mou_service.documents.word.reading.pictures import picture_kind

#: Exif and XMP, Photoshop's notes, remarks. What says how colours are meant stays.
_JPEG_NOTES = frozenset({0xE1, 0xED, 0xFE})
_PNG_NOTES = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})
_ORIENTATION = 0x0112


def cleaned(package: Package) -> dict[str, bytes]:
    """The pictures of a file that told more than they show."""
    found = {}
    for name in package.names:
        if "/media/" in name:
            content = package.read(name)
            plain = without_notes(content)
            if plain != content:
                found[name] = plain
    return found


def without_notes(content: bytes) -> bytes:
    """The picture without notes; one that is turned by its notes, or is none that we know, stays as it is."""
    kind = picture_kind(content)
    try:
        if kind is not None and kind.kind == "jpeg":
            return _jpeg(content)
        if kind is not None and kind.kind == "png":
            return _png(content)
    except (struct.error, IndexError):
        return content
    return content


def _jpeg(content: bytes) -> bytes:
    kept, at = [content[:2]], 2
    while content[at] == 0xFF and content[at + 1] != 0xDA:
        length = 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
        segment = content[at : at + length]
        if segment[4:8] == b"Exif" and _turned(segment[10:]):
            return content
        if content[at + 1] not in _JPEG_NOTES:
            kept.append(segment)
        at += length
    return b"".join([*kept, content[at:]])


def _turned(exif: bytes) -> bool:
    """Whether its notes have it shown turned; notes that are broken turn nothing."""
    order = "<" if exif[:2] == b"II" else ">"
    try:
        at = struct.unpack(order + "I", exif[4:8])[0]
        for index in range(struct.unpack(order + "H", exif[at : at + 2])[0]):
            tag, _kind, _count, value = struct.unpack(order + "HHIH", exif[at + 2 + 12 * index : at + 12 + 12 * index])
            if tag == _ORIENTATION:
                return bool(value > 1)
    except struct.error:
        return False
    return False


def _png(content: bytes) -> bytes:
    kept, at = [content[:8]], 8
    while at + 12 <= len(content):
        length = struct.unpack(">I", content[at : at + 4])[0]
        if content[at + 4 : at + 8] not in _PNG_NOTES:
            kept.append(content[at : at + 12 + length])
        at += 12 + length
    return b"".join([*kept, content[at:]])
