"""The witness certificate: one formal page that says what one person witnessed, and what that proves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from mou_service.documents.blocks import Block, Border, Cell, Document, Paragraph, Picture, Row, Run, Section, Table
from mou_service.documents.pdf.archive import Metadata
from mou_service.documents.pdf.decoration import DEMONSTRATION, FAINT, INK, VERMILION, Decoration
from mou_service.documents.pdf.fonts import Fonts, is_east_asian
from mou_service.documents.pdf.layout import Options, render
from mou_service.documents.pdf.sheets import CodeBlock
from mou_service.documents.pdf.words import at_home, in_languages

Texts = Mapping[str, str]
_WIDTH = 595.3 - 2 * 64
_LABEL = 116.0
_RULE = Border(width=0.4, color="B9B4AB")
_STRONG = Border(width=0.9, color=INK)
_DOUBLE = Border(width=1.2, color=INK, style="double")

TITLE: Texts = {"en": "Witness certificate", "zh": "见证证明"}
_EDITION: Texts = {"en": "edition {edition}", "zh": "第 {edition} 版"}
_NOTE: Texts = {"en": "Please note", "zh": "特别说明"}
_VERIFY: Texts = {
    "en": "At this address anyone can see whether this certificate is genuine and whether there is a later edition.",
    "zh": "任何人均可在下列网址查验本证明的真伪，以及是否另有更新的版次。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessFacts:
    """Everything the certificate says. Texts are {language: str}; what is empty is not printed.

    `lines` are (label, value) pairs in their order, `fingerprints` (label, hexadecimal digits). `remarks` are printed
    where nobody can miss them: a correction, a witness by video, a time that is only a placeholder.
    """

    number: str
    edition: int
    languages: Sequence[str]
    as_shown: Mapping[str, Texts]
    capacity: Texts
    statement: Texts
    lines: Sequence[tuple[Texts, Texts]]
    fingerprints: Sequence[tuple[Texts, str]] = ()
    remarks: Sequence[Texts] = ()
    notes: Sequence[Texts] = ()
    verification_url: str
    code: str
    issuer: Texts = field(default_factory=dict)
    demonstration: bool = False
    #: Goes into the metadata, so that the same facts make the same bytes.
    created: datetime


def witness_certificate(facts: WitnessFacts, fonts: Fonts) -> bytes:
    """The certificate as PDF/A-2a. The same facts give the same bytes."""
    title = " ".join(in_languages(TITLE, facts.languages).values())
    document = Document(
        [Section(_blocks(facts), margins=(52.0, 64.0, 54.0, 64.0))], title=title, language=facts.languages[0]
    )
    decoration = Decoration(
        reference=facts.number,
        languages=facts.languages,
        demonstration=DEMONSTRATION if facts.demonstration else None,
    )
    metadata = Metadata(title, " / ".join(facts.issuer.values()), facts.number, facts.languages, facts.created)
    return render(document, fonts=fonts, options=Options(decoration=decoration, metadata=metadata)).pdf


def _blocks(facts: WitnessFacts) -> list[Block]:
    made: list[Block] = [*_title(facts), *_person(facts), _statement(facts), _space(9)]
    if facts.remarks:
        made += [_remarks(facts), _space(8)]
    made += [_lines(facts), _space(6), _verification(facts)]
    for note in facts.notes:
        made += [_space(6), _sides(note, facts.languages, size=7.5, color=FAINT)]
    return made


def _title(facts: WitnessFacts) -> list[Block]:
    issuer = " · ".join(in_languages(facts.issuer, facts.languages).values())
    edition = [text.format(edition=facts.edition) for text in in_languages(_EDITION, facts.languages).values()]
    return [
        *([_centred({"": issuer}, size=9, color=FAINT, serif=False, after=7)] if issuer else []),
        _centred(in_languages(TITLE, facts.languages), size=18, bold=True, tag="H1", after=3),
        _centred({"": " · ".join([facts.number, *edition])}, size=9, color=FAINT, serif=False, after=5),
        Paragraph([], leading=6, leading_exact=True, border_bottom=_DOUBLE, space_after=12),
    ]


def _person(facts: WitnessFacts) -> list[Block]:
    name = facts.as_shown.get("name", {})
    made: list[Block] = _fitting(in_languages(name, facts.languages), size=17, bold=True, after=2)
    made += _fitting(at_home(name, facts.languages), size=11, after=2)
    for key in ("title", "organisation"):
        made += _fitting(in_languages(facts.as_shown.get(key, {}), facts.languages), size=10.5, after=1)
    made.append(_space(5))
    made += _fitting(in_languages(facts.capacity, facts.languages), size=10, serif=False, after=1)
    return [*made, _space(8)]


def _statement(facts: WitnessFacts) -> Table:
    shown = in_languages(facts.statement, facts.languages)
    width = _WIDTH / max(len(shown), 1)
    cells = [
        Cell(
            [_text(text, language, size=10.5)],
            padding=(6, 10, 7, 10),
            borders={"top": _RULE, "bottom": _RULE},
        )
        for language, text in shown.items()
    ]
    return Table([Row(list(cells), keep_together=True)], widths=[width] * len(cells))


def _remarks(facts: WitnessFacts) -> Table:
    heading = "  ".join(in_languages(_NOTE, facts.languages).values())
    blocks: list[Block] = [Paragraph([Run(heading, size=9, bold=True, serif=False, color=VERMILION)], space_after=2)]
    for remark in facts.remarks:
        blocks += [_text(text, language, size=9) for language, text in in_languages(remark, facts.languages).items()]
    line = Border(width=1.6, color=VERMILION)
    cell = Cell(blocks, borders={"left": line}, padding=(2, 6, 3, 10))
    return Table([Row([cell], keep_together=True)], widths=[_WIDTH])


def _lines(facts: WitnessFacts) -> Table:
    rows = [
        _line(label, _values(shown), facts.languages)
        for label, value in facts.lines
        if (shown := in_languages(value, facts.languages))
    ]
    rows += [_line(label, [_digits(value)], facts.languages) for label, value in facts.fingerprints if value]
    return Table(rows, widths=[_LABEL, _WIDTH - _LABEL])


def _line(label: Texts, value: Sequence[Block], languages: Sequence[str]) -> Row:
    """A fact; one without a label goes on with the fact before it."""
    borders: dict[Literal["top", "bottom", "left", "right"], Border | None] = {"top": _RULE} if label else {}
    above = 2.8 if label else 0.0
    return Row(
        [
            Cell([_label(label, languages)], padding=(above, 8, 2.8, 0), borders=borders),
            Cell(list(value), padding=(above, 0, 2.8, 0), borders=borders),
        ],
        keep_together=True,
    )


def _values(texts: Texts) -> list[Block]:
    """The languages on one line where it holds them, else each on its own."""
    size = 9.5
    if _ems(texts.values()) * size > _WIDTH - _LABEL - 12:
        return [_text(text, language, size=size) for language, text in texts.items()]
    return [Paragraph(_runs(texts, size=size), space_after=1)]


def _label(label: Texts, languages: Sequence[str], *, size: float = 8.5) -> Paragraph:
    texts = list(in_languages(label, languages).values())
    words = (" " if _ems(texts) * size < _LABEL - 12 else "\n").join(texts)
    return Paragraph([Run(words, size=size, serif=False, color=FAINT)])


def _verification(facts: WitnessFacts) -> Table:
    code: list[Block] = [CodeBlock(facts.verification_url, size=70.0)]
    words = [_text(text, language, size=9) for language, text in in_languages(_VERIFY, facts.languages).items()]
    words.append(Paragraph([Run(facts.code, size=10, bold=True, serif=False, color=INK)], space_before=3))
    url = facts.verification_url
    words.append(Paragraph([Run(url, size=9, link=url, color="1F4E79", underline=True)], space_before=2))
    cells = [
        Cell(code, padding=(6, 0, 2, 0), borders={"top": _STRONG}),
        Cell(list(words), valign="center", padding=(6, 0, 0, 12), borders={"top": _STRONG}),
    ]
    return Table([Row(cells, keep_together=True)], widths=[78.0, _WIDTH - 78.0])


def _sides(texts: Texts, languages: Sequence[str], *, size: float, color: str) -> Table:
    shown = in_languages(texts, languages)
    width = _WIDTH / max(len(shown), 1)
    cells = [
        Cell([_text(text, language, size=size, color=color)], padding=(0, 8, 0, 0)) for language, text in shown.items()
    ]
    return Table([Row(list(cells), keep_together=True)], widths=[width] * len(cells))


def _fitting(texts: Texts, *, size: float, bold: bool = False, serif: bool = True, after: float) -> list[Block]:
    """In the middle: the languages on one line where it holds them, else each on its own."""
    if _ems(texts.values()) * size <= _WIDTH - 20:
        return [_centred(texts, size=size, bold=bold, serif=serif, after=after)] if texts else []
    lines = ({language: text} for language, text in texts.items())
    return [_centred(line, size=size, bold=bold, serif=serif, after=after) for line in lines]


def _centred(
    texts: Texts,
    *,
    size: float,
    bold: bool = False,
    color: str = INK,
    serif: bool = True,
    tag: Literal["H1", "P"] = "P",
    after: float = 0.0,
) -> Paragraph:
    runs = _runs(texts, size=size, bold=bold, color=color, serif=serif)
    return Paragraph(runs, align="center", tag=tag, space_after=after)


def _runs(
    texts: Texts, *, size: float, bold: bool = False, color: str = INK, serif: bool = True
) -> list[Run | Picture]:
    made: list[Run | Picture] = []
    for language, text in texts.items():
        if made:
            made.append(Run("   ", size=size))
        made.append(Run(text, size=size, bold=bold, color=color, serif=serif, language=language or None))
    return made


def _ems(texts: Iterable[str]) -> float:
    """About how wide the texts are beside each other, in units of their size."""
    return sum(1.0 if is_east_asian(character) else 0.56 for text in texts for character in f"{text}  ")


def _text(text: str, language: str, *, size: float, color: str = INK) -> Paragraph:
    right_to_left = language.startswith(("ar", "he", "fa", "ur"))
    run = Run(text, size=size, language=language, color=color)
    return Paragraph([run], right_to_left=right_to_left, space_after=1)


def _digits(value: str) -> Paragraph:
    """Hexadecimal digits in groups that an eye can follow from one paper to another."""
    grouped = " ".join(value[start : start + 4] for start in range(0, len(value), 4))
    return Paragraph([Run(grouped, size=7.8, serif=False, color=INK)])


def _space(height: float) -> Paragraph:
    return Paragraph([], leading=height, leading_exact=True)
