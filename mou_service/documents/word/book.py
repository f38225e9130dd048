"""What all parts of one Word file share while it is read: styles, numbers, notes, and what was found."""

from dataclasses import dataclass, field

from lxml import etree

from mou_service.documents.blocks import Picture
from mou_service.documents.word.findings import Finding
from mou_service.documents.word.numbering import Numbering
from mou_service.documents.word.ooxml import W, child_value, is_on, value, whole
from mou_service.documents.word.package import Package
from mou_service.documents.word.places import place_of
from mou_service.documents.word.styles import Styles
from mou_service.documents.word.typefaces import Typefaces

#: Kinds of things that blocks cannot say, in words.
UNDRAWABLE = {
    "floating_picture": "a picture that floats beside the text. Set it “in line with text”",
    "text_box": "a text box. Put its text into the document itself",
    "shape": "a drawn shape. Replace it by a picture in line with the text, or remove it",
    "group": "a group of drawings. Replace it by one picture in line with the text",
    "chart": "a chart. Paste it as a picture",
    "diagram": "a SmartArt diagram. Paste it as a picture",
    "watermark": "a watermark. Remove it",
    "metafile": "a picture in a Windows metafile format (EMF or WMF). Paste it as PNG",
    "vector_picture": "a picture in the SVG format. Paste it as PNG",
    "unknown_picture": "a picture in an unknown format. Paste it as PNG",
    "missing_picture": "a picture that is not in the file. Put it in again or remove it",
    "turned_picture": "a picture that is turned. Turn it in the picture itself",
    "embedded_object": "an embedded object of another program. Paste it as a picture",
    "formula": "a formula. Write it as text or paste it as a picture",
    "ruby": "a phonetic guide above the text. Remove the guide",
    "columns": "text in several columns. Set it in one column or in a table",
    "floating_table": "a table that floats beside the text. Set its text wrapping to “none”",
    "right_to_left_table": "a table whose first column stands on the right. Turn its columns around",
    "floating_frame": "a text frame. Put its text into the document itself",
    "vertical_text": "vertical text. Set it horizontally",
    "even_headers": "different headers on even pages. Use the same header on all pages",
    "number_format": "a number style that is not known. Choose another number style",
    "symbol": "a sign from a symbol font that has no Unicode counterpart. Replace it",
    "mixed_margins": "margins that change in the middle of a page. Start a new page there",
    "page_number_style": "page numbers that do not count 1, 2, 3. Let them count from 1 in plain figures",
}


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
    #: Whether the file says page numbers, and pages of its sections.
    counts_pages: bool = False
    counts_sections: bool = False

    def cannot_draw(self, kind: str, element: etree._Element, part: str) -> None:
        """Say once per place that something here has no counterpart in blocks."""
        place = place_of(element, part)
        finding = Finding("cannot_draw", f"There is {UNDRAWABLE[kind]}.", place=place, facts={"kind": kind})
        if finding not in self.findings:
            self.findings.append(finding)

    def warn(self, code: str, message: str, element: etree._Element, part: str, **facts: str) -> None:
        self.findings.append(Finding(code, message, place=place_of(element, part), facts=facts))

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
