"""One typeface at one weight: measures and shapes text, and cuts out the glyphs a document uses.

HarfBuzz does the work for TrueType, variable and PostScript outlines alike, so fonts are used as
they are published: no conversion, no prepared instances. Measures are in thousandths of the size.
"""

from __future__ import annotations

import struct
import threading
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import uharfbuzz as hb
from fontTools.ttLib import TTFont

#: What the PDF does not need from a font program: layout, names and vertical writing.
_DROPPED = ("GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "STAT", "kern", "cmap", "name", "post", "OS/2")
_CACHE_LIMIT = 60_000


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph in its place. `code` is how the PDF names it, `text` what it stands for."""

    code: int
    width: float
    advance: float
    dx: float
    dy: float
    text: str


@dataclass(frozen=True, slots=True)
class Shaped:
    glyphs: tuple[Glyph, ...]
    width: float
    #: The codes in hexadecimal, when every glyph simply stands beside the one before.
    plain: str | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """A font file with only some glyphs: "glyf" (TrueType) or "CFF" (PostScript outlines)."""

    content: bytes
    kind: str
    #: code → glyph number in `content`; PostScript outlines carry the codes themselves.
    glyph_numbers: Mapping[int, int]


class Face:
    """A font at one point of its design space, opened when it is first used."""

    def __init__(
        self,
        name: str,
        path: Path,
        *,
        axes: Mapping[str, float] | None = None,
        serif: bool = False,
        italic: bool = False,
        east_asian: bool = False,
        line_height: float = 1.2,
    ) -> None:
        self.name = name
        self.serif = serif
        self.italic = italic
        self.east_asian = east_asian
        self.line_height = line_height
        self.path = path
        self._axes = dict(axes or {})
        self._shaped: dict[tuple[str, bool, str | None], Shaped] = {}
        self._cutting = threading.Lock()

    def __repr__(self) -> str:
        return f"Face({self.name})"

    @cached_property
    def coverage(self) -> frozenset[int]:
        return frozenset(self._face.unicodes)

    def covers(self, character: str) -> bool:
        return ord(character) in self.coverage

    def shape(self, text: str, *, right_to_left: bool = False, language: str | None = None) -> Shaped:
        """Glyphs in the order they stand on paper, from left to right."""
        key = (text, right_to_left, language)
        found = self._shaped.get(key)
        if found is None:
            if len(self._shaped) > _CACHE_LIMIT:
                self._shaped.clear()
            found = self._shaped[key] = self._shape(text, right_to_left, language)
        return found

    def cut(self, codes: Collection[int]) -> Program:
        """A font program with these glyphs only; the same codes give the same bytes."""
        numbers = {code: self._number(code) for code in codes}
        with self._cutting:
            plan = hb.SubsetPlan(self._face, self._subset_input(numbers.values()))
            made = plan.execute()
        if "CFF " in made.table_tags:
            return Program(bytes(made.reference_table("CFF ").data), "CFF", {})
        new = dict(plan.old_to_new_glyph_mapping)
        return Program(bytes(made.blob.data), "glyf", {code: new[number] for code, number in numbers.items()})

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        head = bytes(self._face.reference_table("head").data)
        left, bottom, right, top = (value * self._scale for value in struct.unpack(">4h", head[36:44]))
        return left, bottom, right, top

    @cached_property
    def ascent(self) -> float:
        return float(self._font.get_font_extents("ltr").ascender * self._scale)

    @cached_property
    def descent(self) -> float:
        return float(self._font.get_font_extents("ltr").descender * self._scale)

    @cached_property
    def _face(self) -> hb.Face:
        return hb.Face(hb.Blob.from_file_path(str(self.path)))

    @cached_property
    def _font(self) -> hb.Font:
        font = hb.Font(self._face)
        if self._axes:
            font.set_variations(self._axes)
        return font

    @cached_property
    def _scale(self) -> float:
        return 1000.0 / float(self._face.upem)

    @cached_property
    def _character_ids(self) -> list[int] | None:
        """For PostScript outlines the PDF speaks of character identifiers, not of glyph numbers."""
        if "CFF " not in self._face.table_tags:
            return None
        with TTFont(self.path, lazy=True) as font:
            return [int(name[3:]) if name.startswith("cid") else 0 for name in font["CFF "].cff[0].charset]

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {identifier: number for number, identifier in enumerate(self._character_ids or ())}

    def _code(self, number: int) -> int:
        return number if self._character_ids is None else self._character_ids[number]

    def _number(self, code: int) -> int:
        return code if self._character_ids is None else self._numbers[code]

    def _subset_input(self, numbers: Collection[int]) -> hb.SubsetInput:
        wanted = hb.SubsetInput()
        wanted.glyph_set.update(numbers)
        wanted.flags = hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NO_HINTING
        wanted.drop_table_tag_set.update(int.from_bytes(tag.encode().ljust(4), "big") for tag in _DROPPED)
        for axis, value in self._axes.items():
            wanted.pin_axis_location(self._face, axis, value)
        return wanted

    def _shape(self, text: str, right_to_left: bool, language: str | None) -> Shaped:
        buffer = hb.Buffer()
        buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if right_to_left else "ltr"
        if language:
            buffer.language = language
        hb.shape(self._font, buffer)
        meanings = _meanings(text, [info.cluster for info in buffer.glyph_infos])
        glyphs = []
        for info, position, meaning in zip(buffer.glyph_infos, buffer.glyph_positions, meanings, strict=True):
            width = self._font.get_glyph_h_advance(info.codepoint)
            if not position.x_advance and unicodedata.category(meaning[0]) == "Cf" and meaning != "\u200b":
                continue
            glyphs.append(
                Glyph(
                    self._code(info.codepoint),
                    width * self._scale,
                    position.x_advance * self._scale,
                    position.x_offset * self._scale,
                    position.y_offset * self._scale,
                    meaning,
                )
            )
        simple = all(glyph.advance == glyph.width and not glyph.dx and not glyph.dy for glyph in glyphs)
        return Shaped(
            tuple(glyphs),
            sum(glyph.advance for glyph in glyphs),
            "".join(f"{glyph.code:04X}" for glyph in glyphs) if simple else None,
        )


def _meanings(text: str, clusters: list[int]) -> list[str]:
    """What each glyph stands for; a second glyph for the same characters stands for nothing visible."""
    starts = sorted(set(clusters))
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    seen: set[int] = set()
    result = []
    for cluster in clusters:
        result.append("\u200b" if cluster in seen else text[cluster : ends[cluster]])
        seen.add(cluster)
    return result
