"""One clause of the library with everything about it: its texts in use, the templates that take it, who approved it. (pure)"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mou_service.documents.word.templates import amendments
from mou_service.documents.word.templates.clauses import PREFERRED, Clause, Lock
from mou_service.documents.word.templates.manifest import Manifest

from .clause_models import ClauseVersion

#: A paragraph in every language, its style and its condition, as a manifest file has it.
Paragraph = Mapping[str, Any]


@dataclass(frozen=True)
class Slot:
    """A place where a clause is taken: what the template makes of it there."""

    manifest: Manifest
    clause: Clause


@dataclass(frozen=True)
class Position:
    """One of the texts of a clause; the preferred one has no label."""

    key: str
    rank: str
    label: Mapping[str, str]
    guidance: Mapping[str, str]
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Entry:
    """A clause as it is kept: `texts` are those in use, in all languages any template needs."""

    address: str
    slots: tuple[Slot, ...]
    texts: Mapping[str, Any]
    #: The row of the text in use, and its number; None and 0 for the one that came with the service.
    current: ClauseVersion | None
    number: int
    waiting: tuple[ClauseVersion, ...] = ()

    @property
    def of(self) -> str:
        """The template it belongs to; "library" for one that several share."""
        return self.address.partition("/")[0]

    @property
    def key(self) -> str:
        return self.address.partition("/")[2]

    @property
    def shared(self) -> bool:
        return self.of == amendments.SHARED

    @property
    def digest(self) -> str:
        """Of the texts in use: a proposal says by it what it was written on."""
        return amendments.digest(self.texts)

    @property
    def title(self) -> Mapping[str, str]:
        title: Mapping[str, str] = self.texts["title"]
        return title

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language a template needs it in, in the order of the columns."""
        return languages_of(self.slots)

    @property
    def positions(self) -> list[Position]:
        return positions(self.texts)

    @property
    def locks(self) -> set[Lock]:
        return {slot.clause.lock for slot in self.slots}

    @property
    def bindings(self) -> set[str]:
        """ "yes", "no", "depends": whether it binds, in the templates that take it."""
        return {binding(slot.clause) for slot in self.slots}


def binding(clause: Clause) -> str:
    """Whether a clause binds: "yes", "no", or "depends" on an answer."""
    return "depends" if isinstance(clause.binding, str) else "yes" if clause.binding else "no"


def languages_of(slots: Iterable[Slot]) -> tuple[str, ...]:
    """The languages of these places together, those of the longest row of columns first."""
    known: dict[str, None] = {}
    for slot in sorted(slots, key=lambda each: -len(each.manifest.languages)):
        known |= dict.fromkeys(slot.manifest.languages)
    return tuple(known)


def positions(texts: Mapping[str, Any]) -> list[Position]:
    """The texts one may choose among, the preferred one first."""
    others = [
        Position(each["key"], each["rank"], each["label"], each.get("guidance", {}), tuple(each["paragraphs"]))
        for each in texts.get("fallbacks", ())
    ]
    return [Position(PREFERRED, PREFERRED, {}, texts.get("guidance", {}), tuple(texts["paragraphs"])), *others]


def in_use(raw: Mapping[str, Any], slots: Sequence[Slot]) -> dict[str, Any]:
    """The texts of a file, with the translations that editions in more languages bring along."""
    texts = amendments.said(raw)
    for slot in slots:
        _add_languages(texts, slot.clause)
    return texts


def changed(texts: Mapping[str, Any], position: Position) -> dict[str, Any]:
    """The texts with one of them worded anew, or with one more."""
    new = copy.deepcopy(dict(texts))
    if position.key == PREFERRED:
        new["paragraphs"], new["guidance"] = list(position.paragraphs), dict(position.guidance)
        return new
    said = {
        "key": position.key, "rank": position.rank, "label": dict(position.label), "guidance": dict(position.guidance),
        "paragraphs": list(position.paragraphs),
    }  # fmt: skip
    fallbacks = list(new.get("fallbacks", ()))
    known = [each["key"] for each in fallbacks]
    if position.key in known:
        fallbacks[known.index(position.key)] = said
    else:
        fallbacks.append(said)
    # Those that give up less stand first.
    new["fallbacks"] = sorted(fallbacks, key=lambda each: each["rank"] != "acceptable")
    return new


def without(texts: Mapping[str, Any], position: str) -> dict[str, Any]:
    """The texts without one of the fallbacks."""
    new = copy.deepcopy(dict(texts))
    new["fallbacks"] = [each for each in new.get("fallbacks", ()) if each["key"] != position]
    return new


def _add_languages(texts: dict[str, Any], clause: Clause) -> None:
    every = [texts["paragraphs"], *(each["paragraphs"] for each in texts.get("fallbacks", ()))]
    held = [passages for _condition, passages in clause.positions()]
    for raws, passages in zip(every, held, strict=False):
        if len(raws) == len(passages):
            for raw, passage in zip(raws, passages, strict=True):
                _complete(raw, passage.text)
    _complete(texts["title"], clause.title)


def _complete(raw: dict[str, Any], known: Mapping[str, str]) -> None:
    for language, text in known.items():
        raw.setdefault(language, text)


def paragraphs(texts: Mapping[str, Any]) -> Iterator[tuple[str, int, Paragraph]]:
    """(key of the position, number, paragraph) of every text."""
    for each in positions(texts):
        for number, paragraph in enumerate(each.paragraphs, 1):
            yield each.key, number, paragraph
