"""Papers with a page to sign on, and the stamps that people put there: drawn as the service draws them, no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from mou_service.documents.blocks import Document
from mou_service.documents.pdf import marks, stamps
from mou_service.documents.pdf.archive import Metadata
from mou_service.documents.pdf.decoration import Decoration
from mou_service.documents.pdf.fonts import Fonts, load
from mou_service.documents.pdf.layout import Options, Rendered, render
from mou_service.documents.pdf.signature_page import SlotBox, signature_page
from mou_service.settings import Settings
from tests.trust.makers import START

OWN = {"en": "Shanghai Polytechnic University", "zh": "上海第二工业大学"}
CODE = "7K3F-9MQ2-XW4T"
REFERENCE = "SSPU-MOU-2026-0001"
Kind = Literal["signatory", "witness", "seal"]


@dataclass(frozen=True, eq=False)
class Person:
    field: str
    kind: Kind
    name: Mapping[str, str]
    title: Mapping[str, str]
    organisation: Mapping[str, str]

    @property
    def as_shown(self) -> dict[str, Mapping[str, str]]:
        return {"name": self.name, "title": self.title, "organisation": self.organisation}


SEAL = Person("Seal", "seal", OWN, {}, OWN)


@cache
def fonts() -> Fonts:
    return load(Settings(_env_file=None).fonts)


def drawn(document: Document, people: Sequence[Person], *, languages: Sequence[str]) -> Rendered:
    """What is certified: the text, and a place for each of `people` behind it."""
    boxes = [
        SlotBox(
            field=each.field, kind=each.kind, as_shown=each.as_shown, languages=languages, party=each.organisation,
            side="own" if each.organisation is OWN else "partner",
        )
        for each in people
    ]  # fmt: skip
    return render(document, fonts=fonts(), options=_options(boxes, tuple(languages)))


def _options(boxes: Sequence[SlotBox], languages: tuple[str, ...]) -> Options:
    return Options(
        decoration=Decoration(
            reference=REFERENCE, languages=languages, code="https://example.org/verify", captions=(CODE,)
        ),
        metadata=Metadata(
            title="Memorandum of Understanding", author=OWN["en"], reference=REFERENCE, languages=languages, created=START
        ),
        without_styles=frozenset({"Signature Block"}),
        appendices=(signature_page(boxes, languages=languages),),
    )  # fmt: skip


def stamp(paper: Rendered, person: Person, *, languages: Sequence[str]) -> bytes:
    """The appearance of a person's signature, as large as their place."""
    _page, (left, bottom, right, top) = paper.placements[person.field]
    return stamps.stamp(
        right - left, top - bottom, kind=person.kind, as_shown=person.as_shown, languages=languages,
        local_time="2026-03-27 10:30 (UTC+8)", verification=CODE, fonts=fonts(),
        mark=None if person.kind == "seal" else marks.TypedMark(next(iter(person.name.values()))),
    )  # fmt: skip
