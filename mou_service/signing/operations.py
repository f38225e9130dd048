"""What people do to a signing: freeze the text, sign, witness, decline, go on without a guest of honour, void."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from flask_babel import gettext as _

from mou_service.agreements import lifecycle
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Refused, Stale
from mou_service.core.ports import FileStore
from mou_service.documents.findings import Hindered
from mou_service.documents.pdf.fonts import Fonts
from mou_service.trust import sign as signatures
from mou_service.trust.authority import Authority

from . import links, loans, queries, wording
from . import order as turns
from .changes import authority, delegation, reminders, replacing
from .making import levels, places, stamping
from .making.marks import Mark
from .models import Package, Slot
from .witnesses import operations as witnesses

#: How somebody signs: on the device in the room, behind a personal link, signed in, with an own certificate elsewhere.
Method = Literal["table", "link", "account", "outside"]


@dataclass(frozen=True)
class Tools:
    """What an act of signing needs from outside."""

    files: FileStore
    fonts: Fonts
    authority: Authority
    #: The institution's time zone: stamps show its time.
    zone: str


@dataclass(frozen=True)
class Circumstances:
    """How an act came about, kept as evidence with it."""

    method: Method
    #: {"how": "in_room", "by": …}, {"how": "link_and_code", "email": …}, {"how": "account", "name": …, "email": …};
    #: with an own certificate besides {"certificate": whom it names, "issuer": …}.
    identified: dict[str, str]
    #: The language of the consent text that was shown.
    language: str
    #: SHA-256 of the frozen file, as the page showed it to the person.
    frozen: str
    address: str = ""
    device: str = ""
    place: str = ""


@dataclass(frozen=True)
class Made:
    """A signature that stands in a file now."""

    #: Key of the revision.
    file: str
    at: datetime
    #: Serial number of the certificate, hexadecimal.
    certificate: str
    #: drawn, typed, picture; empty: drawn by another program, or not at all
    mark: str
    #: What tells the same act sent twice.
    digest: str
    #: Facts for the trail and the evidence beyond those of every act.
    facts: dict[str, Any] = field(default_factory=dict)


def freeze(
    agreement: Agreement,
    *,
    actor: Actor,
    order: str,
    fonts: Fonts,
    invites: bool = True,
    until: datetime | None = None,
    level: str = "",
) -> Package:
    """Close the text and the list of those who sign; a job then makes the file that is signed.

    With `invites` everybody is sent a personal link when their turn comes; else they are expected at the table.
    From `until` on nobody can sign, unless the organiser extends it; None: without an end. `level` is how much the
    finished file has to prove by itself; empty: as much as can be had.

    Raises `Hindered` when a name could not be drawn: better now than when people sit at the table.
    """
    if order not in turns.ORDERS:
        raise Refused(_("Choose in which order the signatories sign."))
    if level not in levels.LABELS:
        raise Refused(_("Choose a level."))
    agreements.hold(agreement)
    if reasons := lifecycle.refusals("freeze", actor, agreement):
        raise Refused(*reasons)
    witnesses.refuse_conflicts(agreement)
    reminders.check(until)
    assert agreement.version is not None, "an approved agreement has a text"
    slots = places.of(agreement, order=order)
    if unknown := places.unknown(slots, fonts=fonts):
        raise Hindered(unknown)
    package = Package(
        agreement=agreement, version=agreement.version, order=order, open_until=until, level_wanted=level, slots=slots
    )
    db.session.add(package)
    db.session.flush()
    lifecycle.take(
        "freeze", actor, agreement, package=package.id, order=order, version=agreement.version.number, invites=invites,
        until=until.isoformat() if until else None, level=level or "best",
    )  # fmt: skip
    return package


def sign(slot: Slot, *, actor: Actor, mark: Mark, about: Circumstances, tools: Tools) -> None:
    """Put the person's mark into the file as a signature of its own, and say whose turn is next.

    Doing it again with the same mark changes nothing. `Refused` says in words why it cannot be done;
    `Stale` that the file the person saw is no longer the one to be signed.
    """
    package = queries.locked(slot.package_id)
    digest = mark.digest
    if slot.state == "signed" and slot.evidence.get("mark") == digest:
        return
    if reasons := why_not(slot):
        raise Refused(*reasons)
    witnesses.refuse_unseen(slot, about.identified)
    if about.frozen != package.frozen:
        raise Stale(_("The document was made anew while you were reading it."))
    assert package.current is not None, "an open package has a file"
    at = now()
    signed, certificate = _signed(slot, mark=mark, at=at, about=about, file=package.current, tools=tools)
    keep(slot, Made(signed, at, certificate, mark.kind, digest), actor=actor, about=about)


def keep(slot: Slot, made: Made, *, actor: Actor, about: Circumstances) -> None:
    """Let the signature count: place, evidence and trail say so, and the next one's turn comes. The package is locked."""
    package = slot.package
    before, package.current = package.current, made.file
    shown = authority.shown(slot)
    slot.state, slot.signed_at, slot.mark, slot.method = "signed", made.at, made.mark, about.method
    slot.certificate, slot.revision = made.certificate, made.file
    slot.evidence = {**_evidence(slot, about=about, mark=made.digest), "authority": shown, **made.facts}
    db.session.flush()
    events.record(
        "slot.sign", actor=actor, stream=package.agreement.stream, **_about(slot), at=made.at.isoformat(),
        method=about.method, identified=about.identified, before=before, after=made.file, certificate=made.certificate,
        authority=shown, **made.facts,
    )  # fmt: skip
    authority.warn(slot)
    move_on(package, actor=actor)


def why_not(slot: Slot) -> list[str]:
    """Why nobody can sign here now, in words; empty when the person can."""
    return why_not_due(slot) or loans.why_not(slot.package)


def why_not_due(slot: Slot) -> list[str]:
    """The same, whoever holds the document meanwhile."""
    package = slot.package
    if package.voided_at is not None:
        return [links.no_longer_counts(package)]
    if slot.state != "waiting":
        return [_done(slot)]
    if package.state == "preparing":
        return [_("The document is still being prepared. Please wait a moment.")]
    if package.state != "open" or slot.kind == "seal":
        return [_("Everybody has signed; the document is being sealed.")]
    if package.is_over:
        return [links.time_is_over(package)]
    return _not_yet(slot) or authority.stop(slot)


def _done(slot: Slot) -> str:
    words: dict[str, str] = {
        "signed": _("This place is signed already."),
        "declined": _("The person declined to sign here."),
        "absent": _("The signing went on without this witness."),
    }
    return words[slot.state]


def _not_yet(slot: Slot) -> list[str]:
    slots = slot.package.slots
    if refused := turns.refused(slots):
        name = wording.told(refused[:1])
        return [
            _("%(name)s declined to sign. The organiser decides how to go on; until then nobody can sign.", name=name)
        ]
    due = turns.next_slots(slots)
    if slot in due:
        return []
    first = turns.waited_for(slot, slots) or due
    return [_("It is not this person's turn yet. First: %(names)s.", names=wording.told(first))]


def decline(slot: Slot, *, actor: Actor, reason: str) -> None:
    """Record that the person will not sign. Whether the signing ends there is the organiser's decision."""
    package = queries.locked(slot.package_id)
    if slot.state == "declined":
        return
    if slot.state != "waiting" or package.state != "open" or package.voided_at is not None or slot.kind == "seal":
        raise Refused(*(why_not(slot) or [_("It is too late to decline here.")]))
    slot.state, slot.decline_reason = "declined", reason
    loans.give_up(slot)
    db.session.flush()
    events.record("slot.decline", actor=actor, stream=package.agreement.stream, **_about(slot), reason=reason)
    move_on(package, actor=actor)


def go_on_without(slot: Slot, *, actor: Actor, reason: str) -> None:
    """Do not wait for a ceremonial witness any longer; the place stays empty and the trail says why."""
    package = queries.locked(slot.package_id)
    if slot.state == "absent":
        return
    if slot.kind != "witness" or turns.is_needed(slot):
        raise Refused(_("The agreement needs this mark; only a ceremonial witness may be left out."))
    if slot.state != "waiting" or package.state != "open" or package.voided_at is not None:
        raise Refused(*(why_not(slot) or [_("This place is no longer open.")]))
    slot.state, slot.decline_reason = "absent", reason
    loans.give_up(slot)
    db.session.flush()
    events.record("slot.go_on_without", actor=actor, stream=package.agreement.stream, **_about(slot), reason=reason)
    move_on(package, actor=actor)


def void(agreement: Agreement, *, actor: Actor, reason: str) -> None:
    """End this signing; the agreement is approved again, and its files and trail stay."""
    queries.held(agreement)  # the last one may sign this moment: what everybody has signed is voided by nobody
    if reasons := void_refusals(agreement, actor=actor):
        raise Refused(*reasons)
    package = agreement.package
    assert package is not None, "an agreement that is being signed has a package"
    replacing.end(package, ending="voided", reason=reason)
    lifecycle.take("void", actor, agreement, package=package.id, reason=reason)


def void_refusals(agreement: Agreement, *, actor: Actor) -> list[str]:
    """Why this signing cannot be voided; empty when it can."""
    package = agreement.package
    if package is not None and package.state in ("sealing", "done"):
        return [_("Everybody has signed. A signed document cannot be voided; it can only be ended by agreement.")]
    return lifecycle.refusals("void", actor, agreement)


def open_package(package: Package, *, actor: Actor) -> None:
    """The file is there: let the first sign."""
    package.state, package.problem = "open", ""
    events.record(
        "package.open", actor=actor, stream=package.agreement.stream, package=package.id, frozen=package.frozen,
        invites=queries.invites(package),
    )  # fmt: skip
    move_on(package, actor=actor)


def move_on(package: Package, *, actor: Actor) -> None:
    """Say whose turn has come, or that everybody has signed."""
    if package.state == "open" and turns.everybody_signed(package.slots):
        package.state = "sealing"
        db.session.flush()
        events.record(
            "package.complete", actor=actor, stream=package.agreement.stream, package=package.id, file=package.current
        )
        return
    for slot in turns.next_slots(package.slots):
        if slot.turn_at is None:
            slot.turn_at = now()
            events.record("slot.turn", actor=actor, stream=package.agreement.stream, **_about(slot))


def _signed(slot: Slot, *, mark: Mark, at: datetime, about: Circumstances, file: str, tools: Tools) -> tuple[str, str]:
    """The key of the next revision, and the serial number of the certificate that was made for this act alone."""
    name, title, organisation = (
        wording.shown(slot.as_shown.get(key, {}), "en") for key in ("name", "title", "organisation")
    )
    credential = tools.authority.issue_person(name, organisation, title, at=at)
    with tools.files.draft(file) as draft:
        signatures.sign(
            draft,
            field=slot.field,
            credential=credential,
            stamp=stamping.stamp(slot, mark=mark, at=at, fonts=tools.fonts, zone=tools.zone),
            reason=stamping.reason(slot),
            location=about.place,
            name=name,
            at=at,
        )
        return tools.files.keep(draft), f"{credential.certificate.serial_number:x}"


def _evidence(slot: Slot, *, about: Circumstances, mark: str) -> dict[str, Any]:
    fingerprint = wording.short_fingerprint(about.frozen)
    return {
        "identified": about.identified,
        "consent": wording.consent(slot.kind, slot.as_shown, language=about.language, fingerprint=fingerprint),
        "language": about.language,
        "statement": slot.statement,
        "frozen": about.frozen,
        "fingerprint": fingerprint,
        "address": about.address,
        "device": about.device[:300],
        "place": about.place,
        "mark": mark,
        "delegation": delegation.evidence(slot.delegation),
    }


def _about(slot: Slot) -> dict[str, Any]:
    about = {"package": slot.package_id, "slot": slot.id, "field": slot.field, "kind": slot.kind, "person": _name(slot)}
    if slot.delegation is not None:
        about["power_of_attorney"] = delegation.evidence(slot.delegation)
    return about


def _name(slot: Slot) -> str:
    return wording.shown(slot.as_shown.get("name", {}), "en")
