"""Words of obligation in a text that is not meant to bind: which, where, and what a treaty desk would write instead. (pure)

Governments keep two registers apart: a treaty's parties *shall*, a memorandum's participants *will* (双方*拟*、*将*). A
word of the first kind in a text of the second is read against whoever wrote it, so it is named; nothing is ever refused
for it. A sentence that denies the effect (“shall not be legally binding”, 不构成法律义务) says what it should.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mou_service.documents.findings import Finding, finding
from mou_service.documents.word.templates.clauses import Clause
from mou_service.documents.word.templates.clauses import Passage as Source
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.documents.word.templates.register_words import (
    DENIALS,
    REACH,
    SENTENCE_ENDS,
    STATUS,
    TERMS,
    WORDS,
    Rule,
)
from mou_service.documents.word.text import Passage, normalised, passages

_TAG = re.compile(r"\{[{%#].*?[%}#]\}", re.DOTALL)
_HAN = re.compile(r"[\u3400-\u9fff]")
_AROUND = 20
#: Of one word in one document, so many places are named; behind them stands how many more there are.
MOST = 5
#: Whether the clause under a heading binds; None: nothing is known of any clause.
Binds = Callable[[str], bool | None]


@dataclass(frozen=True, slots=True)
class Said:
    """One word of obligation as it stands, what to write instead, and from where to where it stands in the text."""

    words: str
    better: str
    start: int
    end: int


def said(text: str, language: str, *, under: str = "") -> Iterator[Said]:
    """The words of obligation in a passage, in the order of the text; tags of a template are passed over.

    `under` is the heading it stands under: the clause on legal status has to speak of what binds.
    """
    status = bool(STATUS.search(under))
    yield from _found(text, [rule for rule in WORDS.get(language, ()) if not (status and rule.status)], language)


def of_passages(sources: Iterable[Source], *, place: str, under: str = "") -> list[Finding]:
    """What is found in the paragraphs of one clause, in every language they are in; `place` leads to the clause."""
    return [
        each
        for number, source in enumerate(sources, 1)
        for language, text in source.text.items()
        for each in _findings(text, language, place=f"{place}, paragraph {number}".removeprefix(", "), under=under)
    ]


def of_clause(clause: Clause) -> list[Finding]:
    """What is found in every position of a clause; nothing where it is meant to bind whatever the answers."""
    if clause.binding is True:
        return []
    title = clause.label.get("en", clause.key)
    found = of_passages(clause.passages, place=title, under=title)
    for each in clause.fallbacks:
        found += of_passages(each.passages, place=f"{title} ({each.label.get('en', each.key)})", under=title)
    return found


def of_manifest(manifest: Manifest) -> list[Finding]:
    """What is found in the text a template is made from; nothing in a document that binds from end to end."""
    if all(clause.binding is True for clause in manifest.clauses):
        return []
    found = of_passages(manifest.opening, place="opening")
    for clause in manifest.clauses:
        found += of_clause(clause)
    return found + of_passages(manifest.closing, place="closing")


def of_file(content: bytes, languages: Sequence[str], *, binds: Binds) -> list[Finding]:
    """What is found in a Word file, a template or a text, whose columns stand in the order of the languages.

    `binds` tells of each clause whether it does (see `headings`); where it knows nothing, nothing is said.
    """
    if binds("") is not False:  # nothing is known, or everything binds
        return []
    read = [each for each in passages(content) if each.place.startswith("body")]
    placed = [(each, _language(each, languages)) for each in read if binds(each.clause) is False]
    found = [
        one
        for each, language in placed
        if language
        for one in _findings(each.text, language, place=each.place, under=each.clause)
    ]
    if read and not any(binds(each.clause) for each in read):
        found += _terms(placed)
    return _not_too_many(found)


def headings(clauses: Iterable[tuple[Mapping[str, str], bool]]) -> Binds:
    """Tells of a heading, its number before it or not, whether the clause binds; from each clause's title and whether it does.

    A clause that nobody knows, and what stands outside of all, binds only where everything known does.
    """
    known = {normalised(text): binding for titles, binding in clauses for text in titles.values()}
    others = bool(known) and all(known.values())

    def binds(heading: str) -> bool | None:
        if not known:
            return None
        words = normalised(heading)
        exact = known.get(words)
        if exact is not None:
            return exact
        return next((known[title] for title in known if words.endswith(f" {title}")), others)

    return binds


def headings_of(manifest: Manifest) -> Binds:
    """The same from a template: a clause that may bind or not is looked at, for the text has to do for both."""
    return headings((clause.title, clause.binding is True) for clause in manifest.clauses)


def _findings(text: str, language: str, *, place: str, under: str) -> Iterator[Finding]:
    for each in said(text, language, under=under):
        start, end = max(0, each.start - _AROUND), min(len(text), each.end + _AROUND)
        quoted = f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"
        yield finding("register", words=each.words, better=each.better, around=quoted, place=place)


def _terms(placed: Iterable[tuple[Passage, str]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for each, language in placed:
        for one in _found(each.text, TERMS.get(language, ()), language):
            if one.better not in seen:
                seen.add(one.better)
                yield finding("register", kind="term", words=one.words, better=one.better, place=each.place)


def _not_too_many(found: Iterable[Finding]) -> list[Finding]:
    counts: dict[str, int] = {}
    named: list[Finding] = []
    for each in found:
        words = each.facts["words"].casefold()
        counts[words] = counts.get(words, 0) + 1
        if counts[words] <= MOST:
            named.append(each)
    more = [(words, count - MOST) for words, count in counts.items() if count > MOST]
    return named + [finding("register", kind="often", words=words, count=count) for words, count in more]


def _found(text: str, rules: Sequence[Rule], language: str) -> Iterator[Said]:
    # Tags become spaces of the same length, so that places stay where they are.
    plain = _TAG.sub(lambda tag: " " * len(tag[0]), text)
    hits = sorted(
        ((hit, rule) for rule in rules for hit in rule.words.finditer(plain)),
        key=lambda each: (each[0].start(), -each[0].end()),
    )
    end = 0
    for hit, rule in hits:
        if hit.start() >= end and not _harmless(plain, hit, rule, language):
            end = hit.end()
            yield Said(hit[0], rule.better, hit.start(), hit.end())


def _harmless(text: str, hit: re.Match[str], rule: Rule, language: str) -> bool:
    if rule.harmless_after is not None and rule.harmless_after.search(text, 0, hit.start()):
        return True
    return rule.deniable and _denied(text, hit, language)


def _denied(text: str, hit: re.Match[str], language: str) -> bool:
    """Whether the sentence around the word says that there is no such effect."""
    ends = REACH.get(language, SENTENCE_ENDS)
    start = max((end.end() for end in ends.finditer(text, 0, hit.start())), default=0)
    after = ends.search(text, hit.end())
    denial = DENIALS.get(language)
    return denial is not None and bool(denial.search(text, start, after.start() if after else len(text)))


def _language(passage: Passage, languages: Sequence[str]) -> str:
    """Which language a paragraph is in: by its script where that tells, else by its column; "" for neither."""
    words = _TAG.sub("", passage.text)
    if "zh" in languages and 2 * len(_HAN.findall(words)) > len(words.replace(" ", "")):
        return "zh"
    if len(languages) == 1:
        return languages[0]
    return languages[passage.column - 1] if 1 <= passage.column <= len(languages) else ""
