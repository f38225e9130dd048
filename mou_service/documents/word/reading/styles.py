"""How text is to look: the properties of runs and paragraphs, and the cascade of styles behind them."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from mou_service.documents.word.ooxml import W, child_value, elements, is_on, local, number, points, value, whole
from mou_service.documents.word.package import Package
from mou_service.documents.word.reading.typefaces import Typefaces

#: Properties by short names; the functions below say which. Missing means "as before".
Look = Mapping[str, Any]

#: Switches which a character style turns around when the paragraph style has them on already.
TOGGLES = ("bold", "italic", "caps", "small_caps", "strike", "hidden")
_SWITCHES = {
    "b": "bold",
    "i": "italic",
    "caps": "caps",
    "smallCaps": "small_caps",
    "strike": "strike",
    "dstrike": "strike",
    "vanish": "hidden",
    "bCs": "complex_bold",
    "iCs": "complex_italic",
    "rtl": "rtl",
    "cs": "complex",
}
_PARAGRAPH_SWITCHES = {
    "keepNext": "keep_next",
    "keepLines": "keep_lines",
    "pageBreakBefore": "page_break",
    "bidi": "rtl",
    "contextualSpacing": "contextual",
    "suppressLineNumbers": "no_lines",
}
_RUN_NAMES = {"highlight": "highlight", "rStyle": "style"}
_PARAGRAPH_NAMES = {"jc": "align", "pStyle": "style"}
_LANGUAGES = (("lang", "val"), ("lang_east", "eastAsia"), ("lang_bidi", "bidi"))
_FONTS = (
    ("font", "ascii", "asciiTheme"),
    ("font_east", "eastAsia", "eastAsiaTheme"),
    ("font_complex", "cs", "cstheme"),
)
_MAX_CHAIN = 20


def run_look(element: etree._Element | None, faces: Typefaces) -> dict[str, Any]:
    """What a w:rPr says."""
    look: dict[str, Any] = {}
    for child in elements(element):
        name, held = local(child), value(child)
        if name in _SWITCHES:
            look[_SWITCHES[name]] = is_on(child)
        elif name == "sz":
            look["size"] = points(held, default=11.0, per_point=2.0)
        elif name == "szCs":
            look["complex_size"] = points(held, default=11.0, per_point=2.0)
        elif name == "color":
            look["color"] = None if held in (None, "auto") else held
        elif name == "u":
            look["underline"] = held not in ("none", None)
        elif name == "vertAlign":
            look["position"] = held if held in ("superscript", "subscript") else "normal"
        elif name in _RUN_NAMES:
            look[_RUN_NAMES[name]] = None if held == "none" else held
        elif name in ("em", "bdr"):
            look[name] = held not in ("none", "nil", None)
        elif name == "shd":
            look["shading"] = fill(child)
        elif name == "rFonts":
            look.update(_fonts(child, faces))
        elif name == "lang":
            look.update({key: found for key, attribute in _LANGUAGES if (found := value(child, attribute))})
    return look


def _fonts(element: etree._Element, faces: Typefaces) -> dict[str, str]:
    found = {}
    for key, named, themed in _FONTS:
        face = faces.themed(value(element, themed)) or value(element, named)
        if face:
            found[key] = face
    if "font" not in found:
        face = faces.themed(value(element, "hAnsiTheme")) or value(element, "hAnsi")
        found.update({"font": face} if face else {})
    return found


def fill(element: etree._Element | None) -> str | None:
    """The colour of a w:shd, "RRGGBB"; nothing when there is none to see."""
    colour = (value(element, "fill") or "").upper()
    if value(element) == "solid":
        colour = (value(element, "color") or "").upper()
    return colour if len(colour) == 6 and colour != "FFFFFF" and all(c in "0123456789ABCDEF" for c in colour) else None


def paragraph_look(element: etree._Element | None) -> dict[str, Any]:
    """What a w:pPr says; lengths in points."""
    look: dict[str, Any] = {}
    for child in elements(element):
        name, held = local(child), value(child)
        if name in _PARAGRAPH_SWITCHES:
            look[_PARAGRAPH_SWITCHES[name]] = is_on(child)
        elif name in _PARAGRAPH_NAMES:
            look[_PARAGRAPH_NAMES[name]] = held
        elif name == "ind":
            look.update(_indents(child))
        elif name == "spacing":
            look.update(_spacing(child))
        elif name == "shd":
            look["shading"] = fill(child)
        elif name == "outlineLvl":
            look["outline"] = whole(held, 9)
        elif name == "numPr":
            look.update(
                {
                    key: found
                    for key, part in (("number", "numId"), ("level", "ilvl"))
                    if (found := child_value(child, part)) is not None
                }
            )
        elif name == "tabs":
            look["tabs"] = _tabs(child)
        elif name == "pBdr":
            look["borders"] = {local(edge): edge for edge in elements(child)}
        elif name == "framePr":
            look["frame"] = True
    return look


def _indents(element: etree._Element) -> dict[str, float]:
    found: dict[str, float] = {}
    for key, attribute in (("left", "start"), ("left", "left"), ("right", "end"), ("right", "right")):
        if (held := value(element, attribute)) is not None:
            found[key] = points(held)
    if (held := value(element, "firstLine")) is not None:
        found["first"] = points(held)
    if (held := value(element, "hanging")) is not None:
        found["first"] = -points(held)
    if (chars := number(value(element, "firstLineChars"))) > 0:
        found["first_chars"] = chars / 100
    elif "first" in found:
        found["first_chars"] = 0.0
    return found


def _spacing(element: etree._Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in ("before", "after"):
        if (held := value(element, key)) is not None:
            found[key] = points(held)
        if number(lines := value(element, f"{key}Lines")) > 0:
            found[key] = number(lines) / 100 * 12.0
        if value(element, f"{key}Autospacing") in ("1", "true", "on"):
            found[key] = 14.0
    if (held := value(element, "line")) is not None:
        found["rule"] = value(element, "lineRule") or "auto"
        found["line"] = number(held) / 240 if found["rule"] == "auto" else points(held)
    return found


def _tabs(element: etree._Element) -> dict[float, tuple[str, str] | None]:
    """Position → (alignment, leader); nothing where a tab stop of the style is cleared."""
    stops: dict[float, tuple[str, str] | None] = {}
    for tab in element.findall(W + "tab"):
        kind = value(tab) or "left"
        stops[points(value(tab, "pos"))] = None if kind == "clear" else (kind, value(tab, "leader") or "none")
    return stops


def over(base: Look, look: Look) -> dict[str, Any]:
    """`look` laid over `base`; tab stops add up."""
    merged = {**base, **look}
    if "tabs" in base and "tabs" in look:
        merged["tabs"] = {**base["tabs"], **look["tabs"]}
    return merged


def toggled(base: Look, style: Look) -> dict[str, Any]:
    """A character style over a paragraph style: bold in bold is upright again."""
    merged = over(base, style)
    for switch in TOGGLES:
        if base.get(switch) and style.get(switch):
            merged[switch] = False
    return merged


class Styles:
    """The styles of one document, each worked out once."""

    def __init__(self, package: Package, faces: Typefaces) -> None:
        self.faces = faces
        root = package.related_root("styles")
        self._elements = (
            {value(style, "styleId") or "": style for style in root.findall(W + "style")} if root is not None else {}
        )
        self._names = {key: (child_value(style, "name") or key) for key, style in self._elements.items()}
        self.default = next(
            (
                key
                for key, style in self._elements.items()
                if value(style, "type") == "paragraph" and value(style, "default") in ("1", "true", "on")
            ),
            "",
        )
        defaults = root.find(W + "docDefaults") if root is not None else None
        self.run_defaults = run_look(_inner(defaults, "rPrDefault", "rPr"), faces)
        self.paragraph_defaults = paragraph_look(_inner(defaults, "pPrDefault", "pPr"))
        self._looks: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}

    def name(self, style: str) -> str:
        """The style as people know it: "Signature Block" of "SignatureBlock"."""
        return self._names.get(style, style)

    def element(self, style: str) -> etree._Element | None:
        return self._elements.get(style)

    def chain(self, style: str) -> list[etree._Element]:
        """The style's definition and those it is based on, the basic one first."""
        found: list[etree._Element] = []
        while style in self._elements and len(found) < _MAX_CHAIN and self._elements[style] not in found:
            found.append(self._elements[style])
            style = child_value(self._elements[style], "basedOn") or ""
        return found[::-1]

    def looks(self, style: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """(paragraph, run) of a style with everything it is based on, without the defaults of the document.

        "numbered_by" names the style in the chain that brings the number, "own" what is said at or after it.
        """
        if style not in self._looks:
            self._looks[style] = self._cascade(style)
        return self._looks[style]

    def _cascade(self, style: str) -> tuple[dict[str, Any], dict[str, Any]]:
        paragraph: dict[str, Any] = {}
        run: dict[str, Any] = {}
        for element in self.chain(style):
            here = paragraph_look(element.find(W + "pPr"))
            here.pop("style", None)
            paragraph = over(paragraph, here)
            if "number" in here:
                paragraph["numbered_by"], paragraph["own"] = value(element, "styleId"), here
            elif "own" in paragraph:
                paragraph["own"] = over(paragraph["own"], here)
            run = over(run, run_look(element.find(W + "rPr"), self.faces))
        return paragraph, run


def _inner(element: etree._Element | None, *path: str) -> etree._Element | None:
    for name in path:
        element = element.find(W + name) if element is not None else None
    return element
