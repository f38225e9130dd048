"""The structure of a tagged PDF read back, whoever wrote it: the same nodes that a drawing grows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pikepdf
from pikepdf import Dictionary, Name

from mou_service.documents.pdf.tags import LinkMark, Mark, Node

#: Deeper than any document; a tree that goes on may go round in circles.
_DEEPEST = 120
_STANDARD = frozenset(
    {
        "Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct",
        "P", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "THead",
        "TBody", "TFoot", "Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Figure",
        "Formula", "Form", "H",
    }
)  # fmt: skip
_TABLE_ATTRIBUTES = ("Scope", "RowSpan", "ColSpan")


def read_tree(pdf: pikepdf.Pdf, *, first_page: int = 0) -> Node:
    """The elements of a tagged PDF below one "Document"; pages count from `first_page`."""
    root = pdf.Root.get("/StructTreeRoot")
    document = Node("Document")
    if root is not None:
        _Reader(pdf, root, first_page).fill(document, root, page=None, depth=0)
    return document


class _Reader:
    def __init__(self, pdf: pikepdf.Pdf, root: pikepdf.Object, first_page: int) -> None:
        self._first = first_page
        self._pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        self._links = {
            annotation.objgen: (index, number)
            for index, page in enumerate(pdf.pages)
            for number, annotation in enumerate(page.obj.get("/Annots", []))
            if annotation.is_indirect
        }
        self._roles: Mapping[str, str] = {
            str(key)[1:]: str(held)[1:] for key, held in (root.get("/RoleMap") or Dictionary()).items()
        }

    def fill(self, node: Node, element: pikepdf.Object, *, page: int | None, depth: int) -> None:
        if depth > _DEEPEST:
            return
        for kid in _kids(element):
            if isinstance(kid, int):
                if page is not None:
                    node.kids.append(Mark(self._first + page, kid))
            elif kid.get("/Type") == Name.MCR:
                at = self._page(kid, page)
                if at is not None and "/Stm" not in kid:
                    node.kids.append(Mark(self._first + at, int(kid.MCID)))
            elif kid.get("/Type") == Name.OBJR:
                place = self._links.get(kid.Obj.objgen)
                if place is not None:
                    node.kids.append(LinkMark(self._first + place[0], place[1]))
            elif "/S" in kid:
                self._element(node, kid, page=page, depth=depth)

    def _element(self, parent: Node, element: pikepdf.Object, *, page: int | None, depth: int) -> None:
        tag = self._tag(str(element.S)[1:])
        # What one document is inside another one is a part of it.
        node = parent if tag == "Document" else parent.add(tag, language=_text(element, "/Lang"))
        if node is not parent:
            node.alt, node.title = _text(element, "/Alt"), _text(element, "/T")
            node.actual = _text(element, "/ActualText")
            node.attributes = _attributes(element)
        self.fill(node, element, page=self._page(element, page), depth=depth + 1)

    def _tag(self, name: str) -> str:
        for _ in range(8):
            if name in _STANDARD:
                return name
            name = self._roles.get(name, "Div")
        return "Div"

    def _page(self, element: pikepdf.Object, known: int | None) -> int | None:
        page = element.get("/Pg")
        return self._pages.get(page.objgen, known) if page is not None else known


def _kids(element: pikepdf.Object) -> Iterator[pikepdf.Object | int]:
    kids = element.get("/K")
    if kids is None:
        return
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int | pikepdf.Dictionary):
            yield kid


def _text(element: pikepdf.Object, key: str) -> str | None:
    held = element.get(key)
    return str(held) if held is not None else None


def _attributes(element: pikepdf.Object) -> dict[str, int | str]:
    """What a cell says about its table; looks and places are none of a reader's business."""
    held = element.get("/A")
    found: dict[str, int | str] = {}
    for each in held if isinstance(held, pikepdf.Array) else [held] if held is not None else []:
        if isinstance(each, pikepdf.Dictionary) and each.get("/O") == Name.Table:
            for name in _TABLE_ATTRIBUTES:
                value = each.get(f"/{name}")
                if value is not None:
                    found[name] = int(value) if isinstance(value, int) else str(value).removeprefix("/")
    return found
