"""Witness certificates: made for everybody who witnessed, corrected by a further edition, found by code or by file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from mou_service.agreements import permissions
from mou_service.agreements.models import Agreement
from mou_service.ceremonies import queries as ceremonies
from mou_service.ceremonies.models import Ceremony
from mou_service.core import events, ids
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Missing, Refused, Stale
from mou_service.core.ports import FileStore
from mou_service.documents.findings import Hindered
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.witness_sheet import WitnessFacts, witness_certificate
from mou_service.signing import queries as signing
from mou_service.signing import wording
from mou_service.signing.models import Package, Slot
from mou_service.trust import sign as signatures
from mou_service.trust.authority import Authority

from . import witness_facts
from .addresses import Policy
from .certificate import showable
from .models import WitnessCertificate
from .witness_facts import Correction, Edition

#: What a correction may change; the institution they came from is a fact of the register, not a slip of the pen.
CORRECTED = ("name", "title")


@dataclass(frozen=True)
class Maker:
    """What making a certificate needs from outside."""

    files: FileStore
    fonts: Fonts
    authority: Authority
    public_url: str
    issuer: Mapping[str, str]
    #: The institution's time zone.
    zone: str
    #: How much of an address a certificate tells.
    addresses: Policy


@dataclass(frozen=True)
class Draft:
    """A certificate that is planned: whose, and what it will say."""

    slot_id: int
    edition: Edition
    facts: WitnessFacts


def missing(agreement: Agreement, maker: Maker) -> list[Draft]:
    """The certificates still to be made: one for each witness who witnessed the signing that counts."""
    made = {each.slot_id for each in of_agreement(agreement)}
    slots = [slot for slot in _witnesses(agreement) if slot.id not in made]
    return [_draft(slot, Edition(1, ids.code(), slot.as_shown), maker) for slot in slots]


def draw(draft: Draft, maker: Maker) -> str:
    """The certificate as PDF/A, sealed invisibly by the institution; gives the key of the file."""
    reason = f"Witness certificate {draft.facts.number}, edition {draft.edition.number}"
    shown: WitnessFacts = showable(draft.facts, maker.fonts)
    drawn = witness_certificate(shown, maker.fonts)
    return maker.files.put(signatures.certify(drawn, credential=maker.authority.seal, reason=reason).pdf)


def keep(draft: Draft, file: str, *, actor: Actor) -> WitnessCertificate:
    """Write the edition down; one that is there already stays as it is."""
    found = db.session.scalar(
        sa.select(WitnessCertificate).where(
            WitnessCertificate.slot_id == draft.slot_id, WitnessCertificate.edition == draft.edition.number
        )
    )
    if found is not None:
        return found
    slot = db.session.get_one(Slot, draft.slot_id)
    correction = draft.edition.correction
    made = WitnessCertificate(
        slot=slot, edition=draft.edition.number, code=draft.edition.code, file=file,
        as_shown=dict(draft.edition.as_shown), reason=correction.reason if correction else "",
        corrected_by=correction.by if correction else "",
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    events.record(
        "witness.correct" if correction else "witness.certify", actor=actor, stream=slot.package.agreement.stream,
        slot=slot.id, person=wording.shown(made.as_shown.get("name", {}), "en"), edition=made.edition, file=file,
        reason=made.reason,
        changed=witness_facts.changes(correction.before, made.as_shown, "en") if correction else "",
    )  # fmt: skip
    return made


def correct(
    before: WitnessCertificate, changed: Mapping[str, Mapping[str, str]], *, reason: str, actor: Actor, maker: Maker
) -> WitnessCertificate:
    """Issue the next edition with a name or title spelt rightly. The signed file stays, and so do the editions before.

    Raises `Refused`, `Stale` when there is a later edition than `before`, `Invalid` when nothing would change or the
    name is gone, `Hindered` for what no font shows.
    """
    slot = before.slot
    if reasons := permissions.refusals("correct_witness", actor, slot.package.agreement):
        raise Refused(*reasons)
    signing.locked(slot.package_id)  # of two who correct at once the second sees what the first did
    if newest(slot) is not before:
        raise Stale(_("There is a later edition of this certificate. Look at it before you correct anything."))
    as_shown = {**before.as_shown, **{key: _given(changed.get(key, {})) for key in CORRECTED if key in changed}}
    if not as_shown["name"]:
        raise Invalid({"name_en": _("Please give the name.")})
    if as_shown == before.as_shown:
        raise Invalid({"name_en": _("Nothing differs from the edition that is there. Correct the name or the title.")})
    texts = [reason, *(text for key in CORRECTED for text in as_shown[key].values())]
    if unknown := [each.finding() for text in texts for each in maker.fonts.unknown(text)]:
        raise Hindered(unknown)
    correction = Correction(before.as_shown, reason, by=actor.label.partition(" <")[0], at=now())
    draft = _draft(slot, Edition(before.edition + 1, ids.code(), as_shown, correction), maker)
    return keep(draft, draw(draft, maker), actor=actor)


def of_agreement(agreement: Agreement) -> Sequence[WitnessCertificate]:
    """Every edition of every certificate about the signing that counts, in the order of the witnesses."""
    if agreement.package is None:
        return []
    query = (
        sa.select(WitnessCertificate)
        .join(Slot, WitnessCertificate.slot_id == Slot.id)
        .where(Slot.package_id == agreement.package.id)
        .order_by(Slot.field, WitnessCertificate.edition)
    )
    return db.session.scalars(query).all()


def newest_of(agreement: Agreement) -> list[WitnessCertificate]:
    """The edition that counts of each certificate."""
    return list({each.slot_id: each for each in of_agreement(agreement)}.values())


def newest(slot: Slot) -> WitnessCertificate | None:
    """The edition that counts; None while there is none."""
    query = sa.select(WitnessCertificate).where(WitnessCertificate.slot_id == slot.id)
    return db.session.scalar(query.order_by(WitnessCertificate.edition.desc()).limit(1))


def of_number(agreement: Agreement, certificate_id: int) -> WitnessCertificate:
    """A certificate about this agreement; raises `Missing` for any other."""
    found = next((each for each in of_agreement(agreement) if each.id == certificate_id), None)
    if found is None:
        raise Missing(f"certificate {certificate_id}")
    return found


def by_code(typed: str) -> WitnessCertificate | None:
    """The edition a printed code leads to."""
    return db.session.scalar(sa.select(WitnessCertificate).where(WitnessCertificate.code == ids.ungrouped(typed)))


def by_bytes(content: bytes) -> WitnessCertificate | None:
    """The edition with these very bytes."""
    sha256 = hashlib.sha256(content).hexdigest()
    return db.session.scalar(sa.select(WitnessCertificate).where(WitnessCertificate.file == sha256))


def described(content: bytes) -> dict[str, Any] | None:
    """Which certificate and edition these bytes are, as plain data; None for any other file."""
    found = by_bytes(content)
    last = newest(found.slot) if found else None
    if found is None or last is None:
        return None
    return {
        "number": witness_facts.number(found.slot),
        "edition": found.edition,
        "newest": last.edition,
        "reference": found.slot.package.agreement.ref,
    }


def all_files() -> Iterator[tuple[str, str]]:
    """(reference of the agreement, key) of every edition ever made."""
    query = (
        sa.select(Agreement.ref, WitnessCertificate.file)
        .join(Slot, WitnessCertificate.slot_id == Slot.id)
        .join(Package, Slot.package_id == Package.id)
        .join(Agreement, Package.agreement_id == Agreement.id)
        .order_by(WitnessCertificate.id)
    )
    yield from ((ref, file) for ref, file in db.session.execute(query))


def _witnesses(agreement: Agreement) -> list[Slot]:
    slots = agreement.package.slots if agreement.package else []
    return [slot for slot in slots if slot.kind == "witness" and slot.state == "signed"]


def _draft(slot: Slot, edition: Edition, maker: Maker) -> Draft:
    facts = witness_facts.facts(
        slot, edition, ceremony=_ceremony(slot), public_url=maker.public_url, issuer=maker.issuer, zone=maker.zone,
        addresses=maker.addresses,
    )  # fmt: skip
    return Draft(slot.id, edition, facts)


def _ceremony(slot: Slot) -> Ceremony | None:
    """The ceremony during which the witness signed at its table; its place is then where it happened."""
    found = ceremonies.ceremony_of(slot.package.agreement)
    if found is None or found.opened_at is None or slot.signed_at is None or slot.method != "table":
        return None
    during = found.opened_at <= slot.signed_at <= (found.closed_at or slot.signed_at)
    return found if during else None


def _given(texts: Mapping[str, Any]) -> dict[str, str]:
    return {language: text.strip() for language, text in texts.items() if text and text.strip()}
