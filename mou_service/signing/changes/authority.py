"""Authority at the table: asked again when somebody signs, and overridden only by two people with a reason.

An authority that ended meanwhile does not stop a signing in front of guests: what the register says of a day is often
late, and the party can confirm afterwards what was signed for it. The organiser and the owner are told at once. An
authority that was withdrawn stops it: then the party itself has said that this person does not bind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from mou_service.agreements import authority, permissions
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement, Party
from mou_service.agreements.states import LABELS, State
from mou_service.core import events
from mou_service.core.actors import SERVICE, Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Refused, Stale
from mou_service.partners import authority as register
from mou_service.partners.authority import Lack
from mou_service.partners.models import Position, SigningAuthority

from ..models import AuthorityOverride, Slot


@dataclass(frozen=True)
class Overridden:
    """That two people overrode what the register lacked, for whoever tells it afterwards."""

    #: (name per language, what was lacking), to be told with partners/authority_words.in_short
    people: Sequence[tuple[Mapping[str, str], Lack]]
    reason: str
    asked_by: str
    asked_at: datetime
    confirmed_by: str
    confirmed_at: datetime
    note: str


def overrides(agreement: Agreement) -> list[Overridden]:
    """The overrides that hold for the text and the signatories of this agreement, oldest first."""
    return [
        Overridden(
            people=[(each["name"], Lack(each["position"], each["code"], each)) for each in found.lacks], reason=found.reason,
            asked_by=found.asked_by.name, asked_at=found.asked_at, confirmed_by=found.decided_by.name,
            confirmed_at=found.decided_at, note=found.note,
        )
        for found in agreement.authority_overrides
        if found.decision == "confirmed" and found.decided_by and found.decided_at and authority.fits(found)
    ]  # fmt: skip


def ask_refusals(actor: Actor, agreement: Agreement) -> list[str]:
    """Why this person cannot ask for an override now; empty when they can."""
    if reasons := permissions.refusals("arrange_signing", actor, agreement):
        return reasons
    if agreement.state not in authority.WHEN:
        return [_("An override can be asked for once the text is before the leader; it stands at “%(state)s”.",
                  state=LABELS[State(agreement.state)])]  # fmt: skip
    if not authority.open_lacks(agreement):
        return [_("Nothing is lacking, so there is nothing to override.")]
    if authority.waiting(agreement):
        return [_("An override was asked for already; it waits for the second person.")]
    return []


def ask(agreement: Agreement, *, actor: Actor, reason: str) -> AuthorityOverride:
    """Ask for what is lacking to be overridden; nothing holds until a second person confirms it."""
    agreements.hold(agreement)
    if reasons := ask_refusals(actor, agreement):
        raise Refused(*reasons)
    assert actor.user_id is not None and agreement.version is not None, (
        "who arranges has an account, and there is a text"
    )
    posts = authority.positions(agreement)
    made = AuthorityOverride(
        agreement=agreement, version=agreement.version, signatories=authority.signing(agreement),
        lacks=[_kept(each, posts[each.position_id]) for each in authority.lacks(agreement)], reason=reason,
        asked_by_id=actor.user_id, decision="", note="",
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _record("override.ask", made, actor=actor)
    return made


def decide_refusals(actor: Actor, agreement: Agreement) -> list[str]:
    """Why this person is not the second one who decides; empty when they are."""
    if reasons := permissions.refusals("confirm_override", actor, agreement):
        return reasons
    asked = authority.waiting(agreement)
    if asked is None:
        return [
            _("No override waits for a decision: nothing is lacking any more, or text or signatories changed since.")
        ]
    if actor.user_id == asked.asked_by_id:
        return [_("Whoever asked for the override does not confirm it; a second person does.")]
    if _is_about_themselves(actor, asked):
        return [_("The override is about your own authority; somebody else confirms it.")]
    return []


def confirm(agreement: Agreement, *, actor: Actor, seen: int, note: str = "") -> None:
    """Take the lack on oneself as the second person. `seen` is the number of the override that was read."""
    decided = _decided(agreement, "confirmed", actor=actor, seen=seen, note=note)
    _record("override.confirm", decided, actor=actor, **_history(decided))


def refuse(agreement: Agreement, *, actor: Actor, seen: int, reason: str) -> None:
    """Do not let it pass; who asked is told why."""
    decided = _decided(agreement, "refused", actor=actor, seen=seen, note=reason)
    _record("override.refuse", decided, actor=actor, **_history(decided))


def _decided(agreement: Agreement, decision: str, *, actor: Actor, seen: int, note: str) -> AuthorityOverride:
    if reasons := decide_refusals(actor, agreement):
        raise Refused(*reasons)
    asked = authority.waiting(agreement)
    assert asked is not None, "decide_refusals has looked"
    if asked.id != seen:
        raise Refused(_("Another override was asked for meanwhile. Read that one first."))
    db.session.refresh(asked, with_for_update=True)
    if asked.decision:
        raise Stale(_("Somebody else decided on it this moment."))
    asked.decision, asked.note = decision, note
    asked.decided_by_id, asked.decided_at = actor.user_id, now()
    db.session.flush()
    return asked


def _record(event: str, override: AuthorityOverride, *, actor: Actor, **facts: Any) -> None:
    events.record(
        event, actor=actor, stream=override.agreement.stream, override=override.id, version=override.version.number,
        signatories=override.signatories, lacks=override.lacks, reason=override.reason, **facts,
    )  # fmt: skip


def _history(override: AuthorityOverride) -> dict[str, Any]:
    return {
        "note": override.note, "asked_by": override.asked_by.name, "asked_at": override.asked_at.isoformat()
    }  # fmt: skip


# While it is on its way


def warn_of_withdrawal(position_id: int, *, cause: int, reason: str) -> None:
    """Tell owners and organisers of what this person was to sign and now cannot; once for each agreement and cause."""
    for agreement in _on_their_way(position_id):
        lost = any(each.position_id == position_id for each in authority.open_lacks(agreement))
        told = any(each.facts.get("cause") == cause for each in events.trail(agreement.stream))
        if lost and not told:
            called = authority.positions(agreement)[position_id].person.called()
            events.record(
                "signatory.lose_authority", actor=SERVICE, stream=agreement.stream, cause=cause, reason=reason,
                called=called,
            )  # fmt: skip


def _on_their_way(position_id: int) -> Sequence[Agreement]:
    signs = Agreement.parties.any(Party.signatories.any(position_id=position_id))
    states = [State.TEXT_AGREED, *authority.WHEN]
    return db.session.scalars(
        sa.select(Agreement).where(signs, Agreement.state.in_(states)).order_by(Agreement.id)
    ).all()


# At the table


def stop(slot: Slot) -> list[str]:
    """Why the person must not sign although it is their turn: the organisation withdrew the authority."""
    if not any(each.code == "withdrawn" for each in lacking(slot)):
        return []
    return [
        _(
            "The authority to sign was withdrawn in the meantime, so nobody can sign here. The organiser knows what can be done."
        )
    ]


def lacking(slot: Slot) -> list[Lack]:
    """What is lacking today for the one who signs here, or whose power is used here, and was not overridden."""
    holder = _holder(slot)
    if holder is None or slot.kind != "signatory":
        return []
    return [each for each in authority.open_lacks(slot.package.agreement) if each.position_id == holder.id]


def shown(slot: Slot) -> dict[str, Any]:
    """On what authority the person signs, as the evidence of the act keeps it."""
    holder = _holder(slot)
    if holder is None or slot.party is None or slot.kind != "signatory":
        return {}
    entries = register.usable(holder, authority.need(slot.party))
    allowed = authority.override(slot.package.agreement)
    taken_on = allowed is not None and any(number == holder.id for number, _code in authority.keys(allowed.lacks))
    return {"entries": [_entry(each) for each in entries], "override": allowed.id if allowed and taken_on else None}


def warn(slot: Slot) -> None:
    """Tell owner and organisers, also the one whose table it is, that somebody signed whose authority had ended."""
    for each in lacking(slot):
        events.record(
            "slot.lapse", actor=SERVICE, stream=slot.package.agreement.stream, package=slot.package_id, slot=slot.id,
            field=slot.field, person=slot.as_shown.get("name", {}).get("en", ""), lack=each.code, **each.facts,
        )  # fmt: skip


def _holder(slot: Slot) -> Position | None:
    """Whose authority it is: a power of attorney passes its exercise on, not the authority itself."""
    return slot.delegation.position if slot.delegation is not None else slot.position


def _entry(entry: SigningAuthority) -> dict[str, Any]:
    return {
        "authority": entry.id, "mode": entry.mode, "basis": entry.basis, "source": entry.source,
        "evidence": entry.evidence, "checked": entry.checked_by.name if entry.checked_by else None,
    }  # fmt: skip


def _kept(lack: Lack, position: Position) -> dict[str, Any]:
    return {
        "position": lack.position_id, "code": lack.code, "name": position.person.called(),
        "organisation": position.organisation.called(), **lack.facts,
    }  # fmt: skip


def _is_about_themselves(actor: Actor, asked: AuthorityOverride) -> bool:
    posts = authority.positions(asked.agreement)
    lacking_ = {posts[number].person.email.casefold() for number, _code in authority.keys(asked.lacks)} - {""}
    return actor.label.rpartition("<")[2].removesuffix(">").casefold() in lacking_
