"""Objects of a PDF as they were in one of its revisions: compared, listed and located, each looked at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver

Key = tuple[int, int]

#: Objects visited while looking for something; a document of ours has a few thousand.
FARTHEST = 200_000


def same(first: Any, second: Any) -> bool:
    """Whether two objects say the same, without following references."""
    if isinstance(first, generic.IndirectObject) or isinstance(second, generic.IndirectObject):
        both = isinstance(first, generic.IndirectObject) and isinstance(second, generic.IndirectObject)
        return both and key_of(first) == key_of(second)
    if type(first) is not type(second):
        return False
    if isinstance(first, dict):
        if first.keys() != second.keys() or not all(same(raw(first, key), raw(second, key)) for key in first):
            return False
        return not isinstance(first, generic.StreamObject) or first.encoded_data == second.encoded_data
    if isinstance(first, list):
        return len(first) == len(second) and all(map(same, list.__iter__(first), list.__iter__(second)))
    return bool(first == second)


def pages_of(handler: Any) -> list[generic.Reference]:
    """The pages in reading order. A tree that runs in circles or is too large stops where it does."""
    found: list[generic.Reference] = []
    waiting = deque([raw(handler.root, "/Pages")])
    seen: set[Key] = set()
    steps = 0
    # One list of children may serve many nodes: what waits is bounded, not only what was seen.
    while waiting and (steps := steps + 1) < FARTHEST and len(waiting) < FARTHEST:
        ref = waiting.popleft()
        if not isinstance(ref, generic.IndirectObject) or key_of(ref) in seen:
            continue
        seen.add(key_of(ref))
        node = handler.get_object(ref.reference)
        if not isinstance(node, generic.DictionaryObject):
            continue
        kids = get(node, "/Kids")
        if isinstance(kids, generic.ArrayObject):
            waiting.extendleft(reversed(list(list.__iter__(kids))))
        else:
            found.append(ref.reference)
    return found


def places(old: HistoricalResolver, wanted: set[Key]) -> dict[Key, tuple[tuple[str, ...], int]]:
    """For each wanted object the shortest way to it and the page it belongs to (0 if none); each is seen once."""
    places: dict[Key, tuple[tuple[str, ...], int]] = {}
    numbers = {key_of(page): number for number, page in enumerate(pages_of(old), start=1)}
    waiting: deque[tuple[Any, tuple[str, ...], int]] = deque([(old.trailer_view, (), 0)])
    seen: set[Key] = set()
    while waiting and len(seen) < FARTHEST and wanted - places.keys():
        value, path, page = waiting.popleft()
        if isinstance(value, generic.IndirectObject):
            if key_of(value) in wanted:
                places.setdefault(key_of(value), (path, page))
            if key_of(value) in seen:
                continue
            seen.add(key_of(value))
            page = numbers.get(key_of(value), page)
            if not resolves(old, value):
                continue
            value = old.get_object(value.reference)
        waiting.extend((part, (*path, key), page) for key, part in _parts(value))
    return places


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        # /Parent and /P lead back up and would give an object a misleading place.
        yield from ((key, part) for key, part in dict.items(value) if key not in ("/Parent", "/P", "/Prev"))
    elif isinstance(value, list):
        yield from ((str(index), part) for index, part in enumerate(list.__iter__(value)))


def key_of(ref: Any) -> Key:
    return (ref.idnum, ref.generation)


def raw(holder: Any, key: str) -> Any:
    return dict.get(holder, key)


def get(holder: Any, key: str) -> Any:
    """The value under the key, references followed, or None."""
    return holder[key] if key in holder else None  # noqa: SIM401  # pyHanko follows references in [] but not in get()


def value_of(handler: HistoricalResolver, holder: Any, key: str) -> Any:
    value = raw(holder, key)
    return handler.get_object(value.reference) if isinstance(value, generic.IndirectObject) else value


def resolves(handler: HistoricalResolver, ref: generic.IndirectObject) -> bool:
    return handler.reader.xrefs.get_historical_ref(ref.reference, handler.revision) is not None


def different(old: Any, new: Any) -> list[str]:
    return [key for key in sorted({*old, *new}) if not same(raw(old, key), raw(new, key))]


def appended(old: Any, new: Any) -> list[Any] | None:
    """What the new list has behind the old one, or None if the old one is no longer its beginning."""
    before = list(list.__iter__(old)) if isinstance(old, list) else []
    after = list(list.__iter__(new)) if isinstance(new, list) else []
    if len(after) < len(before) or not all(map(same, before, after)):
        return None
    return after[len(before) :]
