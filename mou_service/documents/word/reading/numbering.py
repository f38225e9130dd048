"""Automatic numbers: what stands in front of a paragraph, counted as Word counts."""

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from mou_service.documents.word.ooxml import W, child_value, is_on, value, whole
from mou_service.documents.word.package import Package
from mou_service.documents.word.reading.counting import formatted
from mou_service.documents.word.reading.styles import Styles, paragraph_look, run_look
from mou_service.documents.word.reading.typefaces import symbol

_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Label:
    """A number as it is read, with the look of its level; `unknown` names a number style that is not known."""

    text: str
    paragraph: dict[str, Any]
    run: dict[str, Any]
    gap: str
    unknown: str = ""


class Numbering:
    """The lists of one document and how far each has been counted."""

    def __init__(self, package: Package, styles: Styles) -> None:
        self._styles = styles
        root = package.related_root("numbering")
        self._abstract = (
            {value(each, "abstractNumId") or "": each for each in root.findall(W + "abstractNum")}
            if root is not None
            else {}
        )
        self._lists = {value(each, "numId") or "": each for each in root.findall(W + "num")} if root is not None else {}
        self._levels: dict[str, tuple[str, dict[int, etree._Element]]] = {}
        self._level_looks: dict[tuple[str, int], dict[str, Any]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._restarted: set[tuple[str, int]] = set()

    def level_look(self, number: str, level: int) -> dict[str, Any]:
        """What the list says about the paragraph, such as its indents."""
        if (number, level) not in self._level_looks:
            element = self._levels_of(number)[1].get(level)
            self._level_looks[number, level] = paragraph_look(element.find(W + "pPr")) if element is not None else {}
        return self._level_looks[number, level]

    def level_of_style(self, number: str, style: str) -> int:
        """The level that belongs to a style, for styles that only name their list."""
        levels = self._levels_of(number)[1]
        return next((level for level, element in levels.items() if child_value(element, "pStyle") == style), 0)

    def next_label(self, number: str, level: int) -> Label | None:
        """Count one further and say the number; nothing when there is no such list."""
        abstract, levels = self._levels_of(number)
        element = levels.get(level)
        if element is None:
            return None
        counts = self._count(number, abstract, level, levels)
        text, unknown = self._text(element, levels, counts)
        look = run_look(element.find(W + "rPr"), self._styles.faces)
        if child_value(element, "numFmt") == "bullet":
            text = _bullet(text, look.get("font"))
        gap = child_value(element, "suff") or "tab"
        return Label(text, paragraph_look(element.find(W + "pPr")), look, gap, unknown)

    def _levels_of(self, number: str) -> tuple[str, dict[int, etree._Element]]:
        if number not in self._levels:
            self._levels[number] = self._find_levels(number)
        return self._levels[number]

    def _find_levels(self, number: str, depth: int = 0) -> tuple[str, dict[int, etree._Element]]:
        element = self._lists.get(number)
        abstract = child_value(element, "abstractNumId") or ""
        base = self._abstract.get(abstract)
        link = child_value(base, "numStyleLink")
        if link and depth < 5:
            linked = self._styles.looks(link)[0].get("number")
            if linked and linked != number:
                return self._find_levels(str(linked), depth + 1)
        levels = {whole(value(each, "ilvl")): each for each in base.findall(W + "lvl")} if base is not None else {}
        for override in element.findall(W + "lvlOverride") if element is not None else ():
            replaced = override.find(W + "lvl")
            if replaced is not None:
                levels[whole(value(override, "ilvl"))] = replaced
        return abstract, levels

    def _count(self, number: str, abstract: str, level: int, levels: dict[int, etree._Element]) -> dict[int, int]:
        counts = self._counts.setdefault(abstract, {})
        start = self._start_override(number, level)
        if start is not None and (number, level) not in self._restarted:
            self._restarted.add((number, level))
            counts[level] = start
        else:
            counts[level] = counts.get(level, whole(child_value(levels[level], "start"), 1) - 1) + 1
        for deeper in [deeper for deeper in counts if deeper > level]:
            restart = child_value(levels.get(deeper), "lvlRestart")
            if restart is None or level < whole(restart, 9):
                del counts[deeper]
        return counts

    def _start_override(self, number: str, level: int) -> int | None:
        element = self._lists.get(number)
        for override in element.findall(W + "lvlOverride") if element is not None else ():
            start = child_value(override, "startOverride")
            if whole(value(override, "ilvl")) == level and start is not None:
                return whole(start, 1)
        return None

    def _text(
        self, element: etree._Element, levels: dict[int, etree._Element], counts: dict[int, int]
    ) -> tuple[str, str]:
        pattern = child_value(element, "lvlText") or ""
        legal = is_on(element.find(W + "isLgl"))
        unknown: list[str] = []

        def said(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            if at not in counts:
                counts[at] = whole(child_value(levels.get(at), "start"), 1)
            style = child_value(levels.get(at), "numFmt") or "decimal"
            if style == "bullet":
                return ""
            text = formatted(counts[at], "decimal" if legal else style)
            if text is None:
                unknown.append(style)
            return text if text is not None else str(counts[at])

        return _PLACE.sub(said, pattern), next(iter(unknown), "")


def _bullet(text: str, font: str | None) -> str:
    """A bullet that other fonts have as well."""
    if not text:
        return ""
    sign = symbol(font, ord(text[0]))
    if sign is None and "\uf000" <= text[0] <= "\uf0ff":
        sign = symbol("symbol", ord(text[0])) or symbol("wingdings", ord(text[0])) or "•"
    if sign is None and text == "o" and "courier" in (font or "").lower():
        sign = "◦"
    return sign or text
