"""The small yes-or-no questions that the lifecycle and the permissions are written in, with the words for "no"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from mou_service.accounts.roles import Role
from mou_service.core.actors import Actor
from mou_service.core.clock import now

from .models import Agreement
from .states import State

Test = Callable[[Actor, Agreement], bool]


@dataclass(frozen=True)
class Rule:
    """A question about an actor and an agreement."""

    name: str
    otherwise: str
    holds: Test


def rule(otherwise: str) -> Callable[[Test], Rule]:
    return lambda test: Rule(test.__name__, otherwise, test)


def any_of(*rules: Rule) -> Rule:
    """Holds when one of the rules does; the first one's words are the "no"."""
    return Rule(
        "_or_".join(r.name for r in rules), rules[0].otherwise, lambda who, what: any(r.holds(who, what) for r in rules)
    )


def both(first: Rule, second: Rule) -> Rule:
    """Holds when both rules do; says the words of the second."""
    return Rule(
        f"{first.name}_and_{second.name}",
        second.otherwise,
        lambda who, what: first.holds(who, what) and second.holds(who, what),
    )


# Who


@rule(_l("Only legal staff can do this."))
def drafter(actor: Actor, _agreement: Agreement) -> bool:
    return actor.has(Role.DRAFTER)


@rule(_l("Only a ceremony organiser can do this."))
def organiser(actor: Actor, _agreement: Agreement) -> bool:
    return actor.has(Role.ORGANISER)


@rule(_l("Only an archivist can do this."))
def archivist(actor: Actor, _agreement: Agreement) -> bool:
    return actor.has(Role.ARCHIVIST)


@rule(_l("Only an auditor can do this."))
def auditor(actor: Actor, _agreement: Agreement) -> bool:
    return actor.has(Role.AUDITOR)


@rule(_l("Nobody who was asked for an opinion or an approval is signed in here."))
def asked(actor: Actor, agreement: Agreement) -> bool:
    """The actor's role has an open step, and the text is not the actor's own."""
    return actor.user_id != agreement.owner_id and any(
        step.counts and step.decision is None and step.role in actor.roles for step in agreement.review_steps
    )


@rule(_l("Only a reviewer can do this."))
def reviewer(actor: Actor, agreement: Agreement) -> bool:
    return actor.has(Role.REVIEWER) and any(step.role == Role.REVIEWER for step in agreement.review_steps)


@rule(_l("Only a leader can approve."))
def leader(actor: Actor, agreement: Agreement) -> bool:
    return actor.has(Role.LEADER) and any(step.role == Role.LEADER for step in agreement.review_steps)


@rule(_l("Nobody approves an agreement of their own."))
def not_the_owner(actor: Actor, agreement: Agreement) -> bool:
    return actor.user_id is None or actor.user_id != agreement.owner_id


@rule(_l("Only the service itself does this."))
def service(actor: Actor, _agreement: Agreement) -> bool:
    return actor.kind == "service"


@rule(_l("Only a contact of the partner can do this."))
def partner(actor: Actor, agreement: Agreement) -> bool:
    return (
        actor.has(Role.PARTNER)
        and actor.organisation_id is not None
        and any(party.organisation_id == actor.organisation_id for party in agreement.partner_parties)
    )


# What it needs


@rule(_l("There is no text yet."))
def has_document(_actor: Actor, agreement: Agreement) -> bool:
    return agreement.version is not None


@rule(_l("Each party needs at least one signatory."))
def signatories_known(_actor: Actor, agreement: Agreement) -> bool:
    return len(agreement.parties) > 1 and all(party.signatories for party in agreement.parties)


@rule(_l("The newest version cannot be used as it is. Look at what was found in it, and correct that."))
def text_is_sound(_actor: Actor, agreement: Agreement) -> bool:
    """No finding in the newest version refuses it; findings that only warn are for a person to judge."""
    version = agreement.version
    return version is None or not any(found.get("outcome") == "refuse" for found in version.findings)


@rule(_l("Not every reviewer has agreed to this text."))
def reviewers_agree(_actor: Actor, agreement: Agreement) -> bool:
    steps = [s for s in agreement.review_steps if s.counts and s.phase == "review"]
    return bool(steps) and all(step.decision == "agree" for step in steps)


@rule(_l("An opinion still waits for its answer."))
def opinions_answered(_actor: Actor, agreement: Agreement) -> bool:
    return all(s.answer or not s.opinion for s in agreement.review_steps if s.counts and s.phase == "review")


@rule(_l("Not every approval is in."))
def approvals_are_in(_actor: Actor, agreement: Agreement) -> bool:
    steps = [s for s in agreement.review_steps if s.counts and s.phase == "approval"]
    return bool(steps) and all(step.decision == "approve" for step in steps)


@rule(_l("The approval was given for another text."))
def approved_text_is_newest(_actor: Actor, agreement: Agreement) -> bool:
    return all(
        step.version is agreement.version for step in agreement.review_steps if step.counts and step.phase == "approval"
    )


@rule(_l("A signatory's position does not give authority to sign today; look at the partner's page."))
def authority_holds(_actor: Actor, agreement: Agreement) -> bool:
    today = now().date()
    return all(s.position.signs and s.position.holds_on(today) for p in agreement.parties for s in p.signatories)


@rule(_l("A witness is also a signatory of this agreement."))
def witnesses_are_no_signatories(_actor: Actor, agreement: Agreement) -> bool:
    signing = {s.position.person_id for party in agreement.parties for s in party.signatories}
    return all(witness.position.person_id not in signing for witness in agreement.witnesses)


@rule(_l("Not everybody has signed."))
def everyone_signed(_actor: Actor, agreement: Agreement) -> bool:
    package = agreement.package
    return package is not None and all(
        slot.state == "signed" for slot in package.slots if slot.kind == "signatory" or slot.capacity == "attesting"
    )


@rule(_l("The signed file is not finished."))
def file_is_final(_actor: Actor, agreement: Agreement) -> bool:
    return agreement.package is not None and agreement.package.final is not None


# Where it stands


@rule(_l("The agreement is not out to be signed yet."))
def out_to_sign(_actor: Actor, agreement: Agreement) -> bool:
    return agreement.state in (State.SIGNING, State.EXECUTED, State.ARCHIVED)


@rule(_l("The agreement is not signed by everybody yet."))
def executed(_actor: Actor, agreement: Agreement) -> bool:
    return agreement.state in (State.EXECUTED, State.ARCHIVED)


# Who may know of it at all

house = any_of(drafter, organiser, auditor, reviewer, leader)
looker = any_of(house, both(archivist, executed), both(partner, out_to_sign))
