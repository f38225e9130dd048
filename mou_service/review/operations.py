"""Submit, comment, agree, return, answer, agree the text, present, approve."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from mou_service.agreements import lifecycle, permissions, status
from mou_service.agreements.models import Agreement
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Missing, Refused
from mou_service.library import queries as library

from . import policy
from .models import Comment, ReviewStep


def submit(agreement: Agreement, *, actor: Actor, note: str = "") -> None:
    """Hand the newest version to the reviewers the policy names."""
    lifecycle.take("submit", actor, agreement, note=note, version=_version_number(agreement))
    _ask(agreement, "review")


def present(agreement: Agreement, *, actor: Actor, note: str = "") -> None:
    """Put the agreed text before the leaders the policy names."""
    lifecycle.take("present", actor, agreement, note=note, version=_version_number(agreement))
    _ask(agreement, "approval")


def agree(agreement: Agreement, *, actor: Actor, functions: Sequence[str], opinion: str = "") -> None:
    """Agree to the text for one or more functions; words make it an opinion the drafter must answer.

    Agreeing again changes nothing.
    """
    steps = _own_steps(agreement, actor, "review", functions)
    for step in steps:
        _decide(step, actor, "agree", opinion)
    if steps:
        events.record(
            "review.agree", actor=actor, stream=agreement.stream, functions=[s.function for s in steps],
            opinion=opinion, version=_version_number(agreement),
        )  # fmt: skip


def return_(agreement: Agreement, *, actor: Actor, reason: str) -> None:
    """Send the text back to drafting; every opinion and approval of this text falls away."""
    if not reason:
        raise Invalid({"reason": _("Please say what has to change.")})
    phase = "approval" if agreement.state == "in_approval" else "review"
    steps = [s for s in agreement.review_steps if s.counts and s.phase == phase and s.role in actor.roles]
    lifecycle.take("return", actor, agreement, reason=reason, version=_version_number(agreement))
    for step in steps:
        if step.decision is None:
            _decide(step, actor, "return", reason)
    let_decisions_fall(agreement)


def answer(agreement: Agreement, *, actor: Actor, step_id: int, text: str) -> None:
    """Answer an opinion: adopted, partly, or not and why."""
    _need(permissions.refusals("draft", actor, agreement))
    step = next((s for s in agreement.review_steps if s.id == step_id and s.counts and s.opinion), None)
    if step is None:
        raise Missing(step_id)
    if not text:
        raise Invalid({"text": _("Please say whether you follow the opinion, and why not if you do not.")})
    step.answer = text
    events.record("review.answer", actor=actor, stream=agreement.stream, function=step.function, text=text)


def agree_text(agreement: Agreement, *, actor: Actor) -> None:
    """Declare the text agreed: every reviewer agreed and every opinion has its answer."""
    digest = agreement.version.text_digest if agreement.version else ""
    lifecycle.take("agree_text", actor, agreement, version=_version_number(agreement), text_digest=digest)


def approve(agreement: Agreement, *, actor: Actor, note: str = "") -> None:
    """Approve for the actor's functions; the last approval that was missing takes the step."""
    if agreement.state != "in_approval" or not actor.has("leader"):
        _need(lifecycle.refusals("approve", actor, agreement))
    if actor.user_id == agreement.owner_id:
        raise Refused(_("Nobody approves an agreement of their own."))
    open_steps = [s for s in agreement.review_steps if s.counts and s.phase == "approval" and s.decision is None]
    for step in (s for s in open_steps if s.role in actor.roles):
        _decide(step, actor, "approve", note)
    if any(s.decision is None for s in open_steps):
        events.record("review.approve", actor=actor, stream=agreement.stream, note=note)
        return
    assert agreement.version is not None
    lifecycle.take(
        "approve", actor, agreement, note=note, version=agreement.version.number,
        text_digest=agreement.version.text_digest,
    )  # fmt: skip


def comment(
    agreement: Agreement, *, actor: Actor, text: str, place: str = "", replies_to: int | None = None
) -> Comment:
    """Write a remark on the newest version; it is internal."""
    _need(permissions.refusals("comment", actor, agreement))
    if not text:
        raise Invalid({"text": _("Please write what you want to say.")})
    assert actor.user_id is not None
    assert agreement.version is not None
    if replies_to is not None:
        _comment_of(agreement, replies_to)
    made = Comment(
        agreement=agreement, version=agreement.version, author_id=actor.user_id, place=place, text=text,
        replies_to_id=replies_to,
    )  # fmt: skip
    db.session.add(made)
    events.record(
        "review.comment", actor=actor, stream=agreement.stream, place=place, text=text, version=agreement.version.number
    )
    return made


def resolve(agreement: Agreement, *, actor: Actor, comment_id: int) -> None:
    """Mark a remark as done; it stays readable."""
    _need(permissions.refusals("comment", actor, agreement))
    remark = _comment_of(agreement, comment_id)
    if remark.resolved_at is None:
        remark.resolved_at = now()
        events.record("review.resolve", actor=actor, stream=agreement.stream, comment=comment_id)


def let_decisions_fall(agreement: Agreement) -> None:
    """The text is no longer what was agreed and approved: those decisions count no more, and stay on record."""
    for step in agreement.review_steps:
        if step.counts:
            step.fallen_at = now()


def _ask(agreement: Agreement, phase: str) -> None:
    for asked in policy.steps(facts(agreement), phase):
        agreement.review_steps.append(
            ReviewStep(
                version=agreement.version, phase=phase, function=asked.function, role=asked.role, reasons=asked.reasons
            )
        )
    db.session.flush()


def facts(agreement: Agreement) -> policy.Facts:
    """What the policy decides this agreement by."""
    partners = [party.organisation for party in agreement.partner_parties]
    term, version = agreement.term, agreement.version
    values = next((v.values for v in reversed(agreement.versions) if v.values), {})
    template = library.of(agreement)
    return policy.Facts(
        own_country=agreement.own_party.organisation.country,
        partner_countries=frozenset(p.country for p in partners),
        partner_kinds=frozenset(p.kind for p in partners),
        uploaded=version is not None and version.origin == "upload",
        annexes=len(agreement.annexes),
        months=status.length(term.months, begins=term.begins_on, ends=term.ends_on, today=now().date()) if term else 0,
        renewal=term.renewal if term else "none",
        areas=frozenset(values.get("areas") or ()),
        money=bool(values.get("sponsorship")),
        offices=frozenset(template.policy.offices if template else ()),
    )


def _own_steps(agreement: Agreement, actor: Actor, phase: str, functions: Sequence[str]) -> list[ReviewStep]:
    if agreement.state != "in_review":
        raise Refused(_("There is no text to give an opinion on now."))
    if actor.user_id == agreement.owner_id:
        raise Refused(_("Nobody reviews a text of their own."))
    mine = [s for s in agreement.review_steps if s.counts and s.phase == phase and s.role in actor.roles]
    if not mine:
        raise Refused(_("Nobody asked you for an opinion on this text."))
    wanted = [s for s in mine if s.function in functions]
    if not wanted:
        raise Invalid({"functions": _("Please choose for which office you speak.")})
    return [s for s in wanted if s.decision is None]


def _decide(step: ReviewStep, actor: Actor, decision: str, words: str) -> None:
    step.decision, step.opinion = decision, words
    step.decided_at, step.decided_by_id = now(), actor.user_id


def _comment_of(agreement: Agreement, comment_id: int) -> Comment:
    found = db.session.get(Comment, comment_id)
    if found is None or found.agreement_id != agreement.id:
        raise Missing(comment_id)
    return found


def _version_number(agreement: Agreement) -> int:
    return agreement.version.number if agreement.version else 0


def _need(reasons: list[str]) -> None:
    if reasons:
        raise Refused(*reasons)
