"""A paragraph's text cut into atoms: words, spaces, single Han characters, tabs, pictures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from bidi import algorithm

from mou_service.documents.blocks import Picture, Run
from mou_service.documents.pdf.faces import Face, Shaped
from mou_service.documents.pdf.fonts import Fonts, is_east_asian
from mou_service.documents.pdf.tags import Node

Kind = Literal["word", "square", "space", "tab", "break", "picture", "gap"]

#: Kinsoku: what may not begin a line, and what may not end one.
NO_START = frozenset(
    "、。，．：；？！）］｝〉》」』】〕〗〙’”…—·‧～％‰℃々〻ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.;:!?)]}%°′″›»،؛؟"
)
NO_END = frozenset("（［｛〈《「『【〔〖〘‘“＄￥￡([{$£€¥№#‹«")
_CLOSING = frozenset("、。，．：；）］｝〉》」』】〕〗’”！？")
_OPENING = frozenset("（［｛〈《「『【〔〖‘“")
#: Directional overrides draw nothing; directions come from the paragraph and its characters.
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\u00ad]")
_PIECES = re.compile(r"[ \u3000]+|[^ \u3000]+")
_AFTER_HYPHEN = re.compile(r"(?<=\w\w[-‐–—/])(?=\w\w)|(?<=\u200b)")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_MIXED_GAP = 0.18


@dataclass(frozen=True, slots=True)
class Look:
    size: float
    rise: float = 0.0
    color: str | None = None
    underline: bool = False
    strike: bool = False
    highlight: str | None = None
    link: str | None = None


@dataclass(slots=True)
class Atom:
    kind: Kind
    text: str
    look: Look
    node: Node
    width: float = 0.0
    face: Face | None = None
    shaped: Shaped | None = None
    level: int = 0
    #: Space towards the next atom on the same line: Han beside Latin, punctuation drawn together.
    after: float = 0.0
    #: An empty half of a full-width bracket or stop that a line's edge may swallow.
    trim_start: float = 0.0
    trim_end: float = 0.0
    breaks_after: bool = False
    picture: Picture | None = None
    field: str | None = None
    footnote: int | None = None
    leader: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the fields that count pages say; nothing is known while the pages are being made up."""

    page: str = "00"
    pages: int = 0
    section_pages: int = 0

    def text(self, name: str) -> str:
        if name == "PAGE":
            return self.page
        return str((self.pages if name == "NUMPAGES" else self.section_pages) or "00")


class Itemiser:
    """Makes atoms from runs, with the faces of the document and the numbers of the page."""

    def __init__(self, fonts: Fonts, *, language: str, numbers: Numbers | None = None) -> None:
        self.fonts = fonts
        self.language = language
        self.numbers = numbers or Numbers()

    def atoms(self, content: list[Run | Picture], node: Node, *, right_to_left: bool = False) -> list[Atom]:
        made: list[Atom] = []
        texts = [self._text(part) for part in content]
        levels, start = _levels("".join(texts), right_to_left), 0
        for part, text in zip(content, texts, strict=True):
            mine = levels[start : start + len(text)]
            start += len(text)
            if isinstance(part, Picture):
                made.append(
                    Atom("picture", text, Look(size=part.height), node, width=part.width, picture=part, level=mine[0])
                )
            else:
                made.extend(self._run(part, text, node, mine))
        _space_scripts(made)
        return made

    def _text(self, part: Run | Picture) -> str:
        if isinstance(part, Picture):
            return "\ufffc"
        if part.field:
            return self.numbers.text(part.field)
        if part.footnote is not None and not part.text:
            return str(part.footnote)
        return _OVERRIDES.sub("", part.text).replace("\r", "")

    def _run(self, run: Run, text: str, node: Node, mine: Sequence[int]) -> Iterator[Atom]:
        look, where = _look(run), _node(run, node, self.language)
        start = 0
        for match in re.finditer(r"[\t\n]|[^\t\n]+", text):
            piece = match.group()
            if piece == "\t":
                yield Atom("tab", piece, look, where, level=mine[match.start()])
            elif piece == "\n":
                yield Atom("break", piece, look, where, level=mine[match.start()])
            else:
                for atom in self._stretch(piece, mine[match.start() : match.end()], run, look, where):
                    atom.field = run.field
                    atom.footnote = run.footnote if start == 0 else None
                    start += 1
                    yield atom

    def _stretch(self, text: str, levels: Sequence[int], run: Run, look: Look, node: Node) -> Iterator[Atom]:
        language = run.language or self.language
        position = 0
        for face, piece in _cut(self.fonts, text, run.serif, run.bold, run.italic, run.language):
            end = position + len(piece)
            if end - position == 1 or len(set(levels[position:end])) == 1:
                yield _atom(piece, face, look, node, levels[position], language)
            else:
                for start, stop in _same_level(levels[position:end]):
                    yield _atom(piece[start:stop], face, look, node, levels[position + start], language)
            position = end


def _atom(text: str, face: Face, look: Look, node: Node, level: int, language: str) -> Atom:
    facts = _facts(text, face, bool(level % 2), language)
    size = look.size / 1000
    return Atom(
        facts.kind,
        text,
        look,
        node,
        facts.shaped.width * size,
        face,
        facts.shaped,
        level,
        trim_start=facts.trim_start * size,
        trim_end=facts.trim_end * size,
        breaks_after=facts.breaks_after,
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is true of a piece of text in a face at any size."""

    kind: Kind
    shaped: Shaped
    trim_start: float
    trim_end: float
    breaks_after: bool


@lru_cache(maxsize=65_536)
def _facts(text: str, face: Face, right_to_left: bool, language: str) -> _Facts:
    shaped = face.shape(text, right_to_left=right_to_left, language=language)
    if text.isspace() and "\u00a0" not in text and "\u202f" not in text:
        return _Facts("space", shaped, 0.0, 0.0, False)
    square = is_square(text[0], face)
    full = square and shaped.width >= 990
    return _Facts(
        "square" if square else "word",
        shaped,
        shaped.width / 2 if full and text[0] in _OPENING else 0.0,
        shaped.width / 2 if full and text[0] in _CLOSING and text[0] not in "！？" else 0.0,
        text[-1] in "-‐–—/\u200b",
    )


@lru_cache(maxsize=8_192)
def _cut(
    fonts: Fonts, text: str, serif: bool, bold: bool, italic: bool, language: str | None
) -> tuple[tuple[Face, str], ...]:
    """The pieces a line break may separate, each in one face; template clauses come again and again."""
    runs = fonts.runs(text, serif=serif, bold=bold, italic=italic, language=language)
    return tuple((face, piece) for face, part in runs for piece in _pieces(part, face))


def is_square(character: str, face: Face) -> bool:
    """Written in a square of its own: Han, kana, full-width signs; not Hangul, which has words."""
    return (
        face.east_asian
        and not 0xAC00 <= ord(character) <= 0xD7AF
        and (is_east_asian(character) or not (character.isalnum() or character.isspace()))
    )


def may_break(before: Atom, after: Atom) -> bool:
    if after.kind in ("space", "break"):
        return False
    if before.kind in ("space", "tab", "picture", "break") or after.kind == "picture":
        return True
    if "gap" in (before.kind, after.kind) or after.kind == "tab":
        return False
    if after.text[0] in NO_START or before.text[-1] in NO_END:
        return False
    if "square" in (before.kind, after.kind):
        return before.footnote is None and after.footnote is None
    return before.breaks_after


def _pieces(text: str, face: Face) -> Iterator[str]:
    for match in _PIECES.finditer(text):
        piece = match.group()
        if not face.east_asian:
            yield from (part for part in _AFTER_HYPHEN.split(piece) if part)
            continue
        yield from _squares(piece, face)


def _squares(text: str, face: Face) -> Iterator[str]:
    word = ""
    for character in text:
        if unicodedata.category(character) in ("Mn", "Me", "Cf") and word:
            word += character
        elif is_square(character, face):
            if word:
                yield word
            word = character
        elif word and is_square(word[0], face):
            yield word
            word = character
        else:
            word += character
    if word:
        yield word


def _look(run: Run) -> Look:
    small = run.position != "normal"
    rise = {"normal": 0.0, "superscript": 0.34, "subscript": -0.14}[run.position] * run.size
    return Look(
        size=run.size * 0.64 if small else run.size,
        rise=rise,
        color=run.color,
        underline=run.underline,
        strike=run.strike,
        highlight=run.highlight,
        link=safe_link(run.link),
    )


def safe_link(link: str | None) -> str | None:
    return link if link and link.lower().startswith(("http://", "https://", "mailto:")) else None


def _node(run: Run, node: Node, language: str) -> Node:
    if safe_link(run.link):
        return node.inside("Link", language=run.language, alt=run.link)
    if run.footnote is not None:
        return node.inside("Reference")
    if run.language and run.language != (node.language or language):
        return node.inside("Span", language=run.language)
    return node


def _levels(text: str, right_to_left: bool) -> list[int]:
    """The embedding level of each character; even levels run from left to right."""
    if not right_to_left and not _RTL.search(text):
        return [0] * len(text)
    storage = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = (1, "R") if right_to_left else (0, "L")
    algorithm.get_embedding_levels(text, storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    levels = [int(character["level"]) for character in storage["chars"]]
    return _paired(text, levels)


def _paired(text: str, levels: list[int]) -> list[int]:
    """Both brackets of a pair take the direction of the outer text."""
    waiting: list[int] = []
    for index, character in enumerate(text):
        if character in "([{（":
            waiting.append(index)
        elif character in ")]}）" and waiting:
            start = waiting.pop()
            levels[start] = levels[index] = min(levels[start], levels[index])
    return levels


def _same_level(levels: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for index in range(1, len(levels) + 1):
        if index == len(levels) or levels[index] != levels[start]:
            yield start, index
            start = index


def _space_scripts(atoms: list[Atom]) -> None:
    """A little air between Han and Latin, none between two full-width signs."""
    for before, after in pairwise(atoms):
        if before.trim_end and after.kind == "square" and (after.trim_end or after.trim_start):
            before.after = -before.trim_end
        elif before.trim_start and after.trim_start:
            before.after = -after.trim_start
        elif {before.kind, after.kind} == {"square", "word"} and _airy(before, after):
            before.after = _MIXED_GAP * min(before.look.size, after.look.size)


def _airy(before: Atom, after: Atom) -> bool:
    return before.footnote is None and after.footnote is None and before.text[-1].isalnum() and after.text[0].isalnum()
