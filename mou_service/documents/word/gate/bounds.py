"""How much a Word file may hold: every part with markup is read once within bounds, before anything is built from it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from mou_service.documents.word.findings import UnsafeFile, finding

MAX_XML = 24 << 20
MAX_XML_TOTAL = 64 << 20
#: Twice what a thesis of two hundred pages holds.
MAX_ELEMENTS = 250_000
MAX_ATTRIBUTES = 400_000
MAX_ATTRIBUTES_OF_ONE = 200
MAX_NAMESPACES = 20_000
MAX_DEPTH = 180
#: Letters of text in all parts together.
MAX_TEXT = 3_000_000
#: Of each kind in all parts together, by the name without its prefix; what reads them is quick enough for so many.
MAX_OF_A_KIND: Mapping[str, int] = {
    "p": 8_000,
    "r": 30_000,
    "tr": 8_000,
    "tc": 20_000,
    "sdt": 4_000,
    "ins": 6_000,
    "del": 6_000,
    "rPrChange": 6_000,
    "pPrChange": 6_000,
    "bookmarkStart": 10_000,
    "commentRangeStart": 2_000,
    "comment": 2_000,
    "footnote": 1_500,
    "endnote": 1_500,
    "fldChar": 9_000,
    "fldSimple": 3_000,
    "hyperlink": 6_000,
    "drawing": 2_000,
    "pict": 2_000,
    "AlternateContent": 2_000,
    "style": 4_000,
    "abstractNum": 3_000,
    "num": 3_000,
    "Relationship": 3_000,
}
#: How a part with markup begins, in one or two bytes a letter.
_BEGINNINGS = (b"<", b"<\0", b"\0<", b"\xff\xfe", b"\xfe\xff")
_MARKUP = (".xml", ".rels", ".vml", ".svg")
#: These need not be well formed: nothing reads them.
_LOOSE = (".htm", ".html", ".mht", ".txt", ".rtf", ".bin", ".odttf", ".dat")


@dataclass(slots=True)
class _Count:
    size: int = 0
    attributes: int = 0
    text: int = 0
    elements: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


def refused(code: str, **facts: Any) -> UnsafeFile:
    return UnsafeFile([finding(code, outcome="refuse", **facts)])


def look_through(archive: ZipFile, entries: Iterable[ZipInfo]) -> None:
    """Raise `UnsafeFile` for a part that is broken, defines entities, or holds more than any agreement does."""
    count = _Count()
    for entry in entries:
        if not entry.is_dir() and _is_markup(archive, entry):
            with archive.open(entry) as part:
                _read(part.read(MAX_XML + 1), entry.filename, count)


def _is_markup(archive: ZipFile, entry: ZipInfo) -> bool:
    """By its name, or because it begins like it: programs go by what points at a part, not by its name."""
    if entry.filename.lower().endswith(_MARKUP):
        return True
    with archive.open(entry) as part:
        start = part.read(64)
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_BEGINNINGS)


def _read(xml: bytes, name: str, count: _Count) -> None:
    count.size += len(xml)
    tags, namespaces = xml.count(b"<"), xml.count(b"xmlns")
    if len(xml) > MAX_XML or count.size > MAX_XML_TOTAL or namespaces > MAX_NAMESPACES:
        raise refused("too_complex", part=name)
    # Most elements have two tags; a part with more is not even begun.
    if count.elements + tags // 2 > MAX_ELEMENTS:
        raise refused("too_complex", part=name)
    kinds = _parse(xml, name, count)
    for kind, times in kinds.items():
        count.kinds[kind.rpartition(":")[2]] += times
    count.elements += kinds.total()
    if count.elements > MAX_ELEMENTS or count.attributes > MAX_ATTRIBUTES or count.text > MAX_TEXT:
        raise refused("too_complex", part=name)
    if any(count.kinds[kind] > most for kind, most in MAX_OF_A_KIND.items()):
        raise refused("too_complex", part=name)


def _parse(xml: bytes, name: str, count: _Count) -> Counter[str]:
    """How often each element stands in a part."""
    kinds: Counter[str] = Counter()
    depth = 0

    def begin(tag: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        kinds[tag] += 1
        count.attributes += len(attributes) // 2
        if depth > MAX_DEPTH:
            raise refused("too_complex", kind="deep", part=name, limit=MAX_DEPTH)
        if len(attributes) > 2 * MAX_ATTRIBUTES_OF_ONE:
            raise refused("too_complex", part=name)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1

    def text(said: str) -> None:
        count.text += len(said)

    def refuse(*_: object) -> None:
        raise refused("entities", part=name)

    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        if name.lower().endswith(_LOOSE):
            return kinds
        raise refused("broken_file", kind="part", part=name, detail=str(error)) from error
    return kinds
