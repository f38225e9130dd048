"""What organisers do to a ceremony: plan it, bring agreements and people together, open and close the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from flask_babel import gettext as _

from mou_service.agreements.models import Agreement
from mou_service.agreements.states import State
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.core.ids import token, token_hash
from mou_service.documents.pdf.fonts import Fonts
from mou_service.partners.models import Position
from mou_service.signing import operations as signing
from mou_service.signing.witnesses import operations as witnesses

from . import queries
from .models import Ceremony, CeremonyItem, Occasion, Participant

#: The parts somebody can have beside the signatories; the words stand in forms.py.
PARTS = ("presiding", "witness", "assistant", "interpreter", "guest")
get = queries.get


@dataclass(frozen=True)
class CeremonyFacts:
    """When and where people come together, and for what."""

    code: str
    names: Mapping[str, str]
    places: Mapping[str, str]
    starts_at: datetime
    time_zone: str
    #: What the ceremony is part of, per language, and its first and last day; empty when it stands alone.
    occasion: Mapping[str, str] = field(default_factory=dict)
    occasion_starts: date | None = None
    occasion_ends: date | None = None


def plan(facts: CeremonyFacts, *, actor: Actor) -> Ceremony:
    """Put a ceremony into the calendar."""
    if db.session.query(Ceremony).filter_by(code=facts.code).first():
        raise Invalid({"code": _("Another ceremony has this code.")})
    ceremony = Ceremony(code=facts.code, names={}, places={}, starts_at=facts.starts_at, time_zone=facts.time_zone)
    _write(ceremony, facts)
    db.session.add(ceremony)
    db.session.flush()
    events.record("ceremony.plan", actor=actor, stream=ceremony.stream, **_facts(ceremony))
    return ceremony


def change(ceremony: Ceremony, facts: CeremonyFacts, *, actor: Actor) -> None:
    """Change name, place or time; the code stays, because it is printed."""
    _refuse_closed(ceremony)
    _write(ceremony, facts)
    db.session.flush()
    events.record("ceremony.change", actor=actor, stream=ceremony.stream, **_facts(ceremony))


def add_item(ceremony: Ceremony, agreement: Agreement, *, actor: Actor) -> CeremonyItem:
    """Bring an agreement on stage, after those that are there."""
    _refuse_closed(ceremony)
    there = next((item for item in ceremony.items if item.agreement is agreement), None)
    if there is not None:
        return there
    if elsewhere := queries.item_with(agreement):
        raise Refused(_("This agreement is part of the ceremony %(code)s.", code=elsewhere.ceremony.code))
    rank = max((item.rank for item in ceremony.items), default=0) + 1
    item = CeremonyItem(ceremony=ceremony, agreement=agreement, rank=rank)
    db.session.add(item)
    db.session.flush()
    events.record("ceremony.add_item", actor=actor, stream=ceremony.stream, agreement=agreement.ref, rank=rank)
    return item


def remove_item(item: CeremonyItem, *, actor: Actor) -> None:
    """Take an agreement off the stage; the agreement itself is not touched."""
    ceremony = item.ceremony
    _refuse_closed(ceremony)
    events.record("ceremony.remove_item", actor=actor, stream=ceremony.stream, agreement=item.agreement.ref)
    ceremony.items.remove(item)
    db.session.flush()


def move_up(item: CeremonyItem, *, actor: Actor) -> None:
    """Let the item change places with the one before it; the first stays first."""
    ceremony = item.ceremony
    _refuse_closed(ceremony)
    order = sorted(ceremony.items, key=lambda each: each.rank)
    at = order.index(item)
    if at == 0:
        return
    order[at - 1], order[at] = order[at], order[at - 1]
    for rank, each in enumerate(order, 1):
        each.rank = rank
    db.session.flush()
    db.session.expire(ceremony, ["items"])
    events.record(
        "ceremony.move_item", actor=actor, stream=ceremony.stream, agreement=item.agreement.ref, rank=item.rank
    )


def add_participant(ceremony: Ceremony, position: Position, *, part: str, actor: Actor) -> Participant:
    """Give somebody a part; who has it already keeps it."""
    _refuse_closed(ceremony)
    if part not in PARTS:
        raise Invalid({"part": _("Choose the person's part.")})
    there = next((p for p in ceremony.participants if p.position is position and p.role == part), None)
    if there is not None:
        return there
    rank = max((p.rank for p in ceremony.participants), default=0) + 1
    made = Participant(ceremony=ceremony, position=position, role=part, rank=rank, as_shown=position.as_shown())
    db.session.add(made)
    db.session.flush()
    events.record("ceremony.add_participant", actor=actor, stream=ceremony.stream, person=_name(made), part=part)
    return made


def remove_participant(participant: Participant, *, actor: Actor) -> None:
    """Take a part away again; witnesses that are on agreements already stay there."""
    ceremony = participant.ceremony
    _refuse_closed(ceremony)
    events.record(
        "ceremony.remove_participant",
        actor=actor,
        stream=ceremony.stream,
        person=_name(participant),
        part=participant.role,
    )
    ceremony.participants.remove(participant)
    db.session.flush()


@dataclass(frozen=True)
class Applied:
    """Where the shared witnesses were put, and where not, with the reasons."""

    added: int
    refused: dict[str, list[str]]


def apply_witnesses(ceremony: Ceremony, *, actor: Actor) -> Applied:
    """Make the ceremony's witnesses witnesses of each agreement that is not frozen yet; again changes nothing."""
    shared = [p for p in ceremony.participants if p.role == "witness"]
    if not shared:
        raise Refused(_("The ceremony has no witnesses yet. Add them as participants first."))
    added, refused = 0, dict[str, list[str]]()
    for item in ceremony.items:
        known = {witness.position.person_id for witness in item.agreement.witnesses}
        for participant in shared:
            if participant.position.person_id in known:
                continue
            try:
                witnesses.add(item.agreement, actor=actor, position=participant.position, as_shown=participant.as_shown)
                added += 1
            except (Refused, Invalid) as error:
                refused.setdefault(item.agreement.ref, []).append(f"{_name(participant)}: {error}")
    events.record("ceremony.apply_witnesses", actor=actor, stream=ceremony.stream, added=added, refused=refused)
    return Applied(added, refused)


@dataclass(frozen=True)
class Frozen:
    """Which agreements were frozen, and which not, with the reasons."""

    refs: list[str]
    refused: dict[str, Refused]


def freeze_all(ceremony: Ceremony, *, actor: Actor, fonts: Fonts) -> Frozen:
    """Freeze every approved text in the order of the ceremony, to be signed at its table; again changes nothing."""
    _refuse_closed(ceremony)
    refs, refused = list[str](), dict[str, Refused]()
    for agreement in queries.to_freeze(ceremony):
        try:
            signing.freeze(agreement, actor=actor, order="listed", fonts=fonts, invites=False)
            refs.append(agreement.ref)
        except Refused as error:
            refused[agreement.ref] = error
    events.record("ceremony.freeze", actor=actor, stream=ceremony.stream, agreements=refs, refused=sorted(refused))
    return Frozen(refs, refused)


def open_(ceremony: Ceremony, *, actor: Actor) -> None:
    """Begin: the table and the hall screen go live. Opening an open ceremony changes nothing."""
    if ceremony.state == "open":
        return
    if not ceremony.items:
        raise Refused(_("There is no agreement to sign yet. Bring one on stage first."))
    ceremony.state, ceremony.opened_at, ceremony.closed_at = "open", ceremony.opened_at or now(), None
    events.record(
        "ceremony.open", actor=actor, stream=ceremony.stream, agreements=[i.agreement.ref for i in ceremony.items]
    )


def close(ceremony: Ceremony, *, actor: Actor) -> None:
    """End it. What was not signed can be signed later, at a table of its own or by personal link."""
    if ceremony.state == "closed":
        return
    if ceremony.state != "open":
        raise Refused(_("The ceremony was not opened."))
    ceremony.state, ceremony.closed_at = "closed", now()
    late = [i.agreement.ref for i in ceremony.items if i.agreement.state not in (State.EXECUTED, State.ARCHIVED)]
    events.record("ceremony.close", actor=actor, stream=ceremony.stream, not_yet_executed=late)


def new_screen(ceremony: Ceremony, *, actor: Actor) -> str:
    """The secret of a new address for the hall screen; the address before it ends."""
    secret = token()
    ceremony.screen_token_hash = token_hash(secret)
    events.record("ceremony.new_screen", actor=actor, stream=ceremony.stream)
    return secret


def _write(ceremony: Ceremony, facts: CeremonyFacts) -> None:
    ceremony.names = {language: text for language, text in facts.names.items() if text}
    ceremony.places = {language: text for language, text in facts.places.items() if text}
    if not ceremony.names:
        raise Invalid({"name_en": _("Give the ceremony a name in at least one language.")})
    ceremony.starts_at, ceremony.time_zone = facts.starts_at, facts.time_zone
    occasion = {language: text for language, text in facts.occasion.items() if text}
    if not occasion:
        ceremony.occasion = None
    else:
        ceremony.occasion = (
            ceremony.occasion or _occasion(occasion) or Occasion(names=occasion, starts=facts.starts_at.date())
        )
        ceremony.occasion.names = occasion
        ceremony.occasion.starts = facts.occasion_starts or ceremony.occasion.starts
        ceremony.occasion.ends = facts.occasion_ends or ceremony.occasion.ends


def _occasion(names: Mapping[str, str]) -> Occasion | None:
    """The occasion of this name, if another ceremony is part of it."""
    return next((each for each in db.session.query(Occasion) if each.names == dict(names)), None)


def _facts(ceremony: Ceremony) -> dict[str, object]:
    return {
        "names": ceremony.names,
        "places": ceremony.places,
        "starts_at": ceremony.starts_at.isoformat(),
        "time_zone": ceremony.time_zone,
    }


def _refuse_closed(ceremony: Ceremony) -> None:
    if ceremony.state == "closed":
        raise Refused(_("The ceremony is over; its record can no longer be changed."))


def _name(participant: Participant) -> str:
    names = participant.as_shown.get("name", {})
    return names.get("en") or next(iter(names.values()), "")
