"""Words that a reader of the paper would not see: hidden, in the colour of what lies behind them, too small, squeezed, covered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from mou_service.documents.word.ooxml import (
    MC,
    W14,
    WP,
    A,
    W,
    child_value,
    elements,
    is_on,
    local,
    number,
    value,
    whole,
)  # fmt: skip
from mou_service.documents.word.package import Package
from mou_service.documents.word.reading.styles import fill

#: (code, where, the words)
Note = Callable[[str, etree._Element, str, dict[str, Any]], None]
#: Half-points; nobody can read less.
SMALLEST = 5
#: Per cent of the usual width.
NARROWEST = 20
#: Twentieths of a point that a line or a row has to be high.
LOWEST = 60
#: Two colours whose parts differ by no more are one to the eye.
_ALIKE = 24
_MAX_CHAIN = 20
_THEME = {
    "background1": "lt1", "light1": "lt1", "text1": "dk1", "dark1": "dk1", "background2": "lt2", "light2": "lt2",
    "text2": "dk2", "dark2": "dk2",
}  # fmt: skip
_HIGHLIGHTS = {"white": "FFFFFF", "black": "000000", "yellow": "FFFF00", "lightGray": "D3D3D3", "darkGray": "A9A9A9"}


@dataclass(frozen=True, slots=True)
class _Look:
    """What can keep a run from being seen; nothing where it is not said."""

    hidden: bool | None = None
    colour: str | None = None
    size: int | None = None
    width: int | None = None
    behind: str | None = None
    transparent: bool | None = None

    def over(self, base: "_Look") -> "_Look":
        return _Look(*(
            mine if mine is not None else getattr(base, name)
            for name, mine in ((name, getattr(self, name)) for name in self.__slots__)
        ))  # fmt: skip


_PLAIN = _Look()


def look_for(package: Package, root: etree._Element, note: Note) -> None:
    """Call `note` for every stretch of a part that paper does not show, once a paragraph and kind."""
    looks = _Looks(package)
    for kinds in _by_paragraph(root, looks):
        for code, (run, words) in kinds.items():
            note(code, run, words, {})
    for anchor in root.iter(WP + "anchor"):
        in_front = anchor.get("behindDoc") in ("0", "false") and anchor.find(WP + "wrapNone") is not None
        if in_front and (words := _beside(anchor)):
            note("covered_text", anchor, words, {})
    for alternate in root.iter(MC + "AlternateContent"):
        said = [words for each in elements(alternate) if (words := _words(each))]
        if len(set(said)) > 1:
            note("two_texts", alternate, said[0], {"other": said[1][:60]})


def _by_paragraph(root: etree._Element, looks: "_Looks") -> Iterator[dict[str, tuple[etree._Element, str]]]:
    at: etree._Element | None = None
    found: dict[str, tuple[etree._Element, str]] = {}
    for run in root.iter(W + "r"):
        text = "".join(each.text or "" for each in run.findall(W + "t"))
        if not text.strip():
            continue
        paragraph = next(run.iterancestors(W + "p"), run)
        if paragraph is not at:
            if found:
                yield found
            at, found = paragraph, {}
        code = looks.why_unseen(run, paragraph)
        if code:
            first, words = found.get(code, (run, ""))
            found[code] = (first, words + text)
    if found:
        yield found


class _Looks:
    """The cascade of styles of one file, as far as it can hide something."""

    def __init__(self, package: Package) -> None:
        styles = package.related_root("styles")
        self._styles = (
            {value(each, "styleId") or "": each for each in styles.findall(W + "style")} if styles is not None else {}
        )
        self._theme = _theme(package)
        self._chains: dict[str, _Look] = {}
        self._shading: dict[str, bool] = {}
        default = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr") if styles is not None else None
        self._default = self._read(default)
        self._usual = next(
            (
                key
                for key, each in self._styles.items()
                if value(each, "type") == "paragraph" and value(each, "default") in ("1", "true")
            ),
            "",
        )

    def why_unseen(self, run: etree._Element, paragraph: etree._Element) -> str:
        """The code of what is wrong; nothing for words that can be read."""
        properties, about = run.find(W + "rPr"), paragraph.find(W + "pPr")
        own = self._read(properties)
        style, character = (
            self._chain(child_value(about, "pStyle") or self._usual),
            self._chain(child_value(properties, "rStyle")),
        )
        look = own.over(character).over(style).over(self._default)
        hidden = own.hidden if own.hidden is not None else bool(style.hidden) != bool(character.hidden)
        if hidden:
            return "hidden_text"
        if look.size is not None and look.size < SMALLEST:
            return "tiny_text"
        if look.width is not None and look.width < NARROWEST:
            return "squeezed_text"
        if look.transparent or self._like_paper(look, run, paragraph):
            return "white_text"
        return "clipped_text" if _clipped(paragraph, about) else ""

    def _like_paper(self, look: _Look, run: etree._Element, paragraph: etree._Element) -> bool:
        if look.colour is None:
            return False
        behind = look.behind or self._behind(run, paragraph)
        return behind is not None and _alike(look.colour, behind)

    def _behind(self, run: etree._Element, paragraph: etree._Element) -> str | None:
        """The colour of the paper at a run; nothing where a table's style or a text box may shade it."""
        if next(paragraph.iterancestors(W + "txbxContent"), None) is not None:
            return None
        about = paragraph.find(W + "pPr")
        for shading in (
            about.find(W + "shd") if about is not None else None,
            *(each.find(f"{W}pPr/{W}shd") for each in self._styles_of(child_value(about, "pStyle"))),
            *(cell.find(f"{W}tcPr/{W}shd") for cell in paragraph.iterancestors(W + "tc")),
        ):
            if shading is not None and (colour := self._fill(shading)):
                return colour
        for table in paragraph.iterancestors(W + "tbl"):
            if self._shades(child_value(table.find(W + "tblPr"), "tblStyle") or ""):
                return None
        return "FFFFFF"

    def _fill(self, shading: etree._Element) -> str | None:
        themed = value(shading, "themeFill")
        if themed in _THEME and not value(shading, "themeFillTint") and not value(shading, "themeFillShade"):
            return self._theme.get(_THEME[themed])
        return "FFFFFF" if (value(shading, "fill") or "").upper() == "FFFFFF" else fill(shading)

    def _shades(self, style: str) -> bool:
        if style not in self._shading:
            self._shading[style] = any(
                fill(each) or value(each, "themeFill")
                for part in self._styles_of(style)
                for each in part.iter(W + "shd")
            )
        return self._shading[style]

    def _styles_of(self, style: str | None) -> list[etree._Element]:
        found: list[etree._Element] = []
        while style in self._styles and len(found) < _MAX_CHAIN:
            found.append(self._styles[style])
            style = child_value(found[-1], "basedOn")
        return found

    def _chain(self, style: str | None) -> _Look:
        if not style:
            return _PLAIN
        if style not in self._chains:
            look = _PLAIN
            for each in self._styles_of(style)[::-1]:
                look = self._read(each.find(W + "rPr")).over(look)
            self._chains[style] = look
        return self._chains[style]

    def _read(self, properties: etree._Element | None) -> _Look:
        if properties is None or not len(properties):
            return _PLAIN
        found: dict[str, Any] = {}
        for child in elements(properties):
            name = local(child)
            if name == "vanish":
                found["hidden"] = is_on(child)
            elif name == "color":
                found["colour"] = self._colour(child)
            elif name == "sz":
                found["size"] = whole(value(child), 22)
            elif name == "w":
                found["width"] = int(number((value(child) or "").rstrip("%"), 100))
            elif name == "shd" and (colour := self._fill(child)):
                found["behind"] = colour
            elif name == "highlight":
                found["behind"] = _HIGHLIGHTS.get(value(child) or "", "808080" if value(child) != "none" else None)
            elif child.tag == W14 + "textFill":
                found["transparent"] = child.find(W14 + "noFill") is not None
        return _Look(**found)

    def _colour(self, element: etree._Element) -> str | None:
        themed = value(element, "themeColor")
        if themed in _THEME and not value(element, "themeTint") and not value(element, "themeShade"):
            return self._theme.get(_THEME[themed])
        said = (value(element) or "").upper()
        return said if len(said) == 6 and all(sign in "0123456789ABCDEF" for sign in said) else None


def _theme(package: Package) -> dict[str, str]:
    """The colours of the theme by their short names; the usual ones where there is none."""
    found = {"lt1": "FFFFFF", "dk1": "000000"}
    root = package.related_root("theme")
    scheme = next(root.iter(A + "clrScheme"), None) if root is not None else None
    for each in elements(scheme):
        colour = next((str(inner.get("lastClr") or inner.get("val") or "") for inner in elements(each)), "").upper()
        if len(colour) == 6:
            found[local(each)] = colour
    return found


def _alike(one: str, other: str) -> bool:
    try:
        return all(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) <= _ALIKE for at in (0, 2, 4))
    except ValueError:
        return False


def _clipped(paragraph: etree._Element, about: etree._Element | None) -> bool:
    """Whether its line or its row is too low to show it."""
    spacing = about.find(W + "spacing") if about is not None else None
    if value(spacing, "lineRule") == "exact" and 0 < whole(value(spacing, "line"), 240) < LOWEST:
        return True
    row = next(paragraph.iterancestors(W + "tr"), None)
    height = row.find(f"{W}trPr/{W}trHeight") if row is not None else None
    return value(height, "hRule") == "exact" and 0 < whole(value(height), 240) < LOWEST


def _beside(anchor: etree._Element) -> str:
    """The words of the paragraph that a drawing hangs on, without those inside the drawing."""
    paragraph = next(anchor.iterancestors(W + "p"), None)
    texts = paragraph.iter(W + "t") if paragraph is not None else ()
    own = (text.text or "" for text in texts if next(text.iterancestors(W + "p"), None) is paragraph)
    return " ".join("".join(own).split())


def _words(element: etree._Element) -> str:
    return " ".join("".join(text.text or "" for text in element.iter(W + "t")).split())
