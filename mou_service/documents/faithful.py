"""Do pages that another program drew say what the Word file says? Every paragraph, and nothing beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mou_service.documents.pdf.text import Difference, comparable, figure_texts, normalised, pdf_paragraphs
from mou_service.documents.word.ooxml import local
from mou_service.documents.word.package import Package
from mou_service.documents.word.text import Passage, passages

#: What a page number, a date or a sign of a symbol font may look like once it is drawn.
_LIVE = re.compile(r"\{[^{}]*\}")
_BULLET = re.compile(r"[^\w]*|[\uf000-\uf0ff]*|[ovqu§Øü]")
_LONGEST_LIVE = 40
_TAKEN = "\0"


def differences(pdf: bytes, docx: bytes) -> list[Difference]:
    """What the accepted text has and the pages do not, and what the pages have beside it; none when they say the same.

    Numbers that Word sets in front of a paragraph have to be the ones we count. Spaces and invisible characters do not
    count, nor do headers and footers, which are no part of a PDF's text.
    """
    said = [each for each in passages(docx) if _is_text(each, docx)]
    search = _Search(_TAKEN.join(["", *map(_plain, pdf_paragraphs(pdf, with_sections=True)), ""]))
    missing = search.take([_plain(each.text) for each in said])
    labels = [_plain(each.label) for each in said if each.label]
    notes = [str(number) for number in range(1, 1 + _notes(docx))]
    pictured = [_plain(each) for each in figure_texts(pdf)]
    return [*missing, *search.leftovers([*labels, *notes], pictured)]


def _plain(text: str) -> str:
    """Capitals may be a matter of looks; letters read from right to left come in an order of their own."""
    return comparable(normalised(text).casefold())


def _is_text(passage: Passage, docx: bytes) -> bool:
    part = passage.part.rpartition("/")[2]
    return not part.startswith(("header", "footer"))


def _notes(docx: bytes) -> int:
    """How many signs of notes the pages may show, each in the text and before its note."""
    package = Package(docx)
    main = package.root(package.main)
    if main is None:
        return 0
    return sum(1 for each in main.iter() if isinstance(each.tag, str) and local(each).endswith("noteReference"))


@dataclass
class _Search:
    """The text of the pages, from which paragraph after paragraph is taken."""

    text: str
    _at: int = 0
    _missing: list[Difference] = field(default_factory=list)

    def take(self, wanted: Sequence[str]) -> list[Difference]:
        """Take each paragraph out, the longest first; gives what was not there."""
        for each in sorted((one for one in wanted if one), key=len, reverse=True):
            place = self._find(each)
            if place is None:
                self._missing.append(Difference(each[:80], "", self._before(each)))
                continue
            start, end = place
            self.text = self.text[:start] + _TAKEN + self.text[end:]
        return self._missing

    def leftovers(self, labels: Sequence[str], pictured: Sequence[str]) -> Iterator[Difference]:
        """What the pages say beside the paragraphs, their numbers and the words inside pictures."""
        known = sorted({label for label in labels if label}, key=len, reverse=True)
        for piece in filter(None, self.text.split(_TAKEN)):
            if any(piece in each for each in pictured):
                continue
            rest = piece
            for label in known:
                rest = rest.replace(label, "", 1) if len(label) > 1 or rest == label else rest
            if not _BULLET.fullmatch(rest):
                yield Difference("", piece[:80], "")

    def _find(self, wanted: str) -> tuple[int, int] | None:
        """Whole where the pages have it so; else with a page, a cell or a note in between."""
        at = self.text.find(f"{_TAKEN}{wanted}{_TAKEN}") + 1 or self.text.find(wanted)
        if at >= 0:
            return at, at + len(wanted)
        if _LIVE.search(wanted):
            parts = [re.escape(part) for part in _LIVE.split(wanted)]
            found = re.search(f"[^{_TAKEN}]{{0,{_LONGEST_LIVE}}}".join(parts), self.text)
            if found:
                return found.span()
        return None

    def _before(self, wanted: str) -> str:
        """The longest beginning of it that is there, to say where it stops."""
        size = len(wanted) // 2
        while size > 3 and wanted[:size] not in self.text:
            size //= 2
        return wanted[:size] if size > 3 else ""
