"""A .docx as the parts it consists of, and how they point at each other."""

import io
import posixpath
import re
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from mou_service.documents.word.ooxml import PACKAGE_RELATIONSHIPS, parse

#: Every file we write bears the same date inside, so that the same content gives the same bytes.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
#: The parts with text of the agreement in them.
_STORIES = ("officeDocument", "header", "footer", "footnotes", "endnotes")


@dataclass(frozen=True, slots=True)
class Relationship:
    kind: str
    target: str
    external: bool


class Package:
    """The parts of one checked file; parsed once, on demand."""

    def __init__(self, content: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        self._entries = {info.filename.lstrip("/"): info for info in self._zip.infolist()}
        self._roots: dict[str, etree._Element | None] = {}
        self._relationships: dict[str, dict[str, Relationship]] = {}

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def read(self, name: str) -> bytes:
        return self._zip.read(self._entries[name])

    def root(self, name: str) -> etree._Element | None:
        """The parsed part, always the same tree; nothing when it is not there or broken."""
        if name not in self._roots:
            try:
                self._roots[name] = parse(self.read(name)) if name in self._entries else None
            except (etree.XMLSyntaxError, ValueError):
                self._roots[name] = None
        return self._roots[name]

    def relationships(self, name: str) -> dict[str, Relationship]:
        """What the part points at, by id; "" is the package itself."""
        if name not in self._relationships:
            folder, base = posixpath.split(name)
            root = self.root(posixpath.join(folder, "_rels", f"{base}.rels"))
            found = root.iter(PACKAGE_RELATIONSHIPS + "Relationship") if root is not None else ()
            self._relationships[name] = {str(each.get("Id")): _relationship(each, folder) for each in found}
        return self._relationships[name]

    @cached_property
    def main(self) -> str:
        """The name of the part with the body."""
        for relationship in self.relationships("").values():
            if relationship.kind == "officeDocument":
                return relationship.target
        return "word/document.xml"

    def related(self, kind: str) -> str | None:
        """The main part's one part of this kind, such as "styles"."""
        return next((each.target for each in self.relationships(self.main).values() if each.kind == kind), None)

    def related_root(self, kind: str) -> etree._Element | None:
        name = self.related(kind)
        return self.root(name) if name else None

    @cached_property
    def stories(self) -> list[str]:
        """The parts with text: body, headers and footers, notes; in a fixed order."""
        found = [
            each.target
            for each in self.relationships(self.main).values()
            if each.kind in _STORIES and not each.external
        ]
        return [self.main, *sorted(set(found) - {self.main}, key=_natural)]

    def write(self, changed: Mapping[str, bytes], *, without: Collection[str] = ()) -> bytes:
        """A new file with some parts replaced, added or left out; the same input gives the same bytes."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
            for name, entry in self._entries.items():
                if name in without or entry.is_dir():
                    continue
                content = changed[name] if name in changed else self._zip.read(entry)
                out.writestr(_entry(name), content)
            for name in changed.keys() - self._entries.keys():
                out.writestr(_entry(name), changed[name])
        return target.getvalue()


def _relationship(element: etree._Element, folder: str) -> Relationship:
    kind = str(element.get("Type") or "").rpartition("/")[2]
    target = str(element.get("Target") or "")
    external = element.get("TargetMode") == "External"
    if not external:
        target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return Relationship(kind=kind, target=target, external=external)


def _natural(name: str) -> list[tuple[int, str]]:
    """footer2 before footer10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _ZIP_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
