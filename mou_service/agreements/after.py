"""What becomes of an agreement after it was signed: ended early, superseded, renewed, amended by another one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.core.ports import FileStore
from mou_service.partners.evidence import Evidence

from . import permissions, queries
from .models import Agreement, Ending, Relation
from .states import State

#: Who ended an agreement.
ENDERS = {"ours": _l("Our side"), "partner": _l("The other side"), "both": _l("Both sides together")}
#: What a newer agreement does to an older one, behind its reference.
KINDS = {
    "supersedes": _l("takes its place"),
    "renews": _l("renews it for a further term"),
    "amends": _l("changes parts of it"),
    "terminates": _l("ends it"),
}
#: The same to choose from, on the page of the newer one.
CHOICES = {
    "supersedes": _l("It takes the place of the older one"),
    "renews": _l("It renews the older one for a further term"),
    "amends": _l("It changes parts of the older one"),
    "terminates": _l("It ends the older one"),
}


@dataclass(frozen=True)
class Effect:
    """What a newer agreement does to this one, and since when; no day while the newer one is not in effect."""

    kind: str
    relation: Relation
    other: Agreement
    since: date | None


def ending(agreement: Agreement) -> Ending | None:
    """How the agreement was ended, if it was; the newest entry that was not taken back."""
    return next((each for each in reversed(agreement.endings) if each.taken_back_at is None), None)


def effects(agreement: Agreement) -> list[Effect]:
    """What newer agreements do to this one."""
    return [Effect(each.kind, each, each.newer, begins(each.newer)) for each in _counting(agreement.followers)]


def purposes(agreement: Agreement) -> list[Effect]:
    """What this agreement does to older ones."""
    since = begins(agreement)
    return [Effect(each.kind, each, each.older, since) for each in _counting(agreement.relations)]


def begins(agreement: Agreement) -> date | None:
    """The first day on which an agreement that everybody signed holds."""
    if agreement.state not in (State.EXECUTED, State.ARCHIVED):
        return None
    if agreement.term is not None and agreement.term.starts is not None:
        return agreement.term.starts
    return agreement.record.executed_on if agreement.record else None


def end(
    agreement: Agreement, *, actor: Actor, last_day: date, ended_by: str, reason: str, paper: Evidence, files: FileStore
) -> Ending:
    """Record that the agreement was ended, with the paper that shows it; an earlier entry is taken back by it.

    The same again changes nothing. Raises `Refused`, or `Invalid` for a day before the agreement began.
    """
    _may("end", actor, agreement)
    queries.hold(agreement)  # of two who enter it at once the second sees what the first did
    began = begins(agreement)
    if began is not None and last_day < began:
        raise Invalid({"last_day": _("The agreement began after that day. Give the last day on which it still holds.")})
    if ended_by not in ENDERS:
        raise Invalid({"ended_by": _("Choose who ended it.")})
    key = files.put(paper.content)
    if (before := ending(agreement)) is not None:
        if (before.last_day, before.ended_by, before.reason, before.evidence) == (last_day, ended_by, reason, key):
            return before
        before.taken_back_at = now()
    made = Ending(
        agreement=agreement, last_day=last_day, ended_by=ended_by, reason=reason, evidence=key,
        evidence_name=paper.name, evidence_type=paper.media_type, entered_by_id=actor.user_id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    events.record(
        "agreement.end", actor=actor, stream=agreement.stream, last_day=last_day.isoformat(), ended_by=ended_by,
        reason=reason, evidence=made.evidence, called_file=made.evidence_name,
    )  # fmt: skip
    return made


def take_back_end(agreement: Agreement, *, actor: Actor, reason: str) -> None:
    """It was entered by mistake: the agreement holds as before. Raises `Refused`; a second call changes nothing."""
    _may("end", actor, agreement)
    queries.hold(agreement)
    found = ending(agreement)
    if found is not None:
        found.taken_back_at = now()
        events.record(
            "agreement.take_back_end", actor=actor, stream=agreement.stream, last_day=found.last_day.isoformat(),
            reason=reason,
        )  # fmt: skip


def relate(newer: Agreement, *, actor: Actor, kind: str, older: Agreement) -> Relation:
    """Record what the newer agreement does to the older one; the effect begins when the newer one takes effect.

    Saying it again changes nothing. Raises `Refused`, or `Invalid` when it cannot be so.
    """
    _may("relate", actor, newer)
    for agreement in sorted({newer, older}, key=lambda each: each.id):
        queries.hold(agreement)
    if kind not in KINDS:
        raise Invalid({"kind": _("Choose what it does to the other agreement.")})
    if older is newer:
        raise Invalid({"older": _("An agreement has no relation to itself.")})
    if older.state not in (State.EXECUTED, State.ARCHIVED):
        raise Invalid({"older": _("%(ref)s was not signed by everybody; there is nothing to change.", ref=older.ref)})
    if any(each.other is older for each in effects(newer)):
        raise Invalid({"older": _("%(ref)s already names this agreement as the older one.", ref=older.ref)})
    if same := next((each for each in purposes(newer) if each.other is older), None):
        if same.kind == kind:
            return same.relation
        raise Invalid({"older": _("Its relation to %(ref)s is entered already. Take that back first.", ref=older.ref)})
    made = Relation(newer=newer, older=older, kind=kind, entered_by_id=actor.user_id)
    db.session.add(made)
    db.session.flush()
    for agreement in (newer, older):
        events.record(
            "agreement.relate", actor=actor, stream=agreement.stream, newer=newer.ref, kind=kind, older=older.ref
        )
    return made


def take_back_relation(relation: Relation, *, actor: Actor, reason: str) -> None:
    """It was entered by mistake. Raises `Refused`; a second call changes nothing."""
    _may("relate", actor, relation.newer)
    queries.hold(relation.newer)
    db.session.refresh(relation)
    if relation.taken_back_at is not None:
        return
    relation.taken_back_at = now()
    for agreement in (relation.newer, relation.older):
        events.record(
            "agreement.take_back_relation", actor=actor, stream=agreement.stream, newer=relation.newer.ref,
            kind=relation.kind, older=relation.older.ref, reason=reason,
        )  # fmt: skip


def _counting(relations: Iterable[Relation]) -> list[Relation]:
    return [each for each in relations if each.taken_back_at is None]


def _may(permission: str, actor: Actor, agreement: Agreement) -> None:
    if reasons := permissions.refusals(permission, actor, agreement):
        raise Refused(*reasons)
