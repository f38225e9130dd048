"""Where in a Word file something is, in words that a person finds it by."""

import re
from collections.abc import Callable

from lxml import etree

from mou_service.documents.word.ooxml import M, W

_QUOTED = 40
_PARTS = {
    "document": "body",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "comments": "comments",
    "settings": "settings",
    "styles": "styles",
    "numbering": "numbering",
}


def part_words(name: str) -> str:
    """ "word/header2.xml" as "header 2"."""
    stem = name.rpartition("/")[2].removesuffix(".rels").removesuffix(".xml")
    found = re.fullmatch(r"(header|footer)(\d+)", stem)
    return f"{found[1]} {found[2]}" if found else _PARTS.get(stem.rstrip("0123456789"), name)


class Places:
    """Places in trees that stay as they are while they are asked for: counted once, however often."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[etree._Element, str], dict[etree._Element, int]] = {}

    def of(self, element: etree._Element, part: str) -> str:
        """As `place_of` says it."""
        return place_of(element, part, self._number)

    def _number(self, element: etree._Element) -> int:
        root, tag = element.getroottree().getroot(), str(element.tag)
        if (root, tag) not in self._numbers:
            self._numbers[root, tag] = {each: number for number, each in enumerate(root.iter(tag), start=1)}
        return self._numbers[root, tag][element]


def place_of(element: etree._Element, part: str, number: Callable[[etree._Element], int] | None = None) -> str:
    """ "body, table 2, row 3, column 1 (“Duration of …”)" or "body, paragraph 12 (“…”)"; `number` counts for it."""
    number = number or _position
    words = [part_words(part)]
    cell = next(element.iterancestors(W + "tc"), element if element.tag == W + "tc" else None)
    paragraph = element if element.tag == W + "p" else next(element.iterancestors(W + "p"), None)
    if cell is not None:
        words += _cell_words(cell, number)
    elif paragraph is not None:
        words.append(f"paragraph {number(paragraph)}")
    quoted = quote(paragraph if paragraph is not None else cell)
    return ", ".join(words) + (f" ({quoted})" if quoted else "")


def quote(element: etree._Element | None) -> str:
    """The first words of a paragraph or cell."""
    if element is None:
        return ""
    text = " ".join("".join(node.text or "" for node in element.iter(W + "t", M + "t")).split())
    return f"“{text[:_QUOTED]}…”" if len(text) > _QUOTED else f"“{text}”" if text else ""


def _cell_words(cell: etree._Element, number: Callable[[etree._Element], int]) -> list[str]:
    row = next(cell.iterancestors(W + "tr"), None)
    table = next(cell.iterancestors(W + "tbl"), None)
    if row is None or table is None:
        return []
    return [
        f"table {number(table)}",
        f"row {1 + list(table.iter(W + 'tr')).index(row)}",
        f"column {1 + list(row.iter(W + 'tc')).index(cell)}",
    ]


def _position(element: etree._Element) -> int:
    root = element.getroottree().getroot()
    return 1 + next((at for at, each in enumerate(root.iter(str(element.tag))) if each is element), 0)
