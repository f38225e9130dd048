"""The footnotes and endnotes of two versions: those behind two references, and old ones taken over into the new file."""

import copy

from lxml import etree

from mou_service.documents.word.ooxml import CONTENT_TYPES, PACKAGE_RELATIONSHIPS, R, W, local, value, whole
from mou_service.documents.word.package import Package

KINDS = ("footnote", "endnote")
REFERENCES = tuple(W + f"{kind}Reference" for kind in KINDS)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"


class Notes:
    """`changed` are the parts of the new file, by name, that taking notes over has changed or made."""

    def __init__(self, before: Package, after: Package) -> None:
        self._after = after
        self._old = {kind: before.related_root(f"{kind}s") for kind in KINDS}
        self._new = {kind: after.related_root(f"{kind}s") for kind in KINDS}
        self.changed: dict[str, etree._Element] = {}

    def pair(self, old: etree._Element, new: etree._Element) -> tuple[etree._Element, etree._Element] | None:
        """The notes behind two references."""
        before = _note(self._old[_kind(old)], old)
        after = _note(self._new[_kind(new)], new)
        return (before, after) if before is not None and after is not None else None

    def bring_along(self, reference: etree._Element) -> None:
        """A reference of the old file that is shown as deleted needs its note in the new one, under a free number."""
        kind = _kind(reference)
        note = _note(self._old[kind], reference)
        if note is None:
            return
        target = self._new[kind]
        if target is None:
            target = self._new[kind] = self._made(kind)
        identity = str(1 + max((whole(value(each, "id")) for each in target.findall(W + kind)), default=0))
        copied = copy.deepcopy(note)
        copied.set(W + "id", identity)
        reference.set(W + "id", identity)
        target.append(copied)

    def _made(self, kind: str) -> etree._Element:
        """A part for notes as in the old file, with Word's separator lines only, known to the new file."""
        root = copy.deepcopy(self._old[kind])
        assert root is not None
        for note in [note for note in root.findall(W + kind) if value(note, "type") in (None, "normal")]:
            root.remove(note)
        folder, _, base = self._after.main.rpartition("/")
        name, rels = f"{folder}/{kind}s.xml".lstrip("/"), f"{folder}/_rels/{base}.rels".lstrip("/")
        entries = (
            (
                rels,
                PACKAGE_RELATIONSHIPS + "Relationship",
                {"Id": f"{kind}sTakenOver", "Type": f"{R[1:-1]}/{kind}s", "Target": f"/{name}"},
            ),
            (
                "[Content_Types].xml",
                CONTENT_TYPES + "Override",
                {"PartName": f"/{name}", "ContentType": _TYPE.format(f"{kind}s")},
            ),
        )
        for part, tag, attributes in entries:
            listed = self._after.root(part)
            if listed is not None:
                etree.SubElement(listed, tag, attributes)
                self.changed[part] = listed
        self.changed[name] = root
        return root


def _kind(reference: etree._Element) -> str:
    return local(reference).removesuffix("Reference")


def _note(root: etree._Element | None, reference: etree._Element) -> etree._Element | None:
    wanted = value(reference, "id")
    notes = root.findall(W + _kind(reference)) if root is not None else []
    return next((note for note in notes if value(note, "id") == wanted), None)
