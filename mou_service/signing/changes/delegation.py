"""Somebody else signs for a signatory, by a power of attorney: asked for, looked at by the organiser, and then on paper.

The authority to sign stays the signatory's; the power passes on its exercise for this one agreement. Because the names
of all who sign stand in the file that everybody signs, a power counts only for a file that nobody has marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from mou_service.agreements import permissions
from mou_service.agreements.models import Agreement, Signatory
from mou_service.agreements.states import State
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Missing, Refused
from mou_service.core.ports import FileStore
from mou_service.documents.pdf.fonts import Fonts
from mou_service.partners.evidence import Evidence
from mou_service.partners.models import Position

from .. import queries, wording
from ..models import Delegation, Package, Slot
from ..witnesses import candidates
from ..witnesses import operations as witnesses
from . import replacing

#: A power is of no use once the text is signed, or given up.
_TOO_LATE = (State.EXECUTED, State.ARCHIVED, State.WITHDRAWN)


@dataclass(frozen=True)
class Holder:
    """Who is to sign instead, as it is to stand on paper."""

    names: Mapping[str, str]
    titles: Mapping[str, str]
    email: str = ""
    #: The post they have in the register already, if any.
    position: Position | None = field(default=None, compare=False)

    def as_shown(self) -> dict[str, Any]:
        return {
            "name": {language: text for language, text in self.names.items() if text},
            "title": {language: text for language, text in self.titles.items() if text},
        }


def get(agreement: Agreement, number: int) -> Delegation:
    """A power of attorney of this agreement; raises `Missing` for any other."""
    found = db.session.get(Delegation, number)
    if found is None or found.agreement_id != agreement.id:
        raise Missing(f"delegation {number}")
    return found


def of(agreement: Agreement) -> list[Delegation]:
    """Every power of attorney that was ever sent for the agreement, oldest first."""
    return list(agreement.delegations)


def open_for(agreement: Agreement, position_id: int | None) -> Delegation | None:
    """The power of this signatory that is asked for or confirmed, if there is one."""
    return next((d for d in of(agreement) if d.position_id == position_id and d.state in ("asked", "confirmed")), None)


def ask_refusals(slot: Slot) -> list[str]:
    """Why the person of this place cannot name somebody who signs instead; empty when they can."""
    if slot.kind != "signatory" or slot.state != "waiting":
        return [_("Only a signatory who has not signed can name somebody who signs instead.")]
    if slot.delegation_id is not None:
        return [_("Who signs by a power of attorney cannot pass it on.")]
    if slot.package.voided_at is not None or slot.package.state not in ("preparing", "open"):
        return [_("This signing no longer counts.")]
    if open_for(slot.package.agreement, slot.position_id) is not None:
        return [_("A power of attorney was sent already; the organiser looks at it.")]
    return []


def ask(slot: Slot, *, actor: Actor, holder: Holder, paper: Evidence, reason: str, files: FileStore) -> Delegation:
    """Name who is to sign instead, and hand in the power of attorney; nothing changes until the organiser confirms it."""
    queries.held(slot.package.agreement)
    if reasons := ask_refusals(slot):
        raise Refused(*reasons)
    return _asked(slot.package.agreement, replacing.signatory_of(slot), actor, holder, paper, reason, files)


def enter(
    signatory: Signatory, *, actor: Actor, holder: Holder, paper: Evidence, reason: str, files: FileStore
) -> Delegation:
    """The same by the organiser, at any time before everybody has signed."""
    agreement = signatory.party.agreement
    queries.held(agreement)
    if reasons := permissions.refusals("arrange_signing", actor, agreement):
        raise Refused(*reasons)
    if agreement.state in _TOO_LATE:
        raise Refused(_("It is too late for a power of attorney."))
    if open_for(agreement, signatory.position_id) is not None:
        raise Refused(_("There is a power of attorney of this signatory already; refuse or end it first."))
    return _asked(agreement, signatory, actor, holder, paper, reason, files)


def _asked(
    agreement: Agreement, signatory: Signatory, actor: Actor, holder: Holder, paper: Evidence, reason: str,
    files: FileStore,
) -> Delegation:  # fmt: skip
    made = Delegation(
        agreement=agreement, position=signatory.position, as_shown=holder.as_shown(), email=holder.email, reason=reason,
        document=files.put(paper.content), document_name=paper.name, document_type=paper.media_type,
        asked_by=actor.label, delegate=holder.position,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _record("delegation.ask", made, actor=actor, reason=reason)
    return made


def confirm_refusals(delegation: Delegation, *, actor: Actor) -> list[str]:
    """Why the power cannot take effect now; empty when it can."""
    agreement = delegation.agreement
    if reasons := permissions.refusals("arrange_signing", actor, agreement):
        return reasons
    if delegation.state != "asked":
        return [_("This power of attorney was decided on already.")]
    if agreement.state in _TOO_LATE:
        return [_("It is too late for a power of attorney.")]
    if signatory_of(delegation) is None:
        return [_("The person who gave it no longer signs this agreement.")]
    return replacing.unmakeable(agreement.package) if agreement.package else []


def confirm(delegation: Delegation, *, actor: Actor, holder: Holder, fonts: Fonts) -> None:
    """Let the power take effect, with the holder's name as it is to stand on paper; the file is made anew if there is one.

    Raises `Refused` once somebody has marked the file, `Invalid` when the holder signs or witnesses already.
    """
    agreement = delegation.agreement
    package = _alone(delegation)
    if reasons := confirm_refusals(delegation, actor=actor):
        raise Refused(*reasons)
    position = holder.position or _entered(delegation, holder, actor=actor)
    if replacing.takes_part(agreement, position):
        raise Invalid({"position": _("This person signs or witnesses this agreement already.")})
    delegation.as_shown, delegation.email, delegation.delegate = holder.as_shown(), holder.email, position
    _decide(delegation, "confirmed", actor=actor)
    witnesses.refuse_conflicts(agreement)
    _record("delegation.confirm", delegation, actor=actor)
    if package is not None:
        told = _("%(name)s signs by power of attorney.", name=wording.shown(delegation.as_shown["name"], "en"))
        replacing.remake(package, actor=actor, reason=told, fonts=fonts)


def refuse(delegation: Delegation, *, actor: Actor, reason: str) -> None:
    """Do not accept the power; the signatory is told and signs in person."""
    _alone(delegation)
    if reasons := permissions.refusals("arrange_signing", actor, delegation.agreement):
        raise Refused(*reasons)
    if delegation.state != "asked":
        raise Refused(_("This power of attorney was decided on already."))
    _decide(delegation, "refused", actor=actor, answer=reason)
    _record("delegation.refuse", delegation, actor=actor, reason=reason)


def end(delegation: Delegation, *, actor: Actor, reason: str, fonts: Fonts) -> None:
    """The signatory signs in person after all; the file is made anew while nobody has marked it."""
    package = _alone(delegation)
    if reasons := end_refusals(delegation, actor=actor):
        raise Refused(*reasons)
    _decide(delegation, "ended", actor=actor, answer=reason)
    _record("delegation.end", delegation, actor=actor, reason=reason)
    if package is not None:
        replacing.remake(package, actor=actor, reason=reason, fonts=fonts)


def end_refusals(delegation: Delegation, *, actor: Actor) -> list[str]:
    """Why a confirmed power cannot be ended now; empty when it can."""
    agreement = delegation.agreement
    if reasons := permissions.refusals("arrange_signing", actor, agreement):
        return reasons
    if delegation.state != "confirmed" or agreement.state in _TOO_LATE:
        return [_("This power of attorney no longer counts, or was used.")]
    return replacing.unmakeable(agreement.package) if agreement.package else []


def signatory_of(delegation: Delegation) -> Signatory | None:
    """Who gave the power, as far as they still sign the agreement."""
    signing = (each for party in delegation.agreement.parties for each in party.signatories)
    return next((each for each in signing if each.position_id == delegation.position_id), None)


def evidence(delegation: Delegation | None) -> dict[str, Any]:
    """What an act keeps of the power it was done by."""
    if delegation is None:
        return {}
    return {
        "for": _name(delegation.position.as_shown()), "document": delegation.document,
        "asked_by": delegation.asked_by, "confirmed_by": delegation.decided_by,
        "confirmed_at": delegation.decided_at.isoformat() if delegation.decided_at else "",
    }  # fmt: skip


def _alone(delegation: Delegation) -> Package | None:
    """Of two who decide on it at once the second sees what the first did; gives the package that counts, locked."""
    package = queries.held(delegation.agreement)
    db.session.refresh(delegation, with_for_update=True)
    return package


def _entered(delegation: Delegation, holder: Holder, *, actor: Actor) -> Position:
    return candidates.enter(
        actor=actor, organisation_id=delegation.position.organisation_id, names=holder.names, titles=holder.titles,
        email=holder.email,
    )  # fmt: skip


def _decide(delegation: Delegation, state: str, *, actor: Actor, answer: str = "") -> None:
    delegation.state, delegation.answer = state, answer
    delegation.decided_by, delegation.decided_at = actor.label, now()
    db.session.flush()


def _record(name: str, delegation: Delegation, *, actor: Actor, **more: Any) -> None:
    events.record(
        name, actor=actor, stream=delegation.agreement.stream, delegation=delegation.id,
        person=_name(delegation.position.as_shown()), holder=_name(delegation.as_shown), document=delegation.document,
        **more,
    )  # fmt: skip


def _name(as_shown: Mapping[str, Any]) -> str:
    return wording.shown(as_shown.get("name", {}), "en")
