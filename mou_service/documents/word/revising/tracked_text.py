"""The words of a passage with one tracked change in them, shortened to what is needed to judge it."""

from collections.abc import Collection, Iterator

from lxml import etree

from mou_service.documents.word.ooxml import W, elements, local
from mou_service.documents.word.revising.compare import Segment, SegmentKind

#: How much of the untouched text is shown in front of a change, behind it and between two pieces of it.
CONTEXT = 110
_ADDED, _REMOVED = (W + "ins", W + "moveTo"), (W + "del", W + "moveFrom")
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_UNREAD = (
    "pPr",
    "rPr",
    "sdtPr",
    "sdtEndPr",
    "instrText",
    "delInstrText",
    "drawing",
    "pict",
    "object",
    "AlternateContent",
)


def shown(paragraph: etree._Element, own: Collection[etree._Element]) -> tuple[Segment, ...]:
    """The paragraph with the marks in `own` as what was added and removed, all others as if they were accepted."""
    return _shortened(_joined(_paragraph(paragraph, own)))


def alone(marks: Collection[etree._Element]) -> tuple[Segment, ...]:
    """Only what the marks hold, for a paragraph with more changes than anybody reads in one go."""
    return _joined(
        Segment(each.text or "", "added" if mark.tag in _ADDED else "removed")
        for mark in marks
        for each in mark.iter(W + "t", W + "delText")
    )


def shown_cell(cell: etree._Element, own: Collection[etree._Element]) -> tuple[Segment, ...]:
    """All of a cell's paragraphs, line by line."""
    pieces: list[Segment] = []
    for paragraph in cell.iter(W + "p"):
        line = [each for each in _paragraph(paragraph, own) if each.text != "¶"]
        pieces += [Segment("\n", "same"), *line] if pieces and line else line
    return _joined(pieces)


def _paragraph(paragraph: etree._Element, own: Collection[etree._Element]) -> Iterator[Segment]:
    yield from _inside(paragraph, own, "same")
    for mark in elements(paragraph.find(f"{W}pPr/{W}rPr")):
        if mark in own and mark.tag in (*_ADDED, *_REMOVED):
            yield Segment("¶", "added" if mark.tag in _ADDED else "removed")


def _inside(parent: etree._Element, own: Collection[etree._Element], kind: SegmentKind) -> Iterator[Segment]:
    for child in elements(parent):
        name = local(child)
        if child.tag in (W + "t", W + "delText"):
            yield Segment(child.text or "", kind)
        elif name in _SIGNS:
            yield Segment(_SIGNS[name], kind)
        elif child.tag in (*_ADDED, *_REMOVED) and child in own:
            yield from _inside(child, own, "added" if child.tag in _ADDED else "removed")
        elif child.tag in _REMOVED and kind == "same":
            continue
        elif name not in _UNREAD:
            yield from _inside(child, own, kind)


def _joined(pieces: Iterator[Segment] | list[Segment]) -> tuple[Segment, ...]:
    found: list[Segment] = []
    for piece in pieces:
        if found and found[-1].kind == piece.kind:
            found[-1] = Segment(found[-1].text + piece.text, piece.kind)
        elif piece.text:
            found.append(piece)
    return tuple(found)


def _shortened(pieces: tuple[Segment, ...]) -> tuple[Segment, ...]:
    last = len(pieces) - 1
    return tuple(
        piece if piece.kind != "same" else Segment(_short(piece.text, front=at > 0, back=at < last), "same")
        for at, piece in enumerate(pieces)
    )


def _short(text: str, *, front: bool, back: bool) -> str:
    """The ends that touch a change; all of a text that touches none is cut behind."""
    room = CONTEXT * (2 if front == back else 1)
    if len(text) <= room + 10:
        return text
    if front and back:
        return f"{text[:CONTEXT]} … {text[-CONTEXT:]}"
    return f"… {text[-CONTEXT:].lstrip()}" if back else f"{text[:room].rstrip()} …"
