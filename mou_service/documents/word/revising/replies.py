"""Comments written into a Word file: answers to comments in it, and remarks on changes that stay open."""

import posixpath
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from mou_service.documents.word.ooxml import (
    CONTENT_TYPES,
    PACKAGE_RELATIONSHIPS,
    W14,
    W15,
    XML_SPACE,
    W,
    elements,
    serialise,
    value,
)
from mou_service.documents.word.package import Package
from mou_service.documents.word.revising.comments import comments_of

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MICROSOFT = "http://schemas.microsoft.com/office/2011/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NAMES = {"w": W[1:-1], "w14": W14[1:-1], "w15": W15[1:-1]}
#: Identities of paragraphs have to lie below this.
_LARGEST_IDENTITY = 0x80000000


@dataclass(frozen=True, slots=True)
class Remark:
    """Words about the text that these elements of the file hold."""

    about: Sequence[etree._Element]
    text: str


@dataclass(slots=True)
class Notes:
    """What is to be written: `answers` by the id of the comment they answer, `settled` the ids of closed threads."""

    author: str
    initials: str
    at: datetime
    answers: Mapping[str, str] = field(default_factory=dict)
    settled: Collection[str] = ()
    remarks: Sequence[Remark] = ()


def write(package: Package, notes: Notes) -> dict[str, bytes]:
    """Put the notes into the trees of the package; the parts to write, the texts among them."""
    work = _Writing(package, notes)
    work.answer()
    work.remark()
    work.close_settled()
    return work.parts()


class _Writing:
    def __init__(self, package: Package, notes: Notes) -> None:
        self._package, self._notes = package, notes
        self._changed: dict[str, etree._Element] = {}
        self._comments = self._part("comments", "comments", _OFFICE)
        self._extended = self._part("commentsExtended", "commentsEx", _MICROSOFT)
        self._by_id = {value(each, "id") or "": each for each in self._comments.iter(W + "comment")}
        self._threads = {each.id: each.answers or each.id for each in comments_of(package)}
        self._entries = {str(each.get(W15 + "paraId")): each for each in self._extended.iter(W15 + "commentEx")}
        self._identities = {str(each.get(W14 + "paraId")) for each in self._comments.iter(W + "p")}
        numbers = [int(each) for each in self._by_id if each.isdecimal()]
        self._next = max(numbers, default=-1) + 1

    def answer(self) -> None:
        """Behind the comment, in its thread and at its place."""
        for identity, text in self._notes.answers.items():
            if identity in self._by_id:
                top = self._threads.get(identity, identity)
                made = self._comment(text, answers=self._by_id.get(top, self._by_id[identity]))
                self._anchor_beside(top if top in self._by_id else identity, made)

    def remark(self) -> None:
        for each in self._notes.remarks:
            about = [element for element in each.about if _stands(element)]
            paragraph = _paragraph_of(about[0]) if about else None
            if paragraph is not None:
                _anchor(paragraph, about, self._comment(each.text))

    def close_settled(self) -> None:
        for identity, top in self._threads.items():
            if top in self._notes.settled and identity in self._by_id:
                self._entry(self._by_id[identity]).set(W15 + "done", "1")

    def parts(self) -> dict[str, bytes]:
        texts = {name: root for name in self._package.stories if (root := self._package.root(name)) is not None}
        return {name: serialise(root) for name, root in {**texts, **self._changed}.items()}

    def _comment(self, text: str, *, answers: etree._Element | None = None) -> str:
        identity, self._next = str(self._next), self._next + 1
        made = etree.SubElement(self._comments, W + "comment")
        for name, held in (
            ("id", identity), ("author", self._notes.author), ("date", self._notes.at.strftime("%Y-%m-%dT%H:%M:%SZ")),
            ("initials", self._notes.initials),
        ):  # fmt: skip
            made.set(W + name, held)
        for line in text.splitlines() or [""]:
            words = etree.SubElement(etree.SubElement(etree.SubElement(made, W + "p"), W + "r"), W + "t")
            words.text = line
            words.set(XML_SPACE, "preserve")
        self._by_id[identity] = made
        entry = self._entry(made)
        if answers is not None:
            entry.set(W15 + "paraIdParent", str(self._entry(answers).get(W15 + "paraId")))
        return identity

    def _entry(self, comment: etree._Element) -> etree._Element:
        """The line that says to which thread a comment belongs and whether that is settled."""
        paragraphs = list(comment.iter(W + "p")) or [etree.SubElement(comment, W + "p")]
        identity = paragraphs[-1].get(W14 + "paraId")
        if identity is None:
            identity = self._identity()
            paragraphs[-1].set(W14 + "paraId", identity)
        if identity not in self._entries:
            entry = etree.SubElement(self._extended, W15 + "commentEx")
            entry.set(W15 + "paraId", identity)
            entry.set(W15 + "done", "0")
            self._entries[str(identity)] = entry
        return self._entries[str(identity)]

    def _identity(self) -> str:
        number = 0x4D4F5500 + len(self._identities)
        while f"{number:08X}" in self._identities:
            number = (number + 1) % _LARGEST_IDENTITY
        self._identities.add(f"{number:08X}")
        return f"{number:08X}"

    def _anchor_beside(self, beside: str, identity: str) -> None:
        """Where the other comment stands; one that stands nowhere in the text gets no place either."""
        for name in self._package.stories:
            root = self._package.root(name)
            for each in (
                list(root.iter(W + "commentRangeStart", W + "commentRangeEnd", W + "commentReference"))
                if root is not None
                else ()
            ):
                if value(each, "id") != beside:
                    continue
                if each.tag == W + "commentReference":
                    run = each.getparent()
                    (run if run is not None and run.tag == W + "r" else each).addnext(_sign(identity))
                else:
                    each.addnext(_mark(str(each.tag), identity))

    def _part(self, kind: str, root_name: str, relations: str) -> etree._Element:
        """The part of this kind; a new one is announced."""
        package = self._package
        name = package.related(kind)
        root = package.root(name) if name else None
        if name is None or root is None:
            folder = posixpath.dirname(package.main)
            name = posixpath.join(folder, f"{kind}.xml")
            space = W if kind == "comments" else W15
            root = etree.Element(space + root_name, nsmap=_NAMES)
            self._announce(name, kind, relations)
        self._changed[name] = root
        return root

    def _announce(self, name: str, kind: str, relations: str) -> None:
        folder, base = posixpath.split(self._package.main)
        rels_name = posixpath.join(folder, "_rels", f"{base}.rels")
        rels = self._changed.get(rels_name)
        if rels is None:
            rels = self._package.root(rels_name)
        if rels is None:
            rels = etree.Element(PACKAGE_RELATIONSHIPS + "Relationships", nsmap={None: PACKAGE_RELATIONSHIPS[1:-1]})  # type: ignore[dict-item]
        etree.SubElement(
            rels, PACKAGE_RELATIONSHIPS + "Relationship",
            {"Id": f"made-{kind}", "Type": f"{relations}/{kind}", "Target": posixpath.basename(name)},
        )  # fmt: skip
        self._changed[rels_name] = rels
        types = self._package.root("[Content_Types].xml")
        if types is not None:
            etree.SubElement(
                types, CONTENT_TYPES + "Override", {"PartName": f"/{name}", "ContentType": f"{_TYPE}.{kind}+xml"}
            )
            self._changed["[Content_Types].xml"] = types


def _stands(element: etree._Element) -> bool:
    """Whether it is still in its document; what was decided is not."""
    return (
        next(element.iterancestors(W + "document", W + "hdr", W + "ftr", W + "footnotes", W + "endnotes"), None)
        is not None
    )


def _paragraph_of(element: etree._Element) -> etree._Element | None:
    paragraph = next(element.iterancestors(W + "p"), None)
    if paragraph is None:  # a mark on a table, a row or a cell
        holder = next(element.iterancestors(W + "tc", W + "tr", W + "tbl"), element)
        paragraph = next(holder.iter(W + "p"), None)
    return paragraph


def _anchor(paragraph: etree._Element, about: Sequence[etree._Element], identity: str) -> None:
    """Around what it is about as far as that is in this paragraph, else around the whole of it."""
    inner = [child for child in elements(paragraph) if child.tag != W + "pPr"]
    touched = [
        child for child in inner if any(child is each or child in each.iterancestors() for each in about)
    ] or inner
    start, end, sign = _mark(W + "commentRangeStart", identity), _mark(W + "commentRangeEnd", identity), _sign(identity)
    if touched:
        touched[0].addprevious(start)
        touched[-1].addnext(end)
    else:
        paragraph.extend((start, end))
    end.addnext(sign)


def _mark(tag: str, identity: str) -> etree._Element:
    made = etree.Element(tag)
    made.set(W + "id", identity)
    return made


def _sign(identity: str) -> etree._Element:
    run = etree.Element(W + "r")
    run.append(_mark(W + "commentReference", identity))
    return run
