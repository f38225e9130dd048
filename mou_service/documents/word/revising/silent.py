"""What was changed without tracking: what went out, compared with what came back with its tracked changes rejected.

What still differs then was done with tracking off, whether by intent or not.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from lxml import etree

from mou_service.documents.word.ooxml import W
from mou_service.documents.word.package import Package
from mou_service.documents.word.revising.compare import Change, Comparison, compare_passages
from mou_service.documents.word.revising.restoring import WORDS, Found, Restoring, Row, Silent
from mou_service.documents.word.revising.revisions import settle
from mou_service.documents.word.text import Passage, located

__all__ = ["Silent", "Silents", "keys", "left_over", "shared"]

_TWINS = (W + "p", W + "tr", W + "tbl", W + "tc", *WORDS)


class Silents:
    """The untracked differences between a version and a file that came back.

    `package` is the file with its tracked changes; its trees are changed by `put_back` alone.
    """

    def __init__(self, version: bytes, content: bytes, package: Package | None = None) -> None:
        self.package = package or Package(content)
        self._before, self._after = Package(version), Package(content)
        self._twin = dict(_twins(self._after, self.package))
        for each, decision in ((self._before, "accept"), (self._after, "reject")):
            for name in each.stories:
                root = each.root(name)
                if root is not None:
                    settle(root, lambda _mark, decision=decision: decision)  # type: ignore[misc]
        self._rows = list(self._aligned())
        self._found = _grouped(self._rows)

    @property
    def found(self) -> tuple[Silent, ...]:
        """In the order of the text; the place in this list is the number for `put_back`."""
        return tuple(each.silent for each in self._found)

    @property
    def renumbered(self) -> tuple[Change, ...]:
        """Numbers in front of paragraphs that are others now, and not because something above came or went."""
        if any(each.silent.kind in ("added", "removed") for each in self._found):
            return ()
        return tuple(row.change for row in self._rows if row.change.kind == "renumbered")

    def paragraph_of(self, number: int) -> etree._Element | None:
        """The paragraph of the file where the difference is seen, or the one in front of what is gone."""
        found = self._found[number]
        here = next((row.new for row in found.rows if row.new is not None), None)
        if here is None:
            at = next(n for n, row in enumerate(self._rows) if row is found.rows[0])
            here = next((row.new for row in reversed(self._rows[:at]) if row.new is not None), None)
        return self._twin.get(here) if here is not None else None

    def put_back(self, numbers: Collection[int]) -> None:
        """Bring these back as they went out, in the trees of `package`."""
        work = Restoring(self._rows, self._twin, self.package)
        for number in sorted(numbers):
            work.restore(self._found[number])

    def _aligned(self) -> Iterator[Row]:
        """The comparison with the paragraphs it is about: they come in the same order."""
        before, after = _said(self._before), _said(self._after)
        compared = compare_passages([said for _, said in before], [said for _, said in after])
        old, new = iter(before), iter(after)
        for change in compared.rows:
            earlier = next(old)[0] if change.kind != "added" else None
            present = next(new)[0] if change.kind != "removed" else None
            yield Row(change, earlier, present)


def left_over(version: bytes, content: bytes) -> Comparison:
    """What still differs untracked, for a check after something was put back."""
    return Comparison(tuple(row.change for row in Silents(version, content)._rows if row.change.kind != "renumbered"))


def keys(package: Package) -> Counter[str]:
    """The paragraphs of a package as its trees stand, to be counted."""
    return Counter(passage.key for _, passage in located(package) if passage.text)


def shared(one: Counter[str], other: Counter[str]) -> float:
    """How much of both is in both."""
    return 2 * (one & other).total() / max(1, one.total() + other.total())


def _said(package: Package) -> list[tuple[etree._Element, Passage]]:
    return [(element, passage) for element, passage in located(package) if passage.text or passage.label]


def _twins(after: Package, package: Package) -> Iterator[tuple[etree._Element, etree._Element]]:
    """The same elements in two readings of one file, before either is changed."""
    for name in package.stories:
        one, other = after.root(name), package.root(name)
        if one is not None and other is not None:
            yield from zip(one.iter(*_TWINS), other.iter(*_TWINS), strict=True)


def _grouped(rows: Sequence[Row]) -> list[Found]:
    """Rows of tables that came or went as a whole are one difference each."""
    whole: dict[tuple[str, etree._Element], list[Row]] = {}
    kinds: dict[etree._Element, set[str]] = {}
    for row in rows:
        for element in (row.old, row.new):
            if element is not None and (line := next(element.iterancestors(W + "tr"), None)) is not None:
                kinds.setdefault(line, set()).add(row.change.kind)
    found: list[Found] = []
    for row in rows:
        if row.change.kind in ("same", "renumbered"):
            continue
        element = row.old if row.change.kind == "removed" else row.new
        line = next(element.iterancestors(W + "tr"), None) if element is not None else None
        if line is None or kinds[line] != {row.change.kind} or row.change.kind == "changed":
            found.append(Found(Silent("paragraph", (row.change,)), [row]))
        elif (row.change.kind, line) in whole:
            whole[row.change.kind, line].append(row)
        else:
            whole[row.change.kind, line] = [row]
            found.append(Found(Silent("row", ()), whole[row.change.kind, line]))
    return [
        Found(Silent(each.silent.unit, tuple(row.change for row in each.rows)), each.rows) for each in found
    ]  # fmt: skip
