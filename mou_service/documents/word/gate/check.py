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
from urllib.parse import unquote

from mou_service.documents.word.findings import Finding, UnsafeFile
from mou_service.documents.word.gate import cleaning
from mou_service.documents.word.gate.bounds import look_through, refused
from mou_service.documents.word.ooxml import CONTENT_TYPES, serialise
from mou_service.documents.word.package import Package
from mou_service.documents.word.reading.pictures import picture_kind

MAX_FILE = 25 << 20
MAX_ENTRIES = 2_000
MAX_TOTAL = 160 << 20
MAX_RATIO = 250
MAX_PIXELS = 64_000_000
MAX_SIDE = 60_000

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
#: A picture says its size within this, but for one with long remarks in front.
_HEAD, _LONG_HEAD = 1 << 18, 32 << 20


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
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            look_through(archive, entries)
        _content_types(content)
        _pictures(content, entries)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise refused("broken_file", detail=str(error)[:100]) from error
    return _clean(content)


def _container(content: bytes) -> None:
    """The file's first bytes: only a zip can be a .docx."""
    if not content:
        raise refused("empty_file")
    if len(content) > MAX_FILE:
        raise refused("too_large", limit=MAX_FILE >> 20)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise refused("encrypted")
        raise refused("wrong_type", kind="old_word")
    if content[:4] != b"PK\x03\x04":
        start = content[:64].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
        raise refused(
            "wrong_type", kind=next((kind for mark, kind in _STARTS if start.startswith(mark.lower())), "other")
        )


def _table(content: bytes) -> list[zipfile.ZipInfo]:
    """The zip's list of entries, when it holds no trick."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise refused("zip_bomb", kind="parts", count=len(entries))
    seen: set[str] = set()
    for entry in entries:
        _entry(entry, seen)
    if sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise refused("zip_bomb", kind="size", limit=MAX_TOTAL >> 20)
    spans = sorted((entry.header_offset, entry.header_offset + 30 + entry.compress_size) for entry in entries)
    if any(after[0] < before[1] for before, after in pairwise(spans)):
        raise refused("zip_trick", kind="overlap")
    return entries


def _entry(entry: zipfile.ZipInfo, seen: set[str]) -> None:
    name = entry.filename
    shown = name[:60].encode("ascii", "replace").decode()
    # Programs differ in what they take for one name: letters small or large, %2f for a stroke, "./".
    plain = unquote(name)
    key = posixpath.normpath(plain.casefold().lstrip("/"))
    if key in seen:
        raise refused("zip_trick", kind="twice", part=shown)
    seen.add(key)
    if plain.startswith("/") or ".." in plain.split("/") or any(mark in plain for mark in "\0:\\"):
        raise refused("zip_trick", kind="outside", part=shown)
    if entry.flag_bits & 1:
        raise refused("encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refused("zip_trick", kind="packing")
    mode = entry.external_attr >> 16
    if entry.create_system == 3 and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise refused("zip_trick", kind="link", part=shown)
    if entry.file_size > 4 << 20 and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        raise refused("zip_bomb", kind="part", part=shown, size=entry.file_size >> 20)


def _content_types(content: bytes) -> None:
    """What the package itself says it is."""
    package = Package(content)
    types = package.root("[Content_Types].xml")
    if types is None:
        kind = package.read("mimetype")[:60].decode("ascii", "replace") if "mimetype" in package.names else ""
        raise refused("wrong_type", kind="opendocument" if "opendocument" in kind else "zip")
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
        raise refused("wrong_type", kind=next((kind for mark, kind in _OTHER_TYPES if mark in every), "other"))
    if any(re.search(r"vbaProject|vbaData|macroEnabled", each, re.IGNORECASE) for each in declared):
        raise refused("macros")
    if package.root(package.main) is None:
        raise refused("broken_file", kind="text")


def _pictures(content: bytes, entries: Iterable[zipfile.ZipInfo]) -> None:
    """By their first bytes, whatever they are called."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in entries:
            with archive.open(entry) as part:
                head = part.read(_HEAD)
                kind = picture_kind(head)
                if kind and kind.kind in ("jpeg", "tiff") and not kind.width:
                    kind = picture_kind(head + part.read(_LONG_HEAD))
            if kind and (kind.width * kind.height > MAX_PIXELS or max(kind.width, kind.height) > MAX_SIDE):
                name = posixpath.basename(entry.filename)
                raise refused("image_bomb", part=name, width=kind.width, height=kind.height)


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
