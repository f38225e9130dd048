"""Who gets a place to sign in the file that is made: signatories or who holds their power, witnesses, the seal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mou_service.agreements.models import Agreement, Party, Signatory
from mou_service.documents.findings import Finding
from mou_service.documents.pdf.fonts import Fonts

from .. import order as turns
from .. import statements, wording
from ..models import Delegation, Slot, Witness


def of(agreement: Agreement, *, order: str) -> list[Slot]:
    """A new slot for everybody who marks the file, with ranks for this order of signing."""
    signing = [(party, each) for party in agreement.parties for each in party.signatories]
    given = turns.ranks([party.own for party, _each in signing], order=order)
    powers = {each.position_id: each for each in confirmed_powers(agreement)}
    slots = [
        _signatory(party, each, power=powers.get(each.position_id), rank=rank, number=number)
        for number, ((party, each), rank) in enumerate(zip(signing, given, strict=True), 1)
    ]
    last = max(given)
    places = {each.id: slot for (_party, each), slot in zip(signing, slots, strict=True)}
    witnesses = [
        _witness(witness, places.get(witness.of_id or 0), agreement=agreement, last=last, number=number)
        for number, witness in enumerate(agreement.witnesses, 1)
    ]
    own = agreement.own_party
    names = own.organisation.called()
    shown = {"name": names, "title": {}, "organisation": names}
    return [*slots, *witnesses, Slot(kind="seal", rank=last + 2, field="Seal", party_id=own.id, as_shown=shown)]


def confirmed_powers(agreement: Agreement) -> Sequence[Delegation]:
    """The powers of attorney that count for the agreement, the newest for each signatory."""
    signing = {each.position_id for party in agreement.parties for each in party.signatories}
    return [each for each in agreement.delegations if each.state == "confirmed" and each.position_id in signing]


def undrawable(agreement: Agreement, *, fonts: Fonts) -> list[Finding]:
    """The characters of names, titles and statements that no font shows; the freeze is refused for them."""
    if not all(party.signatories for party in agreement.parties):
        return []
    return unknown(of(agreement, order="listed"), fonts=fonts)


def unknown(slots: Sequence[Slot], *, fonts: Fonts) -> list[Finding]:
    """The characters on these slots that no font shows."""
    shown = [text for slot in slots for texts in slot.as_shown.values() for text in texts.values()]
    stated = [text for slot in slots for text in (slot.statement or {}).values()]
    found = {each.character: each for text in (*shown, *stated) for each in fonts.unknown(text)}
    return [each.finding() for each in found.values()]


def _signatory(party: Party, signatory: Signatory, *, power: Delegation | None, rank: int, number: int) -> Slot:
    shown: Mapping[str, Mapping[str, str]] = signatory.as_shown
    position_id = signatory.position_id
    if power is not None:
        assert power.delegate_id is not None, "a power that counts has its person in the register"
        shown = {
            **power.as_shown,
            "organisation": signatory.as_shown.get("organisation", {}),
            "instead_of": wording.instead_of(signatory.as_shown),
        }
        position_id = power.delegate_id
    return Slot(
        kind="signatory", rank=rank, field=f"Signatory{number}", party_id=party.id, position_id=position_id,
        as_shown=dict(shown), delegation_id=power.id if power else None,
    )  # fmt: skip


def _witness(witness: Witness, of: Slot | None, *, agreement: Agreement, last: int, number: int) -> Slot:
    """Beside the one they witness, else behind all; the usual words name whoever really signs there."""
    whom = of.as_shown.get("name", {}) if of is not None else {}
    usual = statements.usual(witness.capacity, witness.presence, whom, agreement.languages)
    return Slot(
        kind="witness", rank=of.rank if of is not None else last + 1, field=f"Witness{number}", of=of,
        position_id=witness.position_id, party_id=_belongs_to(agreement.parties, witness.position.organisation_id),
        as_shown=witness.as_shown, capacity=witness.capacity, presence=witness.presence, identity=witness.identity,
        statement=dict(witness.statement) or usual,
    )  # fmt: skip


def _belongs_to(parties: Sequence[Party], organisation_id: int) -> int | None:
    return next((party.id for party in parties if party.organisation_id == organisation_id), None)
