"""What a Word file carries beside its text: links to elsewhere, embedded files, fields that fetch, hidden words."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from lxml import etree

from mou_service.documents.word import field_codes
from mou_service.documents.word.findings import Finding, Outcome
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
#: Relationship kinds that never belong into an agreement: (code, what to say, may the rest be kept?)
_UNWANTED = {
    "attachedTemplate": ("remote_template", "a template it is attached to", True),
    "oleObject": ("embedded_file", "an embedded file of another program", True),
    "package": ("embedded_file", "an embedded file of another program", True),
    "control": ("active_content", "an ActiveX control", True),
    "activeXControlBinary": ("active_content", "an ActiveX control", True),
    "vbaProject": ("macros", "macros. Save it in Word as “Word Document (.docx)”", False),
    "wordVbaData": ("macros", "macros. Save it in Word as “Word Document (.docx)”", False),
    "subDocument": ("foreign_text", "text that lies in another file (a subdocument). Put that text into this file",
                    False),
    "aFChunk": ("foreign_text", "another document as a whole, which appears only when Word opens it. Open the file in "
                "Word and save it again", False),
    "frame": ("remote_part", "a frame that shows another file", True),
    "mailMergeSource": ("remote_part", "a data source for mail merge", True),
    "mailMergeHeaderSource": ("remote_part", "a data source for mail merge", True),
    "recipientData": ("remote_part", "a list of mail merge recipients", True),
    "keyMapCustomizations": ("remote_part", "keyboard settings", True),
    "attachedToolbars": ("remote_part", "tool bars", True),
}
#: Elements that make no sense once what they point at is gone.
_FALL_WITH_IT = (W + "drawing", O + "OLEObject", W + "control", W + "attachedTemplate", W + "mailMerge", W + "frame",
                 A + "hlinkClick", A + "hlinkHover", W + "pict")


@dataclass(slots=True)
class Work:
    """What was found, which parts were changed in place, and which are to be left out."""

    findings: list[Finding] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)

    _count: Counter[str] = field(default_factory=Counter)

    def note(self, code: str, message: str, *, at: etree._Element | None, part: str, outcome: Outcome = "warn",
             facts: dict[str, str] | None = None) -> None:
        """Add a finding; a thousand of one kind would help nobody, so the first few are named."""
        self._count[code] += 1
        if self._count[code] <= MAX_OF_A_KIND:
            place = place_of(at, part) if at is not None else part_words(part)
            self.findings.append(Finding(code, message, place=place, outcome=outcome, facts=facts or {}))

    def wants(self, code: str) -> bool:
        return self._count[code] < MAX_OF_A_KIND

    def sum_up(self) -> None:
        """Say how many more there were of each kind."""
        for code, count in self._count.items():
            if count > MAX_OF_A_KIND:
                last = next(finding for finding in reversed(self.findings) if finding.code == code)
                more = count - MAX_OF_A_KIND
                self.findings.append(replace(last, message=f"There were {more} more of the same kind.", place="",
                                             facts={"more": str(more)}))


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
    """"word/_rels/document.xml.rels" belongs to "word/document.xml"."""
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
    code, words, harmless = _UNWANTED[relationship.kind]
    facts = {"what": words, "target": relationship.target[:100]}
    if not harmless:
        work.note(code, f"The file contains {words}.", at=use.first, part=use.source, outcome="refuse", facts=facts)
        return
    work.note(code, f"The file contained {words}; it was taken out.", at=use.first, part=use.source, outcome="strip",
              facts=facts)
    _cut(use, work)
    if not relationship.external and relationship.target in package.names:
        work.dropped.add(relationship.target)


def _external(use: _Use, relationship: Relationship, work: Work) -> None:
    target = relationship.target[:100]
    if relationship.kind == "hyperlink":
        if not _SAFE_LINK.match(relationship.target):
            work.note("unsafe_link", f"A link led to “{target}”; the link was taken out and its text kept.",
                      at=use.first, part=use.source, outcome="strip", facts={"target": target})
            _cut(use, work)
        return
    what = "picture" if relationship.kind == "image" else "part"
    work.note("remote_part", f"A {what} was not in the file but at “{target}”; it was taken out. Put the {what} "
              "itself into the document if it is needed.", at=use.first, part=use.source, outcome="strip",
              facts={"what": what, "target": target})
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
            work.note("giant_span", f"A table cell claims to span {value(span)} columns; Word allows {MAX_SPAN}. "
                      "Make that table again.", at=span, part=name, outcome="refuse",
                      facts={"span": str(value(span))[:20]})
    for table in root.iter(W + "tbl"):
        if sum(1 for _ in table.iterancestors(W + "tbl")) >= MAX_NESTED_TABLES:
            work.note("deep_tables", f"Tables lie more than {MAX_NESTED_TABLES} deep in each other. Take them "
                      "apart.", at=table, part=name, outcome="refuse")
            return


def _fields(root: etree._Element, name: str, work: Work) -> None:
    for found in list(field_codes.find_fields(root)):
        facts = {"field": found.name, "code": found.code.strip()[:100]}
        if found.name in field_codes.PROGRAMS:
            work.note("program_field", f"A {found.name} field starts another program. Remove the field.",
                      at=found.start, part=name, outcome="refuse", facts=facts)
        elif found.name in field_codes.FETCHING or _bad_link(found):
            work.note("fetching_field", f"A {found.name} field was replaced by the text that it showed.",
                      at=found.start, part=name, outcome="strip", facts=facts)
            field_codes.unlink(found)
            work.changed.add(name)
        elif found.name in field_codes.VOLATILE:
            work.note("volatile_field", f"A {found.name} field shows another text each day; the text it shows now is "
                      "used. Write the text itself if it matters.", at=found.start, part=name, facts=facts)


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
            quoted = quote(run) if work.wants("hidden_text") else ""
            work.note("hidden_text", f"Hidden text {quoted} will not be in the agreement.",
                      at=run, part=name)
        elif (value(look.find(W + "color")) or "").upper() == "FFFFFF" and not _on_dark(run):
            quoted = quote(run) if work.wants("white_text") else ""
            work.note("white_text", f"The text {quoted} is white and cannot be seen on paper.",
                      at=run, part=name)
    for text in root.iter(W + "t"):
        if text.text and _TURNING.search(text.text):
            work.note("turned_text", "Invisible characters turn the reading direction around, so that the text reads "
                      "otherwise than it is stored.", at=text, part=name)


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
