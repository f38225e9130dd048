"""Another person in the place of a signatory or witness: while nobody has marked the file, a new one is made at once.

The approved text stays what it was. A file that somebody has signed is never made anew: its signatures would be lost
without a word, so that signing has to be voided where everybody sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from mou_service.agreements import permissions, rules
from mou_service.agreements.models import Agreement, Signatory
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.core.ports import FileStore
from mou_service.documents.findings import Hindered
from mou_service.documents.pdf.fonts import Fonts
from mou_service.drafting.drawing.parts import words_of
from mou_service.partners import queries as partners
from mou_service.partners.models import Person, Position

from .. import links, queries, wording
from ..making import freezing, places
from ..models import Delegation, Package, Slot, Witness
from ..witnesses import operations as witnesses
from . import naming


def refusals(slot: Slot, *, actor: Actor) -> list[str]:
    """Why nobody else can take this place now; empty when somebody can."""
    package = slot.package
    if reasons := permissions.refusals("arrange_signing", actor, package.agreement):
        return reasons
    if slot.kind == "seal":
        return [_("The seal is the institution's own.")]
    return unmakeable(package)


def unmakeable(package: Package) -> list[str]:
    """Why the file of this package cannot be made anew; empty when it can."""
    if package.voided_at is not None:
        return [_("This signing no longer counts.")]
    if marked := [slot for slot in package.slots if slot.state == "signed"]:
        names = wording.told(marked)
        return [
            _("%(names)s signed this file already, and the names of all who sign stand in it.", names=names),
            _("Void this signing, with the reason: the agreement is approved again, the other person can be named, and "
              "everybody signs the new file."),
        ]  # fmt: skip
    if package.state not in ("preparing", "open"):
        return [_("Everybody has signed; the document is being sealed.")]
    return []


def mentions(slot: Slot, *, files: FileStore) -> list[naming.Mention]:
    """Where the approved text or an annex names the person of this place; the lines to sign on do not count."""
    agreement, version = slot.package.agreement, slot.package.version
    held = _holder(slot)
    names = {*slot.as_shown.get("name", {}).values(), *held.as_shown.get("name", {}).values()}
    return [
        mention
        for said in words_of(version, agreement.annexes, files)
        for mention in naming.mentions(said, names, without_styles=freezing.SIGNATURE_BLOCK)
    ]


def replace(
    slot: Slot, *, actor: Actor, position: Position, reason: str, files: FileStore, fonts: Fonts,
    as_shown: Mapping[str, Any] | None = None,
) -> Package:  # fmt: skip
    """Put another person into the place, and have the file made anew; who was asked before is told.

    Raises `Refused` once the file bears a mark, when the text names the person, or when the new one may not sign;
    `Invalid` when the person does not fit the place.
    """
    before = queries.locked(slot.package_id)
    if reasons := refusals(slot, actor=actor):
        raise Refused(*reasons)
    agreement, holder = before.agreement, _holder(slot)
    _check_person(slot, position, holder)
    if found := mentions(slot, files=files):
        raise Refused(*named(slot, found))
    was, given = (holder.position, holder.as_shown), _powers_of(holder)
    holder.position, holder.as_shown = position, dict(as_shown or position.as_shown())
    if slot.kind == "signatory" and not rules.authority_holds.holds(actor, agreement):
        lacking = rules.authority_holds.words(agreement)
        holder.position, holder.as_shown = was
        raise Refused(*lacking)
    for power in given:
        power.state, power.answer, power.decided_by, power.decided_at = "ended", reason, actor.label, now()
    db.session.flush()
    witnesses.refuse_conflicts(agreement)
    events.record(
        "slot.replace", actor=actor, stream=agreement.stream, package=before.id, slot=slot.id, field=slot.field,
        kind=slot.kind, person=_name(slot.as_shown), now_person=_name(holder.as_shown), reason=reason,
    )  # fmt: skip
    return remake(before, actor=actor, reason=reason, fonts=fonts)


def named(slot: Slot, found: list[naming.Mention]) -> list[str]:
    """That the text names the person, where, and what to do about it."""
    name = wording.told([slot])
    return [
        _("The approved text names %(name)s, and an approved text is not changed behind anybody's back.", name=name),
        *(_("“%(words)s” (%(under)s)", words=each.words, under=each.under or _("at the beginning")) for each in found),
        _("Void this signing, choose “Change the text”, name the other person there, and have the text approved again."),
    ]  # fmt: skip


def remake(package: Package, *, actor: Actor, reason: str, fonts: Fonts) -> Package:
    """End the package and put another in its place, with the people as they are now; a job makes its file.

    The caller holds the package's lock and has asked `unmakeable`. Never do two packages of an agreement count.
    """
    agreement = package.agreement
    end(package, ending="replaced", reason=reason)
    db.session.flush()
    slots = places.of(agreement, order=package.order)
    if unknown := places.unknown(slots, fonts=fonts):
        raise Hindered(unknown)
    made = Package(
        agreement=agreement, version=package.version, order=package.order, level_wanted=package.level_wanted,
        open_until=package.open_until, slots=slots,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    events.record(
        "package.remake", actor=actor, stream=agreement.stream, package=made.id, before=package.id, order=made.order,
        version=made.version.number, invites=queries.invites(package), reason=reason,
    )  # fmt: skip
    return made


def end(package: Package, *, ending: str, reason: str) -> None:
    """The package counts no longer, and none of its links leads to a place to sign."""
    package.voided_at, package.void_reason, package.ending = now(), reason, ending
    for link in (link for slot in package.slots for link in slot.links):
        links.revoke(link)


def signatory_of(slot: Slot) -> Signatory:
    """The signatory this place was made for, also when somebody else signs for them."""
    assert slot.party is not None, "a signatory signs for a party"
    position_id = slot.delegation.position_id if slot.delegation else slot.position_id
    return next(each for each in slot.party.signatories if each.position_id == position_id)


def _holder(slot: Slot) -> Signatory | Witness:
    if slot.kind == "signatory":
        return signatory_of(slot)
    return next(each for each in slot.package.agreement.witnesses if each.position_id == slot.position_id)


def _powers_of(holder: Signatory | Witness) -> list[Delegation]:
    """The powers of attorney that fall away with who gave them."""
    if not isinstance(holder, Signatory):
        return []
    given = holder.party.agreement.delegations
    return [each for each in given if each.position is holder.position and each.state in ("asked", "confirmed")]


def _check_person(slot: Slot, position: Position, holder: Signatory | Witness) -> None:
    agreement = slot.package.agreement
    if not position.holds_on(partners.today()):
        raise Invalid({"position": _("This person does not hold the post today.")})
    if slot.kind == "signatory" and slot.party and position.organisation_id != slot.party.organisation_id:
        raise Invalid({"position": _("Who signs for a party holds a post there.")})
    signs_too = slot.kind == "witness" and rules.signs(agreement, position.person)
    if signs_too or takes_part(agreement, position, without=holder):
        raise Invalid({"position": _("This person signs or witnesses this agreement already.")})
    if position.id == holder.position_id:
        raise Invalid({"position": _("This is the person who is there already.")})


def takes_part(agreement: Agreement, position: Position, *, without: Signatory | Witness | None = None) -> bool:
    """Whether somebody marks the agreement as signatory, for one, or as witness, under whichever entry of the register."""
    return any(rules.is_one(each, position.person) for each in _people(agreement, without=without))


def _people(agreement: Agreement, *, without: Signatory | Witness | None) -> list[Person]:
    signing: list[Signatory | Witness] = [s for party in agreement.parties for s in party.signatories]
    held = [each.position.person for each in (*signing, *agreement.witnesses) if each is not without]
    powers = places.confirmed_powers(agreement)
    return held + [each.delegate.person for each in powers if each.delegate is not None]


def _name(as_shown: Mapping[str, Any]) -> str:
    return wording.shown(as_shown.get("name", {}), "en")
