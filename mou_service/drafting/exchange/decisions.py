"""What was decided of a file that came back, and what follows from it. (pure)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mou_service.documents.word.revising.revisions import Decision

from .reading import Item, Reading

#: An answered change stays open in the file that goes back; until the other side agrees, the text stays as it was.
_IN_THE_TEXT: Mapping[str, Decision] = {"accept": "accept", "reject": "reject", "answer": "reject"}
_IN_THE_ANSWER: Mapping[str, Decision] = {"accept": "accept", "reject": "reject"}

Decisions = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the deciding has come."""

    reading: Reading
    decisions: Decisions

    def said(self, item: Item) -> str:
        return str(self.decisions.get(item.key, {}).get("say", ""))

    def is_moot(self, item: Item) -> bool:
        """A change inside one that falls away, such as a word struck out in a row that is not taken."""
        around = self.reading.get(item.inside) if item.inside else None
        if around is None:
            return False
        gone = {"inserted": ("reject", "answer"), "deleted": ("accept",)}.get(around.kind, ())
        return self.said(around) in gone or self.is_moot(around)

    def needs_decision(self, item: Item) -> bool:
        return not self.said(item) and not self.is_moot(item) and not (item.group == "comment" and item.resolved)

    @property
    def open_items(self) -> list[Item]:
        return [item for item in self.reading.items if self.needs_decision(item)]

    @property
    def first_open(self) -> Item | None:
        """Where to go on: untracked differences first, as on the page."""
        waiting = self.open_items
        return next((item for item in waiting if item.group == "silent"), waiting[0] if waiting else None)

    def counts(self) -> dict[str, int]:
        """How often each thing was said."""
        return dict(Counter(said for item in self.reading.items if (said := self.said(item))))

    @property
    def put_back(self) -> list[int]:
        """The numbers of the untracked differences that do not stay."""
        return [item.number for item in self.reading.of("silent") if self.said(item) == "back"]

    @property
    def taken(self) -> list[Item]:
        """Untracked differences that stay."""
        return [item for item in self.reading.of("silent") if self.said(item) == "take"]

    @property
    def changes_nothing(self) -> bool:
        """Whether the text stays as it went out, also in how it looks."""
        return all(self.said(item) not in ("accept", "take") for item in self.reading.of("change", "look", "silent"))

    def marks(self, *, for_answer: bool = False) -> dict[int, Decision]:
        """What becomes of each mark in the next version, or in the file that answers."""
        table = _IN_THE_ANSWER if for_answer else _IN_THE_TEXT
        return {
            mark: table[self.said(item)]
            for item in self.reading.of("change", "look")
            if self.said(item) in table
            for mark in item.marks
        }

    def replies(self, group: str) -> dict[str, str]:
        """The words of every answer to items of a group, by their keys."""
        return {
            item.key: str(self.decisions[item.key].get("reply", ""))
            for item in self.reading.of(group)
            if self.said(item) == "answer"
        }

    @property
    def has_answers(self) -> bool:
        """Whether there is anything to send back beside the clean text."""
        return any(self.said(item) == "answer" for item in self.reading.items)


def chosen(standing: Standing, *, what: str, name: str, say: str) -> list[Item]:
    """The items still open that an act for many is about: an author's, those of a clause, how things look, or all."""
    mine: dict[str, Iterable[Item]] = {
        "author": (item for item in standing.reading.of("change", "look") if item.author == name),
        "clause": (item for item in standing.reading.of("change", "look") if str(item.at.section) == name),
        "look": standing.reading.of("look"),
        "rest": standing.reading.items,
    }
    return [
        item for item in mine.get(what, ()) if standing.needs_decision(item) and (say in item.says or what == "rest")
    ]
