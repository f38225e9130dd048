"""What a Word file carries beside its text: links to elsewhere, embedded files, fields that fetch, hidden words."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from mou_service.documents.word.findings import Finding, Outcome, finding
from mou_service.documents.word.gate import freezing, unseen
from mou_service.documents.word.ooxml import (
    CONTENT_TYPES,
    PACKAGE_RELATIONSHIPS,
    A,
    O,
    R,
    V,
    W,
    is_on,
    remove,
    value,
    whole,
)
from mou_service.documents.word.package import Package, Relationship
from mou_service.documents.word.places import part_words, place_of

MAX_SPAN = 63
MAX_NESTED_TABLES = 12
#: Letters of one paragraph; a page has three thousand.
MAX_PARAGRAPH = 100_000
MAX_OF_A_KIND = 20
_SHOWN = 60
#: Whose elements may hold text.
_KNOWN = (
    "{http://schemas.openxmlformats.org/",
    "{http://schemas.microsoft.com/office/word/",
    "{http://schemas.microsoft.com/office/drawing/",
    "{http://purl.oclc.org/ooxml/",
    "{urn:schemas-microsoft-com:",
)
_TURNING = re.compile("[\u202d\u202e]")
_SVG_BLIP = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip"
#: What a drawing of lines may not hold: it would run, or fetch.
_SVG_ALIVE = re.compile(
    rb"<\s*(\w+:)?(script|foreignObject|iframe|audio|video)\b|\bon\w+\s*=|(href|src)\s*=\s*[\"']\s*(?!#|data:image/)",
    re.IGNORECASE,
)
#: Parts in which fields cannot be, or which nobody opens.
_NO_FIELDS = ("docProps/", "_rels/", "customXml/", "[Content_Types]")
#: Relationship kinds that never belong into an agreement: (code, kind of it, may the rest be kept?)
_UNWANTED = {
    "attachedTemplate": ("remote_template", "", True),
    "oleObject": ("embedded_file", "", True),
    "package": ("embedded_file", "", True),
    "control": ("active_content", "", True),
    "activeXControlBinary": ("active_content", "", True),
    "vbaProject": ("macros", "", False),
    "wordVbaData": ("macros", "", False),
    "subDocument": ("foreign_text", "subdocument", False),
    "aFChunk": ("foreign_text", "chunk", False),
    "frame": ("remote_part", "frame", True),
    "mailMergeSource": ("remote_part", "mail_merge", True),
    "mailMergeHeaderSource": ("remote_part", "mail_merge", True),
    "recipientData": ("remote_part", "recipients", True),
    "keyMapCustomizations": ("remote_part", "keys", True),
    "attachedToolbars": ("remote_part", "tool_bars", True),
}
#: Elements that make no sense once what they point at is gone.
_FALL_WITH_IT = (
    W + "drawing",
    O + "OLEObject",
    W + "control",
    W + "attachedTemplate",
    W + "mailMerge",
    W + "frame",
    A + "hlinkClick",
    A + "hlinkHover",
    W + "pict",
)


@dataclass(slots=True)
class Work:
    """What was found, which parts were changed in place, and which are to be left out."""

    findings: list[Finding] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)

    _count: Counter[str] = field(default_factory=Counter)

    def note(self, code: str, *, at: etree._Element | None, part: str, outcome: Outcome = "warn", **facts: Any) -> None:
        """Add a finding; a thousand of one kind would help nobody, so the first few are named."""
        self._count[code] += 1
        if self._count[code] <= MAX_OF_A_KIND:
            place = place_of(at, part) if at is not None else part_words(part)
            self.findings.append(finding(code, place=place, outcome=outcome, **facts))

    def wants(self, code: str) -> bool:
        return self._count[code] < MAX_OF_A_KIND

    def sum_up(self) -> None:
        """Say how many more there were of each kind."""
        for code, count in self._count.items():
            if count > MAX_OF_A_KIND:
                last = next(found for found in reversed(self.findings) if found.code == code)
                more = count - MAX_OF_A_KIND
                self.findings.append(finding(code, outcome=last.outcome, kind="more", more=more))


@dataclass(frozen=True, slots=True)
class _Use:
    """A relationship and who mentions it."""

    source: str
    relationship: etree._Element
    users: dict[str, list[etree._Element]]

    @property
    def identity(self) -> str:
        return str(self.relationship.get("Id"))

    @property
    def mentions(self) -> list[etree._Element]:
        return self.users.get(self.identity, [])

    @property
    def first(self) -> etree._Element | None:
        return self.mentions[0] if self.mentions else None


def examine(package: Package) -> Work:
    """Look at every part; what can be taken out is taken out of the package's trees."""
    work = Work()
    for name in package.names:
        if name.endswith(".rels"):
            _relationships(package, name, work)
    stories = set(package.stories)
    for name in package.names:
        root = package.root(name) if name in stories or _may_hold_fields(name) else None
        if root is not None:
            freezing.freeze(root, name, work)
    for name in package.stories:
        root = package.root(name)
        if root is not None:
            _foreign(root, name, work)
            _limits(root, name, work)
            freezing.unbind(package, root, name, work)
            _unseen(package, root, name, work)
    freezing.still(package, work)
    _strict(package, work)
    if work.dropped:
        _forget_types(package, work)
    work.sum_up()
    return work


def _may_hold_fields(name: str) -> bool:
    return name.endswith(".xml") and not any(mark in name for mark in _NO_FIELDS)


def _relationships(package: Package, rels: str, work: Work) -> None:
    source = _source_of(rels)
    root = package.root(rels)
    users = _users(package.root(source))
    for element in list(root.iter(PACKAGE_RELATIONSHIPS + "Relationship")) if root is not None else []:
        relationship = package.relationships(source).get(str(element.get("Id")))
        if relationship is None:
            continue
        if relationship.kind in _UNWANTED:
            _unwanted(package, _Use(source, element, users), relationship, work)
        elif relationship.external:
            _external(_Use(source, element, users), relationship, work)
        elif relationship.kind == "image" and _is_alive(package, relationship.target):
            work.note(
                "active_content",
                at=None,
                part=source,
                outcome="strip",
                kind="drawing",
                target=relationship.target[:100],
            )
            _cut(_Use(source, element, users), work)
            work.dropped.add(relationship.target)


def _is_alive(package: Package, target: str) -> bool:
    """A drawing of lines (SVG) that runs a script or fetches something."""
    if target not in package.names:
        return False
    content = package.read(target)
    return b"<svg" in content[:4096] and bool(_SVG_ALIVE.search(content))


def _source_of(rels: str) -> str:
    """ "word/_rels/document.xml.rels" belongs to "word/document.xml"."""
    folder, _, base = rels.rpartition("/")
    folder = folder.removesuffix("_rels").rstrip("/")
    name = base.removesuffix(".rels")
    return f"{folder}/{name}".lstrip("/") if name else ""


def _users(root: etree._Element | None) -> dict[str, list[etree._Element]]:
    """The elements of a part that mention a relationship, by its id."""
    found: dict[str, list[etree._Element]] = {}
    for element in root.iter("*") if root is not None else ():
        for name, held in element.attrib.items():
            if str(name).startswith(R):
                found.setdefault(str(held), []).append(element)
    return found


def _unwanted(package: Package, use: _Use, relationship: Relationship, work: Work) -> None:
    code, kind, harmless = _UNWANTED[relationship.kind]
    facts: dict[str, Any] = {"target": relationship.target[:100]} | ({"kind": kind} if kind else {})
    work.note(code, at=use.first, part=use.source, outcome="strip" if harmless else "refuse", **facts)
    if not harmless:
        return
    _cut(use, work)
    if not relationship.external and relationship.target in package.names:
        work.dropped.add(relationship.target)


def _external(use: _Use, relationship: Relationship, work: Work) -> None:
    target = relationship.target[:100]
    if relationship.kind == "hyperlink":
        if not freezing.SAFE_LINK.match(relationship.target):
            work.note("unsafe_link", at=use.first, part=use.source, outcome="strip", target=target)
            _cut(use, work)
        return
    kind = "picture" if relationship.kind == "image" else "part"
    work.note("remote_part", at=use.first, part=use.source, outcome="strip", kind=kind, target=target)
    _cut(use, work)


def _cut(use: _Use, work: Work) -> None:
    """Remove a relationship and every mention of it."""
    for user in use.mentions:
        work.changed.add(use.source)
        _let_go(user, use.identity)
    folder, _, base = use.source.rpartition("/")
    work.changed.add(f"{folder}/_rels/{base}.rels".lstrip("/"))
    remove(use.relationship)


def _let_go(user: etree._Element, identity: str) -> None:
    for name in [name for name, held in user.attrib.items() if str(name).startswith(R) and held == identity]:
        del user.attrib[name]
    if user.get(R + "embed") or user.get(R + "id"):
        return
    if user.tag == _SVG_BLIP:
        remove(user)
    if user.tag in (A + "blip", V + "imagedata"):
        user = next(user.iterancestors(W + "drawing", W + "pict"), user)
    if user.tag in _FALL_WITH_IT:
        remove(user)


def _limits(root: etree._Element, name: str, work: Work) -> None:
    """Sizes that are legal to write and ruin whoever believes them."""
    for span in root.iter(W + "gridSpan", W + "gridBefore", W + "gridAfter"):
        if not 0 <= whole(value(span), -1) <= MAX_SPAN:
            work.note("giant_span", at=span, part=name, outcome="refuse", span=str(value(span))[:20], limit=MAX_SPAN)
    for grid in root.iter(W + "tblGrid"):
        if len(grid) > MAX_SPAN:
            work.note("giant_span", at=grid, part=name, outcome="refuse", span=len(grid), limit=MAX_SPAN)
    for paragraph in root.iter(W + "p"):
        if sum(len(text.text or "") for text in paragraph.iter(W + "t")) > MAX_PARAGRAPH:
            work.note("too_complex", at=paragraph, part=name, outcome="refuse", kind="paragraph", limit=MAX_PARAGRAPH)
    for table in root.iter(W + "tbl"):
        if sum(1 for _ in table.iterancestors(W + "tbl")) >= MAX_NESTED_TABLES:
            work.note("deep_tables", at=table, part=name, outcome="refuse", limit=MAX_NESTED_TABLES)
            return


def _foreign(root: etree._Element, name: str, work: Work) -> None:
    """Text that Word does not show and other programs may: in elements that it does not know, in hidden rows."""
    for run in list(root.iter(W + "r", W + "p")):
        parent = run.getparent()
        space = str(parent.tag).rpartition("}")[0] if parent is not None else ""
        if parent is None or space.startswith(_KNOWN):
            continue
        _leave_out(parent, name, work)

    for row in [row for row in root.iter(W + "tr") if is_on(row.find(f"{W}trPr/{W}hidden"))]:
        _leave_out(row, name, work)


def _leave_out(element: etree._Element, name: str, work: Work) -> None:
    words = " ".join("".join(text.text or "" for text in element.iter(W + "t")).split())[:_SHOWN]
    work.note("hidden_text", at=next(element.iter(W + "tc"), element), part=name, outcome="strip", text=f"“{words}”")
    remove(element)
    work.changed.add(name)


def _unseen(package: Package, root: etree._Element, name: str, work: Work) -> None:
    """Words that a reader of the paper would not see, or would read in another order."""

    def note(code: str, at: etree._Element, words: str, facts: dict[str, Any]) -> None:
        shown = f"“{words[:_SHOWN]}…”" if len(words) > _SHOWN else f"“{words}”"
        work.note(code, at=at if work.wants(code) else None, part=name, text=shown, **facts)

    unseen.look_for(package, root, note)
    for text in root.iter(W + "t"):
        if text.text and _TURNING.search(text.text):
            work.note("turned_text", at=text if work.wants("turned_text") else None, part=name)


def _strict(package: Package, work: Work) -> None:
    """A file under the strict names is written again under the usual ones, which every program knows."""
    if b"purl.oclc.org/ooxml" in package.read(package.main):
        work.changed.update(name for name in package.names if name.endswith((".xml", ".rels")))


def _forget_types(package: Package, work: Work) -> None:
    types = package.root("[Content_Types].xml")
    for override in list(types.iter(CONTENT_TYPES + "Override")) if types is not None else []:
        if str(override.get("PartName") or "").lstrip("/") in work.dropped:
            remove(override)
            work.changed.add("[Content_Types].xml")
    work.dropped.update(name for name in package.names if name.endswith(".rels") and _source_of(name) in work.dropped)
