"""What all parts of one Word file share while it is read: styles, numbers, notes, and what was found."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from mou_service.documents.blocks import Picture
from mou_service.documents.word.findings import Finding, finding
from mou_service.documents.word.ooxml import W, child_value, is_on, value, whole
from mou_service.documents.word.package import Package
from mou_service.documents.word.places import place_of
from mou_service.documents.word.reading.numbering import Numbering
from mou_service.documents.word.reading.styles import Styles
from mou_service.documents.word.reading.typefaces import Typefaces

_MOST = 20


@dataclass(slots=True)
class Note:
    """A footnote or endnote that the text refers to."""

    kind: str
    element: etree._Element
    number: int
    sign: str


@dataclass(slots=True)
class Anchored:
    """A picture in a header or footer that has a place of its own."""

    picture: Picture
    anchor: etree._Element
    element: etree._Element
    part: str


@dataclass(slots=True)
class Book:
    """The file being read."""

    package: Package
    faces: Typefaces
    styles: Styles
    numbering: Numbering
    findings: list[Finding] = field(default_factory=list)
    footnotes: dict[int, Note] = field(default_factory=dict)
    endnotes: list[Note] = field(default_factory=list)
    anchored: list[Anchored] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)

    def cannot_draw(self, kind: str, element: etree._Element, part: str) -> None:
        """Say once per place that something here has no counterpart in blocks."""
        if self._wants(f"cannot_draw/{kind}"):
            found = finding("cannot_draw", place=place_of(element, part), kind=kind)
            if found not in self.findings:
                self.findings.append(found)

    def warn(self, code: str, element: etree._Element, part: str, **facts: Any) -> None:
        if self._wants(code):
            self.findings.append(finding(code, place=place_of(element, part), **facts))

    def _wants(self, code: str) -> bool:
        """Whether one more of a kind would help anybody; to say where it is takes as long as the text is."""
        self._counts[code] += 1
        return self._counts[code] <= _MOST

    def note(self, kind: str, identity: str) -> etree._Element | None:
        """The text of a note, by the id the reference has."""
        root = self.package.related_root(f"{kind}s")
        notes = root.findall(W + kind) if root is not None else []
        return next((note for note in notes if value(note, "id") == identity), None)

    def note_format(self, kind: str) -> str:
        """How notes of this kind are numbered."""
        settings = self.package.related_root("settings")
        look = settings.find(f"{W}{kind}Pr") if settings is not None else None
        return child_value(look, "numFmt") or ("decimal" if kind == "footnote" else "lowerRoman")

    def compatibility(self) -> int:
        """The version of Word whose habits the file follows; 15 is the present one."""
        settings = self.package.related_root("settings")
        for each in settings.iter(W + "compatSetting") if settings is not None else ():
            if value(each, "name") == "compatibilityMode":
                return whole(value(each), 15)
        return 12

    def setting(self, name: str) -> bool:
        settings = self.package.related_root("settings")
        return settings is not None and is_on(settings.find(W + name))


def open_book(package: Package) -> Book:
    faces = Typefaces(package)
    styles = Styles(package, faces)
    return Book(package=package, faces=faces, styles=styles, numbering=Numbering(package, styles))
