"""What each revision after the first signature changed, and whether that is something that signing does.

The rule is narrow because our own files are: after the certification a revision may fill an empty signature field,
add an invisible time-stamp, and add validation data. Everything else is named. Only the objects that a revision
writes are looked at, so the work grows with the change and not with the document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from mou_service.trust import objects, properties
from mou_service.trust.verdict import Finding

_HIDING = {"/Font", "/XObject", "/ExtGState", "/Pattern", "/Shading", "/ColorSpace", "/Properties", "/Resources"}
_HIDING |= {"/OCProperties", "/OCGs"}
#: What programs write into a field when they sign it: its value and drawing, that it is locked, and when.
_WRITTEN_BY_SIGNERS = {"/V", "/AP", "/AS", "/Lock", "/F", "/Ff", "/M", "/MK"}
#: What Java libraries add to the form whatever they do to it. There are no texts to fill in which it could show.
_DEFAULTS = {"/DA", "/DR"}
#: Bits of an annotation's flags (ISO 32000-1, table 165): invisible, hidden, no view, toggle no view; and print.
_HIDDEN, _PRINTED = 1 | 2 | 32 | 256, 4
_NAMED_PARTS = {"/AcroForm": "form", "/StructTreeRoot": "reading order", "/Names": "names", "/OpenAction": "action"}


@dataclass
class Role:
    """What a changed object was in the revision before: the part of the document it may be judged as."""

    part: str
    name: str = ""
    page: int = 0
    filled: bool = False


@dataclass
class Step:
    """One revision against the one before it."""

    reader: PdfFileReader
    number: int
    #: Fields that got their signature in this revision, and whether each is a document time-stamp.
    signed: dict[str, bool]
    locked: bool
    old: HistoricalResolver = field(init=False)
    new: HistoricalResolver = field(init=False)

    def __post_init__(self) -> None:
        self.old = self.reader.get_historical_resolver(self.number - 1)
        self.new = self.reader.get_historical_resolver(self.number)

    def existed(self, ref: generic.Reference) -> bool:
        return self.reader.xrefs.get_historical_ref(ref, self.number - 1) is not None


def review(step: Step) -> list[Finding]:
    """All that the revision did and signing does not do; an empty list is "nothing"."""
    findings = list(_trailer(step))
    roles = _roles(step.old)
    freed = {objects.key_of(ref) for ref in step.reader.xrefs.refs_freed_in_revision(step.number)}
    strangers: list[generic.Reference] = []
    for ref in sorted(step.reader.xrefs.explicit_refs_in_revision(step.number), key=objects.key_of):
        if objects.key_of(ref) in freed:
            strangers.append(ref)
        elif not step.existed(ref):
            if ref.idnum < int(step.old.trailer_view["/Size"]):
                strangers.append(ref)
        elif not objects.same(step.old.get_object(ref), step.new.get_object(ref)):
            role = roles.get(objects.key_of(ref))
            if role is None:
                strangers.append(ref)
            else:
                findings.extend(_CHECKS[role.part](step, role, step.old.get_object(ref), step.new.get_object(ref)))
    strangers.extend(ref for ref in step.reader.xrefs.refs_freed_in_revision(step.number) if ref not in strangers)
    findings.extend(_name_strangers(step, strangers))
    return _once(findings)


# --- which object is what ----------------------------------------------------------------------------------------


def _roles(old: HistoricalResolver) -> dict[objects.Key, Role]:
    roles: dict[objects.Key, Role] = {}
    root = old.root
    _note(roles, root, "/Metadata", Role("properties"))
    _note(roles, old.trailer_view, "/Info", Role("properties"))
    _note(roles, root, "/AcroForm", Role("form"))
    _note(roles, root, "/Perms", Role("permissions"))
    _note(roles, root, "/Extensions", Role("extensions"))
    if isinstance(form := objects.get(root, "/AcroForm"), generic.DictionaryObject):
        _note(roles, form, "/Fields", Role("fields"))
    for ref in _validation_data(old):
        roles[ref] = Role("validation data")
    for number, page in enumerate(objects.pages_of(old), start=1):
        roles[objects.key_of(page)] = Role("page", page=number)
        _note(roles, old.get_object(page), "/Annots", Role("annotations", page=number))
    for name, value, ref in enumerate_sig_fields(old):
        roles[objects.key_of(ref)] = Role("signature field", name=str(name), filled=value is not None)
        kids = objects.get(ref.get_object(), "/Kids")
        for kid in list.__iter__(kids) if isinstance(kids, list) else ():
            if isinstance(kid, generic.IndirectObject):
                roles[objects.key_of(kid)] = Role("signature field", name=str(name), filled=value is not None)
        if isinstance(value, generic.IndirectObject):
            roles[objects.key_of(value)] = Role("signature", name=str(name))
    roles[objects.key_of(old.root_ref)] = Role("catalogue")
    return roles


def _note(roles: dict[objects.Key, Role], holder: Any, key: str, role: Role) -> None:
    value = objects.raw(holder, key)
    if isinstance(value, generic.IndirectObject):
        roles[objects.key_of(value)] = role


def _validation_data(handler: HistoricalResolver) -> Iterator[objects.Key]:
    """The dictionaries and lists below /DSS; the certificates and lists themselves are never written twice."""
    waiting = [objects.raw(handler.root, "/DSS")]
    seen: set[objects.Key] = set()
    while waiting and len(seen) < objects.FARTHEST:
        value = waiting.pop()
        if isinstance(value, generic.IndirectObject):
            if objects.key_of(value) in seen:
                continue
            seen.add(objects.key_of(value))
            reference, value = value, handler.get_object(value.reference)
            if not isinstance(value, generic.StreamObject):
                yield objects.key_of(reference)
        if isinstance(value, generic.DictionaryObject) and not isinstance(value, generic.StreamObject):
            waiting.extend(dict.values(value))
        elif isinstance(value, generic.ArrayObject):
            waiting.extend(list.__iter__(value))


# --- what each part may do ---------------------------------------------------------------------------------------


def _trailer(step: Step) -> Iterator[Finding]:
    old, new = step.old.trailer_view, step.new.trailer_view
    if not objects.same(objects.raw(old, "/Root"), objects.raw(new, "/Root")):
        yield Finding("document_changed", {"part": "another document", "revision": step.number + 1})
    info = objects.raw(old, "/Info")
    if info is not None and not objects.same(info, objects.raw(new, "/Info")):
        yield Finding("metadata_changed", {"revision": step.number + 1})


def _catalogue(step: Step, role: Role, old: Any, new: Any) -> Iterator[Finding]:
    for key in objects.different(old, new):
        before, after = objects.value_of(step.old, old, key), objects.value_of(step.new, new, key)
        if key == "/AcroForm":
            yield from _form(step, role, before, after)
        elif key == "/DSS":
            yield from _only_grows(step, role, before, after)
        elif key == "/Metadata":
            yield from _properties(step, role, before, after)
        elif key == "/Pages":
            yield from _page_tree(step, role, before, after)
        elif key == "/OCProperties":
            yield Finding("content_hidden_or_font_swapped", {"part": "layers", "revision": step.number + 1})
        elif key not in ("/Extensions", "/Version"):
            yield _changed(step, _NAMED_PARTS.get(key, key.lstrip("/")))


def _form(step: Step, role: Role, old: Any, new: Any) -> Iterator[Finding]:
    if not isinstance(old, dict) or not isinstance(new, dict):
        yield _changed(step, "form")
        return
    for key in objects.different(old, new):
        if key == "/Fields":
            yield from _fields(step, role, objects.value_of(step.old, old, key), objects.value_of(step.new, new, key))
        elif key != "/SigFlags" and not (key in _DEFAULTS and key not in old):
            yield _changed(step, "form")


def _fields(step: Step, role: Role, old: Any, new: Any) -> Iterator[Finding]:
    added = objects.appended(old, new)
    if added is None:
        yield _changed(step, "form fields")
        return
    for ref in added:
        yield from _new_field(step, ref, page=0)


def _new_field(step: Step, ref: Any, *, page: int) -> Iterator[Finding]:
    """A field or annotation that was not there: only an invisible document time-stamp of this revision is right."""
    annotation = step.new.get_object(ref.reference) if isinstance(ref, generic.IndirectObject) else ref
    if not isinstance(annotation, dict):
        yield _changed(step, "form fields")
        return
    name = str(objects.get(annotation, "/T") or "")
    if objects.get(annotation, "/FT") == "/Sig":
        if not step.signed.get(name, False) or _is_visible(annotation):
            yield Finding("foreign_signature_added", {"field": name, "revision": step.number + 1})
    else:
        page = page or _page_of(step, annotation)
        yield Finding("annotation_or_overlay_added", {"page": page, "revision": step.number + 1})


def _signature_field(step: Step, role: Role, old: Any, new: Any) -> Iterator[Finding]:
    facts = {"field": role.name, "revision": step.number + 1}
    different = set(objects.different(old, new)) if isinstance(new, dict) else {"/FT"}
    if role.filled:
        yield Finding("signature_replaced" if "/V" in different else "stamp_swapped", facts)
    elif role.name not in step.signed:
        # Drawn into an empty field without a signature: it only looks signed.
        yield Finding("annotation_or_overlay_added", {**facts, "page": _page_of(step, new)})
    elif different - _WRITTEN_BY_SIGNERS or ("/Lock" in different and "/Lock" in old) or not _is_shown(old, new):
        yield _changed(step, f"signature field {role.name}")
    elif step.locked:
        yield Finding("signed_after_lock", facts)


def _signature(step: Step, role: Role, old: Any, new: Any) -> Iterator[Finding]:
    yield Finding("signature_replaced", {"field": role.name, "revision": step.number + 1})


def _page(step: Step, role: Role, old: Any, new: Any) -> Iterator[Finding]:
    facts = {"page": role.page, "revision": step.number + 1}
    if not isinstance(new, dict):
        yield Finding("page_replaced", facts)
        return
    for key in objects.different(old, new):
        if key == "/Annots":
            before, after = objects.value_of(step.old, old, key), objects.value_of(step.new, new, key)
            yield from _annotations(step, role, before, after)
        elif key == "/Resources":
            yield Finding("content_hidden_or_font_swapped", facts)
        else:
            yield Finding("page_replaced", facts)


def _annotations(step: Step, role: Role, old: Any, new: Any) -> Iterator[Finding]:
    added = objects.appended(old, new)
    if added is None:
        yield Finding("content_hidden_or_font_swapped", {"page": role.page, "revision": step.number + 1})
        return
    for ref in added:
        yield from _new_field(step, ref, page=role.page)


def _page_tree(step: Step, role: Role, old: Any, new: Any) -> Iterator[Finding]:
    before, after = (list(map(objects.key_of, objects.pages_of(state))) for state in (step.old, step.new))
    facts: dict[str, Any] = {"revision": step.number + 1}
    if len(after) > len(before):
        yield Finding("page_appended", {**facts, "count": len(after) - len(before)})
    elif len(after) < len(before):
        yield Finding("page_removed", {**facts, "count": len(before) - len(after)})
    replaced = [number for number, pair in enumerate(zip(before, after, strict=False), start=1) if pair[0] != pair[1]]
    if replaced:
        yield Finding("page_replaced", {**facts, "page": replaced[0]})
    elif len(after) == len(before):
        yield _changed(step, "page tree")


def _properties(step: Step, role: Role, old: Any, new: Any) -> Iterator[Finding]:
    # Software that signs elsewhere notes when it did so and what it is called; everything else was agreed upon.
    if isinstance(old, generic.StreamObject):
        same = isinstance(new, generic.StreamObject) and step.signed and properties.agree(old.data, new.data)
    else:
        noted = properties.OWN_OF_PROGRAMS_IN_INFO if step.signed else {"/ModDate"}
        same = isinstance(old, dict) and isinstance(new, dict) and not set(objects.different(old, new)) - noted
    if not same:
        yield Finding("metadata_changed", {"revision": step.number + 1})


def _only_grows(step: Step, role: Role, old: Any, new: Any) -> Iterator[Finding]:
    if _weight(old) > _weight(new):
        yield Finding("validation_data_removed", {"revision": step.number + 1})


def _permissions(step: Step, role: Role, old: Any, new: Any) -> Iterator[Finding]:
    yield _changed(step, "permissions")


def _nothing(step: Step, role: Role, old: Any, new: Any) -> Iterator[Finding]:
    return iter(())


_CHECKS: dict[str, Callable[[Step, Role, Any, Any], Iterator[Finding]]] = {
    "catalogue": _catalogue,
    "form": _form,
    "fields": _fields,
    "signature field": _signature_field,
    "signature": _signature,
    "page": _page,
    "annotations": _annotations,
    "properties": _properties,
    "validation data": _only_grows,
    "permissions": _permissions,
    "extensions": _nothing,
}


# --- changed objects that are none of these parts ----------------------------------------------------------------


def _name_strangers(step: Step, strangers: list[generic.Reference]) -> Iterator[Finding]:
    if not strangers:
        return
    places = objects.places(step.old, {objects.key_of(ref) for ref in strangers})
    for ref in strangers:
        if objects.key_of(ref) in places:
            yield from _name(step, *places[objects.key_of(ref)])
        elif step.existed(ref):
            # Nothing showed this object before; it may have been prepared to be shown by a later change.
            yield _changed(step, "unused objects")


def _name(step: Step, path: tuple[str, ...], page: int) -> Iterator[Finding]:
    facts: dict[str, Any] = {"page": page, "revision": step.number + 1}
    if ("/Kids" in path and path[-1].isdigit() and "/Pages" in path and not page) or path == ("/Root", "/Pages"):
        yield from _page_tree(step, Role("page tree"), None, None)
    elif "/AP" in path:
        yield from _name_appearance(step, path, facts)
    elif "/Contents" in path:
        yield Finding("page_replaced", facts)
    elif any(part in _HIDING for part in path):
        yield Finding("content_hidden_or_font_swapped", {**facts, "part": path[-1].lstrip("/")})
    elif "/Annots" in path:
        yield Finding("annotation_or_overlay_added", facts)
    else:
        yield _changed(step, next((_NAMED_PARTS[part] for part in path if part in _NAMED_PARTS), path[-1].lstrip("/")))


def _name_appearance(step: Step, path: tuple[str, ...], facts: dict[str, Any]) -> Iterator[Finding]:
    holder: Any = step.old.trailer_view
    for part in path[: path.index("/AP")]:
        holder = holder[int(part)] if isinstance(holder, list) else holder[part]
    name = str(objects.get(holder, "/T") or "") if isinstance(holder, dict) else ""
    if name and objects.get(holder, "/V") is not None:
        yield Finding("stamp_swapped", {**facts, "field": name})
    else:
        yield Finding("annotation_or_overlay_added", facts)


# --- small questions ---------------------------------------------------------------------------------------------


def _weight(value: Any) -> int:
    if isinstance(value, list):
        return len(value)
    if not isinstance(value, dict):
        return 0
    lists = (objects.get(value, key) for key in ("/Certs", "/CRLs", "/OCSPs"))
    return 1 + len(value) + sum(len(each) for each in lists if isinstance(each, list))


def _is_shown(old: Any, new: Any) -> bool:
    """Whether the field is still printed and hidden from nobody; programs lock it and leave the rest."""
    flags = int(objects.get(new, "/F") or 0)
    return objects.raw(old, "/F") == objects.raw(new, "/F") or bool(flags & _PRINTED and not flags & _HIDDEN)


def _is_visible(annotation: Any) -> bool:
    try:
        left, bottom, right, top = (float(edge) for edge in annotation["/Rect"])
    except (KeyError, TypeError, ValueError):
        return True
    return left != right and bottom != top


def _page_of(step: Step, annotation: Any) -> int:
    page = objects.raw(annotation, "/P") if isinstance(annotation, dict) else None
    if not isinstance(page, generic.IndirectObject):
        return 0
    numbers = {objects.key_of(each): number for number, each in enumerate(objects.pages_of(step.new), start=1)}
    return numbers.get(objects.key_of(page), 0)


def _changed(step: Step, part: str) -> Finding:
    return Finding("document_changed", {"part": part, "revision": step.number + 1})


def _once(findings: list[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    for finding in findings:
        if finding not in kept:
            kept.append(finding)
    return kept
