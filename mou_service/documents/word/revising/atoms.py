"""A paragraph taken apart into what can be deleted or inserted, and put together again with revision marks."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from mou_service.documents.word.ooxml import XML_SPACE, R, W, child_value, elements, local, value
from mou_service.documents.word.revising.compare import tokens

MarkKind = Literal["ins", "del"]

_TRANSPARENT = frozenset({"smartTag", "customXml", "dir", "bdo"})
_WRAPPERS = frozenset({"hyperlink", "sdt"})
_MARKERS = frozenset(
    {"bookmarkStart", "bookmarkEnd", "proofErr", "commentRangeStart", "commentRangeEnd", "permStart", "permEnd"}
)
#: What makes no sense twice.
_LEFT_BEHIND = frozenset({"commentReference", "footnoteRef", "endnoteRef", "annotationRef"})
#: What stands between runs and can be inserted or deleted like one.
_FORMULAS = frozenset({"oMath", "oMathPara"})
_DRAWN = frozenset({"drawing", "pict", "object", "AlternateContent"})


@dataclass(slots=True)
class Atom:
    """A word, or a thing that is only there as a whole: a field, a picture, a break."""

    key: str
    #: (look of the run, element in it); text atoms have their text in `text` instead.
    parts: list[tuple[etree._Element | None, etree._Element]] = field(default_factory=list)
    text: str = ""
    look: etree._Element | None = None
    #: The link or content control around it.
    wrapper: etree._Element | None = None
    marker: bool = False


class Marks:
    """Makes revision marks of one author and date."""

    def __init__(self, author: str, date: str) -> None:
        self._author, self._date, self._count = author, date, 9_000

    def make(self, kind: MarkKind) -> etree._Element:
        self._count += 1
        mark = etree.Element(W + kind)
        for name, held in (("id", str(self._count)), ("author", self._author), ("date", self._date)):
            mark.set(W + name, held)
        return mark


def atoms(paragraph: etree._Element) -> list[Atom]:
    """The paragraph's content in order."""
    found: list[Atom] = []
    fields: list[Atom] = []
    for look, element, wrapper in _flat(paragraph, None):
        if fields:
            fields[-1].parts.append((look, element))
            fields[-1].key += _key(element)
            _count_field(element, fields, found)
        elif local(element) == "fldChar" and value(element, "fldCharType") == "begin":
            fields.append(Atom("\0field", [(look, element)], wrapper=wrapper))
        elif element.tag == W + "t":
            found += [Atom(token, text=token, look=look, wrapper=wrapper) for token in tokens(element.text or "")]
        else:
            marker = local(element) in _MARKERS
            found.append(Atom(_key(element), [(look, element)], look=look, wrapper=wrapper, marker=marker))
    return found + fields


def _count_field(element: etree._Element, fields: list[Atom], found: list[Atom]) -> None:
    """Inner fields belong to the outer one; the last "end" closes the atom."""
    if local(element) != "fldChar":
        return
    kind = value(element, "fldCharType")
    if kind == "begin":
        fields.append(fields[-1])
    elif kind == "end":
        atom = fields.pop()
        if not fields:
            found.append(atom)


def _flat(
    parent: etree._Element, wrapper: etree._Element | None
) -> Iterator[tuple[etree._Element | None, etree._Element, etree._Element | None]]:
    """(look, element, wrapper) for everything inside runs and between them."""
    for child in elements(parent):
        name = local(child)
        if child.tag == W + "r":
            look = child.find(W + "rPr")
            yield from (
                (look, inner, wrapper)
                for inner in elements(child)
                if local(inner) not in ("rPr", "lastRenderedPageBreak")
            )
        elif name in _TRANSPARENT:
            yield from _flat(child, wrapper)
        elif name in _WRAPPERS:
            content = child.find(W + "sdtContent") if name == "sdt" else child
            if content is not None:
                yield from _flat(content, wrapper if wrapper is not None else child)
        elif name not in ("pPr", "smartTagPr", "customXmlPr", "sdtPr"):
            yield None, child, wrapper


def _key(element: etree._Element) -> str:
    name = local(element)
    if name in ("instrText", "t"):
        return f"\0{name} {' '.join((element.text or '').split())}"
    if name in _FORMULAS:
        return f"\0{name} " + "".join(str(text) for text in element.itertext())
    if name in ("fldChar", "br", "sym"):
        return f"\0{name} " + " ".join(sorted(f"{_bare(name)}={held!s}" for name, held in element.attrib.items()))
    return f"\0{name}"


def _bare(name: object) -> str:
    return str(name).rpartition("}")[2]


@dataclass(frozen=True, slots=True)
class Piece:
    """An element of a paragraph in the making, and the link or content control it belongs into."""

    element: etree._Element
    wrapper: etree._Element | None = None
    deleted: bool = False


def written(group: Sequence[Atom], kind: MarkKind | None, marks: Marks) -> Iterator[Piece]:
    """Pieces for a paragraph; in revision marks when the atoms were inserted or deleted."""
    at = 0
    while at < len(group):
        wrapper = _around(group[at], kind)
        end = at + 1
        while end < len(group) and _around(group[end], kind) is wrapper:
            end += 1
        yield from (Piece(element, wrapper, kind == "del") for element in _marked(group[at:end], kind, marks))
        at = end


def _around(atom: Atom, kind: MarkKind | None) -> etree._Element | None:
    """What is deleted keeps its content control, but no link: a link's target lies in the other file."""
    if kind == "del" and atom.wrapper is not None and local(atom.wrapper) != "sdt":
        return None
    return atom.wrapper


def twins(old: Sequence[Atom], new: Sequence[Atom]) -> dict[etree._Element, etree._Element]:
    """The control of the new paragraph for each of the old one: the same tag, counted from the left."""
    later: dict[str, list[etree._Element]] = {}
    for wrapper in _controls(new):
        later.setdefault(_tag(wrapper), []).append(wrapper)
    pairs = ((wrapper, later.get(_tag(wrapper), [])) for wrapper in _controls(old) if _tag(wrapper))
    return {wrapper: found.pop(0) for wrapper, found in pairs if found}


def joined(
    pieces: Sequence[Piece], pairs: Mapping[etree._Element, etree._Element] | None = None
) -> Iterator[etree._Element]:
    """The elements, those that belong into one link or control inside of one; `pairs` are the `twins`."""
    known = pairs or {}
    groups: list[tuple[etree._Element | None, list[Piece]]] = []
    for piece in pieces:
        wrapper = known.get(piece.wrapper, piece.wrapper) if piece.wrapper is not None else None
        if not groups or groups[-1][0] is not wrapper:
            groups.append((wrapper, []))
        groups[-1][1].append(piece)
    living = {wrapper for wrapper, group in groups if not all(piece.deleted for piece in group)}
    for wrapper, group in groups:
        content = [piece.element for piece in group]
        # An answer that was replaced together with the words around it: its control stands around the new words.
        elsewhere = wrapper in living and all(piece.deleted for piece in group)
        yield from content if wrapper is None or elsewhere else [_wrapped(wrapper, content)]


def _controls(group: Sequence[Atom]) -> Iterator[etree._Element]:
    before: etree._Element | None = None
    for atom in group:
        if atom.wrapper is not None and atom.wrapper is not before and local(atom.wrapper) == "sdt":
            yield atom.wrapper
        before = atom.wrapper


def _tag(control: etree._Element) -> str:
    return child_value(control.find(W + "sdtPr"), "tag") or ""


def _wrapped(wrapper: etree._Element, content: list[etree._Element]) -> etree._Element:
    shell = copy.deepcopy(wrapper)
    for child in list(shell):
        shell.remove(child)
    holder = shell
    if local(wrapper) == "sdt":
        shell.extend(copy.deepcopy(child) for child in elements(wrapper) if local(child) != "sdtContent")
        holder = etree.SubElement(shell, W + "sdtContent")
    holder.extend(content)
    return shell


def _marked(group: Sequence[Atom], kind: MarkKind | None, marks: Marks) -> Iterator[etree._Element]:
    mark: etree._Element | None = None
    for element in _runs(group, deleted=kind == "del"):
        if kind is None or (element.tag != W + "r" and local(element) not in _FORMULAS):
            yield element
            mark = None
            continue
        if mark is None:
            mark = marks.make(kind)
            yield mark
        mark.append(element)


def _runs(group: Sequence[Atom], *, deleted: bool) -> Iterator[etree._Element]:
    """Runs, words in one look together; things between runs as they are, unless they go."""
    text, look = "", None
    for atom in group:
        if atom.text and (not text or atom.look is look):
            text, look = text + atom.text, atom.look
            continue
        if text:
            yield _text_run(text, look, deleted=deleted)
        text, look = atom.text, atom.look
        for part_look, element in atom.parts:
            yield from _part(part_look, element, between=part_look is None and _stands_alone(element), deleted=deleted)
    if text:
        yield _text_run(text, look, deleted=deleted)


def _stands_alone(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is None or parent.tag != W + "r"


def _part(
    look: etree._Element | None, element: etree._Element, *, between: bool, deleted: bool
) -> Iterator[etree._Element]:
    if deleted and not _can_be_shown_deleted(element, between=between):
        return
    made = copy.deepcopy(element)
    made.tail = None
    if between:
        yield made
        return
    if deleted and local(made) in ("t", "instrText"):
        made.tag = W + ("delText" if local(made) == "t" else "delInstrText")
    run = _run(look)
    run.append(made)
    yield run


def _can_be_shown_deleted(element: etree._Element, *, between: bool) -> bool:
    """A picture's bytes and a link's target lie in the other file."""
    if between:
        return local(element) in _FORMULAS
    elsewhere = local(element) in _DRAWN and any(
        str(name).startswith(R) for each in element.iter("*") for name in each.attrib
    )
    return not elsewhere and local(element) not in _LEFT_BEHIND


def _text_run(text: str, look: etree._Element | None, *, deleted: bool) -> etree._Element:
    run = _run(look)
    node = etree.SubElement(run, W + ("delText" if deleted else "t"))
    node.text = text
    node.set(XML_SPACE, "preserve")
    return run


def _run(look: etree._Element | None) -> etree._Element:
    run = etree.Element(W + "r")
    if look is not None:
        run.append(copy.deepcopy(look))
    return run
