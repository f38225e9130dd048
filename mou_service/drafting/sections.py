"""What differs between two versions, put together for a reader: clause by clause, equal text folded. (pure)"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mou_service.documents.word.bilingual.facts import facts
from mou_service.documents.word.revising.compare import Change, Comparison

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass
class Row:
    """One change with its number on the page, or some paragraphs that are the same."""

    change: Change | None = None
    number: int = 0
    #: The number of the change that has the other end of what was moved.
    other_end: int = 0
    language: str = ""
    same: list[Change] = field(default_factory=list)


@dataclass
class Section:
    """A clause in all its languages, under the headings it has in them."""

    headings: dict[int, str]
    rows: list[Row] = field(default_factory=list)

    @property
    def changes(self) -> int:
        return sum(row.change is not None for row in self.rows)

    @property
    def first(self) -> int:
        """The number of its first change; 0 when it has none."""
        return next((row.number for row in self.rows if row.change is not None), 0)


def sections(comparison: Comparison, *, column: int = 0, only_numbers: bool = False) -> list[Section]:
    """The clauses in order, those without a change as well.

    `column` leaves the other columns of tables out; `only_numbers` keeps changes in which a number, a date or an
    e-mail address is another one.
    """
    found: list[Section] = []
    number = 0
    for each in comparison.rows:
        if column and each.column and each.column != column:
            continue
        section = _section(found, each)
        if each.kind == "same":
            if not section.rows or section.rows[-1].change is not None:
                section.rows.append(Row())
            section.rows[-1].same.append(each)
        elif not only_numbers or counts_otherwise(each):
            number += 1
            section.rows.append(Row(each, number, language=language(each)))
    _join_moves(row for section in found for row in section.rows if row.change is not None and row.change.moved)
    return found


def columns(comparison: Comparison) -> list[int]:
    """The columns of the tables that hold the languages; empty for a text in one column."""
    found = sorted({each.column for each in comparison.rows} - {0})
    return found if len(found) in (2, 3) else []


def counts_otherwise(change: Change) -> bool:
    """Whether another number, date, sum or address is said than before."""
    before, after = (
        sorted((fact.kind, fact.value) for fact in facts(text, language(change) or "en"))
        for text in (change.old_text, change.new_text)
    )
    return before != after


def _section(found: list[Section], change: Change) -> Section:
    """The last clause, unless this paragraph stands under another heading of its column."""
    if not found or found[-1].headings.get(change.column, change.clause) != change.clause:
        found.append(Section({}))
    found[-1].headings.setdefault(change.column, change.clause)
    return found[-1]


def language(change: Change) -> str:
    """ "zh" for a paragraph in Chinese characters, so that it is set in a Chinese face; else nothing is said."""
    text = change.new_text or change.old_text
    return "zh" if 2 * len(_HAN.findall(text)) > len(_LETTER.findall(text)) else ""


def _join_moves(rows: Iterator[Row]) -> None:
    waiting: dict[str, list[Row]] = {}
    for row in rows:
        assert row.change is not None
        text = " ".join((row.change.old_text or row.change.new_text).split())
        ends: Sequence[Row] = waiting.get(text, ())
        partner = next((each for each in ends if each.change and each.change.kind != row.change.kind), None)
        if partner is None:
            waiting.setdefault(text, []).append(row)
        else:
            row.other_end, partner.other_end = partner.number, row.number
            waiting[text].remove(partner)
