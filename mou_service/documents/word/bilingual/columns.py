"""Which columns of a document are its languages, and the rows that say the same in each. (pure)"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mou_service.documents.blocks import Block, Cell, Document, Paragraph, Section, Table
from mou_service.documents.word.text import normalised

_SCRIPTS = {
    "zh": "\u3400-\u9fff", "ja": "\u3040-\u30ff\u3400-\u9fff", "ko": "\uac00-\ud7af", "bg": "\u0400-\u04ff",
    "ru": "\u0400-\u04ff", "uk": "\u0400-\u04ff", "sr": "\u0400-\u04ff", "mn": "\u0400-\u04ff", "el": "\u0370-\u03ff",
    "ar": "\u0600-\u06ff", "fa": "\u0600-\u06ff", "he": "\u0590-\u05ff", "th": "\u0e00-\u0e7f",
}  # fmt: skip
_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
#: Little words that only one language has, where the script does not tell.
_LITTLE = {
    "en": "the of and to is in which with for", "de": "der die das und den des ist mit für zu", "fr": "le la les et des du est pour dans",
    "es": "el los las y del es para por con", "it": "il lo gli e della è per con", "pt": "o os as e do da é para com",
    "vi": "và của các là cho", "pl": "i w z na do jest", "tr": "ve bir bu için ile",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
#: How much more of its own script a column has to show than the others before it counts as that language's.
_CLEAR = 0.3
#: From so many words on the little words of a language tell, and so much larger their share has to be.
_ENOUGH, _LITTLE_MORE = 30, 0.03
#: Columns beside those of the languages hold numbers, no text: at most this share of it.
_BESIDE = 0.15


@dataclass(frozen=True, slots=True)
class Row:
    """One passage in every language, in the order of the languages."""

    texts: tuple[str, ...]
    #: The numbers Word sets in front of the paragraphs, per language.
    labels: tuple[tuple[str, ...], ...]


def rows(document: Document, languages: Sequence[str]) -> list[Row]:
    """The rows of every table whose columns are the languages, in whichever order they stand; headers left out."""
    return _read(document, languages)[0]


def digests(document: Document, languages: Sequence[str]) -> dict[str, str]:
    """SHA-256 of what each language says, numbers included; under "" of everything that is not in its columns.

    The order of the columns changes none of them: what stands outside of them is taken line by line in one order.
    """
    found, rest = _read(document, languages)
    said = {
        language: [f"{' '.join(row.labels[n])}\t{normalised(row.texts[n])}" for row in found]
        for n, language in enumerate(languages)
    }
    return {
        name: hashlib.sha256("\n".join(lines).encode()).hexdigest()
        for name, lines in {**said, "": sorted(rest)}.items()
    }


def _read(document: Document, languages: Sequence[str]) -> tuple[list[Row], list[str]]:
    """The rows in every language, and the paragraphs of everything else, notes and margins of pages too."""
    found: list[Row] = []
    beside: list[Block] = [*itertools.chain(*map(_margins, document.sections), *document.footnotes.values())]
    for block in (block for section in document.sections for block in section.blocks):
        columns = _order(block, languages) if isinstance(block, Table) and len(languages) > 1 else None
        if not isinstance(block, Table) or columns is None:
            beside.append(block)
            continue
        for row in block.rows:
            if row.header or len(row.cells) <= max(columns):
                beside += [each for cell in row.cells for each in cell.blocks]
                continue
            cells = [row.cells[column] for column in columns]
            found.append(Row(tuple(map(_text, cells)), tuple(tuple(_labels(cell)) for cell in cells)))
            beside += [each for n, cell in enumerate(row.cells) if n not in columns for each in cell.blocks]
    return found, [text for line in _lines(beside) if (text := normalised(line))]


def _margins(section: Section) -> list[Block]:
    """What stands above and below the pages of a section."""
    margins = (
        section.header, section.footer, section.first_header, section.first_footer, section.even_header, section.even_footer,
    )  # fmt: skip
    return [block for each in margins for block in each or ()]


def order(texts: Sequence[Sequence[str]], languages: Sequence[str]) -> tuple[int, ...] | None:
    """For each language the number of its column, given each column's text row by row; None for other tables.

    Where neither scripts nor words tell them apart, the columns are taken in the order of the languages.
    """
    if not len(languages) <= len(texts) <= len(languages) + 2:
        return None
    joined = [" ".join(column) for column in texts]
    scores = [[_share(text, language) for text in joined] for language in languages]
    best = max(
        itertools.permutations(range(len(texts)), len(languages)),
        key=lambda columns: sum(scores[n][column] for n, column in enumerate(columns)),
    )
    beside = sum(len(joined[column]) for column in range(len(texts)) if column not in best)
    if beside > _BESIDE * sum(map(len, joined)):
        return None
    scripts = [_SCRIPTS.get(language, _LATIN) for language in languages]
    for n, column in enumerate(best):
        others = [scores[n][each] for m, each in enumerate(best) if scripts[m] != scripts[n]]
        if others and joined[column].strip() and scores[n][column] < max(others) + _CLEAR:
            return None
        alike = [each for m, each in enumerate(best) if m != n and scripts[m] == scripts[n]]
        if any(not _tells(joined[column], joined[each], languages[n]) for each in alike):
            return None
    return best


def _tells(own: str, other: str, language: str) -> bool:
    """Whether a column has more of the little words of its language than another in the same script; short ones may not."""
    if language not in _LITTLE or min(len(_WORD.findall(own)), len(_WORD.findall(other))) < _ENOUGH:
        return True
    return _share(own, language) > _share(other, language) + _LITTLE_MORE


def _order(table: Table, languages: Sequence[str]) -> tuple[int, ...] | None:
    width = max((len(row.cells) for row in table.rows), default=0)
    whole = [row for row in table.rows if len(row.cells) == width and not row.header]
    return order([[_text(row.cells[column]) for row in whole] for column in range(width)], languages)


def _share(text: str, language: str) -> float:
    """How much of a text is written as this language is: its script, and a little for its little words."""
    letters = re.findall(r"[^\W\d_]", text)
    own = re.findall(f"[{_SCRIPTS.get(language, _LATIN)}]", text)
    share = len(own) / max(1, len(letters))
    if little := _LITTLE.get(language):
        words = _WORD.findall(text.casefold())
        share += sum(1 for word in words if word in little.split()) / max(1, len(words))
    return share


def _text(cell: Cell) -> str:
    return "\n".join(_lines(cell.blocks)).strip()


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    """The paragraphs of a cell, those of a table inside it too."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table):
            for row in block.rows:
                yield " ".join(line for cell in row.cells for line in _lines(cell.blocks))


def _labels(cell: Cell) -> Iterator[str]:
    return (block.label for block in cell.blocks if isinstance(block, Paragraph) and block.label and block.text.strip())
