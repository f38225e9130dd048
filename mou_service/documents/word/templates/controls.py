"""Content controls around the answers in a document: put around the placeholders of a template, read from a file that came back.

Each carries a tag: `mou:term_years.en` is the answer “term_years” as the English text says it, `mou:own.name.zh` the
Chinese name of the own institution. The same answer in many places has many controls with one tag.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from mou_service.documents.word.ooxml import XML_SPACE, W, child_value, elements, is_on, local, value
from mou_service.documents.word.package import Package
from mou_service.documents.word.places import Places
from mou_service.documents.word.revising.revisions import Decision, settle

PREFIX = "mou:"
#: Word keeps no longer tag.
LONGEST_TAG = 64
#: A document of ours has at most a few hundred.
MAX_CONTROLS = 2_000
#: A placeholder that names a value and nothing else, perhaps as a filter says it.
_PLACEHOLDER = re.compile(r"(\{\{\s*[A-Za-z_][\w.]*\s*(?:\|[^{}]*)?\}\})")
_NAME = re.compile(r"\{\{\s*(?:words\.)?([A-Za-z_][\w.]*)")
_LOOP = re.compile(r"\{%(?:p|tr|tc|r)?\s*(?:for\s+(\w+)\s+in\s+([\w.]+)|(endfor))\b")
#: These are given by the service; nobody answers them.
_GIVEN = frozenset({"ref", "demonstration", "loop"})
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}


@dataclass(frozen=True, slots=True)
class Control:
    """One answer where it stands: `before` with the tracked changes rejected, `text` with all of them accepted."""

    path: str
    language: str
    text: str
    before: str
    place: str


def bind(root: etree._Element, languages: Sequence[str], labels: Mapping[str, Mapping[str, str]]) -> None:
    """Put a content control around every placeholder of a part; `labels` are the questions' names by field.

    The part is read in order, so that a placeholder inside a loop is tagged with the list it comes from.
    """
    loops: list[tuple[str, str]] = []
    for run in list(root.iter(W + "r")):
        text = "".join(each.text or "" for each in run.iter(W + "t"))
        if "{" in text:
            _bind_run(run, text, loops, languages, labels)


def read(content: bytes) -> tuple[Control, ...]:
    """Every control with an answer, in the order of the text; those of other people are none of ours."""
    after, before = _texts(content, "accept"), _texts(content, "reject")
    return tuple(
        Control(path, language, text, before.get(number, ("", "", "", ""))[2], place)
        for number, (path, language, text, place) in after.items()
    )


def path_of(tag: str) -> tuple[str, str] | None:
    """(path of the answer, language) of a tag; nothing for a tag of somebody else."""
    path, dot, language = tag.removeprefix(PREFIX).rpartition(".")
    return (path, language) if tag.startswith(PREFIX) and dot and path and "{" not in tag else None


def _bind_run(
    run: etree._Element,
    text: str,
    loops: list[tuple[str, str]],
    languages: Sequence[str],
    labels: Mapping[str, Mapping[str, str]],
) -> None:
    language = _language(run, languages)
    look = run.find(W + "rPr")
    pieces: list[etree._Element] = []
    for child in [child for child in elements(run) if child is not look]:
        for part in _parts(child):
            _follow_loops(part, loops)
            tag = _tag(part, loops, languages, language)
            piece = _like(run, look)
            piece.append(_text(part) if child.tag == W + "t" else child)
            pieces.append(_control(tag, piece, labels, language) if tag else piece)
    for piece in pieces:
        run.addprevious(piece)
    parent = run.getparent()
    if parent is not None:
        parent.remove(run)


def _parts(child: etree._Element) -> list[str]:
    if child.tag != W + "t":
        return [""]
    return [part for part in _PLACEHOLDER.split(child.text or "") if part]


def _follow_loops(text: str, loops: list[tuple[str, str]]) -> None:
    for name, of, end in _LOOP.findall(text):
        if end and loops:
            loops.pop()
        elif name:
            loops.append((name, of))


def _tag(text: str, loops: Sequence[tuple[str, str]], languages: Sequence[str], language: str) -> str:
    found = _NAME.match(text) if _PLACEHOLDER.fullmatch(text) else None
    if found is None or found[1].partition(".")[0] in _GIVEN:
        return ""
    head, _, rest = found[1].partition(".")
    for name, of in reversed(loops):
        if name == head:
            head = f"{of}.{{{{ loop.index0 }}}}"
            break
    path = f"{head}.{rest}" if rest else head
    tag = PREFIX + (path if rest.rpartition(".")[2] in languages else f"{path}.{language}")
    return tag if len(tag) <= LONGEST_TAG else ""


def _control(tag: str, run: etree._Element, labels: Mapping[str, Mapping[str, str]], language: str) -> etree._Element:
    control = etree.Element(W + "sdt")
    properties = etree.SubElement(control, W + "sdtPr")
    label = labels.get(tag.removeprefix(PREFIX).partition(".")[0], {})
    if said := label.get(language) or label.get("en"):
        etree.SubElement(properties, W + "alias").set(W + "val", said[:LONGEST_TAG])
    etree.SubElement(properties, W + "tag").set(W + "val", tag)
    etree.SubElement(control, W + "sdtContent").append(run)
    return control


def _like(run: etree._Element, look: etree._Element | None) -> etree._Element:
    made = etree.Element(W + "r")
    for name, held in run.attrib.items():
        made.set(name, held)
    if look is not None:
        made.append(copy.deepcopy(look))
    return made


def _text(text: str) -> etree._Element:
    made = etree.Element(W + "t")
    made.text = text
    made.set(XML_SPACE, "preserve")
    return made


def _language(run: etree._Element, languages: Sequence[str]) -> str:
    """What the run says of itself: Chinese by its hint, the others by the language of their letters."""
    look = run.find(W + "rPr")
    if "zh" in languages and child_value(look, "rFonts", "hint") == "eastAsia":
        return "zh"
    said = (child_value(look, "lang") or "").partition("-")[0]
    return said if said in languages else languages[0]


def _texts(content: bytes, decision: Decision) -> dict[int, tuple[str, str, str, str]]:
    """(path, language, text, place) by the number of the control in the file as it came."""
    package = Package(content)
    found: dict[int, tuple[str, str, str, str]] = {}
    for name in package.stories:
        root = package.root(name)
        if root is None:
            continue
        ours = [(control, named) for control in root.iter(W + "sdt") if (named := _path(control)) is not None]
        first, places = len(found), Places()
        settle(root, lambda mark: decision)
        for number, (control, (path, language)) in enumerate(ours[: MAX_CONTROLS - first], start=first):
            found[number] = (path, language, _said(control, root), places.of(control, name))
    return found


def _path(control: etree._Element) -> tuple[str, str] | None:
    return path_of(child_value(control.find(W + "sdtPr"), "tag") or "")


def _said(control: etree._Element, root: etree._Element) -> str:
    """The words in a control; nothing when it is empty, shows only Word's invitation to write, or was taken away."""
    properties, content = control.find(W + "sdtPr"), control.find(W + "sdtContent")
    if content is None or control.getroottree().getroot() is not root:
        return ""
    if properties is not None and is_on(properties.find(W + "showingPlcHdr")):
        return ""
    return "".join(_words(content)).strip()


def _words(parent: etree._Element) -> Iterator[str]:
    for child in elements(parent):
        name = local(child)
        if child.tag == W + "t":
            yield child.text or ""
        elif name in _BREAKS:
            yield _BREAKS[name]
        elif name == "p" and child.getprevious() is not None:
            yield "\n"
            yield from _words(child)
        elif (
            name not in ("rPr", "pPr", "sdtPr", "instrText", "delText", "del", "moveFrom")
            and value(child, "type") != "page"
        ):
            yield from _words(child)
