"""Finding ceremonies."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.agreements.models import Agreement
from mou_service.agreements.permissions import visible_to
from mou_service.agreements.states import State
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import Missing
from mou_service.core.ids import token_hash

from .models import Ceremony, CeremonyItem, Participant

_BEFORE_THE_FREEZE = (State.DRAFTING, State.IN_REVIEW, State.TEXT_AGREED, State.IN_APPROVAL, State.APPROVED)


def get(code: str) -> Ceremony:
    """The ceremony of a code; raises `Missing`."""
    found = db.session.scalar(sa.select(Ceremony).where(Ceremony.code == code))
    if found is None:
        raise Missing(code)
    return found


def of_screen(secret: str) -> Ceremony:
    """The ceremony a hall screen shows; raises `Missing` for an address that was replaced."""
    found = db.session.scalar(sa.select(Ceremony).where(Ceremony.screen_token_hash == token_hash(secret)))
    if found is None:
        raise Missing("screen")
    return found


def listed(limit: int = 100) -> list[Ceremony]:
    """Ceremonies, the newest day first."""
    query = (
        sa.select(Ceremony)
        .options(orm.selectinload(Ceremony.items))
        .order_by(Ceremony.starts_at.desc(), Ceremony.id.desc())
    )
    return list(db.session.scalars(query.limit(limit)))


def item_with(agreement: Agreement) -> CeremonyItem | None:
    """Where an agreement comes on stage, if it does."""
    return db.session.scalar(sa.select(CeremonyItem).where(CeremonyItem.agreement_id == agreement.id))


def ceremony_of(agreement: Agreement) -> Ceremony | None:
    """The ceremony an agreement is signed at, if there is one."""
    item = item_with(agreement)
    return item.ceremony if item else None


def meets(agreement: Agreement) -> bool:
    """Whether the people of an agreement come to the table of a ceremony that is not over."""
    ceremony = ceremony_of(agreement)
    return ceremony is not None and ceremony.state != "closed"


def to_freeze(ceremony: Ceremony) -> list[Agreement]:
    """The agreements on stage whose text is approved and not frozen, in their order."""
    return [i.agreement for i in ceremony.items if i.agreement.state == State.APPROVED and i.agreement.package is None]


def witnesses_to_add(ceremony: Ceremony) -> bool:
    """Whether a witness of the ceremony could still be put on an agreement that is not frozen."""
    shared = {p.position.person_id for p in ceremony.participants if p.role == "witness"}
    open_ = [i.agreement for i in ceremony.items if i.agreement.state in _BEFORE_THE_FREEZE]
    return any(shared - _people_of(agreement) for agreement in open_)


def _people_of(agreement: Agreement) -> set[int]:
    """Who signs or witnesses already."""
    signing = {s.position.person_id for party in agreement.parties for s in party.signatories}
    return signing | {witness.position.person_id for witness in agreement.witnesses}


def item_of(ceremony: Ceremony, item_id: int) -> CeremonyItem:
    """An item of this ceremony; raises `Missing` for any other."""
    found = next((item for item in ceremony.items if item.id == item_id), None)
    if found is None:
        raise Missing(f"item {item_id}")
    return found


def participant_of(ceremony: Ceremony, participant_id: int) -> Participant:
    """Somebody with a part in this ceremony; raises `Missing` for anybody else."""
    found = next((each for each in ceremony.participants if each.id == participant_id), None)
    if found is None:
        raise Missing(f"participant {participant_id}")
    return found


def free_agreements(actor: Actor) -> list[Agreement]:
    """Agreements that could come on stage: neither finished nor part of another ceremony."""
    taken = sa.select(CeremonyItem.agreement_id)
    over = (State.EXECUTED, State.ARCHIVED, State.WITHDRAWN)
    query = sa.select(Agreement).where(
        visible_to(actor), Agreement.id.not_in(taken), Agreement.state.not_in([state.value for state in over])
    )
    return list(db.session.scalars(query.order_by(Agreement.state_since.desc()).limit(100)))
