"""A paragraph taken apart into what can be deleted or inserted, and put together again with revision marks."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from mou_service.documents.word.compare import tokens
from mou_service.documents.word.ooxml import XML_SPACE, R, W, elements, local, value

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


def written(group: Sequence[Atom], kind: MarkKind | None, marks: Marks) -> Iterator[etree._Element]:
    """Elements for a paragraph; in revision marks when the atoms were inserted or deleted."""
    at = 0
    while at < len(group):
        wrapper = group[at].wrapper if kind != "del" else None
        end = at + 1
        while end < len(group) and (kind == "del" or group[end].wrapper is wrapper):
            end += 1
        content = list(_marked(group[at:end], kind, marks))
        yield from [_wrapped(wrapper, content)] if wrapper is not None else content
        at = end


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
