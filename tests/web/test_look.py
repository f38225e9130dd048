"""The look keeps its own rules: one file of tokens, readable contrast, no style or script inside a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mou_service.settings import ROOT

STATIC = ROOT / "mou_service" / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
#: Mails are read in programs that know no stylesheet.
PAGES = [page for page in TEMPLATES if "notifications" not in page.relative_to(ROOT / "templates").parts[:1]]
#: Names that only mark a place.
UNSTYLED = {"page-root", "body__content", "mark__panel", "person"}


def without_comments(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.S)


@pytest.mark.parametrize("sheet", [s for s in SHEETS if s.name != "tokens.css"], ids=lambda s: s.name)
def test_colours_and_text_sizes_come_from_the_tokens(sheet: Path) -> None:
    text = without_comments(sheet)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|rgba?\(|hsla?\(", text) == []
    assert re.findall(r"font-size:\s*[\d.]+(?:px|rem|pt)", text) == []


def test_no_text_is_smaller_than_fifteen_pixels() -> None:
    tokens = without_comments(STATIC / "css" / "tokens.css")
    screen = tokens[: tokens.index("@media print")]
    sizes = [float(size) for size in re.findall(r"--(?:text|title|display)[\w-]*:\s*([\d.]+)rem", screen)]
    assert len(sizes) >= 7
    assert min(sizes) * 16 >= 15


@pytest.mark.parametrize("ground", ["light", "dark", "light, more contrast", "dark, more contrast", "hall"])
def test_everything_written_can_be_read(ground: str) -> None:
    colours = palette(ground)
    for name in ("ink", "ink-soft"):
        assert contrast(colours[name], colours["ground"]) >= 7, name
    for name in ("ink-faint", "seal", "waiting", "done", "stopped"):
        for paper in ("ground", "ground-raised"):
            assert contrast(colours[name], colours[paper]) >= 4.5, (name, paper)
    assert contrast(colours["on-seal"], colours["seal-ground"]) >= 4.5
    assert contrast(colours["line"], colours["ground"]) >= 3
    assert contrast(colours["seal-ground"], colours["ground"]) >= 3


def palette(ground: str) -> dict[str, str]:
    """The colours of one setting of the reader, as the cascade of tokens.css gives them."""
    tokens = without_comments(STATIC / "css" / "tokens.css")
    dark, more = "prefers-color-scheme: dark", "prefers-contrast: more"
    media = {
        "light": [],
        "dark": [f"({dark})"],
        "light, more contrast": [f"({more})"],
        "dark, more contrast": [f"({dark})", f"({more})", f"({more}) and ({dark})"],
        "hall": [],
    }[ground]
    blocks = [re.search(r"^:root \{(.*?)^\}", tokens, re.S | re.M)]
    blocks += [re.search(rf"@media {re.escape(query)} \{{\s*:root \{{(.*?)\}}", tokens, re.S) for query in media]
    if ground == "hall":
        blocks.append(re.search(r"^:root\.hall \{(.*?)^\}", tokens, re.S | re.M))
    found: dict[str, str] = {}
    for block in blocks:
        assert block is not None
        found.update(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", block[1]))
    return found


def contrast(one: str, other: str) -> float:
    """As WCAG 2 counts it."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_sheet_is_linked_and_every_script_is_started() -> None:
    base = (ROOT / "templates" / "web" / "_base.html").read_text("utf-8")
    everywhere = re.search(r"for sheet in \[(.*?)\]", base, re.S)
    assert everywhere is not None
    linked = {f"{name}.css" for name in re.findall(r'"([\w-]+)"', everywhere[1])}
    linked |= {name for page in PAGES for name in re.findall(r"css/([\w-]+\.css)", page.read_text("utf-8"))}
    assert linked == {sheet.name for sheet in SHEETS}
    used = {name for script in SCRIPTS for name in re.findall(r'from "\./([\w-]+\.js)"', script.read_text("utf-8"))}
    assert used | {"page.js"} == {script.name for script in SCRIPTS}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT / "templates").as_posix())
def test_a_page_brings_no_style_or_script_of_its_own(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.findall(r"<style\b|\sstyle=|\son[a-z]+=[\"']|javascript:", text) == []
    assert [s for s in re.findall(r"<script\b[^>]*>", text) if "src=" not in s] == []


def test_every_icon_that_is_used_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "pictures" / "icons.svg").read_text("utf-8")))
    for page in PAGES:
        used = set(re.findall(r'\bicon(?:_name)?(?:\(|=)"([\w-]+)"', page.read_text("utf-8")))
        assert used <= drawn, f"{page.name}: {sorted(used - drawn)} is not in pictures/icons.svg"


def test_every_class_has_a_style() -> None:
    styled = {name for sheet in SHEETS for name in re.findall(r"\.(-?[a-zA-Z_][\w-]*)", without_comments(sheet))}
    missing = {
        f"{name} in {page.relative_to(ROOT / 'templates')}"
        for page in PAGES
        for value in re.findall(r'class="([^"]*)"', page.read_text("utf-8"))
        for name in re.sub(r"\{[{%].*?[}%]\}", " ", value).split()
        if name not in styled | UNSTYLED and not name.endswith(("--", "__"))
    }
    assert missing == set(), "write the style in mou_service/static/css, or use one of the components on /patterns"


def test_every_picture_a_page_names_is_there() -> None:
    named = {
        name for page in PAGES for name in re.findall(r"filename=['\"](pictures/[\w.-]+)['\"]", page.read_text("utf-8"))
    }
    assert named and {name for name in named if not (STATIC / name).is_file()} == set()
