"""Event → message and recipients; a message is a folder of templates/notifications/ with a subject and two bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mou_service.core.events import Event

from . import recipients as to
from .recipients import Recipient


@dataclass(frozen=True)
class Notice:
    """One message and who gets it."""

    folder: str
    hears: Callable[[Event], Iterable[Recipient]]


# fmt: off
NOTICES: dict[str, tuple[Notice, ...]] = {
    # event                            message                      to whom
    "account.invite":       (Notice("account.invite",               to.invited),),
    "account.ask_reset":    (Notice("account.ask_reset",            to.forgetful),),
    "template.propose":     (Notice("template.propose",             to.other_keepers),),
    "template.approve":     (Notice("template.decide",              to.proposer),),
    "template.refuse":      (Notice("template.decide",              to.proposer),),
    "clause.propose":       (Notice("clause.propose",               to.other_keepers_of_clauses),),
    "clause.approve":       (Notice("clause.decide",                to.proposer_of_clause),),
    "clause.refuse":        (Notice("clause.decide",                to.proposer_of_clause),),
    "keys.expire":          (Notice("keys.expire",                  to.administrators),),
    "agreement.submit":     (Notice("agreement.submit",             to.asked_to_review),),
    "agreement.return":     (Notice("agreement.return",             to.owner),),
    "agreement.agree_text": (Notice("agreement.agree_text",         to.reviewers),),
    "agreement.present":    (Notice("agreement.present",            to.asked_to_approve),),
    "agreement.approve":    (Notice("agreement.approve",            to.owner_and_organisers),),
    "agreement.withdraw":   (Notice("agreement.withdraw",           to.everybody_asked),),
    "translation.withdraw": (Notice("translation.withdraw",         to.confirmed_translation),),
    "package.open":         (Notice("package.open",                 to.owner_and_organisers),),
    "slot.turn":            (Notice("slot.turn",                    to.whose_turn),),
    "slot.invite":          (Notice("slot.turn",                    to.whose_turn),),
    "slot.code":            (Notice("slot.code",                    to.who_proves),),
    "slot.decline":         (Notice("slot.decline",                 to.owner_and_organisers),),
    "slot.other_name":      (Notice("slot.other_name",              to.owner_and_organisers),),
    "slot.remind":          (Notice("slot.remind",                  to.whose_turn),),
    "slot.replace":         (Notice("slot.replace",                 to.replaced),),
    "package.lapse":        (Notice("package.lapse",                to.owner_and_organisers),),
    "delegation.ask":       (Notice("delegation.ask",               to.owner_and_organisers),),
    "delegation.confirm":   (Notice("delegation.confirm",           to.who_delegates),),
    "delegation.refuse":    (Notice("delegation.refuse",            to.who_delegates),),
    "slot.lapse":           (Notice("slot.lapse",                   to.owner_and_organisers),),
    "signatory.lose_authority": (Notice("signatory.lose_authority",  to.owner_and_organisers),),
    "override.ask":         (Notice("override.ask",                 to.leaders_to_confirm),),
    "override.confirm":     (Notice("override.confirm",             to.owner_and_organisers),),
    "override.refuse":      (Notice("override.refuse",              to.owner_and_organisers),),
    "agreement.void":       (Notice("agreement.void",               to.owner_and_organisers),
                             Notice("agreement.void.signed",        to.had_signed),
                             Notice("agreement.void.signatory",     to.was_asked)),
    "agreement.archive":    (Notice("agreement.archive",            to.owner_and_archivists),
                             Notice("agreement.archive.partner",    to.partner_accounts),
                             Notice("agreement.archive.partner",    to.partners_without_account)),
    "agreement.end":        (Notice("agreement.end",                to.owner_and_archivists),
                             Notice("agreement.end",                to.partner_accounts)),
    "agreement.take_back_end": (Notice("agreement.take_back_end",   to.owner_and_archivists),
                                Notice("agreement.take_back_end",   to.partner_accounts)),
}
# fmt: on
