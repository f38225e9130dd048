"""Files whose right answer is known: all changes accepted or rejected, and two texts compared and put back together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mou_service.documents.word.findings import UnsafeFile
from mou_service.documents.word.revising.redline import RedlineFailed, redline
from mou_service.documents.word.revising.revisions import accept_all, reject_all

from . import words

_ANSWERS: dict[str, Callable[[bytes], bytes]] = {"Accepted": accept_all, "Rejected": reject_all}
_NUMBER = re.compile(r"[A-Za-z]+\d+|[^-]+-[^-]+")


@dataclass(frozen=True)
class Answer:
    """One question about a file, and whether the answer was right. `detail` says what was not."""

    kind: str
    name: str
    right: bool
    detail: str = ""


def answers(folder: Path) -> Iterator[Answer]:
    """Everything that can be asked of the folder's accept-reject/ and compare/."""
    yield from _decisions(folder / "accept-reject")
    for before, after in _pairs(folder / "compare"):
        yield _compared(before, after)


def _decisions(folder: Path) -> Iterator[Answer]:
    for path in sorted(folder.glob("*.docx")):
        stem, _, what = path.stem.rpartition("-")
        original = folder / f"{stem}.docx"
        if what in _ANSWERS and original.exists():
            made = words.paragraphs(_ANSWERS[what](original.read_bytes()))
            expected = words.paragraphs(path.read_bytes())
            yield Answer(f"{what.lower()}", original.name, made == expected, _first_difference(expected, made))


def _pairs(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Files that share a number belong together; the shortest name, or the one called Before, is the original."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.glob("*.docx")):
        found = _NUMBER.match(path.stem)
        groups[found[0] if found else path.stem].append(path)
    for group in groups.values():
        before = min(group, key=lambda path: (not path.stem.endswith("Before"), len(path.stem), path.stem))
        yield from ((before, path) for path in group if path is not before)


def _compared(before: Path, after: Path) -> Answer:
    old, new = before.read_bytes(), after.read_bytes()
    name = f"{before.name} → {after.name}"
    try:
        marked = redline(old, new, author="Corpus", date=datetime(2027, 1, 1, tzinfo=UTC))
    except (RedlineFailed, UnsafeFile) as failed:
        return Answer("compare", name, False, str(failed))
    back = _first_difference(words.paragraphs(old), words.paragraphs(reject_all(marked)))
    there = _first_difference(words.paragraphs(new), words.paragraphs(accept_all(marked)))
    return Answer("compare", name, not (back or there), back or there)


def _first_difference(expected: list[str], made: list[str]) -> str:
    for wanted, found in zip([*expected, ""], [*made, ""], strict=False):
        if wanted != found:
            return f"“{wanted[:60]}” is “{found[:60]}”"
    return "" if len(expected) == len(made) else f"{len(expected)} paragraphs are {len(made)}"
