"""Who is to witness the signing of an agreement: added, changed and taken out again before the freeze."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from mou_service.agreements import permissions, rules
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement, Signatory
from mou_service.agreements.states import State
from mou_service.core import events
from mou_service.core.actors import SERVICE, Actor
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.partners.models import Person, Position

from .. import statements, wording
from ..models import Slot, Witness


def add(
    agreement: Agreement,
    *,
    actor: Actor,
    position: Position,
    capacity: str = "ceremonial",
    presence: str = "in_room",
    of: Signatory | None = None,
    identity: str = "known",
    statement: Mapping[str, str] | None = None,
    as_shown: Mapping[str, Any] | None = None,
) -> Witness:
    """Make the person a witness of the whole signing, or of one signatory; who is one already is only changed.

    Without a statement they state the usual words. Raises `Refused` or `Invalid` with the words for what cannot be.
    """
    _check(agreement, actor)
    _check_person(agreement, position.person)
    _check_kind(agreement, capacity=capacity, presence=presence, of=of, identity=identity)
    values = {
        "capacity": capacity,
        "presence": presence,
        "scope": "one" if of is not None else "whole",
        "of": of,
        "identity": identity,
        "statement": _own_words(agreement, statement or {}, capacity=capacity, presence=presence, of=of),
        "as_shown": dict(as_shown or position.as_shown()),
    }
    known = next((w for w in agreement.witnesses if w.position.person_id == position.person_id), None)
    if known is None:
        rank = max((w.rank for w in agreement.witnesses), default=0) + 1
        known = Witness(agreement=agreement, position=position, rank=rank, **values)
        db.session.add(known)
    elif all(getattr(known, name) == value for name, value in values.items()) and known.position is position:
        return known
    else:
        known.position = position
        for name, value in values.items():
            setattr(known, name, value)
    db.session.flush()
    events.record(
        "witness.add", actor=actor, stream=agreement.stream, person=_name(known), capacity=capacity, presence=presence,
        of=wording.shown(known.whom, "en"), identity=identity, statement=known.stated,
        warned="attesting_by_video" if by_video_only(known) else "",
    )  # fmt: skip
    return known


def remove(witness: Witness, *, actor: Actor) -> None:
    """Take the person off the list of witnesses."""
    agreement = witness.agreement
    _check(agreement, actor)
    if witness not in agreement.witnesses:
        return
    events.record("witness.remove", actor=actor, stream=agreement.stream, person=_name(witness))
    agreement.witnesses.remove(witness)
    db.session.delete(witness)
    db.session.flush()


def refusals(actor: Actor, agreement: Agreement) -> list[str]:
    """Why the list of witnesses cannot be changed now; empty when it can."""
    if reasons := permissions.refusals("arrange_signing", actor, agreement):
        return reasons
    if agreement.state in (State.SIGNING, State.EXECUTED, State.ARCHIVED):
        return [_("The text and the list of those who sign are closed. Void the signing to change them.")]
    if agreement.state == State.WITHDRAWN:
        return [_("The agreement was withdrawn.")]
    return []


def conflicts(agreement: Agreement) -> list[Witness]:
    """Witnesses who sign the agreement as well, for a party or by a power of attorney; there must be none.

    To be asked again by whoever changes who signs. Somebody whom the register knows twice, by one address and one
    name, is one person.
    """
    return [witness for witness in agreement.witnesses if rules.signs(agreement, witness.position.person)]


def refuse_conflicts(agreement: Agreement) -> None:
    """Raise `Refused` with the names when somebody would sign and witness."""
    if found := conflicts(agreement):
        raise Refused(_both(found))


def refuse_unseen(slot: Slot, identified: Mapping[str, str]) -> None:
    """Raise `Invalid` when somebody attests without having said that they saw it, or says what cannot be."""
    if identified.get("check") == "video" and slot.presence != "remote":
        raise Invalid({"check": _("Somebody in the room is not identified by video. Choose another way.")})
    if slot.kind == "witness" and slot.capacity == "attesting" and not identified.get("saw"):
        raise Invalid({"saw": _("Please confirm what you saw, or decline to witness.")})


def notes(agreement: Agreement) -> list[tuple[str, str]]:
    """What to consider about the witnesses before the freeze: (title, text)."""
    found = []
    if not rules.signatures_are_attested.holds(SERVICE, agreement):
        found.append((_("An attesting witness is missing"), str(rules.signatures_are_attested.otherwise)))
    if not rules.witnesses_know_whom.holds(SERVICE, agreement):
        found.append((_("Witness of nobody"), str(rules.witnesses_know_whom.otherwise)))
    if clashing := conflicts(agreement):
        found.append((_("Signatory and witness"), _both(clashing)))
    if any(by_video_only(witness) for witness in agreement.witnesses):
        found.append((_("Attested by video"), video_warning(agreement)))
    return found


def by_video_only(witness: Witness | Slot) -> bool:
    """Whether an attesting witness follows by video, which not every law accepts."""
    return witness.capacity == "attesting" and witness.presence == "remote"


def video_warning(agreement: Agreement) -> str:
    """What to consider before somebody attests by video."""
    if any(party.organisation.country == "GB" for party in agreement.parties):
        return str(
            _(
                "A party is in the United Kingdom. Under English law the witness of a deed has to be in the room; by video "
                "does not count. If this is a deed, the witness has to be present."
            )
        )
    return str(
        _(
            "Not every law accepts a witness by video: a deed under English law, for example, needs a witness in the room. "
            "Ask the partner before you rely on it."
        )
    )


def _both(clashing: Sequence[Witness]) -> str:
    names = ", ".join(_name(witness) for witness in clashing)
    text: str = _("%(names)s cannot sign this agreement and witness it. Choose another witness.", names=names)
    return text


def _check(agreement: Agreement, actor: Actor) -> None:
    agreements.hold(agreement)  # the freeze takes the list as it is then
    if reasons := refusals(actor, agreement):
        raise Refused(*reasons)


def _check_person(agreement: Agreement, person: Person) -> None:
    if rules.signs(agreement, person):
        raise Invalid({"position": _("This person signs the agreement for a party and cannot witness it.")})


def _check_kind(agreement: Agreement, *, capacity: str, presence: str, of: Signatory | None, identity: str) -> None:
    if capacity not in statements.CAPACITIES or presence not in statements.PRESENCES:
        raise Invalid({"capacity": _("Choose how the person witnesses, and from where.")})
    if identity == "video" and presence != "remote":
        raise Invalid({"identity": _("Somebody in the room is not identified by video. Choose another way.")})
    if identity not in statements.IDENTITIES:
        raise Invalid({"identity": _("Choose how it is made sure who this is.")})
    if of is not None and of not in _signatories(agreement):
        raise Invalid({"of": _("Choose a signatory of this agreement.")})


def _own_words(
    agreement: Agreement, typed: Mapping[str, str], *, capacity: str, presence: str, of: Signatory | None
) -> dict[str, str]:
    """What the organiser wrote instead of the usual words; in all languages of the document, and true."""
    written = {language: text.strip() for language, text in typed.items() if text.strip()}
    usual = statements.usual(capacity, presence, of.as_shown.get("name", {}) if of else {}, agreement.languages)
    given = {language: text for language, text in written.items() if language in usual}
    if not given or given == usual:
        return {}
    if missing := [language for language in usual if language not in given]:
        text = _("Write the statement in every language of the document, or leave all empty for the usual words.")
        raise Invalid({f"statement_{language}": text for language in missing})
    for language, text in given.items():
        if found := statements.overstated({language: text}, presence):
            words = _("Somebody who follows by video cannot state “%(words)s”. Say what they see.", words=found[0])
            raise Invalid({f"statement_{language}": words})
    return given


def _signatories(agreement: Agreement) -> Sequence[Signatory]:
    return [signatory for party in agreement.parties for signatory in party.signatories]


def _name(witness: Witness) -> str:
    return wording.shown(witness.as_shown.get("name", {}), "en")
