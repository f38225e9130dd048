"""What a Word file carries beside its text: links to elsewhere, embedded files, fields that fetch, hidden words."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from mou_service.documents.word import field_codes
from mou_service.documents.word.findings import Finding, Outcome, finding
from mou_service.documents.word.ooxml import (
    CONTENT_TYPES,
    PACKAGE_RELATIONSHIPS,
    A,
    O,
    R,
    V,
    W,
    is_on,
    local,
    remove,
    value,
    whole,
)
from mou_service.documents.word.package import Package, Relationship
from mou_service.documents.word.places import part_words, place_of, quote

MAX_SPAN = 63
MAX_NESTED_TABLES = 12
MAX_OF_A_KIND = 20
_SAFE_LINK = re.compile(r"(https?:|mailto:|tel:|#)|[^:\\]*$", re.IGNORECASE)
_TURNING = re.compile("[\u202d\u202e]")
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
    for name in package.stories:
        root = package.root(name)
        if root is not None:
            _limits(root, name, work)
            _fields(root, name, work)
            _unseen(root, name, work)
    _strict(package, work)
    if work.dropped:
        _forget_types(package, work)
    work.sum_up()
    return work


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
        if not _SAFE_LINK.match(relationship.target):
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
    if user.tag in (A + "blip", V + "imagedata"):
        user = next(user.iterancestors(W + "drawing", W + "pict"), user)
    if user.tag in _FALL_WITH_IT:
        remove(user)


def _limits(root: etree._Element, name: str, work: Work) -> None:
    """Sizes that are legal to write and ruin whoever believes them."""
    for span in root.iter(W + "gridSpan", W + "gridBefore", W + "gridAfter"):
        if not 0 <= whole(value(span), -1) <= MAX_SPAN:
            work.note("giant_span", at=span, part=name, outcome="refuse", span=str(value(span))[:20], limit=MAX_SPAN)
    for table in root.iter(W + "tbl"):
        if sum(1 for _ in table.iterancestors(W + "tbl")) >= MAX_NESTED_TABLES:
            work.note("deep_tables", at=table, part=name, outcome="refuse", limit=MAX_NESTED_TABLES)
            return


def _fields(root: etree._Element, name: str, work: Work) -> None:
    for found in list(field_codes.find_fields(root)):
        facts: dict[str, Any] = {"field": found.name, "source": found.code.strip()[:100]}
        if found.name in field_codes.PROGRAMS:
            work.note("program_field", at=found.start, part=name, outcome="refuse", **facts)
        elif found.name in field_codes.FETCHING or _bad_link(found):
            work.note("fetching_field", at=found.start, part=name, outcome="strip", **facts)
            field_codes.unlink(found)
            work.changed.add(name)
        elif found.name in field_codes.VOLATILE:
            work.note("volatile_field", at=found.start, part=name, **facts)


def _bad_link(found: field_codes.Field) -> bool:
    if found.name != "HYPERLINK":
        return False
    target = re.search(r'HYPERLINK\s+"?([^"\s]+)', found.code, re.IGNORECASE)
    return bool(target and not target[1].startswith("\\") and not _SAFE_LINK.match(target[1]))


def _unseen(root: etree._Element, name: str, work: Work) -> None:
    """Words that a reader of the paper would not see, or would read in another order."""
    for run in root.iter(W + "r"):
        look = run.find(W + "rPr")
        if look is None or run.find(W + "t") is None:
            continue
        if is_on(look.find(W + "vanish")):
            work.note("hidden_text", at=run, part=name, text=quote(run) if work.wants("hidden_text") else "")
        elif (value(look.find(W + "color")) or "").upper() == "FFFFFF" and not _on_dark(run):
            work.note("white_text", at=run, part=name, text=quote(run) if work.wants("white_text") else "")
    for text in root.iter(W + "t"):
        if text.text and _TURNING.search(text.text):
            work.note("turned_text", at=text, part=name)


def _on_dark(run: etree._Element) -> bool:
    """White letters are honest on a shaded cell, paragraph or run, or where a table style may shade them."""
    for holder in (run, *run.iterancestors(W + "p", W + "tc")):
        shading = holder.find(f"{W}{local(holder)}Pr/{W}shd")
        if shading is not None and (value(shading, "fill") or "auto").upper() not in ("AUTO", "FFFFFF"):
            return True
    return any(table.find(f"{W}tblPr/{W}tblStyle") is not None for table in run.iterancestors(W + "tbl"))


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
