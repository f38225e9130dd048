"""Who is to witness the signing of an agreement: added, changed and taken out again before the freeze."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from mou_service.agreements import permissions
from mou_service.agreements.models import Agreement
from mou_service.agreements.states import State
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.partners.models import Position

from . import wording
from .models import Witness


def add(
    agreement: Agreement,
    *,
    actor: Actor,
    position: Position,
    capacity: str = "ceremonial",
    presence: str = "in_room",
    statement: Mapping[str, str] | None = None,
    as_shown: Mapping[str, Any] | None = None,
) -> Witness:
    """Make the person a witness; who is one already is only changed. Raises `Refused` or `Invalid` with the words."""
    _check(agreement, actor)
    _check_person(agreement, position)
    if capacity not in wording.CAPACITIES or presence not in wording.PRESENCES:
        raise Invalid({"capacity": _("Choose how the person witnesses, and from where.")})
    given = {language: text.strip() for language, text in (statement or {}).items() if text.strip()}
    values = {
        "capacity": capacity,
        "presence": presence,
        "statement": given or wording.default_statement(capacity, presence, agreement.languages),
        "as_shown": dict(as_shown or position.as_shown()),
    }
    known = next((w for w in agreement.witnesses if w.position.person_id == position.person_id), None)
    if known is None:
        rank = max((w.rank for w in agreement.witnesses), default=0) + 1
        known = Witness(agreement=agreement, position=position, rank=rank, **values)
        db.session.add(known)
    elif all(getattr(known, name) == value for name, value in values.items()) and known.position is position:
        return known
    else:
        known.position = position
        for name, value in values.items():
            setattr(known, name, value)
    db.session.flush()
    events.record(
        "witness.add", actor=actor, stream=agreement.stream, person=_name(known), capacity=capacity, presence=presence,
        statement=known.statement,
    )  # fmt: skip
    return known


def remove(witness: Witness, *, actor: Actor) -> None:
    """Take the person off the list of witnesses."""
    agreement = witness.agreement
    _check(agreement, actor)
    events.record("witness.remove", actor=actor, stream=agreement.stream, person=_name(witness))
    agreement.witnesses.remove(witness)
    db.session.delete(witness)
    db.session.flush()


def refusals(actor: Actor, agreement: Agreement) -> list[str]:
    """Why the list of witnesses cannot be changed now; empty when it can."""
    if reasons := permissions.refusals("arrange_signing", actor, agreement):
        return reasons
    if agreement.state in (State.SIGNING, State.EXECUTED, State.ARCHIVED):
        return [_("The text and the list of those who sign are closed. Void the signing to change them.")]
    if agreement.state == State.WITHDRAWN:
        return [_("The agreement was withdrawn.")]
    return []


def _check(agreement: Agreement, actor: Actor) -> None:
    if reasons := refusals(actor, agreement):
        raise Refused(*reasons)


def _check_person(agreement: Agreement, position: Position) -> None:
    signing = {s.position.person_id for party in agreement.parties for s in party.signatories}
    if position.person_id in signing:
        raise Invalid({"position": _("This person signs the agreement for a party and cannot witness it.")})


def _name(witness: Witness) -> str:
    return wording.shown(witness.as_shown.get("name", {}), "en")
