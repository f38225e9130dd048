"""Who may decide about a text that was proposed for a clause, with the words for "no"."""

from __future__ import annotations

from flask_babel import gettext as _

from mou_service.core.actors import Actor

from .clause_models import ClauseVersion
from .rules import may_keep


def may_approve(actor: Actor, version: ClauseVersion) -> list[str]:
    """Approve what somebody else proposed."""
    if refused := may_keep(actor):
        return refused
    if version.state != "proposed":
        return [_("This text is decided on already.")]
    if version.proposed_by_id == actor.user_id:
        return [_("You proposed it. A second person of the legal staff approves it.")]
    return []


def may_refuse(actor: Actor, version: ClauseVersion) -> list[str]:
    """Refuse a proposal, or take the own one back."""
    return may_keep(actor) or ([] if version.state == "proposed" else [_("This text is decided on already.")])
