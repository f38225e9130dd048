"""Is everything there for the table? Questions with answers in words, for a whole ceremony."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _

from mou_service.agreements import authority, rules
from mou_service.agreements.models import Agreement
from mou_service.agreements.states import LABELS, State
from mou_service.core.actors import SERVICE
from mou_service.signing import links, loans, order, standing
from mou_service.signing.models import Package
from mou_service.signing.witnesses import operations as witnesses
from mou_service.web.filters import comma, in_language

from . import queries
from .models import Ceremony

Tone = Literal["done", "waiting", "stopped"]
#: The next thing an organiser does for a ceremony.
Step = Literal["items", "witnesses", "texts", "freeze", "making", "table", "close", "over"]


@dataclass(frozen=True)
class Check:
    """One thing that is ready, that is still to be done, or that stands in the way."""

    tone: Tone
    text: str
    #: The agreement it is about, if it is about one.
    ref: str = ""
    #: Where on the ceremony's page it is done; empty: on the page of the agreement.
    place: str = ""


def checks(ceremony: Ceremony) -> list[Check]:
    """What is ready and what is missing, the ceremony first, then each agreement in its order."""
    found = [_presiding(ceremony), _items(ceremony), _witnesses(ceremony)]
    for item in ceremony.items:
        found.extend(_about(item.agreement, ceremony))
    return found


def is_ready(ceremony: Ceremony) -> bool:
    """Whether nothing is missing that the ceremony cannot do without."""
    return all(check.tone == "done" for check in checks(ceremony))


def next_step(ceremony: Ceremony) -> Step:
    """What comes next; the first of the steps that is not done."""
    if ceremony.state == "closed":
        return "over"
    if not ceremony.items:
        return "items"
    if queries.witnesses_to_add(ceremony):
        return "witnesses"
    if queries.to_freeze(ceremony):
        return "freeze"
    return _on_the_day(ceremony)


def _on_the_day(ceremony: Ceremony) -> Step:
    packages = [item.agreement.package for item in ceremony.items]
    if any(package is not None and package.state == "open" for package in packages):
        return "table"
    if any(package is not None and package.state == "preparing" for package in packages):
        return "making"
    over = (State.SIGNING, State.EXECUTED, State.ARCHIVED, State.WITHDRAWN)
    if any(item.agreement.state not in over for item in ceremony.items):
        return "texts"
    return "close" if ceremony.state == "open" else "over"


def _presiding(ceremony: Ceremony) -> Check:
    if any(p.role == "presiding" for p in ceremony.participants):
        return Check("done", _("It is known who presides."), place="participants")
    return Check("waiting", _("Nobody is named who presides."), place="participants")


def _items(ceremony: Ceremony) -> Check:
    if ceremony.items:
        return Check("done", _("There is something to sign."), place="items")
    return Check("stopped", _("No agreement is on stage yet."), place="items")


def _witnesses(ceremony: Ceremony) -> Check:
    if any(p.role == "witness" for p in ceremony.participants):
        return Check("done", _("Witnesses are named."), place="participants")
    text = _("No witness is named for the ceremony; that is fine if none is wanted.")
    return Check("waiting", text, place="participants")


def _about(agreement: Agreement, ceremony: Ceremony) -> list[Check]:
    package = agreement.package
    if agreement.state in (State.EXECUTED, State.ARCHIVED):
        return [Check("done", _("Signed by everybody and in effect."), agreement.ref)]
    if agreement.state == State.WITHDRAWN:
        return [Check("stopped", _("The agreement was withdrawn; take it off the stage."), agreement.ref)]
    found = [_text(agreement), *_people(agreement, ceremony), *_witnessing(agreement)]
    if package is not None:
        found += [Check("stopped", standing.words(package), agreement.ref)] if package.problem else []
        refused = order.refused(package.slots)
        found += [Check("stopped", _("Somebody declined to sign."), agreement.ref)] if refused else []
        found += [Check("stopped", text, agreement.ref) for text in _hindrances(package)]
    return found


def _hindrances(package: Package) -> list[str]:
    """Why nobody in the room could sign, though it is somebody's turn; the page of the agreement says the way on."""
    if package.state != "open":
        return []
    return [links.time_is_over(package)] if package.is_over else loans.why_not(package)


def _text(agreement: Agreement) -> Check:
    package = agreement.package
    if package is None and agreement.state == State.APPROVED:
        return Check("waiting", _("The text is approved, but not frozen yet."), agreement.ref)
    if package is None:
        label = LABELS[State(agreement.state)]
        return Check(
            "stopped", _("The text is not approved yet; it stands at “%(state)s”.", state=label), agreement.ref
        )
    if package.state == "preparing":
        return Check("waiting", _("The file to sign is being made."), agreement.ref)
    return Check("done", _("The text is frozen and ready to sign."), agreement.ref)


def _witnessing(agreement: Agreement) -> list[Check]:
    """What is to be considered about its witnesses before the freeze; a missing one stands in the way."""
    if agreement.package is not None:
        return []
    stops = not rules.signatures_are_attested.holds(SERVICE, agreement) or bool(witnesses.conflicts(agreement))
    tone: Tone = "stopped" if stops else "waiting"
    return [Check(tone, text, agreement.ref) for _title, text in witnesses.notes(agreement)]


def _people(agreement: Agreement, ceremony: Ceremony) -> list[Check]:
    found = []
    if len(agreement.parties) < 2 or not all(party.signatories for party in agreement.parties):
        found.append(Check("stopped", _("A party has no signatory."), agreement.ref))
    found += _authority(agreement)
    known = {witness.position.person_id for witness in agreement.witnesses}
    missing = [p for p in ceremony.participants if p.role == "witness" and p.position.person_id not in known]
    if missing and agreement.package is None:
        names = comma().join(in_language(p.as_shown.get("name")) for p in missing)
        found.append(
            Check("waiting", _("These witnesses are not on the document yet: %(names)s.", names=names), agreement.ref)
        )
    elif missing:
        names = comma().join(in_language(p.as_shown.get("name")) for p in missing)
        found.append(Check("waiting", _("Frozen without these witnesses: %(names)s.", names=names), agreement.ref))
    return found


def _authority(agreement: Agreement) -> list[Check]:
    """Before the freeze nothing may lack; afterwards only what was withdrawn keeps somebody from signing."""
    out = agreement.package is not None
    codes = [each.code for each in authority.open_lacks(agreement)]
    return [
        Check("waiting" if out and code != "withdrawn" else "stopped", line, agreement.ref)
        for code, line in zip(codes, authority.words(agreement), strict=True)
    ]
