"""What a Word file would show anew by itself, made to show what it showed last: fields, bound data, switches.

Page numbers stay live: they are counted when the pages are made. References stay as well, with the words they showed;
Word renews them only when it is told to, and the orders to do so are taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Protocol

from lxml import etree

from mou_service.documents.word.findings import Outcome
from mou_service.documents.word.gate import field_codes
from mou_service.documents.word.ooxml import W, remove, value
from mou_service.documents.word.package import Package

SAFE_LINK = re.compile(r"(https?:|mailto:|tel:|#)|[^:\\]*$", re.IGNORECASE)
_HYPERLINK = re.compile(r'HYPERLINK\s+"?([^"\s]+)', re.IGNORECASE)
#: A path of plain steps, as Word writes it: /ns0:fee[1]/ns0:amount[1].
_STEP = re.compile(r"/(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)(?:\[(\d{1,4})\])?")
_PREFIX = re.compile(r"xmlns:([A-Za-z_][\w.-]*)\s*=\s*['\"]([^'\"]*)['\"]")
_MACROS = (W + "entryMacro", W + "exitMacro")
_SHOWN = 60


class Work(Protocol):
    """Where findings go, and which parts were changed."""

    changed: set[str]

    def note(
        self, code: str, *, at: etree._Element | None, part: str, outcome: Outcome = ..., **facts: Any
    ) -> None: ...


def freeze(root: etree._Element, part: str, work: Work) -> None:
    """Fields that would start, fetch or change something become the text they showed, or refuse the file."""
    try:
        found = list(field_codes.find_fields(root))
    except field_codes.TooDeep as error:
        limit = field_codes.MAX_NESTED
        work.note("deep_fields", at=error.start, part=part, outcome="refuse", limit=limit)
        return
    for each in found:
        facts: dict[str, Any] = {"field": each.name, "source": each.code.strip()[:100]}
        if each.name in field_codes.PROGRAMS:
            work.note("program_field", at=each.start, part=part, outcome="refuse", **facts)
        elif each.computed:
            work.note("program_field", at=each.start, part=part, outcome="refuse", kind="computed", **facts)
        elif each.name in field_codes.FETCHING or _bad_link(each):
            work.note("fetching_field", at=each.start, part=part, outcome="strip", **facts)
            field_codes.unlink(each)
            work.changed.add(part)
        elif each.volatile and not each.in_code:
            shown = " ".join(each.shown.split())[:_SHOWN]
            work.note("frozen_field", at=each.start, part=part, **facts, value=shown)
            field_codes.unlink(each)
            work.changed.add(part)
    _forget_orders(root, part, work)


def _bad_link(found: field_codes.Field) -> bool:
    if found.name != "HYPERLINK":
        return False
    target = _HYPERLINK.search(found.code)
    return bool(target and not target[1].startswith("\\") and not SAFE_LINK.match(target[1]))


def _forget_orders(root: etree._Element, part: str, work: Work) -> None:
    """A field marked to be renewed when the file is opened would show what nobody has read."""
    for mark in root.iter(W + "fldChar", W + "fldSimple"):
        if mark.get(W + "dirty") is not None:
            del mark.attrib[W + "dirty"]
            work.changed.add(part)
    for macro in list(root.iter(*_MACROS)):
        work.note("active_content", at=macro, part=part, outcome="strip", kind="macro", target=value(macro) or "")
        remove(macro)
        work.changed.add(part)


def still(package: Package, work: Work) -> None:
    """Take out the setting that has Word renew every field of the file."""
    name = package.related("settings")
    root = package.root(name) if name else None
    for order in list(root.iter(W + "updateFields")) if root is not None else ():
        remove(order)
        work.changed.add(name or "")
        work.note("stale_fields", at=None, part=name or "")


def unbind(package: Package, root: etree._Element, part: str, work: Work) -> None:
    """Content controls that take their text from data beside the document keep the text that stands in them.

    Word shows what the data says; where that is something else, both are named.
    """
    for binding in list(root.iter("{*}dataBinding")):
        control = next(binding.iterancestors(W + "sdt"), None)
        content = control.find(W + "sdtContent") if control is not None else None
        shown = _words(content) if content is not None else ""
        held = _held(package, binding)
        if held is not None and held != shown:
            work.note("bound_text", at=control, part=part, text=shown[:_SHOWN], other=held[:_SHOWN])
        remove(binding)
        work.changed.add(part)


def _held(package: Package, binding: etree._Element) -> str | None:
    """What the data of a plain path say; nothing when there are none."""
    path = value(binding, "xpath") or binding.get("xpath") or ""
    steps = list(_STEP.finditer(path))
    if not steps or "".join(step[0] for step in steps) != path:
        return None
    spaces = dict(_PREFIX.findall(value(binding, "prefixMappings") or ""))
    names = [(f"{{{spaces[step[1]]}}}{step[2]}" if step[1] in spaces else step[2], int(step[3] or 1)) for step in steps]
    for name in package.names:
        data = package.root(name) if name.startswith("customXml/item") and name.endswith(".xml") else None
        if data is not None and data.tag == names[0][0] and (found := _follow(data, names[1:])) is not None:
            return " ".join("".join(str(text) for text in found.itertext()).split())
    return None


def _follow(element: etree._Element, steps: Iterable[tuple[str, int]]) -> etree._Element | None:
    found: etree._Element | None = element
    for name, number in steps:
        children = found.findall(name) if found is not None else []
        found = children[number - 1] if 0 < number <= len(children) else None
    return found


def _words(element: etree._Element) -> str:
    return " ".join("".join(text.text or "" for text in element.iter(W + "t")).split())
