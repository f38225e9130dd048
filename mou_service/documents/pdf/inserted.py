"""Pages drawn by another program inside a document of ours: taken over whole, with their structure, or as pictures.

A page with a structure stays a page of its own; what the service adds to every page lies above it. A page without one
becomes a single picture on a page of ours, described by its words.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name

from mou_service.documents.blocks import Pages
from mou_service.documents.pdf.painter import Painter
from mou_service.documents.pdf.previews import page_sizes, page_texts
from mou_service.documents.pdf.tags import Node
from mou_service.documents.pdf.trees import read_tree

#: How much of a page's words is its description.
_LONGEST_DESCRIPTION = 4_000
#: A picture of a page is a little smaller than the page, so that the code and the number beside it cover nothing.
_SHARE, _LEFT, _BELOW = 0.88, 0.04, 0.08


@dataclass(frozen=True, slots=True)
class Inserted:
    """One page of another PDF, on its way to a page of the document."""

    source: Pages
    number: int
    width: float
    height: float

    def name(self, place: int) -> str:
        return f"Inserted{place}"


class Insertions:
    """The inserted pages of one document, by the number of the page they go to."""

    def __init__(self) -> None:
        self._pages: dict[int, Inserted] = {}
        self._nodes: dict[int, Node] = {}

    def pages_of(self, section: Pages, node: Node) -> list[Inserted]:
        """What the section brings, one page each, with its place in the structure already given."""
        self._nodes[id(section)] = node if section.structured else node.add("Sect", title=section.title or None)
        return [Inserted(section, number, *size) for number, size in enumerate(page_sizes(section.pdf))]

    def draw(self, page: Inserted, painter: Painter) -> None:
        """Leave the place for it on the page that is being drawn."""
        self._pages[painter.page] = page
        if not page.source.structured:
            words = " ".join(page_texts(page.source.pdf)[page.number].split())[:_LONGEST_DESCRIPTION]
            title = f"{page.source.title}, {page.number + 1}".lstrip(", ")
            painter.mark(self._nodes[id(page.source)].add("Figure", alt=f"{title}: {words}" if words else title))
            painter.form(page.name(painter.page), _LEFT * page.width, _BELOW * page.height, _SHARE)

    def put_in(self, pdf: pikepdf.Pdf, *, beneath: bool) -> None:
        """Fill the places of a drawn PDF; `beneath`: what the service adds lies below the pages, not above."""
        opened = {id(page.source): page.source for page in self._pages.values()}
        sources = {key: pikepdf.open(io.BytesIO(source.pdf)) for key, source in opened.items()}
        try:
            for source in sources.values():
                _leave_links_only(source)
            for place, page in self._pages.items():
                source = sources[id(page.source)]
                if page.source.structured:
                    _take_over(pdf, place, source.pages[page.number], beneath=beneath)
                else:
                    _paste(pdf, place, source.pages[page.number], page.name(place))
            for key, section in opened.items():
                if section.structured:
                    first = min(place for place, page in self._pages.items() if page.source is section)
                    self._nodes[key].kids.extend(_without_sections(read_tree(sources[key], first_page=first)).kids)
        finally:
            for source in sources.values():
                source.close()


def _without_sections(tree: Node) -> Node:
    """A section is what the service appends; what others call so is a part of the text."""
    for kid in tree.kids:
        if isinstance(kid, Node):
            kid.tag = "Div" if kid.tag == "Sect" else kid.tag
            _without_sections(kid)
    return tree


def _take_over(pdf: pikepdf.Pdf, place: int, foreign: pikepdf.Page, *, beneath: bool) -> None:
    """The foreign page in place of ours, whose drawing becomes a layer of it."""
    layer = pdf.make_indirect(pdf.pages[place].as_form_xobject())
    pdf.pages.insert(place, foreign)
    del pdf.pages[place + 1]
    page = pdf.pages[place]
    for key in ("/AA", "/Metadata", "/PieceInfo", "/Thumb", "/B"):
        if key in page.obj:
            del page.obj[key]
    name = page.add_resource(layer, Name.XObject, name=Name("/ServiceLayer"))
    drawn = f"q {name} Do Q\n".encode()
    page.contents_add((drawn if beneath else b"") + b"q\n", prepend=True)
    page.contents_add(b"\nQ\n" + (b"" if beneath else drawn))


def _leave_links_only(pdf: pikepdf.Pdf) -> None:
    """Links to elsewhere stay, as an archive file wants them; forms, notes and links inside go."""
    for page in pdf.pages:
        kept = [each for each in page.obj.get("/Annots", []) if each.get("/Subtype") == Name.Link and _leads_out(each)]
        for each in kept:
            each.F = 4
            each.Contents = each.get("/Contents", each.A.URI)
            if "/Border" not in each:
                each.Border = Array([0, 0, 0])
        page.obj.Annots = Array(kept)


def _leads_out(link: pikepdf.Object) -> bool:
    action = link.get("/A")
    return action is not None and action.get("/S") == Name.URI


def _paste(pdf: pikepdf.Pdf, place: int, foreign: pikepdf.Page, name: str) -> None:
    form = pdf.copy_foreign(foreign.as_form_xobject())
    for key in ("/StructParents", "/StructParent"):
        if key in form:
            del form[key]
    form.Matrix = Array(_from_the_corner(form))
    resources = pdf.pages[place].obj.Resources
    if "/XObject" not in resources:
        resources.XObject = Dictionary()
    resources.XObject[f"/{name}"] = form


def _from_the_corner(form: pikepdf.Object) -> list[float]:
    """The form's matrix, moved so that its lower left corner is where it is drawn."""
    a, b, c, d, e, f = (float(part) for part in form.get("/Matrix", [1, 0, 0, 1, 0, 0]))
    left, bottom, right, top = (float(part) for part in form.BBox)
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
    return [a, b, c, d, e - min(x for x, _ in corners), f - min(y for _, y in corners)]
