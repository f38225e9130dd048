"""Pictures in the line of the text; everything else that is drawn is named."""

import re
from io import BytesIO

from lxml import etree
from PIL import Image

from mou_service.documents.blocks import Picture, Placed, Section
from mou_service.documents.word.ooxml import WP, A, O, R, V, W, local, number
from mou_service.documents.word.reading.book import Anchored, Book
from mou_service.documents.word.reading.pictures import DRAWABLE, picture_kind

_EMU = 12_700.0
_STYLE_LENGTH = re.compile(r"(width|height)\s*:\s*(-?[\d.]+)(pt|in|cm|mm|px)?")
_UNIT = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "px": 0.75, None: 0.75}
_WORDPROCESSING_SHAPE = "wordprocessingShape"


def drawing(element: etree._Element, book: Book, part: str) -> Picture | None:
    """The picture of a w:drawing, when it is one in the line of the text."""
    holder = element.find(WP + "inline")
    if holder is None:
        anchor = element.find(WP + "anchor")
        if anchor is not None and not _hidden(anchor):
            _anchored(anchor, element, book, part)
        return None
    return _picture(holder, element, book, part)


def _anchored(anchor: etree._Element, element: etree._Element, book: Book, part: str) -> None:
    """A picture of the letterhead is kept with its anchor; the section knows where it lies. Others are named."""
    running = part.rpartition("/")[2].startswith(("header", "footer"))
    if not running or _kind(anchor):
        book.cannot_draw(_kind(anchor) or "floating_picture", element, part)
        return
    picture = _picture(anchor, element, book, part)
    if picture is not None:
        book.anchored.append(Anchored(picture=picture, anchor=anchor, element=element, part=part))


def place(anchored: Anchored, section: Section) -> Placed | None:
    """Where a picture of a header or footer lies on the page; nothing when only laying out the text would tell."""
    across = _along(
        anchored.anchor.find(WP + "positionH"),
        anchored.picture.width,
        page=section.width,
        margins=(section.margins[3], section.margins[1]),
    )
    down = _along(
        anchored.anchor.find(WP + "positionV"),
        anchored.picture.height,
        page=section.height,
        margins=(section.margins[0], section.margins[2]),
    )
    if across is None or down is None:
        return None
    free = anchored.anchor.find(WP + "wrapNone") is not None
    above = down + anchored.picture.height <= section.header_distance + 1
    below = down >= section.height - section.footer_distance - 1
    return Placed(anchored.picture, across, down) if free or above or below else None


def _along(position: etree._Element | None, size: float, *, page: float, margins: tuple[float, float]) -> float | None:
    """The distance from the page's edge in one direction."""
    if position is None:
        return None
    relative = str(position.get("relativeFrom"))
    if relative == "page":
        start, room = 0.0, page
    elif relative in ("margin", "column"):
        start, room = margins[0], page - sum(margins)
    elif relative in ("leftMargin", "topMargin"):
        start, room = 0.0, margins[0]
    elif relative in ("rightMargin", "bottomMargin"):
        start, room = page - margins[1], margins[1]
    else:
        return None
    offset, align = position.find(WP + "posOffset"), position.find(WP + "align")
    if offset is not None:
        return start + number(offset.text) / _EMU
    said = (align.text or "") if align is not None else ""
    shares = {"left": 0.0, "top": 0.0, "inside": 0.0, "center": 0.5, "right": 1.0, "bottom": 1.0, "outside": 1.0}
    return start + (room - size) * shares[said] if said in shares else None


def _picture(holder: etree._Element, element: etree._Element, book: Book, part: str) -> Picture | None:
    kind = _kind(holder)
    if kind:
        book.cannot_draw(kind, element, part)
        return None
    extent = holder.find(WP + "extent")
    blip = next(iter(holder.iter(A + "blip")), None)
    if blip is None or extent is None:
        book.cannot_draw("missing_picture", element, part)
        return None
    properties = holder.find(WP + "docPr")
    alt = str((properties.get("descr") or properties.get("title") or "") if properties is not None else "")
    transform = next(iter(holder.iter(A + "xfrm")), None)
    if transform is not None and number(transform.get("rot")) % 21_600_000:
        book.cannot_draw("turned_picture", element, part)
        return None
    content = _content(blip.get(R + "embed"), element, book, part)
    if content is None:
        return None
    crop = next(iter(holder.iter(A + "srcRect")), None)
    return Picture(_cropped(content, crop), number(extent.get("cx")) / _EMU, number(extent.get("cy")) / _EMU, alt)


def legacy(element: etree._Element, book: Book, part: str) -> Picture | None:
    """The picture of a w:pict, when it is a plain one in the line of the text."""
    image = next(iter(element.iter(V + "imagedata")), None)
    shape = next((child for child in element if isinstance(child.tag, str) and local(child) != "shapetype"), None)
    if shape is None:
        return None
    style = str(shape.get("style") or "")
    name = f"{shape.get('id')} {shape.get('type')}"
    if "WaterMark" in name or next(iter(element.iter(V + "textpath")), None) is not None:
        book.cannot_draw("watermark", element, part)
    elif next(iter(element.iter(W + "txbxContent")), None) is not None:
        book.cannot_draw("text_box", element, part)
    elif image is None:
        book.cannot_draw("shape", element, part)
    elif "position:absolute" in style.replace(" ", ""):
        book.cannot_draw("floating_picture", element, part)
    else:
        sizes = {found[1]: number(found[2]) * _UNIT[found[3]] for found in _STYLE_LENGTH.finditer(style)}
        content = _content(image.get(R + "id"), element, book, part)
        if content is not None and len(sizes) == 2:
            return Picture(content, sizes["width"], sizes["height"], str(image.get(O + "title") or ""))
    return None


def is_rule(element: etree._Element) -> bool:
    """A horizontal line across the page, as Word makes one of three hyphens."""
    return any(shape.get(O + "hr") in ("t", "true") for shape in element.iter(V + "rect"))


def _hidden(anchor: etree._Element) -> bool:
    properties = anchor.find(WP + "docPr")
    said = (anchor.get("hidden"), properties.get("hidden") if properties is not None else None)
    return any(each in ("1", "true") for each in said)


def _kind(holder: etree._Element) -> str:
    """Why this is no picture; "" when it is one."""
    data = next(iter(holder.iter(A + "graphicData")), None)
    uri = str(data.get("uri") or "") if data is not None else ""
    if next(iter(holder.iter(W + "txbxContent")), None) is not None:
        return "text_box"
    for mark, kind in (
        ("/chart", "chart"),
        ("/diagram", "diagram"),
        (_WORDPROCESSING_SHAPE, "shape"),
        ("wordprocessingGroup", "group"),
        ("wordprocessingCanvas", "group"),
        ("/compatibility", "shape"),
    ):
        if mark in uri:
            return kind
    return ""


def _content(identity: str | None, element: etree._Element, book: Book, part: str) -> bytes | None:
    relationship = book.package.relationships(part).get(str(identity))
    if relationship is None or relationship.external or relationship.target not in book.package.names:
        book.cannot_draw("missing_picture", element, part)
        return None
    content = book.package.read(relationship.target)
    kind = picture_kind(content)
    if kind is None or kind.kind not in DRAWABLE:
        known = {"emf": "metafile", "wmf": "metafile", "svg": "vector_picture"}
        book.cannot_draw(known.get(kind.kind if kind else "", "unknown_picture"), element, part)
        return None
    return content


def _cropped(content: bytes, crop: etree._Element | None) -> bytes:
    """The part of the picture that is shown; the margins are in thousandths of a per cent."""
    edges = [number(crop.get(edge)) / 100_000 if crop is not None else 0.0 for edge in "ltrb"]
    if not any(edges) or min(edges) < 0 or edges[0] + edges[2] >= 1 or edges[1] + edges[3] >= 1:
        return content
    with Image.open(BytesIO(content)) as image:
        left, top, right, bottom = edges
        box = (
            round(image.width * left),
            round(image.height * top),
            round(image.width * (1 - right)),
            round(image.height * (1 - bottom)),
        )
        target = BytesIO()
        image.crop(box).save(target, format="PNG")
    return target.getvalue()
