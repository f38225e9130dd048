"""Who is asked to sign and does not: reminded by the clock and by hand, until the time for signing is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from mou_service.agreements import permissions
from mou_service.agreements.states import State
from mou_service.core import events
from mou_service.core.actors import SERVICE, Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.web.filters import moment

from .. import links, order, queries, wording
from ..models import Package, Reminder, Slot
from . import reminding
from .reminding import Rhythm

#: By hand somebody is reminded at most so often, and so many times.
PAUSE = timedelta(hours=12)
MOST_BY_HAND = 5
#: The longest that a signing can be left open.
LONGEST = timedelta(days=730)


def remind_refusals(slot: Slot) -> list[str]:
    """Why this person is not to be reminded by hand now; empty when they may be."""
    package = slot.package
    if package.voided_at is not None or package.state != "open" or slot not in order.next_slots(package.slots):
        return [_("It is not this person's turn.")]
    if package.is_over:
        return [_("The time for signing is over. Extend it first.")]
    if not links.reach(slot):
        return [_("No e-mail address is known, or its link was withdrawn. Send a personal link instead.")]
    by_hand = [each for each in slot.reminders if each.reason.startswith("hand:")]
    if len(by_hand) >= MOST_BY_HAND:
        return [_("This person was reminded so often that a call will do more.")]
    if (heard := last_heard(slot)) and heard + PAUSE > now():
        return [
            _(
                "This person was written to a short time ago and can be reminded from %(when)s.",
                when=moment(heard + PAUSE),
            )
        ]
    return []


def last_heard(slot: Slot) -> datetime | None:
    """When the person was last written to about their turn."""
    written = [each.at for each in slot.reminders] + [link.created_at for link in slot.links]
    return max(written, default=None)


def remind(slot: Slot, *, actor: Actor) -> None:
    """Remind the person now; limited, so that no impatient click becomes a nuisance."""
    queries.locked(slot.package_id)
    if reasons := permissions.refusals("arrange_signing", actor, slot.package.agreement) or remind_refusals(slot):
        raise Refused(*reasons)
    number = sum(each.reason.startswith("hand:") for each in slot.reminders) + 1
    _remember(slot, [f"hand:{number}"], actor=actor)


def extend(package: Package, *, actor: Actor, last_day: date | None, zone: str) -> None:
    """Leave the signing open until the end of this day (None: without an end); who was asked and waits is told."""
    package = queries.locked(package.id)
    if reasons := extend_refusals(package, actor=actor):
        raise Refused(*reasons)
    until = reminding.end_of(last_day, zone=zone) if last_day else None
    check(until)
    before = package.open_until
    if until == before:
        return
    package.open_until, package.lapsed_at = until, None
    events.record(
        "package.extend", actor=actor, stream=package.agreement.stream, package=package.id,
        before=before.isoformat() if before else None, until=until.isoformat() if until else None,
        day=str(last_day) if last_day else None,
    )  # fmt: skip
    invited = queries.invites(package)
    for slot in package.due:
        # At a table nobody is written to, but who was sent a link by hand was told another day.
        if slot.kind != "seal" and (invited or slot.links) and links.reach(slot):
            times = sum(each.reason.startswith("extended:") for each in slot.reminders) + 1
            _remember(slot, [f"extended:{times}:{last_day or 'open'}"], actor=actor, moved=True)


def extend_refusals(package: Package, *, actor: Actor) -> list[str]:
    """Why the time for signing cannot be changed; empty when it can."""
    if reasons := permissions.refusals("arrange_signing", actor, package.agreement):
        return reasons
    if package.voided_at is not None or package.state not in ("preparing", "open"):
        return [_("Nobody is expected to sign here any longer.")]
    return []


def check(until: datetime | None) -> None:
    """Raises `Invalid` for an end that is past, or so far away that it must be a slip."""
    if until is not None and until <= now():
        raise Invalid({"until": _("This day is past.")})
    if until is not None and until > now() + LONGEST:
        raise Invalid({"until": _("Choose a day within two years.")})


def over() -> Iterator[int]:
    """The packages whose time is past and whose owners were not told."""
    past = (Package.open_until <= now(), Package.voided_at.is_(None), Package.lapsed_at.is_(None))
    query = sa.select(Package.id).where(*past, Package.state.in_(("preparing", "open"))).order_by(Package.id)
    yield from db.session.scalars(query).all()


def tell_it_is_over(package_id: int) -> None:
    """Remember, once for each end, that the time is past; the notice tells the owner."""
    package = queries.locked(package_id)
    if package.is_over and package.lapsed_at is None:
        package.lapsed_at = now()
        events.record("package.lapse", actor=SERVICE, stream=package.agreement.stream, package=package.id)


def awaited() -> Iterator[int]:
    """The packages in which somebody may have to be reminded."""
    query = sa.select(Package.id).where(Package.state == "open", Package.voided_at.is_(None)).order_by(Package.id)
    yield from db.session.scalars(query).all()


def remind_due(package_id: int, *, rhythm: Rhythm, zone: str) -> None:
    """Remind everybody of the package who waits too long; each threshold counts once, whoever asks how often.

    People who are expected at a table are left alone.
    """
    package = queries.locked(package_id)
    if package.agreement.state != State.SIGNING or package.is_over or not queries.invites(package):
        return
    today = reminding.day_at(now(), zone=zone)
    for slot in order.next_slots(package.slots) if package.voided_at is None and package.state == "open" else ():
        if slot.turn_at is None or slot.kind == "seal" or not links.reach(slot):
            continue
        reached = reminding.reasons(
            rhythm, turn=reminding.day_at(slot.turn_at, zone=zone), today=today,
            last_day=reminding.last_day(package.open_until, zone=zone), done={each.reason for each in slot.reminders},
        )  # fmt: skip
        if reached:
            _remember(slot, reached, actor=SERVICE)


def _remember(slot: Slot, reasons: list[str], *, actor: Actor, moved: bool = False) -> None:
    """Rows and event in one transaction: a worker that dies leaves both or neither, and the unique row stops a second."""
    heard = last_heard(slot)
    slot.reminders.extend(Reminder(reason=reason) for reason in reasons)
    db.session.flush()
    if actor is SERVICE and heard is not None and heard + PAUSE > now():
        return  # somebody just wrote to them: the threshold is passed without another letter
    until = slot.package.open_until
    events.record(
        "slot.remind", actor=actor, stream=slot.package.agreement.stream, package=slot.package_id, slot=slot.id,
        field=slot.field, kind=slot.kind, person=wording.shown(slot.as_shown.get("name", {}), "en"), reasons=reasons,
        until=until.isoformat() if until else None, **({"moved": True} if moved else {}),
    )  # fmt: skip
