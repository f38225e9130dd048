"""Where each paragraph of a Word file stands: in which clause of each column, in which row."""

import re
from dataclasses import dataclass, field

from lxml import etree

from mou_service.documents.word.ooxml import W
from mou_service.documents.word.package import Package
from mou_service.documents.word.text import Passage, located

_ROW = re.compile(r"row (\d+), column \d+$")


@dataclass(frozen=True, slots=True)
class Standing:
    """`section` is the number of the clause in `Chart.sections`, `order` that of the paragraph in the file."""

    passage: Passage
    section: int
    order: int

    @property
    def row(self) -> int:
        """The row of the table it stands in, from 1; 0 outside of tables."""
        found = _ROW.search(self.passage.place)
        return int(found[1]) if found else 0


@dataclass(slots=True)
class Section:
    """A clause in all its columns: its heading in each of them, by column; or a part such as a header."""

    part: str
    headings: dict[int, str] = field(default_factory=dict)


class Chart:
    """All paragraphs of a package, as its trees stand when the chart is made."""

    def __init__(self, package: Package) -> None:
        self.sections: list[Section] = []
        self._of: dict[etree._Element, Standing] = {}
        for order, (element, passage) in enumerate(located(package, deleted=True)):
            self._of[element] = Standing(passage, self._section(package, passage), order)

    def of(self, element: etree._Element) -> Standing | None:
        """Of the paragraph it is or stands in; of a row, a cell or a table that of its first paragraph."""
        paragraph = element if element.tag == W + "p" else next(element.iterancestors(W + "p"), None)
        while paragraph is not None and paragraph not in self._of:
            paragraph = next(paragraph.iterancestors(W + "p"), None)
        if paragraph is None:
            paragraph = next((each for each in element.iter(W + "p") if each in self._of), None)
        return self._of.get(paragraph) if paragraph is not None else None

    @property
    def columns(self) -> dict[int, str]:
        """What each column of the tables of the body says, put together."""
        found: dict[int, list[str]] = {}
        for each in self._of.values():
            if each.passage.column and each.passage.part.endswith("document.xml"):
                found.setdefault(each.passage.column, []).append(each.passage.text)
        return {column: " ".join(texts) for column, texts in sorted(found.items())}

    def _section(self, package: Package, passage: Passage) -> int:
        """The last clause, unless this paragraph stands under another heading of its column."""
        part = "" if passage.part == package.main else passage.part
        last = self.sections[-1] if self.sections else None
        if last is None or last.part != part or last.headings.get(passage.column, passage.clause) != passage.clause:
            last = Section(part)
            self.sections.append(last)
        last.headings.setdefault(passage.column, passage.clause)
        return len(self.sections) - 1
