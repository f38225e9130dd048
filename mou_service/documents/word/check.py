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
from xml.parsers import expat

from mou_service.documents.word import cleaning
from mou_service.documents.word.findings import Finding, UnsafeFile
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
_OTHER_TYPES = (
    ("macroEnabled", "is a Word file with macros. Save it in Word as “Word Document (.docx)” and upload that"),
    ("wordprocessingml.template", "is a Word template (.dotx). Save it in Word as “Word Document (.docx)”"),
    ("spreadsheetml", "is an Excel workbook. Upload the agreement as a Word document (.docx)"),
    ("presentationml", "is a PowerPoint presentation. Upload the agreement as a Word document (.docx)"),
)
_STARTS = (
    (b"%PDF", "is a PDF. Upload the Word document (.docx) that it was made from"),
    (b"{\\rtf", "is an RTF text. Open it in Word and save it as “Word Document (.docx)”"),
    (b"<html", "is a web page. Open it in Word and save it as “Word Document (.docx)”"),
    (b"<!doc", "is a web page. Open it in Word and save it as “Word Document (.docx)”"),
    (b"<?xml", "is a bare XML file. Open it in Word and save it as “Word Document (.docx)”"),
    (b"\x89PNG", "is a picture. Upload the agreement as a Word document (.docx)"),
    (b"\xff\xd8", "is a picture. Upload the agreement as a Word document (.docx)"),
)
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg")


@dataclass(frozen=True, slots=True)
class Checked:
    """`clean` is the copy to work on; `findings` are what was taken out of it and what a person should know."""

    clean: bytes
    findings: tuple[Finding, ...]


def check(content: bytes, *, filename: str = "") -> Checked:
    """The safe copy of a Word file, or `UnsafeFile` with every reason; the content decides, not the name."""
    try:
        _container(content, filename)
        entries = _table(content)
        _markup(content, entries)
        _content_types(content, filename)
        _pictures(content, entries)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _refused("broken_file", "The file is damaged and cannot be opened. Open it in Word, save it again "
                       "and upload the new copy.", facts={"detail": str(error)[:100]}) from error
    return _clean(content)


def _refused(code: str, message: str, *, place: str = "", facts: dict[str, str] | None = None) -> UnsafeFile:
    return UnsafeFile([Finding(code, message, place=place, outcome="refuse", facts=facts or {})])


def _container(content: bytes, filename: str) -> None:
    """The file's first bytes: only a zip can be a .docx."""
    named = f"“{filename}”" if filename else "This file"
    if not content:
        raise _refused("empty_file", f"{named} is empty. Choose the file again.")
    if len(content) > MAX_FILE:
        raise _refused("too_large", f"{named} is larger than {MAX_FILE >> 20} MB. Make the pictures in it smaller "
                       "(Word: Picture Format, Compress Pictures).", facts={"limit": str(MAX_FILE >> 20)})
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _refused("encrypted", f"{named} is protected by a password. Remove the password in Word "
                           "(File, Info, Protect Document) and upload it again.")
        raise _refused("wrong_type", f"{named} is in the old Word format (.doc). Save it in Word as "
                       "“Word Document (.docx)”.")
    if content[:4] != b"PK\x03\x04":
        start = content[:64].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
        words = next((words for mark, words in _STARTS if start.startswith(mark.lower())),
                     "is no Word document (.docx)")
        raise _refused("wrong_type", f"{named} {words}.")


def _table(content: bytes) -> list[zipfile.ZipInfo]:
    """The zip's list of entries, when it holds no trick."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise _refused("zip_bomb", f"The file has {len(entries)} parts inside; no Word document needs so many.")
    seen: set[str] = set()
    for entry in entries:
        _entry(entry, seen)
    if sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise _refused("zip_bomb", f"Unpacked, the file is over {MAX_TOTAL >> 20} MB. Make its pictures smaller.")
    spans = sorted((entry.header_offset, entry.header_offset + 30 + entry.compress_size) for entry in entries)
    if any(after[0] < before[1] for before, after in pairwise(spans)):
        raise _refused("zip_trick", "Parts of the file overlap each other, which no program does by accident.")
    return entries


def _entry(entry: zipfile.ZipInfo, seen: set[str]) -> None:
    name = entry.filename
    shown = name[:60].encode("ascii", "replace").decode()
    key = name.lower().lstrip("/")
    if key in seen:
        raise _refused("zip_trick", f"The file contains “{shown}” twice, so programs would show different texts.",
                       facts={"part": shown})
    seen.add(key)
    if name.startswith("/") or ".." in name.split("/") or any(mark in name for mark in "\0:\\"):
        raise _refused("zip_trick", f"A part of the file is called “{shown}”, which points outside the file.",
                       facts={"part": shown})
    if entry.flag_bits & 1:
        raise _refused("encrypted", "The file is encrypted. Remove the password in Word and upload it again.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused("zip_trick", "The file is packed in a way that Word does not use. Save it again in Word.")
    mode = entry.external_attr >> 16
    if entry.create_system == 3 and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused("zip_trick", f"“{shown}” inside the file is a link and not a part of a document.")
    if entry.file_size > 4 << 20 and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        raise _refused("zip_bomb", f"“{shown}” unpacks to {entry.file_size >> 20} MB from almost nothing.",
                       facts={"part": shown})


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
                raise _refused("too_complex", "The text inside the file is far larger than any agreement. Copy the "
                               "agreement into a new Word document and upload that.", facts={"part": entry.filename})
            _well_formed(xml, entry.filename)


def _well_formed(xml: bytes, name: str) -> None:
    def refuse(*_: object) -> None:
        raise _refused("entities", f"“{name}” defines entities of its own, which Word documents never do.",
                       facts={"part": name})

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise _refused("broken_file", f"“{name}” inside the file is damaged ({error}). Open the file in Word, save it "
                       "again and upload the new copy.", facts={"part": name}) from error


def _content_types(content: bytes, filename: str) -> None:
    """What the package itself says it is."""
    package = Package(content)
    named = f"“{filename}”" if filename else "This file"
    types = package.root("[Content_Types].xml")
    if types is None:
        kind = package.read("mimetype")[:60].decode("ascii", "replace") if "mimetype" in package.names else ""
        words = "is an OpenDocument text" if "opendocument" in kind else "is a zip file, not a Word document"
        raise _refused("wrong_type", f"{named} {words}. Save it in Word as “Word Document (.docx)”.")
    declared = [str(each.get("ContentType") or "") for each in types.iter(CONTENT_TYPES + "Override",
                                                                          CONTENT_TYPES + "Default")]
    main = next((str(each.get("ContentType")) for each in types.iter(CONTENT_TYPES + "Override")
                 if str(each.get("PartName") or "").lstrip("/") == package.main), "")
    if main != _WORD and _WORD not in declared:
        every = " ".join(declared)
        words = next((words for mark, words in _OTHER_TYPES if mark in every), "is no Word document (.docx)")
        raise _refused("wrong_type", f"{named} {words}.")
    if any(re.search(r"vbaProject|vbaData|macroEnabled", each, re.IGNORECASE) for each in declared):
        raise _refused("macros", f"{named} contains macros. Save it in Word as “Word Document (.docx)”.")
    if package.root(package.main) is None:
        raise _refused("broken_file", f"The text of {named} is missing or damaged. Save it again in Word.")


def _pictures(content: bytes, entries: Iterable[zipfile.ZipInfo]) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in entries:
            if not entry.filename.lower().endswith(_PICTURES):
                continue
            with archive.open(entry) as part:
                kind = picture_kind(part.read(1 << 18))
            if kind and kind.width * kind.height > MAX_PIXELS:
                name = posixpath.basename(entry.filename)
                raise _refused("image_bomb", f"The picture “{name}” has {kind.width} × {kind.height} pixels. Make it "
                               "smaller and put it in again.", facts={"part": name})


def _clean(content: bytes) -> Checked:
    """Look into the parts, take out what does not belong, and refuse when that is not enough."""
    package = Package(content)
    work = cleaning.examine(package)
    if any(finding.outcome == "refuse" for finding in work.findings):
        raise UnsafeFile(work.findings)
    if not (work.changed or work.dropped):
        return Checked(clean=content, findings=tuple(work.findings))
    roots = ((name, package.root(name)) for name in sorted(work.changed))
    parts = {name: serialise(root) for name, root in roots if root is not None}
    return Checked(clean=package.write(parts, without=work.dropped), findings=tuple(work.findings))


