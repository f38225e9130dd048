"""Chooses a face for every character, and refuses text that no face at hand can show.

The faces come from packages of openly licensed fonts. An institution may put fonts of its own (a FangSong,
another script) into a folder; they are asked when the built-in ones do not know a character.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

import uharfbuzz as hb

from mou_service.documents.findings import Finding, Hindered, finding
from mou_service.documents.pdf.faces import Face

_NOTO_SERIF = ("fontpkg_noto_serif", "files/NotoSerif[wdth,wght].ttf")
_NOTO_SERIF_ITALIC = ("fontpkg_noto_serif", "files/NotoSerif-Italic[wdth,wght].ttf")
_NOTO_SANS = ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf")
_NOTO_SANS_ITALIC = ("fontpkg_noto_sans", "files/NotoSans-Italic[wdth,wght].ttf")
_SONG = ("pylopdf_fonts_zh_cn", "NotoSerifSC-Regular.otf")
_REGULAR = MappingProxyType({"wght": 400.0, "wdth": 100.0})
_BOLD = MappingProxyType({"wght": 700.0, "wdth": 100.0})

#: Punctuation that Chinese writes in a full square and Latin does not, under the same numbers.
AMBIGUOUS = frozenset("“”‘’…—·‧")
_OPENING = frozenset("“‘")
#: Stay with the face of the character before: marks, joiners, variation selectors.
_INHERITING = ("Mn", "Me", "Cf")
_EAST_ASIAN = (
    (0x1100, 0x11FF),
    (0x2E80, 0x33FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)
_HAN_STYLE = MappingProxyType({"zh-hant": "TC", "zh-tw": "TC", "zh-hk": "TC", "zh-mo": "TC", "ja": "JP", "ko": "KR"})

#: A text in a script no font has would name every letter.
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class UnknownCharacter:
    character: str
    around: str

    @property
    def name(self) -> str:
        known = unicodedata.name(self.character, "")
        return f"U+{ord(self.character):04X} {known or 'without a name'}"

    def finding(self, place: str = "") -> Finding:
        """The same as a finding that keeps a text from being used."""
        return finding("unknown_glyph", place=place, outcome="refuse", name=self.name, around=self.around)


class UnknownGlyphs(Hindered):
    """Text holds characters that no font at hand can show. Nothing is drawn; nothing is left out."""

    def __init__(self, characters: Sequence[UnknownCharacter]) -> None:
        self.characters = tuple(characters)
        super().__init__([character.finding() for character in self.characters[:_MOST_NAMED]])


class Fonts:
    """All faces of one process. Faces open when first used; a `Fonts` is made once and shared."""

    def __init__(self, folder: Path | None = None) -> None:
        self._faces = {face.name: face for face in _built_in()}
        self._own = [_own_face(path) for path in _font_files(folder)]
        self._choices: dict[tuple[bool, bool, bool, str], dict[str, Face | None]] = {}

    @property
    def faces(self) -> list[Face]:
        return [*self._faces.values(), *self._own]

    @property
    def folders(self) -> list[Path]:
        """Where the files of the faces lie, for another program to draw with."""
        return sorted({face.path.parent for face in self.faces})

    def runs(
        self, text: str, *, serif: bool = True, bold: bool = False, italic: bool = False, language: str | None = None
    ) -> list[tuple[Face, str]]:
        """The text cut where the face changes. Raises `UnknownGlyphs` for what no face can show."""
        chosen = self._choices.setdefault((serif, bold, italic, (language or "").lower()), {})
        result: list[tuple[Face, str]] = []
        unknown: list[UnknownCharacter] = []
        start, current = 0, None
        for index, character in enumerate(text):
            face = self._at(text, index, current, chosen, (serif, bold, italic, language))
            if face is None:
                unknown.append(UnknownCharacter(character, text[max(0, index - 12) : index + 13]))
            elif face is not current:
                if current is not None and index > start:
                    result.append((current, text[start:index]))
                start, current = (index, face) if current is not None else (0, face)
        if unknown:
            raise UnknownGlyphs(unknown)
        if current is not None:
            result.append((current, text[start:]))
        return result

    def unknown(self, text: str) -> list[UnknownCharacter]:
        """The characters nothing here can show, without raising."""
        try:
            self.runs(text)
        except UnknownGlyphs as problem:
            return list(problem.characters)
        return []

    def _at(
        self,
        text: str,
        index: int,
        current: Face | None,
        chosen: dict[str, Face | None],
        look: tuple[bool, bool, bool, str | None],
    ) -> Face | None:
        character = text[index]
        if current is not None and (character == " " or _inherits(character, current)):
            return current
        if character in AMBIGUOUS:
            key = character + ("*" if _east_asian_context(text, index, look[3]) else "")
        else:
            key = character
        if key not in chosen:
            chosen[key] = self._choose(key, *look)
        return chosen[key]

    def _choose(self, key: str, serif: bool, bold: bool, italic: bool, language: str | None) -> Face | None:
        character = key[0]
        for name in self._candidates(key, serif, bold, italic, language):
            face = self._faces.get(name)
            if face is not None and face.covers(character):
                return face
        if unicodedata.category(character) in ("Cf", "Cc"):
            return self._faces[_latin(serif, bold, italic)]
        return next((face for face in (*self._own, *self._faces.values()) if face.covers(character)), None)

    def _candidates(self, key: str, serif: bool, bold: bool, italic: bool, language: str | None) -> Iterator[str]:
        weight = "Bold" if bold else "Regular"
        if key.endswith("*") or is_east_asian(key[0]):
            yield from _han(key[0], serif, bold, language)
        yield _latin(serif, bold, italic)
        yield _latin(not serif, bold, italic)
        if serif:
            yield f"Amiri-{weight}"
        yield from (
            f"{family}-{weight}"
            for family in ("NotoSansArabic", "FrankRuhlLibre", "NotoSansThai", "NotoSansDevanagari", "FiraCode")
        )


def prepare(folder: Path, *, progress: Callable[[int, int, str], None] | None = None) -> list[str]:
    """Open every face once and say which packages of fonts are missing. Nothing is converted or stored.

    `folder` is where an institution may put fonts of its own; it is made when missing. A font there that
    cannot be read, or whose licence bits forbid embedding, raises `ValueError` with the name of the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fonts = load(folder)
    for count, face in enumerate(fonts.faces, start=1):
        face.covers("A")
        if progress:
            progress(count, len(fonts.faces), face.name)
    return [package for package in _PACKAGES if find_spec(package) is None]


@lru_cache(maxsize=4)
def load(folder: Path | None = None) -> Fonts:
    """The fonts of this process; a second call with the same folder gives the same object."""
    return Fonts(folder)


def is_east_asian(character: str) -> bool:
    value = ord(character)
    return value >= 0x1100 and any(low <= value <= high for low, high in _EAST_ASIAN)


def _inherits(character: str, current: Face) -> bool:
    return unicodedata.category(character) in _INHERITING and (
        current.covers(character) or unicodedata.category(character) == "Cf"
    )


def _east_asian_context(text: str, index: int, language: str | None) -> bool:
    """Whether “ ” … — at this place belong to Chinese or Japanese text."""
    before = text[index - 1] if index else " "
    if text[index] == "“" and before.isalpha() and not is_east_asian(before):
        return False  # closes a German or Bulgarian quotation: „…“
    if language:
        return language.lower().startswith(("zh", "ja"))
    forward = text[index] in _OPENING
    neighbours = text[index + 1 : index + 24] if forward else text[max(0, index - 24) : index][::-1]
    strong = next((character for character in neighbours if character.isalnum()), None)
    return strong is not None and is_east_asian(strong)


def _latin(serif: bool, bold: bool, italic: bool) -> str:
    style = ("Bold" if bold else "") + ("Italic" if italic else "") or "Regular"
    return f"{'NotoSerif' if serif else 'NotoSans'}-{style}"


def _han(character: str, serif: bool, bold: bool, language: str | None) -> Iterator[str]:
    """Song for running text, Hei for emphasis, as Chinese printing does; then the neighbours' forms."""
    tag = (language or "").lower()
    style = next((style for start, style in _HAN_STYLE.items() if tag.startswith(start)), "SC")
    if 0x3041 <= ord(character) <= 0x30FF and style == "SC":
        style = "JP" if not serif or bold else "SC"
    weight = "Bold" if bold else "Regular"
    if style == "SC" and serif and not bold:
        yield "NotoSerifSC-Regular"
    yield f"NotoSans{style}-{weight}"
    yield from (f"NotoSans{other}-{weight}" for other in ("SC", "TC", "JP", "KR"))


_PACKAGES = (
    "fontpkg_noto_serif",
    "fontpkg_noto_sans",
    "pylopdf_fonts_zh_cn",
    "justmytype_intl_cjk",
    "fontpkg_noto_sans_arabic",
    "fontpkg_amiri",
    "fontpkg_frank_ruhl_libre",
    "fontpkg_noto_sans_thai",
    "fontpkg_noto_sans_devanagari",
    "fontpkg_fira_code",
)


def _built_in() -> Iterator[Face]:
    for family, (upright, slanted), serif in (
        ("NotoSerif", (_NOTO_SERIF, _NOTO_SERIF_ITALIC), True),
        ("NotoSans", (_NOTO_SANS, _NOTO_SANS_ITALIC), False),
    ):
        yield from _face(f"{family}-Regular", upright, serif=serif)
        yield from _face(f"{family}-Bold", upright, bold=True, serif=serif)
        yield from _face(f"{family}-Italic", slanted, serif=serif, italic=True)
        yield from _face(f"{family}-BoldItalic", slanted, bold=True, serif=serif, italic=True)
    yield from _face("NotoSerifSC-Regular", _SONG, variable=False, serif=True, east_asian=True)
    for style in ("SC", "TC", "JP", "KR"):
        source = ("justmytype_intl_cjk", f"fonts/ofl/notosans{style.lower()}/NotoSans{style}[wght].ttf")
        yield from _face(f"NotoSans{style}-Regular", source, east_asian=True)
        yield from _face(f"NotoSans{style}-Bold", source, bold=True, east_asian=True)
    for weight in ("Regular", "Bold"):
        source = ("fontpkg_amiri", f"files/Amiri-{weight}.ttf")
        yield from _face(f"Amiri-{weight}", source, variable=False, serif=True, tall=True)
    for family, package, file in (
        ("NotoSansArabic", "fontpkg_noto_sans_arabic", "NotoSansArabic[wdth,wght].ttf"),
        ("FrankRuhlLibre", "fontpkg_frank_ruhl_libre", "FrankRuhlLibre[wght].ttf"),
        ("NotoSansThai", "fontpkg_noto_sans_thai", "NotoSansThai[wdth,wght].ttf"),
        ("NotoSansDevanagari", "fontpkg_noto_sans_devanagari", "NotoSansDevanagari[wdth,wght].ttf"),
        ("FiraCode", "fontpkg_fira_code", "FiraCode[wght].ttf"),
    ):  # boxes to tick
        yield from _face(f"{family}-Regular", (package, f"files/{file}"), tall=True)
        yield from _face(f"{family}-Bold", (package, f"files/{file}"), bold=True, tall=True)


def _face(
    name: str,
    source: tuple[str, str],
    *,
    bold: bool = False,
    variable: bool = True,
    serif: bool = False,
    italic: bool = False,
    east_asian: bool = False,
    tall: bool = False,
) -> Iterator[Face]:
    """The face, or nothing when its package is not installed (`prepare` names the missing ones)."""
    found = find_spec(source[0])
    if found is None or found.origin is None:
        return
    path = Path(found.origin).parent / source[1]
    axes = {axis: value for axis, value in (_BOLD if bold else _REGULAR).items() if axis in path.name}
    height = 1.5 if tall else 1.32 if east_asian else 1.22
    yield Face(
        name,
        path,
        axes=axes if variable else None,
        serif=serif,
        italic=italic,
        east_asian=east_asian,
        line_height=height,
    )


def _font_files(folder: Path | None) -> list[Path]:
    if folder is None or not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in (".ttf", ".otf"))


def _own_face(path: Path) -> Face:
    """A font of the institution's own; one that may not be embedded is refused by name."""
    face = hb.Face(hb.Blob.from_file_path(str(path)))
    if not face.glyph_count:
        raise ValueError(f"{path.name} cannot be read as a font. Remove it from the font folder.")
    licence = bytes(face.reference_table("OS/2").data)[8:10]
    if int.from_bytes(licence, "big") & 0x000F == 0x0002:
        raise ValueError(f"{path.name} forbids embedding (licence bits in the font). Remove it from the font folder.")
    name = "".join(character for character in path.stem if character.isalnum() or character == "-")
    return Face(name or "Own", path, line_height=1.4)
