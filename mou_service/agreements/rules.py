"""The small yes-or-no questions that the lifecycle and the permissions are written in, with the words for "no"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from mou_service.accounts.roles import Role
from mou_service.core.actors import Actor
from mou_service.partners.models import Person

from . import authority
from .models import Agreement
from .states import State

if TYPE_CHECKING:
    from mou_service.signing.models import Slot

Test = Callable[[Actor, Agreement], bool]


@dataclass(frozen=True)
class Rule:
    """A question about an actor and an agreement."""

    name: str
    otherwise: str
    holds: Test
    #: The words for this very agreement, where there is more to say than `otherwise`.
    in_detail: Callable[[Agreement], list[str]] | None = None

    def words(self, agreement: Agreement) -> list[str]:
        """Why not, in words."""
        return self.in_detail(agreement) if self.in_detail else [str(self.otherwise)]


def rule(otherwise: str, in_detail: Callable[[Agreement], list[str]] | None = None) -> Callable[[Test], Rule]:
    return lambda test: Rule(test.__name__, otherwise, test, in_detail)


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


@rule(
    _l("The pages of this text are not there. LibreOffice still draws them or could not; read the text to see which.")
)
def pages_are_there(_actor: Actor, agreement: Agreement) -> bool:
    """Of the newest version and its annexes, where they hold something we do not draw ourselves."""
    version = agreement.version
    drawings = [version.drawing if version else None, *(annex.drawing for annex in agreement.annexes)]
    return all(drawing is None or drawing.state == "drawn" for drawing in drawings)


@rule(
    _l(
        "Nobody has confirmed that all languages say the same. Have the translation confirmed, or give the reason to go on without."
    )
)
def translation_is_confirmed(_actor: Actor, agreement: Agreement) -> bool:
    """Of the text as it is now; a text in one language needs none."""
    return len(agreement.languages) < 2 or any(each.holds for each in agreement.translation_confirmations)


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


@rule(_l("A party's signatories have no authority to sign for it together."), in_detail=authority.words)
def authority_holds(_actor: Actor, agreement: Agreement) -> bool:
    """The register shows it, or two people took it on themselves."""
    return not authority.open_lacks(agreement)


@rule(_l("A witness is also a signatory of this agreement."))
def witnesses_are_no_signatories(_actor: Actor, agreement: Agreement) -> bool:
    return not any(signs(agreement, witness.position.person) for witness in agreement.witnesses)


@rule(_l("A witness is named for somebody who no longer signs. Choose anew whom they witness."))
def witnesses_know_whom(_actor: Actor, agreement: Agreement) -> bool:
    return all(witness.scope != "one" or witness.of is not None for witness in agreement.witnesses)


@rule(_l("This kind of document asks for an attesting witness of every signature, and one is missing. Name one."))
def signatures_are_attested(_actor: Actor, agreement: Agreement) -> bool:
    """An attesting witness of the whole signing stands for every signature."""
    attesting = [witness for witness in agreement.witnesses if witness.capacity == "attesting"]
    every = any(witness.scope == "whole" for witness in attesting)
    covered = {witness.of_id for witness in attesting}
    signing = [signatory for party in agreement.parties for signatory in party.signatories]
    return not agreement.attested or every or all(signatory.id in covered for signatory in signing)


@rule(_l("Not everybody has signed."))
def everyone_signed(_actor: Actor, agreement: Agreement) -> bool:
    package = agreement.package
    return package is not None and all(
        slot.state == "signed" for slot in package.slots if slot.kind == "signatory" or slot.capacity == "attesting"
    )


@rule(_l("The signed file is not finished."))
def file_is_final(_actor: Actor, agreement: Agreement) -> bool:
    return agreement.package is not None and agreement.package.final is not None


def signs(agreement: Agreement, person: Person) -> bool:
    """Whether somebody signs for a party, or is to by a power of attorney that was confirmed."""
    given = {s.position_id for party in agreement.parties for s in party.signatories}
    signing = [s.position.person for party in agreement.parties for s in party.signatories]
    signing += [s.position.person for s in _live_slots(agreement) if s.kind == "signatory" and s.position is not None]
    powers = (each for each in agreement.delegations if each.state == "confirmed" and each.position_id in given)
    signing += [each.delegate.person for each in powers if each.delegate is not None]
    return any(is_one(each, person) for each in signing)


def is_one(one: Person, other: Person) -> bool:
    """Whether they are one person, also when the register knows them twice: by one address and one name."""
    if one is other or (one.id is not None and one.id == other.id):
        return True
    names = {name.casefold() for name in one.called().values()} & {name.casefold() for name in other.called().values()}
    return bool(names) and bool(one.email) and one.email.casefold() == other.email.casefold()


def _live_slots(agreement: Agreement) -> Sequence[Slot]:
    return agreement.package.slots if agreement.package else ()


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
