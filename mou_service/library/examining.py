"""A Word file that is to become a template: checked, looked through, filled with the example and drawn, before anybody decides. (pure)"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mou_service.documents.findings import Finding, finding
from mou_service.documents.pdf.characters import unknown_characters
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.word.bilingual.checking import check as differences
from mou_service.documents.word.bilingual.names import of_parties
from mou_service.documents.word.findings import TemplateFailed
from mou_service.documents.word.gate.check import check
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.templates import merge, register
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.documents.word.text import normalised, plain_text


@dataclass(frozen=True)
class Examined:
    """The clean file and everything that was found; without a refusal it can be used."""

    docx: bytes
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        return all(found.outcome != "refuse" for found in self.findings)


def examine(content: bytes, manifest: Manifest, *, fonts: Fonts) -> Examined:
    """Look at a file for the questions of `manifest`, beside the file that is in use there.

    Raises `UnsafeFile` when it is no Word file that could be opened. What the file does with answers is tried in the
    limited worker.
    """
    checked = check(content)
    report = merge.inspect(checked.clean, manifest.shape)
    found = [*checked.findings, *report.findings]
    if report.usable:
        found += _tried(checked.clean, manifest, fonts)
    if all(each.outcome != "refuse" for each in found):
        found += _left_out(checked.clean, report.variables, manifest)
        found += register.of_file(checked.clean, manifest.languages, binds=register.headings_of(manifest))
    return Examined(checked.clean, tuple(dict.fromkeys(found)))


def filled(docx: bytes, manifest: Manifest, values: Mapping[str, Any]) -> bytes:
    """The file with example values."""
    return merge.merge(docx, manifest.complete(values), title=manifest.title["en"])


def _tried(docx: bytes, manifest: Manifest, fonts: Fonts) -> list[Finding]:
    """What goes wrong when it is filled and drawn."""
    examples = list(variants(manifest))
    try:
        for values in examples[1:]:
            filled(docx, manifest, values)
        drawn = read(filled(docx, manifest, examples[0]))
    except TemplateFailed as error:
        return list(error.findings)
    if not drawn.drawable:
        return [
            finding("cannot_draw", place=each.place, outcome="refuse", **each.facts)
            for each in drawn.findings
            if each.code == "cannot_draw"
        ]
    return [
        *unknown_characters(drawn.document, fonts=fonts),
        *differences(drawn.document, manifest.languages, of_parties(examples[0])),
    ]


def variants(manifest: Manifest) -> Iterator[dict[str, Any]]:
    """The example, then others in which each option and each yes and no is chosen once."""
    example = manifest.example()
    yield example
    choices = [field for field in manifest.fields if field.options]
    switches = [field.key for field in manifest.fields if field.type == "bool"]
    for turn in range(max([2, *(len(field.options) for field in choices)])):
        chosen = {
            field.key: field.options[turn % len(field.options)].key if field.type == "choice"
            else [option.key for option in field.options][:: 1 + turn % 2]
            for field in choices
        }  # fmt: skip
        yield {**example, **chosen, **dict.fromkeys(switches, bool(turn % 2))}


def _left_out(docx: bytes, asked: Iterable[str], manifest: Manifest) -> Iterator[Finding]:
    """Questions and clauses of the file in use that this one does nothing with."""
    now = {name.removeprefix("words.") for name in asked}
    before = {name.removeprefix("words.") for name in merge.inspect(manifest.docx).variables}
    for field in manifest.fields:
        if field.key in before - now:
            yield finding("question_idle", question=field.label.get("en", field.key))
    here, there = (set(map(normalised, plain_text(each))) for each in (docx, manifest.docx))
    for clause in manifest.clauses:
        for title in clause.title.values():
            if normalised(title) in there - here:
                yield finding("clause_gone", title=title)
