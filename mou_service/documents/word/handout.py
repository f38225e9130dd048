"""A Word file to give away or to render elsewhere: the text as it stands, nothing about who worked on it."""

from lxml import etree

from mou_service.documents.word import field_codes
from mou_service.documents.word.ooxml import CONTENT_TYPES, PACKAGE_RELATIONSHIPS, W, remove, serialise
from mou_service.documents.word.package import Package
from mou_service.documents.word.properties import clean_properties
from mou_service.documents.word.revisions import settle

#: Parts that tell about people and their work.
_INTERNAL = frozenset(
    {
        "comments",
        "commentsExtended",
        "commentsIds",
        "commentsExtensible",
        "people",
        "custom-properties",
        "thumbnail",
        "printerSettings",
        "customXml",
    }
)
_COMMENTS = frozenset({"comments", "commentsExtended"})
_COMMENT_MARKS = (W + "commentRangeStart", W + "commentRangeEnd", W + "commentReference", W + "annotationRef")
_SETTINGS = (
    W + "rsids",
    W + "docVars",
    W + "attachedTemplate",
    W + "trackRevisions",
    W + "revisionView",
    W + "mailMerge",
)


def hand_out(
    content: bytes, *, title: str = "", author: str = "", keep_revisions: bool = False, keep_comments: bool = False
) -> bytes:
    """A checked .docx without comments, metadata and changing dates; tracked changes accepted unless kept.

    Comments are kept only for an answer to somebody who wrote comments.

    Page numbers stay live. The same input gives the same bytes.
    """
    package = Package(content)
    changed: dict[str, bytes] = {}
    for name in package.stories:
        root = package.root(name)
        if root is not None:
            _clean_story(root, keep_revisions=keep_revisions, keep_comments=keep_comments)
            changed[name] = serialise(root)
    changed.update(_clean_settings(package))
    dropped = _drop_parts(package, changed, _INTERNAL - _COMMENTS if keep_comments else _INTERNAL)
    return package.write({**changed, **clean_properties(package, title=title, author=author)}, without=dropped)


def _clean_story(root: etree._Element, *, keep_revisions: bool, keep_comments: bool) -> None:
    if not keep_revisions:
        settle(root)
    for mark in [] if keep_comments else list(root.iter(*_COMMENT_MARKS)):
        run = mark.getparent()
        remove(mark)
        if run is not None and run.tag == W + "r" and all(child.tag == W + "rPr" for child in run):
            remove(run)
    for found in list(field_codes.find_fields(root)):
        if found.name in field_codes.VOLATILE:
            field_codes.unlink(found)
    for element in root.iter(W + "p", W + "r", W + "tr", W + "sectPr"):
        for name in [name for name in element.attrib if str(name).startswith(W + "rsid")]:
            del element.attrib[name]


def _clean_settings(package: Package) -> dict[str, bytes]:
    name = package.related("settings")
    root = package.root(name) if name else None
    if name is None or root is None:
        return {}
    for element in list(root.iter(*_SETTINGS)):
        remove(element)
    return {name: serialise(root)}


def _drop_parts(package: Package, changed: dict[str, bytes], internal: frozenset[str]) -> set[str]:
    """Leave the internal parts out, and every mention of them."""
    dropped: set[str] = set()
    for source, rels in (("", "_rels/.rels"), (package.main, _rels_of(package.main))):
        root = package.root(rels)
        for element in list(root.iter(PACKAGE_RELATIONSHIPS + "Relationship")) if root is not None else ():
            relationship = package.relationships(source)[str(element.get("Id"))]
            if relationship.kind in internal and not relationship.external:
                dropped.add(relationship.target)
                remove(element)
        if root is not None:
            changed[rels] = serialise(root)
    dropped |= {name for name in package.names if name.startswith("customXml/")}
    dropped |= {_rels_of(name) for name in dropped}
    types = package.root("[Content_Types].xml")
    for override in list(types.iter(CONTENT_TYPES + "Override")) if types is not None else ():
        if str(override.get("PartName")).lstrip("/") in dropped:
            remove(override)
    if types is not None:
        changed["[Content_Types].xml"] = serialise(types)
    return dropped


def _rels_of(name: str) -> str:
    folder, _, base = name.rpartition("/")
    return f"{folder}/_rels/{base}.rels".lstrip("/")
