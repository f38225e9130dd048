"""The memorandum that is measured: seven pages in two languages, and what four people and a seal put on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from mou_service.documents.pdf import stamps
from mou_service.documents.pdf.archive import Metadata
from mou_service.documents.pdf.decoration import Decoration
from mou_service.documents.pdf.fonts import Fonts, load
from mou_service.documents.pdf.layout import Options, Rendered, render
from mou_service.documents.pdf.signature_page import SlotBox, signature_page
from mou_service.documents.word.blocks import read
from mou_service.documents.word.manifest import Manifest
from mou_service.documents.word.manifest import load as load_manifests
from mou_service.documents.word.merge import merge
from mou_service.settings import ROOT, Settings
from tests.trust import makers

LANGUAGES = ("en", "zh")
UNIVERSITY = {"en": "Shanghai Polytechnic University", "zh": "上海第二工业大学"}
PARTNER = {"en": "Trakia University", "zh": "色雷斯大学"}
CODE = "7K3F-9MQ2-XW4T"
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


SIGNERS = (
    Person("Signatory1", "signatory", {"en": "Xie Huaqing", "zh": "谢华清"}, {"en": "President", "zh": "校长"}, UNIVERSITY),
    Person("Signatory2", "signatory", {"en": "Plamen Martinov"}, {"en": "Rector", "zh": "校长"}, PARTNER),
    Person("Witness1", "witness", {"en": "Li Weiping", "zh": "李维平"}, {"en": "Secretary General", "zh": "秘书长"}, UNIVERSITY),
    Person("Witness2", "witness", {"en": "Galina Ivanova"}, {"en": "Consul General", "zh": "总领事"}, PARTNER),
)  # fmt: skip
SEAL = Person("Seal", "seal", UNIVERSITY, {}, UNIVERSITY)
EVERYBODY = (*SIGNERS, SEAL)


@cache
def fonts() -> Fonts:
    return load(Settings(_env_file=None).fonts)


@cache
def manifest() -> Manifest:
    return load_manifests(ROOT / "document_templates")["university-university"]


@cache
def template() -> bytes:
    return manifest().document_path.read_bytes()


@cache
def filled() -> bytes:
    """The approved text as a Word file."""
    return merge(template(), manifest().complete(manifest().example()))


@cache
def frozen() -> Rendered:
    """What is certified: the text, and the page to sign on."""
    boxes = [
        SlotBox(
            field=each.field, kind=each.kind, as_shown=each.as_shown, languages=LANGUAGES, party=each.organisation,
            side="own" if each.organisation is UNIVERSITY else "partner",
        )
        for each in EVERYBODY
    ]  # fmt: skip
    options = Options(
        decoration=Decoration(reference="SSPU-MOU-2026-0001", languages=LANGUAGES, code="https://example.org/verify", captions=(CODE,)),
        metadata=Metadata(
            title="Memorandum of Understanding", author=UNIVERSITY["en"], reference="SSPU-MOU-2026-0001",
            languages=LANGUAGES, created=makers.START,
        ),
        without_styles=frozenset({"Signature Block"}),
        appendices=(signature_page(boxes, languages=LANGUAGES),),
    )  # fmt: skip
    return render(read(filled()).document, fonts=fonts(), options=options)


@cache
def stamp(person: Person) -> bytes:
    _page, (left, bottom, right, top) = frozen().placements[person.field]
    return stamps.stamp(
        right - left, top - bottom, kind=person.kind, as_shown=person.as_shown, languages=LANGUAGES,
        local_time="2026-03-27 10:30 (UTC+8)", verification=CODE, fonts=fonts(),
        mark=stamps.TypedMark(person.name["en"]) if person is not SEAL else None,
    )  # fmt: skip
