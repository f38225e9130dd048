"""What can happen to an agreement: when, by whom, and what it needs first. A table, and the code that obeys it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.errors import Missing, Refused

from . import rules, states
from .models import Agreement
from .rules import Rule
from .states import State


@dataclass(frozen=True)
class Step:
    """One act: from which states it starts, where it ends, who takes it and what it needs."""

    name: str
    label: str
    start: tuple[State, ...]
    end: State
    who: Rule
    needs: tuple[Rule, ...] = ()

    @property
    def event(self) -> str:
        return f"agreement.{self.name}"


S = State
_BEFORE_SIGNING = (S.DRAFTING, S.IN_REVIEW, S.TEXT_AGREED, S.IN_APPROVAL, S.APPROVED)

# fmt: off
STEPS = {step.name: step for step in (
    #    act           label                     from                            to             who               needs
    Step("submit",     _l("Submit for review"),  (S.DRAFTING,),                  S.IN_REVIEW,   rules.drafter,    (rules.has_document, rules.signatories_known, rules.text_is_sound, rules.pages_are_there)),
    Step("return",     _l("Return to drafting"), (S.IN_REVIEW, S.IN_APPROVAL),   S.DRAFTING,    rules.asked),
    Step("agree_text", _l("Agree the text"),     (S.IN_REVIEW,),                 S.TEXT_AGREED, rules.drafter,    (rules.reviewers_agree, rules.opinions_answered)),
    Step("present",    _l("Present for approval"), (S.TEXT_AGREED,),             S.IN_APPROVAL, rules.drafter,    (rules.has_document, rules.translation_is_confirmed)),
    Step("approve",    _l("Approve"),            (S.IN_APPROVAL,),               S.APPROVED,    rules.leader,     (rules.not_the_owner, rules.approvals_are_in)),
    Step("revise",     _l("Change the text"),    _BEFORE_SIGNING[1:],            S.DRAFTING,    rules.drafter),
    Step("freeze",     _l("Freeze for signing"), (S.APPROVED,),                  S.SIGNING,     rules.organiser,  (rules.approvals_are_in, rules.approved_text_is_newest, rules.signatories_known, rules.authority_holds, rules.witnesses_are_no_signatories, rules.witnesses_know_whom, rules.signatures_are_attested)),
    Step("void",       _l("Void the signing"),   (S.SIGNING,),                   S.APPROVED,    rules.any_of(rules.organiser, rules.drafter)),
    Step("execute",    _l("Execute"),            (S.SIGNING,),                   S.EXECUTED,    rules.service,    (rules.everyone_signed, rules.file_is_final)),
    Step("archive",    _l("Archive"),            (S.EXECUTED,),                  S.ARCHIVED,    rules.service,    (rules.file_is_final,)),
    Step("withdraw",   _l("Withdraw"),           _BEFORE_SIGNING,                S.WITHDRAWN,   rules.drafter),
)}
# fmt: on


def refusals(act: str, actor: Actor, agreement: Agreement) -> list[str]:
    """Why this actor cannot take this step now; empty when they can."""
    step = STEPS[act]
    if agreement.state not in step.start:
        return [_("“%(act)s” is not possible while the agreement stands at “%(state)s”.",
                  act=step.label, state=states.LABELS[State(agreement.state)])]  # fmt: skip
    return [
        line for rule in (step.who, *step.needs) if not rule.holds(actor, agreement) for line in rule.words(agreement)
    ]


def take(act: str, actor: Actor, agreement: Agreement, **facts: Any) -> None:
    """Move the agreement along and write `agreement.<act>`; raises `Refused` and changes nothing otherwise.

    This is the only code that sets an agreement's state.
    """
    if reasons := refusals(act, actor, agreement):
        raise Refused(*reasons)
    step = STEPS[act]
    was = agreement.state
    agreement.state, agreement.state_since = step.end.value, now()
    events.record(step.event, actor=actor, stream=agreement.stream, was=was, now=step.end.value, **facts)


def may(act: str) -> Callable[[Actor, Agreement], list[str]]:
    """The step as the `access` of a route. Who may not even look gets `Missing`: a reason would say where it stands."""
    assert act in STEPS, act

    def access(actor: Actor, agreement: Agreement) -> list[str]:
        if actor.is_signed_in and not rules.looker.holds(actor, agreement):
            raise Missing
        return refusals(act, actor, agreement) if actor.is_signed_in else [_("Please sign in first.")]

    return access


def possible(actor: Actor, agreement: Agreement) -> list[tuple[Step, list[str]]]:
    """The steps that start where the agreement stands and belong to the actor's role, with the reasons against."""
    return [
        (step, refusals(step.name, actor, agreement))
        for step in STEPS.values()
        if agreement.state in step.start and step.who.holds(actor, agreement)
    ]


def diagram() -> str:
    """The lifecycle as a Mermaid state diagram, for the docs."""
    lines = [f"    {start} --> {step.end} : {step.name}" for step in STEPS.values() for start in step.start]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {State.DRAFTING}", *lines])
