"""Where people sign on paper: a block for each party, and apart from them one for the witnesses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from docx.document import Document as WordDocument
from docx.shared import Pt

from mou_service.documents.word.reading.typography import SIGNATURE_BLOCK, answers
from mou_service.documents.word.runs import write
from mou_service.documents.word.templates.manifest import SignatureBlock
from mou_service.documents.word.templates.wording import WORDINGS

#: So many people of one block stay on one page.
TOGETHER = 4


class _AddLine(Protocol):
    def __call__(
        self, text: str, *, before: float = ..., language: str = ..., hanging: bool = ..., last: bool = ...
    ) -> None: ...


def write_signatures(document: WordDocument, block: SignatureBlock, languages: Sequence[str]) -> None:
    add = _signature_lines(document, languages)
    if block.when:
        add(f"{{%p if {block.when} %}}")
    if block.intro:
        add(" ".join(block.intro[language] for language in languages), before=24)
    add(f"{_both(languages, 'on_behalf_of')}  **{_said(f'{block.party}.name', languages)}**", before=14)
    add(f"{{%p for person in {block.party}.signatories %}}")
    _write_person(add, languages, people=f"{block.party}.signatories", with_organisation=False)
    add("{%p endfor %}")
    if block.when:
        add("{%p endif %}")


def write_witnesses(document: WordDocument, languages: Sequence[str]) -> None:
    """The witnesses stand under a heading and a sentence of their own: they sign for no party."""
    add = _signature_lines(document, languages)
    add("{%p if witnesses %}")
    add(f"**{_both(languages, 'witnessed_by')}**", before=20)
    for language in languages:
        add(WORDINGS[language].witness_note, language=language)
    add("{%p for person in witnesses %}")
    _write_person(add, languages, people="witnesses", with_organisation=True)
    add("{%p endfor %}")
    add("{%p endif %}")


def _write_person(add: _AddLine, languages: Sequence[str], *, people: str, with_organisation: bool) -> None:
    said = [("person", "name"), ("position", "title")]
    if with_organisation:
        said.append(("organisation", "organisation"))
    add(f"{_both(languages, 'signature')}\t\t", before=16)
    for label, name in said:
        add(f"{_both(languages, label)}\t{_said(f'person.{name}', languages)}", hanging=True)
    line = f"{_both(languages, 'date')}\t\t\t{_both(languages, 'place')}\t\t"
    # A few people stay on one page, so that nobody signs alone on the last one; many more would not fit on any.
    add(f"{{%p if loop.last or {people} | length > {TOGETHER} %}}")
    add(line, last=True)
    add("{%p else %}")
    add(line)
    add("{%p endif %}")


def _signature_lines(document: WordDocument, languages: Sequence[str]) -> _AddLine:
    def add(
        text: str, *, before: float = 0, language: str = languages[0], hanging: bool = False, last: bool = False
    ) -> None:
        paragraph = document.add_paragraph(style=SIGNATURE_BLOCK)
        if before:
            paragraph.paragraph_format.space_before = Pt(before)
        if hanging:
            # A long title goes on below itself, not below its label.
            paragraph.paragraph_format.left_indent = Pt(answers(languages))
            paragraph.paragraph_format.first_line_indent = Pt(-answers(languages))
        if last:
            # One person's lines stay together; behind the last person the page may end.
            paragraph.paragraph_format.keep_with_next = False
        write(paragraph, text, language)

    return add


def _said(name: str, languages: Sequence[str]) -> str:
    """A name in every language, once where languages write it alike."""
    said = f"{{{{ {name}.{languages[0]} }}}}"
    for number, language in enumerate(languages[1:], 1):
        new = " and ".join(f"{name}.{language} != {name}.{earlier}" for earlier in languages[:number])
        said += f"{{% if {new} %}}  {{{{ {name}.{language} }}}}{{% endif %}}"
    return said


def _both(languages: Sequence[str], word: str) -> str:
    return " ".join(dict.fromkeys(getattr(WORDINGS[language], word) for language in languages))
