"""Do the two language columns of a text say the same numbers, dates, addresses and clauses? (pure)

It finds slips, not meanings: a person still confirms the translation. A number that is spelled out on one
side may stand in figures on the other; what is checked is that no side says a number the other does not.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from mou_service.documents.blocks import Block, Cell, Document, Paragraph, Table
from mou_service.documents.word.counting import ONES, TENS
from mou_service.documents.word.findings import Finding

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_MONTHS = {name: number for number, name in enumerate(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
     "december"), 1)}  # fmt: skip
_ENGLISH_DATE = re.compile(rf"\b(\d{{1,2}})\s+({'|'.join(_MONTHS)})\s+(\d{{4}})\b", re.IGNORECASE)
_CHINESE_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_DIGITS = re.compile(r"\d+(?:[.,]\d{3})*(?:\.\d+)?")
_CHINESE_NUMBER = re.compile(r"[零〇一二两三四五六七八九十百千]+(?=\s*(?:个月|个工作日|年|日|天|份|次|周|小时|%))")
_FIGURES = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_WORDS = {
    **{word: value for value, word in enumerate(ONES)},
    **{word: 10 * n for n, word in enumerate(TENS) if word},
    "once": 1,
    "twice": 2,
}
_ENGLISH_NUMBER = re.compile(rf"\b({'|'.join(sorted(_WORDS, key=len, reverse=True))})\b", re.IGNORECASE)
T = TypeVar("T")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass
class Column:
    """What one language says."""

    language: str
    rows: list[str] = field(default_factory=list)
    clauses: int = 0


@dataclass(frozen=True)
class Facts:
    """What can be compared of a passage: it counts, it dates, it addresses."""

    emails: Counter[str]
    dates: Counter[tuple[int, int, int]]
    #: Numbers in figures, or counted with a unit; the other side has to say these too.
    numbers: Counter[str]
    #: Numbers in words, which may answer figures of the other side.
    spoken: frozenset[str]


def findings(document: Document, languages: Sequence[str]) -> list[Finding]:
    """Where the columns of a two-language document disagree; nothing to say about other documents."""
    if len(languages) != 2:
        return []
    first, second = columns(document, languages)
    if not first.rows:
        return []
    found = list(_clauses(first, second))
    for one, other in zip(first.rows, second.rows, strict=True):
        found += _differences(one, other, (first.language, second.language))
    return found


def columns(document: Document, languages: Sequence[str]) -> tuple[Column, Column]:
    """The text of each language, row beside row, from every table of two columns."""
    one, other = Column(languages[0]), Column(languages[1])
    for table in _tables(block for section in document.sections for block in section.blocks):
        for row in table.rows:
            if len(row.cells) == 2 and not row.header:
                left, right = _in_order(row.cells, languages)
                one.rows.append(_text(left))
                other.rows.append(_text(right))
                one.clauses += _labels(left)
                other.clauses += _labels(right)
    return one, other


def facts(text: str) -> Facts:
    """What a passage counts, dates and addresses, in either language."""
    emails = Counter(found.casefold() for found in _EMAIL.findall(text))
    text = _EMAIL.sub(" ", text)
    dates: Counter[tuple[int, int, int]] = Counter()
    dates.update((int(y), _MONTHS[m.casefold()], int(d)) for d, m, y in _ENGLISH_DATE.findall(text))
    dates.update((int(y), int(m), int(d)) for y, m, d in _CHINESE_DATE.findall(text))
    text = _CHINESE_DATE.sub(" ", _ENGLISH_DATE.sub(" ", text))
    figures = Counter(_plain(found) for found in _DIGITS.findall(text))
    counted = [chinese_number(found) for found in _CHINESE_NUMBER.findall(text)]
    # 一 is as often an article as a number ("a day", "once"): it may answer, but does not ask.
    numbers = figures + Counter(str(number) for number in counted if number > 1)
    return Facts(emails, dates, numbers, frozenset(_english_numbers(text)) | {str(number) for number in counted})


def chinese_number(text: str) -> int:
    """十二 → 12, 二十 → 20, 一百零五 → 105, 两 → 2."""
    total = current = 0
    for character in text:
        if character in _PLACES:
            total += (current or 1) * _PLACES[character]
            current = 0
        else:
            current = _FIGURES[character]
    return total + current


def _clauses(first: Column, second: Column) -> Iterator[Finding]:
    if first.clauses != second.clauses:
        counts = {
            "first": str(first.clauses),
            "second": str(second.clauses),
            "one": first.language,
            "other": second.language,
        }
        yield Finding(
            "clause_count",
            f"The {first.language} column has {first.clauses} numbered clauses, the {second.language} column "
            f"{second.clauses}. Both must have the same before the text can be submitted.",
            outcome="refuse", facts=counts,
        )  # fmt: skip


def _differences(one: str, other: str, languages: tuple[str, str]) -> Iterator[Finding]:
    left, right = facts(one), facts(other)
    place = f"“{_start(one)}”"
    for code, missing in (
        ("email_differs", _unmatched(left.emails, right.emails)),
        ("date_differs", [f"{y}-{m:02d}-{d:02d}" for y, m, d in _unmatched(left.dates, right.dates)]),
        ("number_differs", _unanswered(left, right)),
    ):
        for what in missing:
            yield _only_one_side(code, what, place, one, languages)


def _only_one_side(code: str, what: str, place: str, one: str, languages: tuple[str, str]) -> Finding:
    return Finding(
        code, f"“{what}” stands in only one of the two columns ({languages[0]}, {languages[1]}). Compare both texts.",
        place=place, outcome="warn", facts={"what": what, "passage": _start(one)},
    )  # fmt: skip


def _unmatched(left: Counter[T], right: Counter[T]) -> list[T]:
    return list((left - right) + (right - left))


def _unanswered(left: Facts, right: Facts) -> list[str]:
    """Numbers one side says in figures or counts, and the other says not at all."""
    missing = [n for n in left.numbers if n not in right.numbers and n not in right.spoken]
    missing += [n for n in right.numbers if n not in left.numbers and n not in left.spoken]
    return missing


def _english_numbers(text: str) -> Iterator[str]:
    """The numbers in words: each by itself, and tens joined with the ones behind them ("forty-five")."""
    found = [(m, _WORDS[m.group(1).casefold()]) for m in _ENGLISH_NUMBER.finditer(text)]
    yield from (str(value) for _match, value in found)
    for (match, tens), (following, ones) in itertools.pairwise(found):
        if tens >= 20 and ones < 10 and text[match.end() : following.start()] in ("-", " "):
            yield str(tens + ones)


def _plain(figure: str) -> str:
    return re.sub(r"[.,](?=\d{3}\b)", "", figure).lstrip("0") or "0"


def _tables(blocks: Iterable[Block]) -> Iterator[Table]:
    for block in blocks:
        if isinstance(block, Table):
            yield block


def _in_order(cells: Sequence[Cell], languages: Sequence[str]) -> tuple[Cell, Cell]:
    """The cells in the order of the languages: an upload may have its columns the other way round."""
    left, right = cells
    if "zh" in languages:
        chinese_left = _share_of_han(_text(left)) > _share_of_han(_text(right))
        if chinese_left != (languages[0] == "zh"):
            return right, left
    return left, right


def _share_of_han(text: str) -> float:
    return len(_HAN.findall(text)) / max(1, len(text))


def _text(cell: Cell) -> str:
    return "\n".join(block.text for block in cell.blocks if isinstance(block, Paragraph))


def _labels(cell: Cell) -> int:
    return sum(1 for block in cell.blocks if isinstance(block, Paragraph) and block.label and block.text.strip())


def _start(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 48 else line[:47].rstrip() + "…"
