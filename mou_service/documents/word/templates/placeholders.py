"""Answers in a file whose content controls were dropped, found by the words that stand around them.

Some programs save a document without the tags of its controls. A paragraph that went out tells which words stood before,
between and behind its answers; where the one that came back has the same words in the same order, what is between them
are the answers. Where it could be read in two ways, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from mou_service.documents.word.ooxml import W, child_value, elements, local
from mou_service.documents.word.package import Package
from mou_service.documents.word.places import place_of
from mou_service.documents.word.revising.aligning import align, text_likeness
from mou_service.documents.word.revising.compare import words
from mou_service.documents.word.revising.revisions import settle
from mou_service.documents.word.templates import controls
from mou_service.documents.word.templates.controls import Control
from mou_service.documents.word.text import normalised

#: A text with more paragraphs is none that we sent.
MAX_PARAGRAPHS = 4_000
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Said:
    """A paragraph as words and answers in turn: an answer has its path and language."""

    element: etree._Element
    pieces: tuple[tuple[str, tuple[str, str] | None], ...]

    @property
    def text(self) -> str:
        return normalised("".join(text for text, _ in self.pieces))

    @property
    def answers(self) -> list[tuple[str, str]]:
        return [answer for text, answer in self.pieces if answer and text.strip()]


def with_lost_ones(found: Sequence[Control], sent: bytes, content: bytes) -> list[Control]:
    """The controls found in a file, and the answers of its paragraphs that had one when the file was `sent`."""
    before, after = list(_paragraphs(sent)), list(_paragraphs(content))
    if len(after) > MAX_PARAGRAPHS or len(found) >= sum(len(each.answers) for each in before):
        return list(found)
    lost: list[Control] = []
    filled: set[tuple[str, str, str]] = set()
    for earlier, present in align(before, after, key=lambda each: each.text, likeness=_likeness):
        if earlier is None or present is None or not set(earlier.answers) - set(present.answers):
            continue
        missing = set(earlier.answers) - set(present.answers)
        for (path, language), (was, now) in _answers(earlier, present):
            if (path, language) in missing:
                place = place_of(present.element, "word/document.xml")
                lost.append(Control(path, language, now, was, place))
                filled.add((path, language, now))
    # A control from which all words were moved out says nothing beside the words themselves.
    kept = [each for each in found if each.text or not any(each.path == path for path, _, _ in filled)]
    return [*kept, *lost]


def _paragraphs(content: bytes) -> Iterator[_Said]:
    package = Package(content)
    root = package.root(package.main)
    if root is None:
        return
    settle(root)
    for paragraph in root.iter(W + "p"):
        said = _Said(paragraph, tuple(_pieces(paragraph, None)))
        if said.text:
            yield said


def _pieces(parent: etree._Element, answer: tuple[str, str] | None) -> Iterator[tuple[str, tuple[str, str] | None]]:
    for child in elements(parent):
        if child.tag == W + "sdt" and answer is None:
            inside = child.find(W + "sdtContent")
            tag = child_value(child.find(W + "sdtPr"), "tag") or ""
            if inside is not None:
                yield from _pieces(inside, controls.path_of(tag))
        elif child.tag == W + "t":
            yield child.text or "", answer
        elif child.tag in (W + "tab", W + "br", W + "cr") and local(parent) == "r":
            yield " ", answer
        elif child.tag not in (W + "pPr", W + "rPr", W + "sdtPr", W + "p"):
            yield from _pieces(child, answer)


def _likeness(earlier: _Said, present: _Said) -> float:
    return text_likeness(words(earlier.text), words(present.text))


def _answers(earlier: _Said, present: _Said) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """((path, language), (words before, words now)) of each answer; nothing where the words around them changed."""
    fixed, answers = _frame(earlier.pieces)
    now = _cut("".join(text for text, _ in present.pieces), fixed)
    return [(answer, (was, said.strip())) for (answer, was), said in zip(answers, now, strict=True)] if now else []


def _frame(
    pieces: Sequence[tuple[str, tuple[str, str] | None]],
) -> tuple[list[str], list[tuple[tuple[str, str], str]]]:
    """The words between the answers, one more than there are answers; and the answers with their words."""
    fixed = [""]
    answers: list[tuple[tuple[str, str], str]] = []
    for text, answer in pieces:
        if answer is None:
            fixed[-1] += text
        elif answers and not fixed[-1] and answers[-1][0] == answer:
            answers[-1] = (answer, answers[-1][1] + text)
        else:
            answers.append((answer, text))
            fixed.append("")
    return fixed, answers


def _cut(text: str, fixed: Sequence[str]) -> list[str] | None:
    """What stands between the fixed words; nothing when they are not all there, or fit in two ways."""
    text, fixed = _spaced(text), [_spaced(each) for each in fixed]
    if any(not each.strip() for each in fixed[1:-1]) or not text.startswith(fixed[0]) or not text.endswith(fixed[-1]):
        return None
    start, end = len(fixed[0]), len(text) - len(fixed[-1])
    first = _places(text, fixed[1:-1], start, end)
    last = _places(text[::-1], [each[::-1] for each in reversed(fixed[1:-1])], len(fixed[-1]), len(text) - start)
    if first is None or last is None or start > end:
        return None
    from_behind = [(len(text) - there, len(text) - here) for here, there in reversed(last)]
    if first != from_behind:
        return None
    edges = [start, *(edge for pair in first for edge in pair), end]
    return [text[here:there] for here, there in zip(edges[::2], edges[1::2], strict=True)]


def _places(text: str, words: Sequence[str], start: int, end: int) -> list[tuple[int, int]] | None:
    """Where each of the words stands when it is taken as early as it can be."""
    places: list[tuple[int, int]] = []
    for each in words:
        at = text.find(each, start, end)
        if at < 0:
            return None
        places.append((at, at + len(each)))
        start = at + len(each)
    return places


def _spaced(text: str) -> str:
    return _SPACES.sub(" ", text)
