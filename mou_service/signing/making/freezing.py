"""Makes the file that is signed: the approved text and its annexes, a page to sign on, certified by the platform.

Plain data in, a kept file out: the plan is read from the database before, and the result is written after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mou_service.core.ids import grouped
from mou_service.core.ports import FileStore
from mou_service.documents import blocks
from mou_service.documents.findings import Hindered, finding
from mou_service.documents.pdf.archive import Metadata
from mou_service.documents.pdf.decoration import DEMONSTRATION, Decoration
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.layout import Options, Rendered, render
from mou_service.documents.pdf.signature_page import SlotBox, signature_page
from mou_service.documents.pdf.text import check_text
from mou_service.drafting.drawing.parts import Source, document_of, sources
from mou_service.drafting.texts import joined
from mou_service.trust import sign as signatures
from mou_service.trust.authority import Authority

from .. import statements
from ..models import Package, Slot

#: Paragraphs in this style are the paper's signature block; the page to sign on takes their place.
SIGNATURE_BLOCK = frozenset({"Signature Block"})


@dataclass(frozen=True)
class Plan:
    """Everything the file is made from."""

    reference: str
    title: str
    institution: str
    languages: tuple[str, ...]
    #: Address of the page that verifies the document; drawn as QR code on every page.
    address: str
    code: str
    demonstration: bool
    #: The files it is made of: the text, then its annexes.
    texts: tuple[Source, ...]
    boxes: tuple[SlotBox, ...]
    #: When the text was frozen: the same plan makes the same pages.
    frozen_at: datetime


@dataclass(frozen=True)
class Frozen:
    """The key of the certified file and where its fields are: {field: [page, left, bottom, right, top]}."""

    file: str
    pages: int
    places: dict[str, Any]


def plan(package: Package, *, public_url: str, institution: dict[str, str]) -> Plan:
    """Read from the package what its file is made from."""
    agreement = package.agreement
    languages = tuple(agreement.languages)
    return Plan(
        reference=agreement.ref,
        title=_joined(agreement.titles, languages),
        institution=_joined(institution, languages),
        languages=languages,
        address=f"{public_url}/verify/{agreement.verification_code}",
        code=grouped(agreement.verification_code),
        demonstration=agreement.demonstration,
        texts=sources(package.version, agreement.annexes),
        boxes=tuple(_box(slot, languages) for slot in package.slots),
        frozen_at=package.opened_at,
    )


def make(plan_: Plan, *, files: FileStore, fonts: Fonts, authority: Authority) -> Frozen:
    """Draw, compare the text with the document, certify. Raises `Hindered` with what stands in the way."""
    document = joined([document_of(source.part(files)) for source in plan_.texts])
    rendered = _drawn(document, plan_, fonts)
    if differences := check_text(rendered.pdf, document, without_styles=SIGNATURE_BLOCK):
        raise Hindered([finding("text_differs", outcome="refuse", difference=each) for each in differences[:3]])
    if missing := [box.field for box in plan_.boxes if box.field not in rendered.placements]:
        raise Hindered([finding("no_place", outcome="refuse", fields=", ".join(missing))])
    # When it is done, not when it was asked for: the authority's certificates may be younger than the request.
    with files.draft() as draft:
        draft.write(rendered.pdf)
        signatures.certify(draft, credential=authority.platform)
        file = files.keep(draft)
    places = {field: [page, *rectangle] for field, (page, rectangle) in rendered.placements.items()}
    return Frozen(file, rendered.pages, places)


def _drawn(document: blocks.Document, plan_: Plan, fonts: Fonts) -> Rendered:
    options = Options(
        decoration=Decoration(
            reference=plan_.reference,
            languages=plan_.languages,
            code=plan_.address,
            captions=(plan_.code,),
            demonstration=DEMONSTRATION if plan_.demonstration else None,
        ),
        metadata=Metadata(
            title=plan_.title,
            author=plan_.institution,
            reference=plan_.reference,
            languages=plan_.languages,
            created=plan_.frozen_at,
        ),
        without_styles=SIGNATURE_BLOCK,
        appendices=(signature_page(plan_.boxes, languages=plan_.languages),),
    )
    return render(document, fonts=fonts, options=options)


def _box(slot: Slot, languages: tuple[str, ...]) -> SlotBox:
    is_witness = slot.kind == "witness"
    return SlotBox(
        field=slot.field,
        kind=slot.kind,  # type: ignore[arg-type]
        as_shown=slot.as_shown,
        languages=languages,
        party=slot.as_shown.get("organisation", {}),
        side="own" if slot.party is not None and slot.party.own else "partner",
        capacity=statements.called(slot.capacity, slot.presence, slot.whom, languages) if is_witness else {},
        statement=slot.statement if is_witness else {},
        member=is_witness and slot.party_id is not None,
    )


def _joined(names: dict[str, str], languages: Sequence[str]) -> str:
    """A name in all the document's languages: "Memorandum of Understanding / 合作备忘录"."""
    return " / ".join(dict.fromkeys(names[language] for language in languages if names.get(language)))
