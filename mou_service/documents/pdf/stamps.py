"""Draws what a signature looks like: a one-page PDF of just the size of its field, fonts embedded."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pikepdf

from mou_service.documents.blocks import Border, Paragraph, Run
from mou_service.documents.pdf.archive import strip_standard_fonts
from mou_service.documents.pdf.atoms import Itemiser
from mou_service.documents.pdf.decoration import FAINT, INK, text_width
from mou_service.documents.pdf.flow import Flow
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.marks import PEN, SignatureMark, draw_mark
from mou_service.documents.pdf.painter import Painter
from mou_service.documents.pdf.seals import draw_seal
from mou_service.documents.pdf.tags import Node
from mou_service.documents.pdf.units import Unit, total_height
from mou_service.documents.pdf.words import in_languages, say

_SMALLEST_SCALE = 0.5
_MARK_SHARE = 0.42
#: A witness's stamp says more, and its mark may be smaller.
_WITNESS_MARK_SHARE = 0.36
#: Smaller than this, whose signature was witnessed takes a line for each language.
_SMALLEST_WHOSE = 5.2


@dataclass(frozen=True, slots=True)
class Witnessing:
    """What a witness's stamp says beside the person."""

    by_video: bool = False
    #: The name of the one signatory whose signature was witnessed; empty for the whole signing.
    of: Mapping[str, str] = field(default_factory=dict)
    #: The witness belongs to the institution of a party.
    member: bool = False


def stamp(
    width: float,
    height: float,
    *,
    kind: Literal["signatory", "witness", "seal"],
    as_shown: Mapping[str, Mapping[str, str]],
    languages: Sequence[str],
    local_time: str,
    mark: SignatureMark | None,
    verification: str,
    fonts: Fonts,
    witnessing: Witnessing | None = None,
) -> bytes:
    """The appearance of a signature. Long names shrink and wrap; unknown characters raise `UnknownGlyphs`."""
    painter = Painter(tagged=False)
    painter.start_page(width, height)
    if kind == "seal":
        draw_seal(painter, fonts, (width, height), as_shown, languages, local_time, verification)
    else:
        about = (witnessing or Witnessing()) if kind == "witness" else None
        _draw_signature(painter, fonts, (width, height), as_shown, languages, (local_time, verification), mark, about)
    painter.end_page()
    return _cleaned(painter.finish())


def _draw_signature(
    painter: Painter,
    fonts: Fonts,
    size: tuple[float, float],
    as_shown: Mapping[str, Mapping[str, str]],
    languages: Sequence[str],
    facts: tuple[str, str],
    mark: SignatureMark | None,
    about: Witnessing | None,
) -> None:
    width, height = size
    top = height - 2
    if about is not None:
        top = _draw_witness_frame(painter, fonts, size, languages, about)
    under = 6.0 if about is not None else 3.0
    room = top * (1 - (_WITNESS_MARK_SHARE if about is not None else _MARK_SHARE)) if mark else top
    note = say("of_a_party", languages) if about is not None and about.member else {}
    units = _fitting(fonts, {**as_shown, "note": note}, languages, facts, width - 16, room - under - 2)
    foot = total_height(units) + under + 1.5
    if mark:
        draw_mark(painter, fonts, mark, (8, foot + 2, width - 8, top - 2))
    if mark and as_shown:
        painter.rule(8, foot, width - 8, foot, Border(width=0.4, color=PEN))
    y = foot - 1.5
    for unit in units:
        y -= unit.before
        unit.draw(painter, 8, y)
        y -= unit.height


def _draw_witness_frame(
    painter: Painter, fonts: Fonts, size: tuple[float, float], languages: Sequence[str], about: Witnessing
) -> float:
    """A double frame with WITNESSED across the top, and whose signature: no party's signature looks like this."""
    width, height = size
    for inset, line in ((0.6, 0.8), (2.6, 0.3)):
        painter.frame((inset, inset, width - inset, height - inset), Border(width=line, color=INK))
    headline = {
        language: text.upper()
        for language, text in say("witnessed_by_video" if about.by_video else "witnessed", languages).items()
    }
    _across(painter, fonts, headline, width, height - 3.4, 7.5, bold=True)
    if not about.of:
        return height - 13
    whose, top = of_signature(about.of, languages), height - 12.8
    one_line = text_width(fonts, " · ".join(whose.values()), _SMALLEST_WHOSE) <= width - 16
    for texts in [whose] if one_line else [{language: text} for language, text in whose.items()]:
        _across(painter, fonts, texts, width, top, 6.4)
        top -= 8.2
    return top


def of_signature(whom: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """“the signature of Galina Ivanova”: what a witness of one signatory witnessed, per language."""
    return {
        language: words.format(whom=whom.get(language) or whom.get("en") or next(iter(whom.values())))
        for language, words in say("of_signature", languages).items()
    }


def _across(
    painter: Painter, fonts: Fonts, texts: Mapping[str, str], width: float, top: float, size: float, *,
    bold: bool = False,
) -> None:  # fmt: skip
    """One line in the middle of the frame, smaller when it would not fit."""
    natural = text_width(fonts, " · ".join(texts.values()), size, bold=bold)
    fit = min(size, 0.97 * size * (width - 16) / max(natural, 1.0))
    runs: list[Run] = []
    for language, text in texts.items():
        if runs:
            runs.append(Run(" · ", size=fit, serif=False))
        runs.append(Run(text, size=fit, bold=bold, serif=False, color=INK, language=language))
    line = Paragraph(list(runs), align="center", leading=size * 1.25, leading_exact=True)
    y = top
    for unit in Flow(Itemiser(fonts, language=next(iter(texts), "en"))).units([line], width - 16, Node("Artifact")):
        unit.draw(painter, 8, y)
        y -= unit.height


def _fitting(
    fonts: Fonts,
    as_shown: Mapping[str, Mapping[str, str]],
    languages: Sequence[str],
    facts: tuple[str, str],
    width: float,
    room: float,
) -> list[Unit]:
    """The lines of text at the largest size that fits."""
    scale = 1.0
    while True:
        flow = Flow(Itemiser(fonts, language=languages[0] if languages else "en"))
        shown = _paragraphs(as_shown, languages, scale)
        units = flow.units([*shown, _facts_line(fonts, facts, scale, width)], width, Node("Artifact"))
        if total_height(units) <= room or scale <= _SMALLEST_SCALE:
            return units
        scale -= 0.06


def _paragraphs(as_shown: Mapping[str, Mapping[str, str]], languages: Sequence[str], scale: float) -> list[Paragraph]:
    made = []
    lines = (
        ("name", 8.4, True), ("title", 6.9, False), ("instead_of", 6.9, False), ("organisation", 6.9, False),
        ("note", 5.8, False),
    )  # fmt: skip
    for key, size, bold in lines:
        texts = in_languages(as_shown.get(key, {}), languages)
        if key == "instead_of":  # a sentence, not a name: each language on a line of its own
            made += [_joined({language: text}, size * scale, bold=bold) for language, text in texts.items()]
        elif texts:
            made.append(_joined(texts, size * scale, bold=bold))
    return made


def _facts_line(fonts: Fonts, facts: tuple[str, str], scale: float, width: float) -> Paragraph:
    """When and where to verify: on one line as long as it can be read there."""
    line = "  ·  ".join(text for text in facts if text)
    size = 6.0 * scale
    fitting = size * 0.98 * width / max(text_width(fonts, line, size), 0.1)
    return Paragraph(
        [Run(line, size=fitting if 4.6 <= fitting < size else size, serif=False, color=FAINT)], leading=1.02
    )


def _joined(texts: Mapping[str, str], size: float, *, bold: bool) -> Paragraph:
    runs: list[Run] = []
    for language, text in texts.items():
        if runs:
            runs.append(Run("  ", size=size))
        runs.append(Run(text, size=size, bold=bold, language=language, color=INK))
    return Paragraph(list(runs), leading=1.02)


def _cleaned(drawn: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        strip_standard_fonts(pdf)
        for key in list(pdf.docinfo.keys()):
            del pdf.docinfo[key]
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()
