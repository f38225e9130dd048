"""The memorandum that is measured: seven pages in two languages, and what four people and a seal put on it."""

from __future__ import annotations

from functools import cache

from mou_service.documents.pdf.layout import Rendered
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.documents.word.templates.manifest import load as load_manifests
from mou_service.documents.word.templates.merge import merge
from mou_service.settings import ROOT
from tests import papers
from tests.papers import OWN, SEAL, Person, fonts

__all__ = ["EVERYBODY", "SEAL", "SIGNERS", "filled", "fonts", "frozen", "manifest", "stamp", "template"]

LANGUAGES = ("en", "zh")
PARTNER = {"en": "Trakia University", "zh": "色雷斯大学"}
SIGNERS = (
    Person("Signatory1", "signatory", {"en": "Xie Huaqing", "zh": "谢华清"}, {"en": "President", "zh": "校长"}, OWN),
    Person("Signatory2", "signatory", {"en": "Plamen Martinov"}, {"en": "Rector", "zh": "校长"}, PARTNER),
    Person("Witness1", "witness", {"en": "Li Weiping", "zh": "李维平"}, {"en": "Secretary General", "zh": "秘书长"}, OWN),
    Person("Witness2", "witness", {"en": "Galina Ivanova"}, {"en": "Consul General", "zh": "总领事"}, PARTNER),
)  # fmt: skip
EVERYBODY = (*SIGNERS, SEAL)


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
    return papers.drawn(read(filled()).document, EVERYBODY, languages=LANGUAGES)


@cache
def stamp(person: Person) -> bytes:
    return papers.stamp(frozen(), person, languages=LANGUAGES)
