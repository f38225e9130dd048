"""Who may look at an agreement and what is in it. What may be done to it is in lifecycle.py.

`visible_to` says the same as PERMISSIONS["look"] for queries; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sqlalchemy as sa

from mou_service.accounts.roles import Role
from mou_service.core.actors import Actor
from mou_service.core.errors import Missing

from . import rules
from .models import Agreement, Party
from .rules import Rule, any_of, both
from .states import State

_archivist_executed = both(rules.archivist, rules.executed)

PERMISSIONS: dict[str, Rule] = {
    "look": rules.looker,
    #: Internal: comments, opinions, earlier versions, reasons.
    "look_inside": rules.house,
    "comment": any_of(rules.drafter, rules.reviewer, rules.leader),
    "draft": rules.drafter,
    #: Say that all languages say the same: whoever writes or reviews, and commands them.
    "confirm_translation": any_of(rules.drafter, rules.reviewer),
    "arrange_signing": any_of(rules.organiser, rules.drafter),
    #: Powers of attorney: papers of other people, for those who answer for the signing.
    "look_at_powers": any_of(rules.drafter, rules.organiser, rules.leader, rules.auditor),
    #: The second person of an override of signing authority; the first is whoever arranges the signing.
    "confirm_override": rules.leader,
    "download_text": any_of(rules.house, _archivist_executed),
    "download_signed": both(any_of(rules.house, rules.archivist, rules.partner), rules.executed),
    #: Links to the signed document for others; who made them sees whom they are for.
    "send_signed": both(any_of(rules.drafter, rules.organiser, rules.archivist), rules.executed),
    #: What becomes of it after it was signed.
    "end": both(any_of(rules.drafter, rules.archivist), rules.executed),
    "relate": any_of(rules.drafter, _archivist_executed),
    #: How a witness is spelt in the certificate; the signed file is never touched.
    "correct_witness": both(any_of(rules.organiser, rules.archivist), rules.executed),
    #: That a new deposit is in order.
    "look_over": _archivist_executed,
    #: A new time-stamp over the archived file.
    "renew": _archivist_executed,
    "audit": rules.auditor,
}


def refusals(name: str, actor: Actor, agreement: Agreement) -> list[str]:
    """Why this actor may not; empty when they may."""
    rule = PERMISSIONS[name]
    return [] if rule.holds(actor, agreement) else [str(rule.otherwise)]


def may(name: str) -> Callable[[Actor, Agreement], list[str]]:
    """The permission as the `access` of a route. Who may not even look gets `Missing`: it says nothing."""
    assert name in PERMISSIONS, name

    def access(actor: Actor, agreement: Agreement) -> list[str]:
        if actor.is_signed_in and refusals("look", actor, agreement):
            raise Missing
        return refusals(name, actor, agreement)

    return access


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition every query of agreements carries."""
    ways = list(_ways_to_see(actor))
    return sa.or_(*ways) if ways else sa.false()


def _ways_to_see(actor: Actor) -> Iterable[sa.ColumnElement[bool]]:
    if actor.kind == "service" or actor.has(Role.DRAFTER, Role.ORGANISER, Role.AUDITOR):
        yield sa.true()
    for role in (Role.REVIEWER, Role.LEADER):
        if actor.has(role):
            yield Agreement.review_steps.any(role=role.value)
    if actor.has(Role.ARCHIVIST):
        yield Agreement.state.in_([State.EXECUTED, State.ARCHIVED])
    if actor.has(Role.PARTNER) and actor.organisation_id is not None:
        ours = Agreement.parties.any(sa.and_(Party.organisation_id == actor.organisation_id, ~Party.own))
        yield sa.and_(ours, Agreement.state.in_([State.SIGNING, State.EXECUTED, State.ARCHIVED]))
