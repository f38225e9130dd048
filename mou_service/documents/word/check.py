"""The gate for uploaded Word files: refuse what cannot be trusted, take out what does not belong, name the rest."""

import io
import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from xml.parsers import expat

from mou_service.documents.word import cleaning
from mou_service.documents.word.findings import Finding, UnsafeFile, finding
from mou_service.documents.word.ooxml import CONTENT_TYPES, serialise
from mou_service.documents.word.package import Package
from mou_service.documents.word.pictures import picture_kind

MAX_FILE = 25 << 20
MAX_ENTRIES = 2_000
MAX_TOTAL = 160 << 20
MAX_XML = 24 << 20
MAX_XML_TOTAL = 64 << 20
#: What the parsed XML may take in memory, by the usual size of a tag and an attribute.
MAX_TREE = 190 << 20
_TAG_SIZE, _ATTRIBUTE_SIZE = 64, 216
MAX_RATIO = 250
MAX_PIXELS = 64_000_000

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
#: What the package says it is, and the kind of file that is.
_OTHER_TYPES = (
    ("macroEnabled", "with_macros"),
    ("wordprocessingml.template", "template"),
    ("spreadsheetml", "workbook"),
    ("presentationml", "presentation"),
)
_STARTS = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"<html", "web_page"),
    (b"<!doc", "web_page"),
    (b"<?xml", "xml"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8", "picture"),
)
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg")


@dataclass(frozen=True, slots=True)
class Checked:
    """`clean` is the copy to work on; `findings` are what was taken out of it and what a person should know."""

    clean: bytes
    findings: tuple[Finding, ...]


def check(content: bytes) -> Checked:
    """The safe copy of a Word file, or `UnsafeFile` with every reason; the content decides, whatever it is called."""
    try:
        _container(content)
        entries = _table(content)
        _markup(content, entries)
        _content_types(content)
        _pictures(content, entries)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _refused("broken_file", detail=str(error)[:100]) from error
    return _clean(content)


def _refused(code: str, **facts: Any) -> UnsafeFile:
    return UnsafeFile([finding(code, outcome="refuse", **facts)])


def _container(content: bytes) -> None:
    """The file's first bytes: only a zip can be a .docx."""
    if not content:
        raise _refused("empty_file")
    if len(content) > MAX_FILE:
        raise _refused("too_large", limit=MAX_FILE >> 20)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _refused("encrypted")
        raise _refused("wrong_type", kind="old_word")
    if content[:4] != b"PK\x03\x04":
        start = content[:64].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
        raise _refused(
            "wrong_type", kind=next((kind for mark, kind in _STARTS if start.startswith(mark.lower())), "other")
        )


def _table(content: bytes) -> list[zipfile.ZipInfo]:
    """The zip's list of entries, when it holds no trick."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise _refused("zip_bomb", kind="parts", count=len(entries))
    seen: set[str] = set()
    for entry in entries:
        _entry(entry, seen)
    if sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise _refused("zip_bomb", kind="size", limit=MAX_TOTAL >> 20)
    spans = sorted((entry.header_offset, entry.header_offset + 30 + entry.compress_size) for entry in entries)
    if any(after[0] < before[1] for before, after in pairwise(spans)):
        raise _refused("zip_trick", kind="overlap")
    return entries


def _entry(entry: zipfile.ZipInfo, seen: set[str]) -> None:
    name = entry.filename
    shown = name[:60].encode("ascii", "replace").decode()
    key = name.lower().lstrip("/")
    if key in seen:
        raise _refused("zip_trick", kind="twice", part=shown)
    seen.add(key)
    if name.startswith("/") or ".." in name.split("/") or any(mark in name for mark in "\0:\\"):
        raise _refused("zip_trick", kind="outside", part=shown)
    if entry.flag_bits & 1:
        raise _refused("encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused("zip_trick", kind="packing")
    mode = entry.external_attr >> 16
    if entry.create_system == 3 and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused("zip_trick", kind="link", part=shown)
    if entry.file_size > 4 << 20 and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        raise _refused("zip_bomb", kind="part", part=shown, size=entry.file_size >> 20)


def _markup(content: bytes, entries: Iterable[zipfile.ZipInfo]) -> None:
    """Every XML part is read within bounds: well formed, no DTD, no flood of elements."""
    tree = size = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in entries:
            if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                continue
            with archive.open(entry) as part:
                xml = part.read(MAX_XML + 1)
            size += len(xml)
            tree += _TAG_SIZE * xml.count(b"<") + _ATTRIBUTE_SIZE * xml.count(b"=")
            if len(xml) > MAX_XML or size > MAX_XML_TOTAL or tree > MAX_TREE:
                raise _refused("too_complex", part=entry.filename)
            _well_formed(xml, entry.filename)


def _well_formed(xml: bytes, name: str) -> None:
    def refuse(*_: object) -> None:
        raise _refused("entities", part=name)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise _refused("broken_file", kind="part", part=name, detail=str(error)) from error


def _content_types(content: bytes) -> None:
    """What the package itself says it is."""
    package = Package(content)
    types = package.root("[Content_Types].xml")
    if types is None:
        kind = package.read("mimetype")[:60].decode("ascii", "replace") if "mimetype" in package.names else ""
        raise _refused("wrong_type", kind="opendocument" if "opendocument" in kind else "zip")
    declared = [
        str(each.get("ContentType") or "") for each in types.iter(CONTENT_TYPES + "Override", CONTENT_TYPES + "Default")
    ]
    main = next(
        (
            str(each.get("ContentType"))
            for each in types.iter(CONTENT_TYPES + "Override")
            if str(each.get("PartName") or "").lstrip("/") == package.main
        ),
        "",
    )
    if main != _WORD and _WORD not in declared:
        every = " ".join(declared)
        raise _refused("wrong_type", kind=next((kind for mark, kind in _OTHER_TYPES if mark in every), "other"))
    if any(re.search(r"vbaProject|vbaData|macroEnabled", each, re.IGNORECASE) for each in declared):
        raise _refused("macros")
    if package.root(package.main) is None:
        raise _refused("broken_file", kind="text")


def _pictures(content: bytes, entries: Iterable[zipfile.ZipInfo]) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in entries:
            if not entry.filename.lower().endswith(_PICTURES):
                continue
            with archive.open(entry) as part:
                kind = picture_kind(part.read(1 << 18))
            if kind and kind.width * kind.height > MAX_PIXELS:
                name = posixpath.basename(entry.filename)
                raise _refused("image_bomb", part=name, width=kind.width, height=kind.height)


def _clean(content: bytes) -> Checked:
    """Look into the parts, take out what does not belong, and refuse when that is not enough."""
    package = Package(content)
    work = cleaning.examine(package)
    if any(found.outcome == "refuse" for found in work.findings):
        raise UnsafeFile(work.findings)
    if not (work.changed or work.dropped):
        return Checked(clean=content, findings=tuple(work.findings))
    roots = ((name, package.root(name)) for name in sorted(work.changed))
    parts = {name: serialise(root) for name, root in roots if root is not None}
    return Checked(clean=package.write(parts, without=work.dropped), findings=tuple(work.findings))
