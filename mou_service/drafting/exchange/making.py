"""Word files made of one that came back: the clean text of the next version, and the answer with what stays open. (pure)"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from lxml import etree

from mou_service.core.errors import MouError
from mou_service.documents.word.gate.handout import hand_out
from mou_service.documents.word.ooxml import serialise
from mou_service.documents.word.package import Package
from mou_service.documents.word.revising.compare import Change
from mou_service.documents.word.revising.replies import Notes, Remark, write
from mou_service.documents.word.revising.revisions import Decision, decide_in, numbered
from mou_service.documents.word.revising.silent import Silents, left_over

from .decisions import Standing


class CannotPutBack(MouError):
    """An untracked difference would not come back word for word; `words` are some of its own."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def text(content: bytes, version: bytes, standing: Standing, *, title: str, author: str) -> bytes:
    """The clean text with every decision carried out; what was answered or not decided stays as it went out.

    Raises `CannotPutBack` when the text would differ from the version by more than what was decided.
    """
    if standing.put_back:
        _check(content, version, standing)
    opened, decided = _Opened(content, version, standing), standing.marks()
    opened.settle({number: decided.get(number, "reject") for number in opened.marks})
    return hand_out(opened.written(), title=title, author=author)


def answer(
    content: bytes, version: bytes, standing: Standing, *, author: str, initials: str, title: str, at: datetime
) -> bytes:
    """The file that goes back: what was decided is carried out, what was answered stays open with our words beside it.

    Comments that came with the file are in it, settled ones closed; of ours there is nothing but the answers.
    """
    opened = _Opened(content, version, standing)
    opened.settle(standing.marks(for_answer=True))
    words, replies = standing.replies("change"), standing.replies("comment")
    changes, comments = standing.reading.of("change"), standing.reading.of("comment")
    notes = Notes(
        author=author, initials=initials, at=at,
        remarks=[Remark([opened.marks[n] for n in item.marks], words[item.key]) for item in changes if item.key in words],
        answers={item.comment: replies[item.key] for item in comments if item.key in replies},
        settled=[item.comment for item in comments if standing.said(item) == "settle" or item.resolved],
    )  # fmt: skip
    made = opened.package.write(write(opened.package, notes))
    return hand_out(made, title=title, author=author, keep_revisions=True, keep_comments=True)


class _Opened:
    """The file in hand: its trees, and its marks by their numbers as long as they stand in them."""

    def __init__(self, content: bytes, version: bytes, standing: Standing) -> None:
        self.package = Package(content)
        self._numbers = numbered(self.package)
        self.marks: dict[int, etree._Element] = {number: mark for mark, number in self._numbers.items()}
        if standing.put_back:
            Silents(version, content, self.package).put_back(standing.put_back)

    def settle(self, marks: Mapping[int, Decision]) -> None:
        decide_in(self.package, self._numbers, marks)

    def written(self) -> bytes:
        package = self.package
        roots = ((name, package.root(name)) for name in package.stories)
        return package.write({name: serialise(root) for name, root in roots if root is not None})


def _check(content: bytes, version: bytes, standing: Standing) -> None:
    """With the differences put back and nothing else decided, only those that were taken may be left."""
    found = Silents(version, content).found
    taken = [change for item in standing.taken for change in found[item.number].changes]
    old, new = {change.old_text for change in taken} | {""}, {change.new_text for change in taken} | {""}
    for left in left_over(version, _Opened(content, version, standing).written()).changes:
        if left.old_text not in old or left.new_text not in new:
            raise CannotPutBack(_some_words(left))


def _some_words(change: Change) -> str:
    return " ".join((change.old_text or change.new_text).split())[:80]
