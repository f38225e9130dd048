"""A Word file to give away or to render elsewhere: the text as it stands, nothing about who worked on it.

The tags of our content controls (`mou:…`) stay: they name questions of the form and nobody's work, and by them an answer
that the other side changes is read when the file comes back.
"""

import posixpath
from collections.abc import Iterator

from lxml import etree

from mou_service.documents.word.gate import field_codes, picture_data
from mou_service.documents.word.gate.properties import clean_properties
from mou_service.documents.word.ooxml import (
    CONTENT_TYPES,
    PACKAGE_RELATIONSHIPS,
    R,
    W,
    child_value,
    elements,
    local,
    remove,
    serialise,
    unwrap,
    value,
)
from mou_service.documents.word.package import Package
from mou_service.documents.word.revising.revisions import settle

_COMMENTS = frozenset({"comments", "commentsExtended"})
#: Parts that tell about people and their work.
_INTERNAL = _COMMENTS | {
    "commentsIds",
    "commentsExtensible",
    "people",
    "custom-properties",
    "thumbnail",
    "printerSettings",
    "customXml",
    "glossaryDocument",
    "documenttasks",
    "classificationlabels",
    "stylesWithEffects",
    "webSettings",
    "attachedTemplate",
    "origin",
}
_COMMENT_MARKS = (W + "commentRangeStart", W + "commentRangeEnd", W + "commentReference", W + "annotationRef")
#: What settings remember of people, computers and earlier work; the last two would take the names from tracked changes.
_SETTINGS = frozenset(
    {
        "rsids",
        "docVars",
        "docId",
        "attachedTemplate",
        "linkStyles",
        "attachedSchema",
        "schemaLibrary",
        "saveThroughXslt",
        "smartTagType",
        "trackRevisions",
        "revisionView",
        "mailMerge",
        "proofState",
        "activeWritingStyle",
        "writeProtection",
        "removePersonalInformation",
        "removeDateAndTime",
    }
)
#: Marks in the text that are traces of work: who may write where, what the spelling checker said, where a page ended.
_TRACES = tuple(
    W + name for name in ("permStart", "permEnd", "proofErr", "lastRenderedPageBreak", "printerSettings", "rsid")
)
#: Bookmarks Word sets by itself while somebody works.
_PASSING = ("_Hlk", "_GoBack", "OLE_LINK")
_WRAPPERS = (W + "smartTag", W + "customXml")
_MARKS = tuple(
    W + name
    for name in (
        "ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "rPrChange", "pPrChange", "sectPrChange",
        "tblPrChange", "trPrChange", "tcPrChange", "tblGridChange", "tblPrExChange", "numberingChange", "moveFromRangeStart",
        "moveToRangeStart",
    )
)  # fmt: skip


def hand_out(
    content: bytes,
    *,
    title: str = "",
    author: str = "",
    keep_revisions: bool = False,
    keep_comments: bool = False,
    own: frozenset[str] = frozenset(),
) -> bytes:
    """A checked .docx without metadata and changing texts; tracked changes accepted and comments left out unless kept.

    What is kept bears the names it had, but for the people in `own`: their changes and comments are the institution's,
    `author`. Page numbers stay live. The same input gives the same bytes.
    """
    package = Package(content)
    changed: dict[str, bytes] = {}
    stories = [*package.stories, *_related(package, "comments", "styles", "numbering")]
    for name in stories:
        root = package.root(name)
        if root is not None:
            _clean_story(root, keep_revisions=keep_revisions, keep_comments=keep_comments)
            _rename(root, own, author)
            changed[name] = serialise(root)
    changed.update(_clean_settings(package))
    _drop_parts(package, changed, _INTERNAL - _COMMENTS if keep_comments else _INTERNAL)
    changed.update(picture_data.cleaned(package))
    changed.update(clean_properties(package, title=title, author=author))
    return package.write(changed, without=_unreachable(package))


def _related(package: Package, *kinds: str) -> Iterator[str]:
    return (name for kind in kinds if (name := package.related(kind)) is not None)


def _clean_story(root: etree._Element, *, keep_revisions: bool, keep_comments: bool) -> None:
    if not keep_revisions:
        settle(root)
    for mark in [] if keep_comments else list(root.iter(*_COMMENT_MARKS)):
        run = mark.getparent()
        remove(mark)
        if run is not None and run.tag == W + "r" and all(child.tag == W + "rPr" for child in run):
            remove(run)
    for found in list(field_codes.find_fields(root)):
        if found.volatile and not found.in_code:
            field_codes.unlink(found)
    for wrapper in list(root.iter(*_WRAPPERS)):
        for child in list(elements(wrapper)):
            if local(child) in ("smartTagPr", "customXmlPr"):
                wrapper.remove(child)
        unwrap(wrapper)
    for trace in list(root.iter(*_TRACES)):
        remove(trace)
    _forget_bookmarks(root)
    _forget_names(root)


def _forget_bookmarks(root: etree._Element) -> None:
    """Those that came while somebody worked, unless a field or a link leads there."""
    led_to = " ".join(
        [mark.text or "" for mark in root.iter(W + "instrText")]
        + [value(mark, "instr") or value(mark, "anchor") or "" for mark in root.iter(W + "fldSimple", W + "hyperlink")]
    )
    gone = set()
    for mark in list(root.iter(W + "bookmarkStart")):
        name = value(mark, "name") or ""
        if name.startswith(_PASSING) and name not in led_to:
            gone.add(value(mark, "id"))
            remove(mark)
    for mark in list(root.iter(W + "bookmarkEnd")):
        if value(mark, "id") in gone:
            remove(mark)


def _forget_names(root: etree._Element) -> None:
    """The numbers of the sessions in which something was written, paths of pictures, and controls that were emptied."""
    for element in root.iter("*"):
        for name in [name for name in element.attrib if str(name).startswith(W + "rsid")]:
            del element.attrib[name]
        if local(element) in ("docPr", "cNvPr"):
            for name in ("descr", "name", "title"):
                said = str(element.get(name) or "")
                if "\\" in said or said.startswith(("file:", "/")):
                    element.set(name, "")
    for control in list(root.iter(W + "sdt")):
        tag = child_value(control.find(W + "sdtPr"), "tag") or ""
        inside = control.find(W + "sdtContent")
        # Word would fill an empty control with its invitation to write.
        if tag.startswith("mou:") and inside is not None and not len(inside):
            remove(control)


def _rename(root: etree._Element, own: frozenset[str], author: str) -> None:
    for mark in root.iter(*_MARKS, W + "comment"):
        if value(mark, "author") in own:
            mark.set(W + "author", author)
            if mark.tag == W + "comment":
                mark.attrib.pop(W + "initials", "")


def _clean_settings(package: Package) -> dict[str, bytes]:
    name = package.related("settings")
    root = package.root(name) if name else None
    if name is None or root is None:
        return {}
    for element in list(elements(root)):
        if local(element) in _SETTINGS:
            remove(element)
    return {name: serialise(root)}


def _drop_parts(package: Package, changed: dict[str, bytes], internal: frozenset[str]) -> None:
    """Leave out what points at the internal parts, wherever it does, and every mention of it."""
    for rels in [name for name in package.names if name.endswith(".rels")]:
        root, source = package.root(rels), _source_of(rels)
        gone = set()
        for element in list(root.iter(PACKAGE_RELATIONSHIPS + "Relationship")) if root is not None else ():
            if str(element.get("Type") or "").rpartition("/")[2] in internal:
                gone.add(str(element.get("Id")))
                remove(element)
        if root is not None and gone:
            changed[rels] = serialise(root)
            _forget_mentions(package, source, gone, changed)
    types = package.root("[Content_Types].xml")
    unreachable = _unreachable(package)
    for override in list(types.iter(CONTENT_TYPES + "Override")) if types is not None else ():
        if str(override.get("PartName")).lstrip("/") in unreachable:
            remove(override)
    if types is not None:
        changed["[Content_Types].xml"] = serialise(types)


def _forget_mentions(package: Package, source: str, gone: set[str], changed: dict[str, bytes]) -> None:
    if source not in changed:
        return
    root = package.root(source)
    for element in list(root.iter("*")) if root is not None else ():
        if any(str(name).startswith(R) and held in gone for name, held in element.attrib.items()):
            remove(element)
    if root is not None:
        changed[source] = serialise(root)


def _unreachable(package: Package) -> set[str]:
    """The parts that nothing points at any more, with their own lists of what they point at."""
    reached, waiting = {"[Content_Types].xml", "_rels/.rels"}, [""]
    while waiting:
        source = waiting.pop()
        rels = _rels_of(source)
        root = package.root(rels)
        reached.add(rels)
        for element in root.iter(PACKAGE_RELATIONSHIPS + "Relationship") if root is not None else ():
            target = str(element.get("Target") or "")
            name = (
                target.lstrip("/")
                if target.startswith("/")
                else posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
            )
            if element.get("TargetMode") != "External" and name not in reached:
                reached.add(name)
                waiting.append(name)
    return set(package.names) - reached


def _rels_of(name: str) -> str:
    folder, _, base = name.rpartition("/")
    return f"{folder}/_rels/{base}.rels".lstrip("/")


def _source_of(rels: str) -> str:
    """ "word/_rels/document.xml.rels" belongs to "word/document.xml"."""
    folder, _, base = rels.rpartition("/")
    return posixpath.join(folder.removesuffix("_rels").rstrip("/"), base.removesuffix(".rels"))
