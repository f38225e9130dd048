"""What waits for whom: the things a person has to do now, and where the other matters are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from mou_service.accounts.roles import Role
from mou_service.core.actors import Actor
from mou_service.core.clock import now

from . import authority, rules, standing
from .models import Agreement
from .states import State

#: So long a finished agreement is shown as new to those who only have to take note of it.
NEW = timedelta(days=30)


@dataclass(frozen=True)
class Task:
    """One thing to do about one agreement."""

    agreement: Agreement
    what: str
    #: The page where it is done, by the name of its route.
    endpoint: str = "agreements.show"


@dataclass(frozen=True)
class Waiting:
    """An agreement with everything that waits there for one person."""

    agreement: Agreement
    tasks: list[Task]
    #: When it came back to its drafter.
    returned: standing.Return | None = None


@dataclass(frozen=True)
class Matter:
    """One thing to do about something that is no agreement, such as a template."""

    #: What it is called, per language.
    called: Mapping[str, str]
    what: str
    since: datetime
    endpoint: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    role: Role
    what: str
    endpoint: str
    waits: Callable[[Actor, Agreement], bool]


#: What is asked of a person by name, whatever their role, in agreements they may not even look at otherwise; features
#: above add to it.
PERSONAL: list[Callable[[Actor], Iterable[Task]]] = []


#: What else waits for a person; the features that have it add to it.
MATTERS: list[Callable[[Actor], Iterable[Matter]]] = []


def matters(actor: Actor) -> list[Matter]:
    """What waits for this person beside agreements, longest first."""
    return sorted((each for asked in MATTERS for each in asked(actor)), key=lambda each: each.since)


def personal(actor: Actor) -> list[Task]:
    """What waits for this very person."""
    return [task for asked in PERSONAL for task in asked(actor)]


def of(actor: Actor, agreement: Agreement) -> Iterator[Task]:
    """What this person has to do about the agreement now; two roles asked for the same have it once."""
    said: set[str] = set()
    for line in _TABLE:
        if actor.has(line.role) and line.waits(actor, agreement) and str(line.what) not in said:
            said.add(str(line.what))
            yield Task(agreement, str(line.what), line.endpoint)


def waiting(actor: Actor, agreements: Iterable[Agreement]) -> list[Waiting]:
    """What waits for this person, each agreement once, those that wait longest first."""
    mine = personal(actor)
    known = {a.id: a for a in (*(task.agreement for task in mine), *agreements)}
    found = [
        Waiting(a, tasks, standing.returned(a))
        for a in known.values()
        if (tasks := [*(task for task in mine if task.agreement is a), *of(actor, a)])
    ]
    return sorted(found, key=lambda each: each.agreement.state_since)


def _mine(actor: Actor, agreement: Agreement) -> bool:
    return agreement.owner_id == actor.user_id


def _returned(actor: Actor, agreement: Agreement) -> bool:
    return _mine(actor, agreement) and standing.returned(agreement) is not None


def _begun(actor: Actor, agreement: Agreement) -> bool:
    return agreement.state == State.DRAFTING and _mine(actor, agreement) and standing.returned(agreement) is None


def _steps(agreement: Agreement, phase: str) -> list[bool]:
    """For each step of the phase that counts, whether it still waits for a decision."""
    return [s.decision is None for s in agreement.review_steps if s.counts and s.phase == phase]


def _asked(role: Role, phase: str) -> Callable[[Actor, Agreement], bool]:
    state = State.IN_REVIEW if phase == "review" else State.IN_APPROVAL
    return lambda actor, agreement: (
        agreement.state == state
        and not _mine(actor, agreement)
        and any(s.counts and s.phase == phase and s.decision is None and s.role == role for s in agreement.review_steps)
    )


def _unanswered(agreement: Agreement) -> bool:
    return any(s.counts and s.phase == "review" and s.opinion and not s.answer for s in agreement.review_steps)


def _to_answer(actor: Actor, agreement: Agreement) -> bool:
    return agreement.state == State.IN_REVIEW and _mine(actor, agreement) and _unanswered(agreement)


def _to_agree(actor: Actor, agreement: Agreement) -> bool:
    steps = _steps(agreement, "review")
    ready = bool(steps) and not any(steps) and not _unanswered(agreement)
    return agreement.state == State.IN_REVIEW and _mine(actor, agreement) and ready


def _unconfirmed(actor: Actor, agreement: Agreement) -> bool:
    at_that = agreement.state == State.TEXT_AGREED and _mine(actor, agreement)
    return at_that and not rules.translation_is_confirmed.holds(actor, agreement)


def _to_present(actor: Actor, agreement: Agreement) -> bool:
    at_that = agreement.state == State.TEXT_AGREED and _mine(actor, agreement)
    return at_that and rules.translation_is_confirmed.holds(actor, agreement)


def _at(state: State, *, mine: bool = False) -> Callable[[Actor, Agreement], bool]:
    return lambda actor, agreement: agreement.state == state and (not mine or _mine(actor, agreement))


def _signing(state: str) -> Callable[[Actor, Agreement], bool]:
    def waits(_actor: Actor, agreement: Agreement) -> bool:
        package = agreement.package
        if agreement.state != State.SIGNING or package is None:
            return False
        if state == "problem":
            return bool(package.problem) or standing.was_refused(agreement)
        if state == "over":
            return standing.time_is_over(agreement)
        held_up = bool(package.problem) or standing.was_refused(agreement) or standing.time_is_over(agreement)
        return package.state == "open" and not held_up

    return waits


def _power_to_check(_actor: Actor, agreement: Agreement) -> bool:
    return agreement.state in (State.APPROVED, State.SIGNING) and any(d.state == "asked" for d in agreement.delegations)


def _new(state: State) -> Callable[[Actor, Agreement], bool]:
    return lambda _actor, agreement: agreement.state == state and agreement.state_since > now() - NEW


def _not_yet(done: str) -> Callable[[Actor, Agreement], bool]:
    """New in the archive, and nobody has done yet what `done` of its record says."""
    new = _new(State.ARCHIVED)
    return lambda actor, agreement: (
        new(actor, agreement) and agreement.record is not None and getattr(agreement.record, done) is None
    )


def _override(actor: Actor, agreement: Agreement) -> bool:
    asked = authority.waiting(agreement)
    return asked is not None and asked.asked_by_id != actor.user_id


_TABLE = (
    _Line(Role.DRAFTER, _l("Correct the text and submit it again"), "agreements.show", _returned),
    _Line(Role.DRAFTER, _l("Finish the draft and submit it"), "agreements.show", _begun),
    _Line(Role.DRAFTER, _l("Answer an opinion"), "review.show", _to_answer),
    _Line(Role.DRAFTER, _l("All reviewers agree: agree the text"), "agreements.show", _to_agree),
    _Line(Role.DRAFTER, _l("Have the translation confirmed"), "drafting.languages", _unconfirmed),
    _Line(Role.DRAFTER, _l("Present it for approval"), "agreements.show", _to_present),
    _Line(Role.REVIEWER, _l("Give your opinion on the text"), "review.show", _asked(Role.REVIEWER, "review")),
    _Line(Role.LEADER, _l("Give your opinion on the text"), "review.show", _asked(Role.LEADER, "review")),
    _Line(Role.LEADER, _l("Decide: approve or return"), "review.approval", _asked(Role.LEADER, "approval")),
    _Line(Role.LEADER, _l("Confirm or refuse an override of signing authority"), "signing.override", _override),
    _Line(Role.ORGANISER, _l("Name the witnesses and freeze the text"), "agreements.show", _at(State.APPROVED)),
    _Line(Role.ORGANISER, _l("The signing is held up: look what happened"), "agreements.show", _signing("problem")),
    _Line(
        Role.ORGANISER,
        _l("The time for signing is over: extend it, or void the signing"),
        "signing.show",
        _signing("over"),
    ),
    _Line(Role.ORGANISER, _l("Check a power of attorney"), "signing.show", _power_to_check),
    _Line(Role.ORGANISER, _l("Have it signed"), "agreements.show", _signing("open")),
    _Line(Role.ARCHIVIST, _l("New in the archive: look it over"), "agreements.show", _not_yet("looked_over_at")),
    _Line(Role.PARTNER, _l("Signed and ready to download"), "agreements.show", _not_yet("fetched_at")),
    _Line(Role.PARTNER, _l("Out to be signed"), "agreements.show", _at(State.SIGNING)),
)
