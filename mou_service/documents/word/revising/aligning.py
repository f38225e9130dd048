"""Which item of one list became which item of another: equal ones first, then the most alike, in order."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

T = TypeVar("T")

#: Texts that share less than this are two texts, not one that was changed.
LIKE = 0.4
#: Texts of so few words are compared by letters: "Title" and "Title 1".
_SHORT = 2
_SHORT_LIKE = 0.6
#: Above this many pairs, items are no longer compared each with each.
_MANY_PAIRS = 6_000
#: Above this many pairs of equal items, `difflib` would take longer than anybody waits.
_MANY_EQUAL = 2_000_000

#: (what happened, from, to, from, to): the part of the old list and the part of the new one.
Step = tuple[str, int, int, int, int]


def align(
    old: Sequence[T], new: Sequence[T], *, key: Callable[[T], Hashable], likeness: Callable[[T, T], float]
) -> Iterator[tuple[T | None, T | None]]:
    """Pairs in order; nothing on one side when an item was added or removed."""
    before, after = [key(each) for each in old], [key(each) for each in new]
    for kind, i1, i2, j1, j2 in opcodes(before, after):
        if kind == "equal":
            yield from zip(old[i1:i2], new[j1:j2], strict=True)
        else:
            yield from _similar(old[i1:i2], new[j1:j2], likeness)


def opcodes(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Step]:
    """How one list becomes the other, as `difflib` says it; in bounded time, whatever the lists hold.

    Where the same items come again and again, only what is equal at both ends is told apart from the rest.
    """
    if _equal_pairs(before, after) <= _MANY_EQUAL:
        return list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())
    start = _shared(before, after)
    end = _shared(before[start:][::-1], after[start:][::-1])
    i2, j2 = len(before) - end, len(after) - end
    inner: list[Step] = [("replace", 0, i2 - start, 0, j2 - start)]
    if _equal_pairs(before[start:i2], after[start:j2]) <= _MANY_EQUAL:
        inner = list(SequenceMatcher(None, before[start:i2], after[start:j2], autojunk=False).get_opcodes())
    found: list[Step] = [("equal", 0, start, 0, start)]
    found += [(kind, i + start, k + start, j + start, m + start) for kind, i, k, j, m in inner]
    found.append(("equal", i2, len(before), j2, len(after)))
    return [step for step in found if step[1] < step[2] or step[3] < step[4]]


def _equal_pairs(before: Sequence[Hashable], after: Sequence[Hashable]) -> int:
    """How many pairs of equal items a comparison would look at."""
    left, right = Counter(before), Counter(after)
    return sum(count * right[item] for item, count in left.items() if item in right)


def _shared(before: Sequence[Hashable], after: Sequence[Hashable]) -> int:
    return next(
        (at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        min(len(before), len(after)),
    )


def text_likeness(old: Sequence[str], new: Sequence[str]) -> float:
    """How much of their words two texts share, as tokens; 0 when too little."""
    before, after = Counter(old), Counter(new)
    before.pop(" ", None)
    after.pop(" ", None)
    if min(before.total(), after.total()) <= _SHORT:
        ratio = SequenceMatcher(None, "".join(old)[:200], "".join(new)[:200]).ratio()
        return ratio if ratio >= _SHORT_LIKE else 0.0
    shared = 2 * sum((before & after).values()) / (before.total() + after.total())
    return shared if shared >= LIKE else 0.0


def _similar(
    old: Sequence[T], new: Sequence[T], likeness: Callable[[T, T], float]
) -> Iterator[tuple[T | None, T | None]]:
    """Pair items so that the pairs are as alike as possible in sum."""
    if not old or not new or len(old) * len(new) > _MANY_PAIRS:
        yield from ((each, None) for each in old)
        yield from ((None, each) for each in new)
        return
    alike = [[likeness(before, after) for after in new] for before in old]
    best = _best_sums(alike)
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and alike[i][j] and best[i][j] == best[i + 1][j + 1] + alike[i][j]:
            yield old[i], new[j]
            i, j = i + 1, j + 1
        elif i < len(old) and (j >= len(new) or best[i][j] == best[i + 1][j]):
            yield old[i], None
            i += 1
        else:
            yield None, new[j]
            j += 1


def _best_sums(alike: Sequence[Sequence[float]]) -> list[list[float]]:
    """For each pair of positions, the best sum that the rest of both lists can reach."""
    width = len(alike[0])
    best = [[0.0] * (width + 1) for _ in range(len(alike) + 1)]
    for i in range(len(alike) - 1, -1, -1):
        for j in range(width - 1, -1, -1):
            paired = best[i + 1][j + 1] + alike[i][j] if alike[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    return best
