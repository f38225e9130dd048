"""Do the language columns of a text say the same numbers, days, sums, names, terms and clauses? (pure)

It finds slips, not meanings: a person still confirms the translation. Each column is held against the first. A number
that is spelled out on one side may stand in figures on the other; what is checked is that no side says one the other
does not.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mou_service.documents.blocks import Document
from mou_service.documents.word.findings import Finding, finding

from . import names as naming
from . import terms
from .columns import Row, rows
from .facts import Fact, Kind, facts
from .names import Name
from .numerals import chinese_number, plain_digits, spells

Span = tuple[int, int]
Spans = tuple[Sequence[Span], Sequence[Span]]
#: So much text is compared, in characters of all columns together, and so much of one row; more is no agreement.
LONGEST = 120_000
LONGEST_ROW = 8_000
#: So many differences are told.
MOST = 200
#: So much of each text of a row is kept with a difference.
KEPT = 4_000
#: The kinds in the order they are told, each with the kinds that may answer for it.
_ANSWERS: tuple[tuple[Kind, frozenset[Kind]], ...] = (
    ("email", frozenset({"email"})),
    ("web", frozenset({"web"})),
    ("phone", frozenset({"phone"})),
    ("code", frozenset({"code"})),
    ("date", frozenset({"date"})),
    ("time", frozenset({"time"})),
    ("money", frozenset({"money", "number"})),
    ("percent", frozenset({"percent", "fraction"})),
    ("fraction", frozenset({"percent", "fraction"})),
    ("reference", frozenset({"reference", "number"})),
    ("number", frozenset({"reference", "number"})),
)
#: The kinds one side may leave out, and what they are called: only where both say another one is something wrong.
_COUNTED: tuple[tuple[Kind, str], ...] = (("duration", "duration"), ("often", "number"), ("place", "number"))
#: The kinds that agree in more ways than by the same value.
_LOOSE = ("phone", "date", "money")
#: Numbers up to here are often spelled out.
_SMALL = 100
_READABLE = re.compile(r"[^\W_]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LABEL = re.compile(r"\d+|[一二三四五六七八九十百零]+|[a-zA-Z]+")


@dataclass(frozen=True, slots=True)
class _Pair:
    """One row in two of its languages."""

    languages: tuple[str, str]
    texts: tuple[str, str]
    labels: tuple[Sequence[str], Sequence[str]]

    def differs(self, kind: str, what: str, spans: Spans) -> Finding:
        """What differs, with both rows and the places in them ("3-7 12-14"), to be shown side by side."""
        left_marks, right_marks = (
            " ".join(f"{start}-{end}" for start, end in sorted(set(each)) if start < end <= KEPT) for each in spans
        )
        return finding(
            "differs", place=f"“{_start(self.texts[0] or self.texts[1])}”", kind=kind, what=what,
            one=self.languages[0], other=self.languages[1], left=self.texts[0][:KEPT], right=self.texts[1][:KEPT],
            left_marks=left_marks, right_marks=right_marks, row=hashlib.sha256("\0".join(sorted(self.texts)).encode()).hexdigest(),
        )  # fmt: skip


def check(document: Document, languages: Sequence[str], names: Sequence[Name] = ()) -> list[Finding]:
    """Where the language columns of a document disagree; nothing to say about a text in one language."""
    if len(languages) < 2:
        return []
    found_rows = rows(document, languages)
    if not found_rows:
        return [finding("no_columns")]
    found_rows, all_read = _within_reach(found_rows)
    found: list[Finding] = []
    for other in range(1, len(languages)):
        found += _two(found_rows, other, languages, names)
    if not all_read or len(found) > MOST:
        found = [*found[:MOST], finding("not_all_compared")]
    return found


def _within_reach(found: Sequence[Row]) -> tuple[list[Row], bool]:
    taken: list[Row] = []
    length = 0
    for row in found:
        length += sum(map(len, row.texts))
        if length > LONGEST or max(map(len, row.texts)) > LONGEST_ROW:
            return taken, False
        taken.append(row)
    return taken, True


def _two(found_rows: Sequence[Row], other: int, languages: Sequence[str], names: Sequence[Name]) -> list[Finding]:
    pairs = [
        _Pair((languages[0], languages[other]), (row.texts[0], row.texts[other]), (row.labels[0], row.labels[other]))
        for row in found_rows
    ]
    found = [*_clauses(pairs), *_numbering(pairs)]
    strays: dict[int, list[Finding]] = {}
    for stray in _terms(pairs, names):
        strays.setdefault(stray[0], []).append(stray[1])
    for number, pair in enumerate(pairs):
        found += _row(pair, names)
        found += strays.get(number, ())
    return found


def _row(pair: _Pair, names: Sequence[Name]) -> Iterator[Finding]:
    empty = [not _READABLE.search(text) for text in pair.texts]
    if any(empty):
        if not all(empty) and len(max(pair.texts, key=len).strip()) > 1:
            yield pair.differs("row_empty", "", ([], []))
        return
    if _untranslated(pair, names):
        yield pair.differs("untranslated", "", ([], []))
        return
    for each in naming.unnamed(pair.texts, pair.languages, names):
        marks: Spans = ([(each.start, each.end)], []) if each.side == 0 else ([], [(each.start, each.end)])
        yield pair.differs("name", f"{each.said} ≠ {each.wanted}", marks)
    yield from _facts(pair, names)


def _facts(pair: _Pair, names: Sequence[Name]) -> Iterator[Finding]:
    said = [
        facts(naming.without(text, names, language), language)
        for text, language in zip(pair.texts, pair.languages, strict=True)
    ]
    told: set[str] = set()
    for kind, answering in _ANSWERS:
        left = _unanswered(said[0], said[1], kind, answering, pair.languages[1])
        right = _unanswered(said[1], said[0], kind, answering, pair.languages[0])
        told |= {each[0].value for each in (*left, *right)}
        yield from _said(pair, "number" if kind == "fraction" else kind, left, right)
    for counted, called in _COUNTED:
        lonely = [_lonely(said[side], said[1 - side], counted) for side in (0, 1)]
        if all(lonely) and not told:
            yield from _said(pair, called, *lonely)


def _said(pair: _Pair, kind: str, left: Sequence[list[Fact]], right: Sequence[list[Fact]]) -> Iterator[Finding]:
    """One finding for each thing that is said otherwise: what stands in both places goes together."""
    nothing: list[Fact] = []
    for one, other in itertools.zip_longest(left, right, fillvalue=nothing):
        what = " ≠ ".join(
            text[found[0].start : found[0].end].strip() if found else "…"
            for text, found in zip(pair.texts, (one, other), strict=True)
        )
        yield pair.differs(kind, what, ([(f.start, f.end) for f in one], [(f.start, f.end) for f in other]))


def _unanswered(
    asking: Sequence[Fact], answering: Sequence[Fact], kind: Kind, kinds: frozenset[Kind], language: str
) -> list[list[Fact]]:
    """What one side says in a kind and the other not at all, each with all its places."""
    answers = [fact for fact in answering if fact.kind in kinds]
    values = {answer.value for answer in answers}
    loose = answers if kind in _LOOSE else []
    missing: dict[str, list[Fact]] = {}
    for fact in asking:
        asks = fact.kind == kind and fact.asks and fact.value not in values
        if asks and not any(fact.agrees(answer) for answer in loose):
            missing.setdefault(fact.value, []).append(fact)
    if kind == "fraction" and language not in ("zh", "en"):
        return []
    if kind == "number":
        missing = {
            v: each for v, each in missing.items() if not all(_said_as_length(f, asking, answering) for f in each)
        }
    if kind in ("number", "reference") and not spells(language):
        missing = {value: each for value, each in missing.items() if not value.isdecimal() or int(value) > _SMALL}
    return list(missing.values())


def _lonely(one: Sequence[Fact], other: Sequence[Fact], kind: Kind) -> list[list[Fact]]:
    """What one side has of a kind and the other does not."""
    answers = {fact.value for fact in other if fact.kind == kind}
    return list({f.value: [f] for f in one if f.kind == kind and f.value not in answers}.values())


def _said_as_length(number: Fact, own: Sequence[Fact], other: Sequence[Fact]) -> bool:
    """十二个月 and “one year”: the number belongs to a length of time that the other side has in other units."""
    lengths = {fact.value for fact in other if fact.kind == "duration"}
    for each in own:
        if each.kind == "duration" and each.value in lengths and each.start <= number.start and number.end <= each.end:
            first = {fact.value for fact in own if fact.kind == "number" and fact.start == each.start}
            return number.value in first  # six (13) months is no way to say six months
    return False


def _untranslated(pair: _Pair, names: Sequence[Name]) -> bool:
    """The same words in both columns, or no word of Chinese in the Chinese one."""
    one, other = (" ".join(unicodedata.normalize("NFKC", text).split()) for text in pair.texts)
    if one.casefold() == other.casefold():
        return len(re.findall(r"[^\W\d_]{2,}", one)) > 3 or len(_HAN.findall(one)) > 6
    for text, language in zip(pair.texts, pair.languages, strict=True):
        bare = naming.without(text, names, language)
        if language == "zh" and not _HAN.search(text) and len(_LATIN_WORD.findall(bare)) > 5:
            return True
        if language != "zh" and len(_HAN.findall(bare)) > max(8, len(bare) // 2):
            return True
    return False


def _clauses(pairs: Sequence[_Pair]) -> Iterator[Finding]:
    counts = [sum(len(pair.labels[side]) for pair in pairs) for side in (0, 1)]
    if counts[0] != counts[1]:
        one, other = pairs[0].languages
        yield finding("clause_count", outcome="refuse", first=counts[0], second=counts[1], one=one, other=other)


def _numbering(pairs: Sequence[_Pair]) -> Iterator[Finding]:
    """The first row whose paragraphs are numbered otherwise; all after it would be as well."""
    for pair in pairs:
        if len(pair.labels[0]) == len(pair.labels[1]):
            for one, other in zip(*pair.labels, strict=True):
                if _label(one) != _label(other):
                    yield pair.differs("numbering", f"{one} ≠ {other}", ([], []))
                    return


def _label(label: str) -> tuple[str, ...]:
    """第八条 and “Article 8.” are both 8; bullets are nothing."""
    found = _LABEL.findall(plain_digits(label))
    numbers = [each for each in found if each.isdecimal() or _HAN.match(each)]
    if numbers:
        return tuple(each if each.isdecimal() else str(chinese_number(each)) for each in numbers)
    return tuple(each for each in found if len(each) < 4)


def _terms(pairs: Sequence[_Pair], names: Sequence[Name]) -> Iterable[tuple[int, Finding]]:
    known = frozenset(form.casefold() for name in names for forms in name.forms.values() for form in forms)
    columns = [pair.texts[0] for pair in pairs], [pair.texts[1] for pair in pairs]
    for stray in terms.strays(columns, pairs[0].languages, known=known):
        spans: Spans = tuple([span] if span else [] for span in stray.spans)  # type: ignore[assignment]
        what = " ≠ ".join(word or "…" for word in stray.words)
        yield stray.row, pairs[stray.row].differs(f"term_{stray.kind}", what, spans)


def _start(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 48 else line[:47].rstrip() + "…"
