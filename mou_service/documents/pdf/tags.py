"""The structure of a tagged PDF: a tree of elements, each knowing which marks on which page it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import pikepdf
from pikepdf import Array, Dictionary, Name, String


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of page content: page index and marked-content number."""

    page: int
    number: int


@dataclass(frozen=True, slots=True)
class LinkMark:
    """The n-th link annotation of a page."""

    page: int
    index: int


@dataclass(eq=False, slots=True)
class Node:
    """One structure element. `attributes` are those of the table it belongs to (Scope, RowSpan, ColSpan)."""

    tag: str
    kids: list[Node | Mark | LinkMark] = field(default_factory=list)
    language: str | None = None
    alt: str | None = None
    title: str | None = None
    #: The words that the marks stand for, where they do not say them themselves.
    actual: str | None = None
    attributes: dict[str, int | str] = field(default_factory=dict)
    #: The signature field whose widget this element holds.
    form_field: str | None = None
    #: Where it goes when it is first marked; elements inside a line find their place in reading order.
    waits_for: Node | None = None

    def add(self, tag: str, *, language: str | None = None, alt: str | None = None, title: str | None = None) -> Node:
        child = Node(tag, language=language, alt=alt, title=title)
        self.kids.append(child)
        return child

    def inside(self, tag: str, *, language: str | None = None, alt: str | None = None) -> Node:
        """A child that takes its place among the other content when it is first drawn."""
        return Node(tag, language=language, alt=alt, waits_for=self)

    def attach(self) -> None:
        if self.waits_for is not None:
            self.waits_for.kids.append(self)
            self.waits_for = None

    @property
    def used(self) -> bool:
        """Whether there is anything to read; empty cells count, for a table needs all of them."""
        if self.form_field or self.tag in ("TH", "TD"):
            return True
        return any(not isinstance(kid, Node) or kid.used for kid in self.kids)


class TreeWriter:
    """Writes the tree into a PDF: elements, marks, links, form widgets and the way back from page to element."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._pages = [page.obj for page in pdf.pages]
        self._by_page: dict[int, dict[int, pikepdf.Object]] = {index: {} for index in range(len(self._pages))}
        self._numbers: list[tuple[int, pikepdf.Object]] = []
        self._next = count(len(self._pages))
        self._notes = count(1)

    def write(self, document: Node) -> None:
        pdf = self._pdf
        root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        root.K = self._element(document, root)
        self._write_parents(root)
        ids = sorted(self._ids(root.K), key=lambda pair: bytes(pair[0]))
        if ids:
            root.IDTree = pdf.make_indirect(Dictionary(Names=Array([part for pair in ids for part in pair])))
        pdf.Root.StructTreeRoot = root
        pdf.Root.MarkInfo = Dictionary(Marked=True)

    def _element(self, node: Node, parent: pikepdf.Object) -> pikepdf.Object:
        element = self._pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name("/" + node.tag), P=parent))
        for key, value in (
            ("/Alt", node.alt),
            ("/Lang", node.language),
            ("/T", node.title),
            ("/ActualText", node.actual),
        ):
            if value:
                element[key] = String(value)
        if node.attributes:
            element.A = Dictionary(
                {
                    "/O": Name.Table,
                    **{
                        f"/{key}": Name("/" + value) if isinstance(value, str) else value
                        for key, value in node.attributes.items()
                    },
                }
            )
        if node.tag == "Note":
            element.ID = String(f"note-{next(self._notes)}")
        kids = [self._kid(kid, element) for kid in node.kids if not isinstance(kid, Node) or kid.used]
        if node.form_field:
            kids.append(self._widget(node.form_field, element))
        # pyHanko looks for a field right below its form element; through a list it calls signing a manipulation.
        element.K = kids[0] if node.form_field and len(kids) == 1 else Array(kids)
        return element

    def _kid(self, kid: Node | Mark | LinkMark, element: pikepdf.Object) -> pikepdf.Object:
        if isinstance(kid, Node):
            return self._element(kid, element)
        page = self._pages[kid.page]
        if isinstance(kid, LinkMark):
            return self._object(page.Annots[kid.index], page, element)
        if "/Pg" not in element:
            element.Pg = page
        self._by_page[kid.page][kid.number] = element
        return Dictionary(Type=Name.MCR, Pg=page, MCID=kid.number)

    def _widget(self, field_name: str, element: pikepdf.Object) -> pikepdf.Object:
        for page in self._pages:
            for annotation in page.get("/Annots", Array()):
                if annotation.get("/Subtype") == Name.Widget and str(annotation.get("/T", "")) == field_name:
                    element.Pg = page
                    return self._object(annotation, page, element)
        raise ValueError(f"there is no signature field {field_name!r} for its place in the structure")

    def _object(self, annotation: pikepdf.Object, page: pikepdf.Object, element: pikepdf.Object) -> pikepdf.Object:
        number = next(self._next)
        annotation.StructParent = number
        self._numbers.append((number, element))
        return Dictionary(Type=Name.OBJR, Obj=annotation, Pg=page)

    def _write_parents(self, root: pikepdf.Object) -> None:
        numbers = Array()
        for index, page in enumerate(self._pages):
            marks = self._by_page[index]
            # The place in the list is the number of the mark; pages by others may leave some out.
            numbered = [marks.get(number) for number in range(max(marks, default=-1) + 1)]
            page.StructParents = index
            page.Tabs = Name.S
            numbers.append(index)
            numbers.append(self._pdf.make_indirect(Array(numbered)))
        for number, element in self._numbers:
            numbers.append(number)
            numbers.append(element)
        root.ParentTree = self._pdf.make_indirect(Dictionary(Nums=numbers))
        root.ParentTreeNextKey = next(self._next)

    def _ids(self, element: pikepdf.Object) -> Iterator[tuple[pikepdf.Object, pikepdf.Object]]:
        if "/ID" in element:
            yield element.ID, element
        for kid in element.get("/K", Array()):
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == Name.StructElem:
                yield from self._ids(kid)


@dataclass(slots=True)
class HeadingLevels:
    """Headings may not skip a level: H1, H3 is read out as H1, H2."""

    last: int = 0

    def tag(self, wanted: int) -> str:
        self.last = min(wanted, self.last + 1)
        return f"H{self.last}"
