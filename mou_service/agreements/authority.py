"""Do the signatories of an agreement bind their parties? What is lacking, and whether two people overrode it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mou_service.partners import authority, authority_words
from mou_service.partners import queries as partners
from mou_service.partners.authority import Lack, Need
from mou_service.partners.models import Position

from .models import Agreement, Party
from .states import State

if TYPE_CHECKING:
    from mou_service.signing.models import AuthorityOverride

#: While the text is settled and its people can still be looked at.
WHEN = (State.IN_APPROVAL, State.APPROVED, State.SIGNING)


def lacks(agreement: Agreement) -> list[Lack]:
    """What is lacking today, party by party, whether it was overridden or not."""
    return [each for party in agreement.parties for each in of_party(party)]


def of_party(party: Party) -> list[Lack]:
    """What is lacking today for one party."""
    return authority.lacks([each.position for each in party.signatories], need(party))


def need(party: Party) -> Need:
    """What the signatories of a party need authority for."""
    policy = partners.evidence_policy()
    return Need(
        day=partners.today(), ref=party.agreement.ref, template=party.agreement.template,
        evidence=policy == "everybody" or (policy == "partners" and not party.own),
    )  # fmt: skip


def open_lacks(agreement: Agreement) -> list[Lack]:
    """What is lacking and was not overridden."""
    found = lacks(agreement)
    allowed = override(agreement)
    taken_on = keys(allowed.lacks) if allowed else set()
    return [each for each in found if each.key not in taken_on]


def override(agreement: Agreement) -> AuthorityOverride | None:
    """The override that holds for this text and these signatories, if there is one."""
    return next((o for o in reversed(agreement.authority_overrides) if o.decision == "confirmed" and fits(o)), None)


def fits(override_: AuthorityOverride) -> bool:
    """Whether text and signatories are still those it was asked for."""
    agreement = override_.agreement
    return override_.version is agreement.version and override_.signatories == signing(agreement)


def signing(agreement: Agreement) -> list[int]:
    """The posts that sign, in order of their numbers."""
    return sorted(each.position.id for party in agreement.parties for each in party.signatories)


def keys(kept: Iterable[dict[str, Any]]) -> set[tuple[int, str]]:
    """What an override took on, to be compared with what is lacking."""
    return {(int(each["position"]), str(each["code"])) for each in kept}


def words(agreement: Agreement) -> list[str]:
    """What is lacking and not overridden, with what to do about it."""
    posts = positions(agreement)
    return [authority_words.lack(each, posts[each.position_id]) for each in open_lacks(agreement)]


def positions(agreement: Agreement) -> dict[int, Position]:
    """The posts that sign, by their numbers."""
    return {each.position.id: each.position for party in agreement.parties for each in party.signatories}


def waiting(agreement: Agreement) -> AuthorityOverride | None:
    """The override that waits for a second person, as long as there is something it would override.

    None once everybody has signed or the agreement was given up: nobody confirms afterwards what was done without it.
    """
    package = agreement.package
    if agreement.state not in WHEN or (package is not None and package.state in ("sealing", "done")):
        return None
    asked = next((o for o in reversed(agreement.authority_overrides) if not o.decision and fits(o)), None)
    return asked if asked is not None and {each.key for each in open_lacks(agreement)} & keys(asked.lacks) else None
