"""The parts a template's text is made of: passages, clauses, and the positions one may fall back to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from mou_service.documents.word.templates.amendments import SHARED, address
from mou_service.documents.word.templates.fields import Field, Option, Text

ClauseKind = Literal["required", "optional", "conditional"]
#: locked: never reworded; fill_only: the answers and the positions offered here change it; editable: may be reworded.
Lock = Literal["locked", "fill_only", "editable"]
Rank = Literal["acceptable", "last_resort"]

#: The languages of the interface: labels and help are read there, whatever the document speaks.
FORM_LANGUAGES = ("en", "zh")
PREFERRED = "preferred"
#: The page of the form on which positions are chosen.
POSITIONS = "positions"
POSITIONS_TITLE: Text = {"en": "Negotiated positions", "zh": "谈判口径"}
POSITIONS_HELP: Text = {
    "en": "Begin with the preferred text. Another one is a concession: approvers see it by name.",
    "zh": "请先采用首选文本。采用其他文本即为让步，批准人会看到所作的选择。",
}
_PREFERRED_LABEL: Text = {"en": "preferred", "zh": "首选"}
_RANK_LABELS: Mapping[Rank, Text] = {
    "acceptable": {"en": "acceptable", "zh": "可接受"},
    "last_resort": {"en": "last resort", "zh": "底线"},
}


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph in every language, with placeholders; `when` is its condition.

    With `each` it stands once for every line of that small table; the line is called `row` in it.
    """

    text: Text
    style: str
    when: str = ""
    each: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """Another text for a clause, for when the partner does not accept the preferred one."""

    key: str
    rank: Rank
    #: What is given up by it, in a few words.
    label: Text
    guidance: Text
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A numbered part of the text: its heading, its paragraphs, and what may stand there instead."""

    key: str
    title: Text
    kind: ClauseKind
    passages: tuple[Passage, ...]
    condition: str = ""
    lock: Lock = "fill_only"
    #: Whether the parties mean this clause to bind them; a condition when that depends on an answer.
    binding: bool | str = False
    #: What the drafter should know before changing it.
    guidance: Text
    fallbacks: tuple[Fallback, ...] = ()
    #: The clause of the library this one is; empty where the template has it alone.
    library: str = ""
    #: The type whose file it stands in, for one that is not of the library.
    source: str = ""
    #: Of its text among those the house gave it; 0: as it came with the service.
    number: int = 0
    #: The heading as the form says it: in the languages of the interface, whatever the document speaks.
    label: Text = field(default_factory=dict)

    @property
    def address(self) -> str:
        """How it is called among the clauses of all templates: `library/<name>` or `<type>/<key>`."""
        return address(SHARED, self.library) if self.library else address(self.source, self.key)

    @property
    def position_key(self) -> str:
        """The answer that says which text was chosen."""
        return f"position_{self.key}"

    def positions(self) -> Iterator[tuple[str, tuple[Passage, ...]]]:
        """Each text with the condition under which it stands; the only one of a clause has none."""
        yield f"{self.position_key} == '{PREFERRED}'" if self.fallbacks else "", self.passages
        for each in self.fallbacks:
            yield f"{self.position_key} == '{each.key}'", each.passages

    def every_passage(self) -> Iterator[Passage]:
        """The passages of all positions."""
        for _condition, passages in self.positions():
            yield from passages

    def fallback(self, position: str) -> Fallback | None:
        """What was fallen back to; None for the preferred text."""
        return next((each for each in self.fallbacks if each.key == position), None)

    @property
    def digest(self) -> str:
        """SHA-256 of the words of every position: the version of the clause, hexadecimal."""
        said = [
            dict(self.title),
            *(
                [condition, [[dict(p.text), p.style, p.when, *([p.each] if p.each else ())] for p in passages]]
                for condition, passages in self.positions()
            ),
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def position_field(clause: Clause) -> Field:
    """The question which text of the clause is to stand in the document."""
    return Field(
        key=clause.position_key,
        type="choice",
        label=clause.label,
        help=clause.guidance or POSITIONS_HELP,
        group=POSITIONS,
        default=PREFERRED,
        options=(
            Option(PREFERRED, _PREFERRED_LABEL),
            *(Option(each.key, _ranked(each)) for each in clause.fallbacks),
        ),
        asked_if=clause.condition,
    )


def clause(raw: Mapping[str, Any], languages: Sequence[str]) -> Clause:
    """A clause from its table in the file, whose structure was found sound."""
    return Clause(
        key=raw["key"],
        title={language: raw["title"][language] for language in languages},
        kind=raw["kind"],
        passages=passages(raw["paragraphs"], languages, style="paragraph"),
        condition=raw.get("condition", ""),
        lock=raw.get("lock", "fill_only"),
        binding=raw.get("binding", False),
        guidance=raw.get("guidance", {}),
        fallbacks=tuple(
            Fallback(
                key=each["key"],
                rank=each["rank"],
                label=each["label"],
                guidance=each.get("guidance", {}),
                passages=passages(each["paragraphs"], languages, style="paragraph"),
            )
            for each in raw.get("fallbacks", [])
        ),
        library=raw.get("library", ""),
        source=raw.get("source", ""),
        number=raw.get("number", 0),
        label=_label(raw["title"], languages),
    )


def passages(raws: Sequence[Mapping[str, Any]], languages: Sequence[str], *, style: str) -> tuple[Passage, ...]:
    """Paragraphs from their tables in the file; line ends of the file are spaces in the text."""
    return tuple(
        Passage(
            {language: " ".join(raw[language].split()) for language in languages},
            raw.get("style", style),
            raw.get("when", ""),
            raw.get("each", ""),
        )
        for raw in raws
    )


def _label(title: Text, languages: Sequence[str]) -> Text:
    # An edition in fewer languages still has the heading of its source in all of them.
    return {language: title.get(language) or title[languages[0]] for language in FORM_LANGUAGES}


def _ranked(fallback: Fallback) -> Text:
    return {
        language: f"{_RANK_LABELS[fallback.rank][language]}{'：' if language == 'zh' else ': '}{fallback.label[language]}"
        for language in FORM_LANGUAGES
    }
