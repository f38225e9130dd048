"""Confirm that all languages of a text say the same, go on without, and let a later change withdraw it."""

from __future__ import annotations

from flask_babel import gettext as _

from mou_service.agreements import permissions
from mou_service.agreements.models import Agreement
from mou_service.agreements.states import State
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Missing, Refused
from mou_service.drafting.models import Version

from . import queries
from .models import AcceptedDifference, TranslationConfirmation, said

#: Until the text is out to be signed, somebody can still say that it is right.
_OPEN = (State.DRAFTING, State.IN_REVIEW, State.TEXT_AGREED, State.IN_APPROVAL, State.APPROVED)


def refusals(actor: Actor, agreement: Agreement) -> list[str]:
    """Why this person cannot confirm the translation now, or judge a difference; empty when they can."""
    if reasons := permissions.refusals("confirm_translation", actor, agreement):
        return reasons
    if len(agreement.languages) < 2:
        return [_("This text is in one language.")]
    if agreement.version is None or agreement.state not in _OPEN:
        return [_("The text is out to be signed or withdrawn: nothing about it can be confirmed any more.")]
    return []


def may_go_on(actor: Actor, agreement: Agreement) -> list[str]:
    """Why this person cannot let the text go on unconfirmed; empty for legal staff, who answer for it."""
    return refusals(actor, agreement) or permissions.refusals("draft", actor, agreement)


def confirm(agreement: Agreement, *, actor: Actor, note: str = "") -> TranslationConfirmation:
    """Record that this person commands the languages and found the same in all of them.

    Confirming again what one has confirmed, of the same text, changes nothing.
    """
    _need(refusals(actor, agreement))
    mine = [c for c in queries.standing(agreement) if not c.without and c.confirmed_by_id == actor.user_id]
    if mine:
        return mine[-1]
    made = _add(agreement, actor, note=note, without=False)
    events.record(
        "translation.confirm", actor=actor, stream=agreement.stream, note=note, version=made.version.number,
        languages=list(agreement.languages), digests=made.digests, open=len(queries.differences(agreement).open),
    )  # fmt: skip
    return made


def go_on_without(agreement: Agreement, *, actor: Actor, reason: str) -> TranslationConfirmation:
    """Let the text be presented though nobody confirmed its translation; legal staff answer for the reason."""
    _need(may_go_on(actor, agreement))
    if not reason:
        raise Invalid({"reason": _("Please give a reason.")})
    made = _add(agreement, actor, note=reason, without=True)
    events.record(
        "translation.go_on", actor=actor, stream=agreement.stream, reason=reason, version=made.version.number,
        digests=made.digests,
    )  # fmt: skip
    return made


def follow(agreement: Agreement, *, actor: Actor) -> None:
    """After a change of the text: withdraw what was said of a text that said something else."""
    for each in agreement.translation_confirmations:
        if each.withdrawn_at is None and not each.holds:
            now_said = said(agreement)
            each.withdrawn_at = now()
            each.changed = sorted(
                name for name in {*each.digests, *now_said} if each.digests.get(name) != now_said.get(name)
            )
            events.record(
                "translation.withdraw", actor=actor, stream=agreement.stream, confirmation=each.id,
                confirmed_by=each.confirmed_by.name, changed=each.changed, version=_number(agreement),
            )  # fmt: skip


def accept(agreement: Agreement, *, actor: Actor, row: str, reason: str) -> None:
    """Say that what differs in a row of the newest text is right, and why; it counts until the row changes."""
    _need(refusals(actor, agreement))
    found = next((each for each in queries.differences(agreement).open if row and each.row == row), None)
    if found is None:
        raise Missing(row)
    if not reason:
        raise Invalid({"reason": _("Please say why this is right.")})
    assert actor.user_id is not None
    for each in {queries.key(each): each for each in found.findings}.values():  # two rows may say the same
        db.session.add(
            AcceptedDifference(
                agreement_id=agreement.id, key=queries.key(each), what=queries.what(each), reason=reason,
                accepted_by_id=actor.user_id,
            )
        )  # fmt: skip
    db.session.flush()
    events.record(
        "translation.accept", actor=actor, stream=agreement.stream, what=[queries.what(each) for each in found.findings],
        reason=reason,
    )  # fmt: skip


def look_again(agreement: Agreement, *, actor: Actor, row: str) -> None:
    """Take back that what differs in a row is right."""
    _need(refusals(actor, agreement))
    found = next((each for each in queries.differences(agreement).accepted if row and each.row == row), None)
    if found is None:
        raise Missing(row)
    for each in queries.accepted_as(agreement, {each.key for each in found.accepted}):
        each.taken_back_at = now()
    what = list(dict.fromkeys(each.what for each in found.accepted))
    events.record("translation.look_again", actor=actor, stream=agreement.stream, what=what)


def _add(agreement: Agreement, actor: Actor, *, note: str, without: bool) -> TranslationConfirmation:
    assert actor.user_id is not None
    made = TranslationConfirmation(
        agreement=agreement, version=_newest(agreement), digests=said(agreement), without=without, note=note,
        confirmed_by_id=actor.user_id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _newest(agreement: Agreement) -> Version:
    assert agreement.version is not None
    return agreement.version


def _number(agreement: Agreement) -> int:
    return agreement.version.number if agreement.version else 0


def _need(reasons: list[str]) -> None:
    if reasons:
        raise Refused(*reasons)
