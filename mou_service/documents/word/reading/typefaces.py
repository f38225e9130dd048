"""Which letters a document asks for: theme fonts, serif or sans, and signs in the old symbol fonts."""

from lxml import etree

from mou_service.documents.word.ooxml import A, W, child_value, hexadecimal, value
from mou_service.documents.word.package import Package

_SANS = (
    "arial",
    "helvet",
    "calibri",
    "sans",
    "verdana",
    "tahoma",
    "aptos",
    "segoe",
    "gothic",
    "inter",
    "roboto",
    "lato",
    "trebuchet",
    "franklin",
    "century gothic",
    "futura",
    "avenir",
    "corbel",
    "candara",
    "ubuntu",
    "simhei",
    "yahei",
    "dengxian",
    "hei",
    "黑",
    "雅黑",
    "等线",
    "圆",
    "幼圆",
    "gothic",
    "ゴシック",
    "meiryo",
    "malgun",
    "gulim",
    "dotum",
    "굴림",
    "돋움",
    "맑은",
    "jhenghei",
    "consolas",
    "courier",
    "mono",
    "barlow",
    "montserrat",
    "raleway",
    "poppins",
    "gill",
    "optima",
    "myriad",
    "univers",
    "frutiger",
    "public sans",
)
_SERIF = (
    "times",
    "cambria",
    "georgia",
    "garamond",
    "serif",
    "roman",
    "book antiqua",
    "palatino",
    "bookman",
    "constantia",
    "minion",
    "caslon",
    "baskerville",
    "century",
    "simsun",
    "song",
    "宋",
    "fangsong",
    "仿宋",
    "kaiti",
    "楷",
    "mincho",
    "明朝",
    "batang",
    "바탕",
    "mingliu",
    "明體",
    "didot",
    "bodoni",
)
_SCRIPTS = {"zh-CN": "Hans", "zh-SG": "Hans", "zh-TW": "Hant", "zh-HK": "Hant", "ja-JP": "Jpan", "ko-KR": "Hang"}
#: The signs of Symbol and Wingdings that agreements use, by the code in the font.
_SYMBOL = {
    0xB7: "•",
    0xA8: "♦",
    0xAE: "→",
    0xB0: "°",
    0xB1: "±",
    0xA3: "≤",
    0xB3: "≥",
    0xB4: "×",
    0xD3: "©",
    0xD2: "®",
    0xD4: "™",
    0xE3: "©",
    0xE2: "®",
    0xE4: "™",
    0xDE: "⇒",
    0xAB: "↔",
    0x2D: "−",
    0xB8: "÷",
    0xA5: "∞",
    0xB9: "≠",
    0xBB: "≈",
}
_WINGDINGS = {
    0xA7: "▪",
    0x6E: "■",
    0x6F: "□",
    0x71: "❑",
    0x72: "❒",
    0x75: "◆",
    0x76: "❖",
    0x77: "◆",
    0xA8: "◻",
    0xD8: "➢",
    0xE0: "→",
    0xE8: "➔",
    0xF0: "⇨",
    0xFC: "✓",
    0xFB: "✗",
    0xFD: "☒",
    0xFE: "☑",
    0x6C: "●",
    0x9F: "•",
    0x9E: "·",
    0xA1: "○",
    0xA2: "○",
    0x4A: "☺",
    0x28: "☎",
    0x2A: "✉",
    0x46: "☞",
    0xAB: "★",
    0xB6: "☆",
    0xDF: "←",
    0xE1: "↑",
    0xE2: "↓",
    0x80: "⓪",
    0x8C: "❶",
    0x78: "⌧",
    0xFA: " ",
    0x2D: "✇",
}
_WINGDINGS_2 = {
    0x50: "✓",
    0x52: "☑",
    0x53: "☒",
    0x54: "☒",
    0x2A: "☐",
    0xA3: "☐",
    0x4F: "✗",
    0x97: "•",
    0x51: "☒",
    0x35: "✂",
    0xA2: "■",
}
_WINGDINGS_3 = {0x7D: "▶", 0x22: "→", 0x75: "▶", 0xC6: "➤"}
_SYMBOL_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "wingdings 3": _WINGDINGS_3}


class Typefaces:
    """The fonts of one document."""

    def __init__(self, package: Package) -> None:
        self._theme = _theme_fonts(package)
        self._classes = _font_classes(package)
        self._serif: dict[str, bool] = {}

    def themed(self, name: str | None) -> str | None:
        """The font behind "minorHAnsi", "majorEastAsia" and the like."""
        if not name:
            return None
        kind = "ea" if name.endswith("EastAsia") else "cs" if name.endswith("Bidi") else "latin"
        return self._theme.get(("major" if name.startswith("major") else "minor", kind))

    def is_serif(self, font: str | None) -> bool:
        """Whether a font has serifs: by its name, else by what the document says about it."""
        key = (font or "").lower()
        if key not in self._serif:
            self._serif[key] = self._decide(key)
        return self._serif[key]

    def _decide(self, font: str) -> bool:
        if "sans" in font:
            return False
        if any(word in font for word in _SERIF):
            return True
        if any(word in font for word in _SANS):
            return False
        return self._classes.get(font, True)


def symbol(font: str | None, code: int) -> str | None:
    """The Unicode sign for a code in a symbol font; nothing when the font is none of them or the sign unknown."""
    signs = _SYMBOL_FONTS.get((font or "").lower())
    return signs.get(code & 0xFF) if signs is not None else None


def is_symbol_font(font: str | None) -> bool:
    return (font or "").lower() in _SYMBOL_FONTS or (font or "").lower().startswith(("webdings", "zapf dingbats"))


def _theme_fonts(package: Package) -> dict[tuple[str, str], str]:
    root = package.related_root("theme")
    settings = package.related_root("settings")
    language = child_value(settings, "themeFontLang", "eastAsia") or "zh-CN"
    fonts: dict[tuple[str, str], str] = {}
    for size in ("major", "minor") if root is not None else ():
        scheme = next(iter(root.iter(A + f"{size}Font")), None) if root is not None else None
        for kind in ("latin", "ea", "cs"):
            face = _face(scheme, kind, _SCRIPTS.get(language, "Hans"))
            if face:
                fonts[size, kind] = face
    return fonts


def _face(scheme: etree._Element | None, kind: str, script: str) -> str | None:
    if scheme is None:
        return None
    named = scheme.find(A + kind)
    face = str(named.get("typeface") or "") if named is not None else ""
    if not face and kind == "ea":
        face = next(
            (str(font.get("typeface")) for font in scheme.findall(A + "font") if font.get("script") == script), ""
        )
    return face or None


def _font_classes(package: Package) -> dict[str, bool]:
    """Serif or not for fonts that the document describes: the family, else the second figure of the Panose code."""
    root = package.related_root("fontTable")
    classes: dict[str, bool] = {}
    for font in root.iter(W + "font") if root is not None else ():
        name, family, panose = value(font, "name"), child_value(font, "family"), child_value(font, "panose1")
        if name and panose and panose[:2] == "02" and panose[2:4] not in ("00", "01"):
            classes[name.lower()] = hexadecimal(panose[2:4]) <= 10
        elif name and family in ("roman", "swiss", "modern"):
            classes[name.lower()] = family == "roman"
    return classes
