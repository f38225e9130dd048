"""The table of what can happen: a few lines say who can do what where; all the rest is refused and leaves no trace."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from mou_service.agreements import lifecycle, permissions
from mou_service.agreements.models import Agreement
from mou_service.agreements.states import State
from mou_service.core import events
from mou_service.core.db import db
from mou_service.core.errors import Refused
from mou_service.engines import Engines
from tests import cast, makers
from tests.cast import Cast

EVERYBODY = (*cast.CAST, "service", "stranger")

#: Where → act → who, when nothing else is missing.
WHO_MAY: dict[State, dict[str, set[str]]] = {
    State.DRAFTING: {"submit": {"drafter"}, "withdraw": {"drafter"}},
    State.IN_REVIEW: {
        "agree_text": {"drafter"},
        "return": {"reviewer"},
        "revise": {"drafter"},
        "withdraw": {"drafter"},
    },
    State.TEXT_AGREED: {"present": {"drafter"}, "revise": {"drafter"}, "withdraw": {"drafter"}},
    State.IN_APPROVAL: {"approve": {"leader"}, "return": {"leader"}, "revise": {"drafter"}, "withdraw": {"drafter"}},
    State.APPROVED: {"freeze": {"organiser"}, "revise": {"drafter"}, "withdraw": {"drafter"}},
    State.SIGNING: {"void": {"drafter", "organiser"}, "execute": {"service"}},
    State.EXECUTED: {"archive": {"service"}},
    State.ARCHIVED: {},
    State.WITHDRAWN: {},
}
#: Of these the need is not met where the makers leave an agreement, so that even who may does not get through.
STILL_NEEDED = {("agree_text", "drafter"), ("present", "drafter"), ("approve", "leader"), ("execute", "service")}
#: Who may know of it, from when on; everybody else never.
SEES: dict[str, frozenset[State]] = {
    "drafter": frozenset(State),
    "organiser": frozenset(State),
    "auditor": frozenset(State),
    "reviewer": frozenset(State) - {State.DRAFTING, State.WITHDRAWN},
    "leader": frozenset({State.IN_APPROVAL, State.APPROVED, State.SIGNING, State.EXECUTED, State.ARCHIVED}),
    "archivist": frozenset({State.EXECUTED, State.ARCHIVED}),
    "partner": frozenset({State.SIGNING, State.EXECUTED, State.ARCHIVED}),
}


def an_agreement_at(state: State, people: Cast, engines: Engines) -> Agreement:
    """By the makers; the two states between and beside their stages by the table's own last step."""
    made = {State.EXECUTED: "archived", State.WITHDRAWN: "drafting"}.get(state, state.value)
    agreement = makers.an_agreement(people, engines, at=made)
    if state is State.WITHDRAWN:
        lifecycle.take("withdraw", people.actor("drafter"), agreement)
    agreement.state = state.value
    db.session.flush()
    return agreement


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast.people()


@pytest.mark.parametrize("state", State)
def test_who_can_do_what(state: State, people: Cast, engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    agreement = an_agreement_at(state, people, engines)
    for act, step in lifecycle.STEPS.items():
        may = WHO_MAY[state].get(act, set())
        for who in EVERYBODY:
            reasons = lifecycle.refusals(act, people.actor(who), agreement)
            assert (not reasons) == (who in may and (act, who) not in STILL_NEEDED), f"{act} by {who}: {reasons}"
            with monkeypatch.context() as needing_nothing:
                needing_nothing.setitem(lifecycle.STEPS, act, replace(step, needs=()))
                reasons = lifecycle.refusals(act, people.actor(who), agreement)
            assert (not reasons) == (who in may), f"{act} by {who}, with nothing missing: {reasons}"


@pytest.mark.parametrize("state", State)
def test_a_refusal_leaves_no_trace(state: State, people: Cast, engines: Engines) -> None:
    agreement = an_agreement_at(state, people, engines)
    before = len(events.trail(agreement.stream))
    for act in lifecycle.STEPS:
        for who in EVERYBODY:
            if who not in WHO_MAY[state].get(act, set()) or (act, who) in STILL_NEEDED:
                with pytest.raises(Refused):
                    lifecycle.take(act, people.actor(who), agreement)
    assert agreement.state == state
    assert len(events.trail(agreement.stream)) == before


@pytest.mark.parametrize("state", State)
def test_queries_show_what_the_permission_lets_see(state: State, people: Cast, engines: Engines) -> None:
    agreement = an_agreement_at(state, people, engines)
    for who in EVERYBODY:
        actor = people.actor(who)
        found = db.session.scalar(sa.select(Agreement.id).where(permissions.visible_to(actor)))
        may_look = permissions.refusals("look", actor, agreement) == []
        expected = state in SEES.get(who, ())
        # The service's own jobs find everything; no page is shown to it.
        assert (found is not None, may_look) == (expected or who == "service", expected), who
