"""What a Word file says about itself: a title and an author that we choose, and nothing else."""

import copy

from lxml import etree
from markupsafe import escape

from mou_service.documents.word.ooxml import CONTENT_TYPES, PACKAGE_RELATIONSHIPS, serialise
from mou_service.documents.word.package import Package

_CORE_NAME = "docProps/core.xml"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_CORE_KIND = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>'
    "</cp:coreProperties>"
)
_APP_NAME = "docProps/app.xml"
_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)


def clean_properties(package: Package, *, title: str, author: str) -> dict[str, bytes]:
    """The parts to replace or add so that the file bears this title and author."""
    targets = {each.kind: each.target for each in package.relationships("").values()}
    core = targets.get("core-properties", _CORE_NAME)
    parts = {core: _CORE.format(title=escape(title), author=escape(author)).encode()}
    app = targets.get("extended-properties", _APP_NAME)
    if app in package.names:
        parts[app] = _APP
    return parts if "core-properties" in targets else {**parts, **_announced(package)}


def _announced(package: Package) -> dict[str, bytes]:
    """The lists of parts, with the core properties added to them."""
    entries = (
        (
            "_rels/.rels",
            PACKAGE_RELATIONSHIPS + "Relationship",
            {"Id": "coreProperties", "Type": _CORE_KIND, "Target": _CORE_NAME},
        ),
        ("[Content_Types].xml", CONTENT_TYPES + "Override", {"PartName": f"/{_CORE_NAME}", "ContentType": _CORE_TYPE}),
    )
    parts = {}
    for name, tag, attributes in entries:
        root = copy.deepcopy(package.root(name))
        if root is not None:
            if tag.endswith("Relationship") or not _named(root, attributes["PartName"]):
                etree.SubElement(root, tag, attributes)
            parts[name] = serialise(root)
    return parts


def _named(types: etree._Element, part: str) -> bool:
    return any(each.get("PartName") == part for each in types)
