"""A text proposed for a clause, looked at before anybody decides: its tags, its register, its languages, its templates. (pure)"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from jinja2 import TemplateSyntaxError, nodes

from mou_service.documents.findings import Finding, finding
from mou_service.documents.pdf.characters import unknown_characters
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.word.bilingual.checking import check as differences
from mou_service.documents.word.bilingual.names import of_parties
from mou_service.documents.word.findings import TemplateFailed
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.templates import amendments, expressions, merge, register
from mou_service.documents.word.templates.clauses import PREFERRED, Passage
from mou_service.documents.word.templates.manifest import Manifest, ManifestError

from . import clause_files
from .clause_files import Changes
from .clause_texts import Entry, Paragraph, Position

_ENVIRONMENT = expressions.environment()
_FULL_WIDTH = re.compile(r"[｛｝％]")
_TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_QUOTED = 40


def examine(
    found: Entry, changes: Mapping[str, Changes], position: Position, *, shipped: Mapping[str, Manifest], fonts: Fonts
) -> list[Finding]:
    """Everything a second person should know; what cannot be used at all has the outcome "refuse".

    `changes` has, for each template, the house's texts it would hold with this one among them.
    """
    every = [slot.manifest.names for slot in found.slots]
    found_here = [
        each
        for number, paragraph in enumerate(position.paragraphs, 1)
        for each in _paragraph(paragraph, found.languages, every, number)
    ]
    if any(each.outcome == "refuse" for each in found_here):
        return found_here
    found_here += _edition_words(found, position)
    if any(each.outcome == "refuse" for each in found_here):
        return found_here
    found_here += misfits(changes, shipped)
    if any(each.outcome == "refuse" for each in found_here):
        return found_here
    return list(
        dict.fromkeys([*found_here, *_register(found, position), *_filled(found, changes, position, shipped, fonts)])
    )


def misfit(found: Sequence[Finding]) -> bool:
    """Whether a text with these findings cannot be used."""
    return any(each.outcome == "refuse" for each in found)


def _paragraph(
    paragraph: Paragraph, languages: Sequence[str], names: Sequence[Collection[str]], number: int
) -> Iterator[Finding]:
    for language in languages:
        text = paragraph.get(language, "")
        yield from _tags(text, names, place=_place(number, text))
    if when := paragraph.get("when"):
        yield from _tags(f"{{% if {when} %}}{{% endif %}}", names, place=_place(number, when))
    said = {language: _placeholders(paragraph.get(language, "")) for language in languages}
    first, *others = said.values()
    for other in others:
        for name in sorted((first - other) | (other - first)):
            yield finding("tag_one_sided", text=name, place=_place(number, paragraph.get(languages[0], "")))


def _tags(text: str, names: Sequence[Collection[str]], *, place: str) -> Iterator[Finding]:
    if _FULL_WIDTH.search(text) and ("{" in text or "｛" in text):
        yield finding("full_width_braces", place=place, outcome="refuse")
        return
    try:
        tree = _ENVIRONMENT.parse(text)
    except TemplateSyntaxError as error:
        yield finding("syntax", place=place, outcome="refuse", detail=error.message)
        return
    for fault in expressions.faults(tree):
        yield finding(fault.code, place=place, outcome="refuse", **fault.facts)
    for name in sorted(_names(tree)):
        if any(name not in known for known in names):
            yield finding("unknown_name", place=place, outcome="refuse", name=name)


def _names(tree: nodes.Template) -> set[str]:
    return {name for _line, name in expressions.names(tree)}


def _placeholders(text: str) -> Counter[str]:
    return Counter(re.sub(r"\.[a-z]{2}\b|\s+", "", tag) for tag in _TAG.findall(text))


def _edition_words(found: Entry, position: Position) -> Iterator[Finding]:
    """Words that an edition replaces, such as “in both languages”, have to stay in the preferred text, once."""
    for slot in found.slots if position.key == PREFERRED else ():
        language = slot.manifest.languages[0]
        text = [str(each.get(language, "")) for each in position.paragraphs]
        for words in amendments.replaced(slot.manifest.folder, slot.manifest.type, slot.clause.key):
            if sum(each.count(words) for each in text) != 1:
                yield finding("edition_words", text=words, template=slot.manifest.title["en"], outcome="refuse")


def misfits(changes: Mapping[str, Changes], shipped: Mapping[str, Manifest]) -> Iterator[Finding]:
    """The templates whose questions or words a text does not fit, as they came with this release."""
    for type_, held in changes.items():
        try:
            clause_files.strictly(shipped[type_], held)
        except ManifestError as error:
            for fault in error.faults:
                yield finding("clause_misfit", template=shipped[type_].title["en"], detail=fault, outcome="refuse")


def _register(found: Entry, position: Position) -> list[Finding]:
    if found.bindings == {"yes"}:
        return []
    tags = found.languages
    passages = [Passage({tag: each[tag] for tag in tags if tag in each}, "paragraph") for each in position.paragraphs]
    return register.of_passages(passages, place="", under=" ".join(found.title.values()))


def _filled(
    found: Entry, changes: Mapping[str, Changes], position: Position, shipped: Mapping[str, Manifest], fonts: Fonts
) -> list[Finding]:
    """What is found in the example of the template with the most languages, with this text in it."""
    type_ = max(changes, key=lambda each: len(shipped[each].languages))
    manifest = clause_files.strictly(shipped[type_], changes[type_])
    values = _with_position(manifest, found.address, position.key)
    try:
        docx = merge.merge(clause_files.made(shipped[type_], changes[type_]), manifest.complete(values))
    except TemplateFailed as error:
        return list(error.findings)
    drawn = read(docx)
    return [
        *unknown_characters(drawn.document, fonts=fonts),
        *differences(drawn.document, manifest.languages, of_parties(values)),
    ]


def _with_position(manifest: Manifest, address: str, position: str) -> dict[str, Any]:
    values = manifest.example()
    clause = next(each for each in manifest.clauses if each.address == address)
    if clause.fallbacks:
        known = position == PREFERRED or clause.fallback(position) is not None
        values[clause.position_key] = position if known else PREFERRED
    if clause.kind == "optional":
        values[clause.condition] = True
    return values


def _place(number: int, text: str) -> str:
    quoted = f"{text[:_QUOTED]}…" if len(text) > _QUOTED else text
    return f"paragraph {number}" + (f" (“{quoted}”)" if quoted else "")
