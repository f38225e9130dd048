"""Certificates and sheets: the facts of a signing as a formal page that stands on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mou_service.documents.blocks import Align, Block, Border, Cell, Document, Paragraph, Row, Run, Section, Table
from mou_service.documents.pdf.archive import Metadata
from mou_service.documents.pdf.decoration import DEMONSTRATION, FAINT, INK, VERMILION, Decoration, draw_code
from mou_service.documents.pdf.fonts import Fonts, is_east_asian
from mou_service.documents.pdf.layout import Options, render
from mou_service.documents.pdf.painter import Painter
from mou_service.documents.pdf.tags import Node
from mou_service.documents.pdf.units import Special
from mou_service.documents.pdf.words import in_languages

Texts = Mapping[str, str]
_WIDTH = 595.3 - 2 * 60
_RULE = Border(width=0.4, color="B9B4AB")
_STRONG = Border(width=0.9, color=INK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One signature, attestation or seal. `kind` says in words what it was: {"en": "Signed", "zh": "签署"}."""

    kind: Texts
    as_shown: Mapping[str, Texts]
    on_behalf_of: Texts = field(default_factory=dict)
    #: The moment as a person reads it, with its time zone: "27 March 2024, 15:02 (UTC+08:00)".
    at: str
    method: Texts = field(default_factory=dict)
    identification: Texts = field(default_factory=dict)
    certificate_serial: str = ""
    issuer: str = ""
    #: As what somebody acted: as which kind of witness, or by whose power of attorney.
    capacity: Texts = field(default_factory=dict)
    #: What a witness stated, or another remark about this act.
    statement: Texts = field(default_factory=dict)
    #: Further lines on how it came about.
    more: Sequence[Texts] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One line of the trail."""

    at: str
    what: Texts
    #: Whom it concerned, as far as it is somebody else than who did it.
    about: str = ""
    #: Who did it.
    who: str = ""
    #: Why, in the words of whoever did it.
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionFacts:
    """Everything a certificate says. Texts are {language: str}; what is empty is not printed.

    `fingerprints` are (label, hexadecimal SHA-256) pairs, `facts` further (label, value) lines in the given order.
    `reservations` are printed where nobody can miss them: "Time-stamp: local placeholder, no evidential value".
    """

    title: Texts
    reference: str
    document_titles: Texts
    parties: Sequence[Texts]
    languages: Sequence[str] = ("en", "zh")
    introduction: Texts = field(default_factory=dict)
    acts: Sequence[Act] = ()
    occurrences: Sequence[Occurrence] = ()
    fingerprints: Sequence[tuple[Texts, str]] = ()
    log_head: str = ""
    archived: str = ""
    level: Texts = field(default_factory=dict)
    facts: Sequence[tuple[Texts, Texts]] = ()
    reservations: Sequence[Texts] = ()
    notes: Sequence[Texts] = ()
    verification_url: str = ""
    issuer: Texts = field(default_factory=dict)
    demonstration: bool = False
    #: When the certificate was made: goes into its metadata, so that the same facts make the same bytes.
    created: datetime | None = None


#: The labels of a certificate; another language falls back on English.
LABELS: Mapping[str, Texts] = {
    "reference": {"en": "Reference", "zh": "编号"},
    "document": {"en": "Document", "zh": "文件"},
    "parties": {"en": "Parties", "zh": "签约方"},
    "archived": {"en": "Archived", "zh": "归档"},
    "level": {"en": "Level reached", "zh": "签名级别"},
    "acts": {"en": "Signatures and attestations", "zh": "签署与见证"},
    "events": {"en": "Course of events", "zh": "过程记录"},
    "fingerprints": {"en": "Fingerprints (SHA-256)", "zh": "指纹码（SHA-256）"},
    "log": {"en": "Head of the trail", "zh": "操作留痕链首"},
    "verify": {"en": "Verification", "zh": "查验"},
    "reservations": {"en": "Please note", "zh": "特别说明"},
    "moment": {"en": "When", "zh": "时间"},
    "happened": {"en": "What", "zh": "事项"},
    "about": {"en": "Person concerned", "zh": "所涉人员"},
    "by": {"en": "Done by", "zh": "经办人"},
    "act": {"en": "Act", "zh": "行为"},
    "who": {"en": "Who, on whose behalf", "zh": "签署人、所代表方"},
    "when": {"en": "When, how identified", "zh": "时间、身份核验"},
    "serial": {"en": "Certificate", "zh": "证书"},
}


@dataclass(frozen=True, slots=True)
class CodeBlock(Special):
    """A QR code in the text, described for those who cannot see it."""

    address: str
    size: float = 84.0

    def height(self, width: float) -> float:
        return self.size

    def draw(self, painter: Painter, node: Node, x: float, top: float, width: float) -> None:
        painter.mark(node.add("P").inside("Figure", alt=f"QR code: {self.address}"))
        draw_code(painter, self.address, (x, top - self.size, self.size, self.size))


def certificate(facts: CompletionFacts, fonts: Fonts) -> bytes:
    """The certificate as PDF/A-2a. The same facts give the same bytes."""
    sheet = _Sheet(facts)
    document = Document(
        [Section(sheet.blocks(), margins=(72.0, 60.0, 72.0, 60.0))],
        title=" ".join(in_languages(facts.title, facts.languages).values()),
        language=facts.languages[0] if facts.languages else "en",
    )
    decoration = Decoration(
        reference=facts.reference,
        languages=facts.languages,
        demonstration=DEMONSTRATION if facts.demonstration else None,
    )
    author = " / ".join(facts.issuer.values())
    metadata = Metadata(document.title, author, facts.reference, facts.languages, facts.created)
    return render(document, fonts=fonts, options=Options(decoration=decoration, metadata=metadata)).pdf


class _Sheet:
    def __init__(self, facts: CompletionFacts) -> None:
        self.facts = facts
        self.languages = facts.languages or ("en",)

    def blocks(self) -> list[Block]:
        facts = self.facts
        made: list[Block] = [*self._title(), *self._introduction(), self._summary()]
        if facts.reservations:
            made += [_space(10), self._reservations()]
        if facts.fingerprints or facts.log_head:
            made += [self._heading("fingerprints"), self._fingerprints()]
        if facts.acts:
            made += [self._heading("acts"), self._acts()]
        if facts.occurrences:
            made += [self._heading("events"), self._events()]
        if facts.notes:
            made += [_space(8), *[block for note in facts.notes for block in self._sides(note, size=8.5, color=FAINT)]]
        if facts.verification_url:
            made += [self._heading("verify"), self._verification()]
        return made

    def _title(self) -> list[Block]:
        texts = in_languages(self.facts.title, self.languages)
        issuer = " · ".join(in_languages(self.facts.issuer, self.languages).values())
        made: list[Block] = []
        if issuer:
            made.append(Paragraph([Run(issuer, size=9, serif=False, color=FAINT)], align="center", space_after=10))
        for index, (language, text) in enumerate(texts.items()):
            made.append(
                Paragraph(
                    [Run(text, size=21 if index == 0 else 17, bold=True, language=language, color=INK)],
                    align="center",
                    tag="H1" if index == 0 else "P",
                    space_after=3,
                )
            )
        made.append(Paragraph([], leading=10, leading_exact=True, border_bottom=_STRONG, space_after=12))
        return made

    def _introduction(self) -> list[Block]:
        return [*self._sides(self.facts.introduction, size=10), _space(8)] if self.facts.introduction else []

    def _sides(self, texts: Texts, *, size: float, color: str = INK) -> list[Block]:
        """The languages side by side; one language fills the width."""
        shown = in_languages(texts, self.languages)
        width = _WIDTH / max(len(shown), 1)
        cells = [
            Cell([_text(text, language, size=size, color=color)], padding=(2, 8, 2, 0))
            for language, text in shown.items()
        ]
        return [Table([Row(list(cells))], widths=[width] * len(cells))] if cells else []

    def _summary(self) -> Table:
        facts = self.facts
        lines: list[tuple[Texts, Texts]] = [
            (LABELS["reference"], {"en": facts.reference}),
            (LABELS["document"], facts.document_titles),
            *[(LABELS["parties"] if index == 0 else {}, party) for index, party in enumerate(facts.parties)],
            *facts.facts,
            (LABELS["archived"], {"en": facts.archived}),
            (LABELS["level"], facts.level),
        ]
        rows = [self._fact(label, value) for label, value in lines if any(value.values())]
        return Table(rows, widths=[112.0, _WIDTH - 112.0])

    def _fact(self, label: Texts, value: Texts) -> Row:
        shown = in_languages(value, self.languages)
        return Row(
            [
                Cell([self._label(label)], padding=(4, 8, 4, 0), borders={"top": _RULE} if label else {}),
                Cell(
                    [_text(text, language, size=10) for language, text in shown.items()],
                    padding=(4, 0, 4, 0),
                    borders={"top": _RULE} if label else {},
                ),
            ],
            keep_together=True,
        )

    def _label(self, label: Texts, *, size: float = 8.5) -> Paragraph:
        texts = list(in_languages(label, self.languages).values())
        ems = sum(1.0 if is_east_asian(character) else 0.56 for text in texts for character in text)
        words = (" " if ems * size < 98 else "\n").join(texts)
        return Paragraph([Run(words, size=size, serif=False, color=FAINT)])

    def _heading(self, key: str) -> Paragraph:
        words = "  ".join(in_languages(LABELS[key], self.languages).values())
        return Paragraph(
            [Run(words, size=12, bold=True, color=INK)], tag="H2", space_before=16, space_after=5, keep_with_next=True
        )

    def _reservations(self) -> Table:
        cells: list[Block] = [
            Paragraph(
                [
                    Run(
                        "  ".join(in_languages(LABELS["reservations"], self.languages).values()),
                        size=9,
                        bold=True,
                        color=VERMILION,
                        serif=False,
                    )
                ],
                space_after=2,
            )
        ]
        for texts in self.facts.reservations:
            cells += [_text(text, language, size=9.5) for language, text in in_languages(texts, self.languages).items()]
        line = Border(width=1.6, color=VERMILION)
        return Table(
            [Row([Cell(cells, borders={"left": line}, padding=(3, 6, 4, 10))], keep_together=True)], widths=[_WIDTH]
        )

    def _acts(self) -> Table:
        labels = [self._label(LABELS[key]) for key in ("act", "who", "when", "serial")]
        header = Row(
            [Cell([label], borders={"bottom": _STRONG}, padding=(2, 6, 3, 0)) for label in labels], header=True
        )
        return Table(
            [header, *[self._act(act) for act in self.facts.acts]], widths=[66.0, 174.0, 154.0, _WIDTH - 394.0]
        )

    def _act(self, act: Act) -> Row:
        kind = [
            _text(text, language, size=9.5, bold=True)
            for language, text in in_languages(act.kind, self.languages).items()
        ]
        who = [
            *self._joined(act.as_shown.get("name", {}), bold=True),
            *self._joined(act.as_shown.get("title", {})),
            *self._joined(act.as_shown.get("instead_of", {})),
            *self._joined(act.on_behalf_of or act.as_shown.get("organisation", {})),
            *self._joined(act.capacity, size=8.5),
        ]
        who += [
            _text(text, language, size=8.5, color=FAINT, italic=language.startswith("en"))
            for language, text in in_languages(act.statement, self.languages).items()
        ]
        how = [
            _text(act.at, None, size=9),
            *self._joined(act.method, size=8.5),
            *self._joined(act.identification, size=8.5),
            *[line for texts in act.more for line in self._joined(texts, size=8.5)],
        ]
        serial: list[Block] = [_mono(act.certificate_serial, size=7, group=8)] if act.certificate_serial else []
        if act.issuer:
            serial.append(_text(act.issuer, None, size=7.5, color=FAINT))
        return Row(
            [
                Cell(list(blocks), borders={"bottom": _RULE}, padding=(4, 6, 4, 0))
                for blocks in (kind, who, how, serial)
            ],
            keep_together=True,
        )

    def _joined(self, texts: Texts, *, size: float = 9.5, bold: bool = False) -> list[Paragraph]:
        return [
            _text(text, language, size=size, bold=bold)
            for language, text in in_languages(texts, self.languages).items()
        ]

    def _fingerprints(self) -> Table:
        lines = [*self.facts.fingerprints, *([(LABELS["log"], self.facts.log_head)] if self.facts.log_head else [])]
        rows = [
            Row(
                [
                    Cell([self._label(label)], padding=(3, 8, 3, 0), borders={"top": _RULE}),
                    Cell([_mono(value, size=8.2)], padding=(3, 0, 3, 0), borders={"top": _RULE}),
                ],
                keep_together=True,
            )
            for label, value in lines
        ]
        return Table(rows, widths=[112.0, _WIDTH - 112.0])

    def _events(self) -> Table:
        labels = [self._label(LABELS[key]) for key in ("moment", "happened", "about", "by")]
        header = Row(
            [Cell([label], borders={"bottom": _STRONG}, padding=(2, 6, 3, 0)) for label in labels], header=True
        )
        rows = [self._event(event) for event in self.facts.occurrences]
        return Table([header, *rows], widths=[92.0, _WIDTH - 286.0, 104.0, 90.0])

    def _event(self, event: Occurrence) -> Row:
        what = [_text("  ".join(in_languages(event.what, self.languages).values()), None, size=9)]
        what += [_text(line, None, size=8.5, color=FAINT) for line in event.detail.splitlines()]
        cells = (
            [_text(event.at, None, size=8.5, color=FAINT)],
            what,
            [_text(event.about, None, size=9)] if event.about else [],
            [_text(event.who, None, size=9)] if event.who else [],
        )
        return Row(
            [Cell(list(blocks), padding=(2.5, 6, 2.5, 0), borders={"bottom": _RULE}) for blocks in cells],
            keep_together=True,
        )

    def _verification(self) -> Table:
        url = self.facts.verification_url
        code: list[Block] = [CodeBlock(url)]
        words: list[Block] = [
            _text(text, language, size=9.5)
            for language, text in in_languages(
                {
                    "en": "Anyone can check the signed document at this address, by code, by QR or by uploading the file.",
                    "zh": "任何人均可凭查验码、二维码或上传文件，在下列网址查验已签署的文件。",
                },
                self.languages,
            ).items()
        ]
        words.append(Paragraph([Run(url, size=9.5, link=url, color="1F4E79", underline=True)], space_before=4))
        return Table(
            [
                Row(
                    [
                        Cell(code, padding=(2, 0, 2, 0)),
                        Cell(words, valign="center", padding=(0, 0, 0, 14)),
                    ],
                    keep_together=True,
                )
            ],
            widths=[92.0, _WIDTH - 92.0],
        )


def _text(
    text: str,
    language: str | None,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    color: str = INK,
    align: Align = "left",
) -> Paragraph:
    right_to_left = bool(language) and str(language).startswith(("ar", "he", "fa", "ur"))
    return Paragraph(
        [Run(text, size=size, bold=bold, italic=italic, language=language, color=color)],
        align=align,
        right_to_left=right_to_left,
        space_after=1,
    )


def _mono(value: str, *, size: float, group: int = 4) -> Paragraph:
    """Hexadecimal digits in groups that an eye can follow from one paper to another."""
    grouped = " ".join(value[start : start + group] for start in range(0, len(value), group))
    return Paragraph([Run(grouped, size=size, serif=False, color=INK)])


def _space(height: float) -> Paragraph:
    return Paragraph([], leading=height, leading_exact=True)
