"""What is done to the register of authority: entered, replaced, checked by a second person, ended, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _

from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.core.ports import FileStore

from .evidence import Evidence
from .models import BASES, FUNCTIONS, Position, SigningAuthority

MOST_OTHERS = 9


@dataclass(frozen=True)
class AuthorityFacts:
    """What an entry says: how far the authority goes and what gives it."""

    basis: str
    source: str = ""
    mode: str = "sole"
    others: int = 1
    with_positions: Sequence[int] = ()
    with_functions: Sequence[str] = ()
    function: str = ""
    templates: Sequence[str] = ()
    agreement_ref: str = ""
    limits: str = ""
    starts: date | None = None
    ends: date | None = None


def enter(
    position: Position,
    facts: AuthorityFacts,
    *,
    actor: Actor,
    evidence: Evidence | None = None,
    files: FileStore | None = None,
) -> SigningAuthority:
    """Put an authority into the register; raises `Invalid` when what was typed cannot be."""
    made = _made(position, facts, actor=actor)
    _keep(made, evidence, files)
    _written(made, "authority.enter", actor=actor)
    return made


def supersede(
    old: SigningAuthority,
    facts: AuthorityFacts,
    *,
    actor: Actor,
    evidence: Evidence | None = None,
    files: FileStore | None = None,
) -> SigningAuthority:
    """Put a corrected or renewed entry in the place of the old one; without a new file the old one goes on showing it."""
    _still_open(old)
    made = _made(old.position, facts, actor=actor)
    if evidence is None:
        made.evidence, made.evidence_name, made.evidence_type = old.evidence, old.evidence_name, old.evidence_type
    _keep(made, evidence, files)
    _written(made, "authority.replace", actor=actor, replaces=old.id)
    old.replaced_by_id = made.id
    db.session.flush()
    return made


def check(authority: SigningAuthority, *, actor: Actor) -> None:
    """Note that a second person compared the entry with what shows it; doing it again changes nothing."""
    db.session.refresh(authority, with_for_update=True)
    if authority.checked_at is not None:
        return
    if reasons := check_refusals(actor, authority):
        raise Refused(*reasons)
    authority.checked_by_id, authority.checked_at = actor.user_id, now()
    db.session.flush()
    _record("authority.check", authority, actor=actor)


def check_refusals(actor: Actor, authority: SigningAuthority) -> list[str]:
    """Why this person cannot check the entry; empty when they can."""
    if reasons := closed(authority):
        return reasons
    if actor.user_id is None or actor.user_id == authority.entered_by_id:
        return [_("Somebody else checks it than the one who entered it.")]
    return []


def end(authority: SigningAuthority, *, last_day: date, reason: str, actor: Actor) -> None:
    """Say on which day the authority ends; what was signed until then stays signed in its right."""
    _still_open(authority)
    if authority.starts is not None and last_day < authority.starts:
        raise Invalid({"last_day": _("The last day lies before the first.")})
    authority.ends, authority.end_reason = last_day, reason
    db.session.flush()
    _record("authority.end", authority, actor=actor, reason=reason, ends=last_day.isoformat())


def withdraw(authority: SigningAuthority, *, reason: str, actor: Actor) -> None:
    """Note that the organisation took the authority back: from this moment nobody signs on it."""
    _still_open(authority)
    authority.withdrawn_at, authority.end_reason = now(), reason
    db.session.flush()
    _record("authority.withdraw", authority, actor=actor, reason=reason)


def closed(authority: SigningAuthority) -> list[str]:
    """Why an entry can no longer be changed; empty while it can."""
    if authority.replaced_by_id is not None:
        return [_("Another entry took the place of this one.")]
    if authority.withdrawn_at is not None:
        return [_("This authority was withdrawn. Enter a new one if there is one again.")]
    return []


def _still_open(authority: SigningAuthority) -> None:
    """Wait for whoever changes the entry this moment, then raise `Refused` when it can no longer be changed."""
    db.session.refresh(authority, with_for_update=True)
    if reasons := closed(authority):
        raise Refused(*reasons)


def _made(position: Position, facts: AuthorityFacts, *, actor: Actor) -> SigningAuthority:
    facts = _consistent(position, facts)
    made = SigningAuthority(
        position=position, mode=facts.mode, others=facts.others, with_positions=list(facts.with_positions),
        with_functions=list(facts.with_functions), function=facts.function, templates=list(facts.templates),
        agreement_ref=facts.agreement_ref, limits=facts.limits, basis=facts.basis, source=facts.source,
        starts=facts.starts, ends=facts.ends, entered_by_id=actor.user_id, end_reason="",
    )  # fmt: skip
    db.session.add(made)
    return made


def _consistent(position: Position, facts: AuthorityFacts) -> AuthorityFacts:
    """The facts without what does not belong together; raises `Invalid` for what cannot be."""
    wrong: dict[str, str] = {}
    if facts.basis not in BASES:
        wrong["basis"] = _("Choose what gives the authority.")
    if not facts.source:
        wrong["source"] = _("Say what shows that this person may sign: a statute, a register, a power of attorney.")
    if facts.starts and facts.ends and facts.ends < facts.starts:
        wrong["ends"] = _("The last day lies before the first.")
    if facts.function and facts.function not in FUNCTIONS:
        wrong["function"] = _("Choose the function from the list.")
    if facts.mode == "sole":
        facts = replace(facts, others=0, with_positions=(), with_functions=())
    elif facts.mode == "joint":
        wrong |= _joint_faults(position, facts)
    else:
        wrong["mode"] = _("Choose whether the person signs alone or with others.")
    if wrong:
        raise Invalid(wrong)
    return replace(facts, templates=()) if facts.agreement_ref else facts


def _joint_faults(position: Position, facts: AuthorityFacts) -> dict[str, str]:
    colleagues = {post.id for post in position.organisation.positions if post.person_id != position.person_id}
    if not 1 <= facts.others <= MOST_OTHERS:
        return {"others": _("Say how many others sign as well: one to %(most)s.", most=MOST_OTHERS)}
    if not colleagues.issuperset(facts.with_positions) or not set(facts.with_functions) <= set(FUNCTIONS):
        return {"with_positions": _("Choose people of the same organisation.")}
    if facts.with_positions and not facts.with_functions and len(set(facts.with_positions)) < facts.others:
        return {"with_positions": _("Fewer people are chosen than have to sign as well.")}
    return {}


def _keep(made: SigningAuthority, evidence: Evidence | None, files: FileStore | None) -> None:
    if evidence is not None:
        assert files is not None, "evidence needs a place"
        made.evidence, made.evidence_name = files.put(evidence.content), evidence.name
        made.evidence_type = evidence.media_type
    db.session.flush()


def _written(made: SigningAuthority, event: str, *, actor: Actor, **facts: Any) -> None:
    _record(
        event, made, actor=actor, mode=made.mode, others=made.others, with_positions=made.with_positions,
        with_functions=made.with_functions, function=made.function, templates=made.templates,
        agreement=made.agreement_ref, limits=made.limits, basis=made.basis, source=made.source, evidence=made.evidence,
        starts=_iso(made.starts), ends=_iso(made.ends), **facts,
    )  # fmt: skip


def _record(event: str, authority: SigningAuthority, *, actor: Actor, **facts: Any) -> None:
    person, organisation = authority.position.person, authority.position.organisation
    events.record(
        event, actor=actor, stream=organisation.stream, authority=authority.id, position=authority.position_id, person=person.ref,
        called=person.called(), **facts,
    )  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
