"""Who keeps the templates and clauses of the house, and who is the second person; with the words for "no"."""

from __future__ import annotations

from flask_babel import gettext as _

from mou_service.accounts.roles import STAFF, Role
from mou_service.core.actors import Actor
from mou_service.core.errors import Refused

from .models import TemplateVersion

#: Who proposes texts, approves those of others and takes texts out of use: legal staff, who answer for every word.
KEEPERS = (Role.DRAFTER,)


def may_look(actor: Actor, *_about: object) -> list[str]:
    """Read templates and clauses: everybody of our own house."""
    return [] if actor.has(*STAFF) else [_("Templates are for our own people.")]


def may_keep(actor: Actor, *_about: object) -> list[str]:
    """Propose a text, take one out of use."""
    return [] if actor.has(*KEEPERS) else [_("Templates are kept by legal staff.")]


def may_approve(actor: Actor, version: TemplateVersion) -> list[str]:
    """Approve what somebody else proposed."""
    if refused := may_keep(actor):
        return refused
    if version.state != "proposed":
        return [_("This version is decided on already.")]
    if version.proposed_by_id is not None and version.proposed_by_id == actor.user_id:
        return [_("You proposed it. A second person of the legal staff approves it.")]
    return []


def may_refuse(actor: Actor, version: TemplateVersion) -> list[str]:
    """Refuse a proposal, or take the own one back."""
    return may_keep(actor) or ([] if version.state == "proposed" else [_("This version is decided on already.")])


def may_retire(actor: Actor, version: TemplateVersion) -> list[str]:
    """Take an approved version out of use."""
    return may_keep(actor) or ([] if version.state == "approved" else [_("Only an approved version can be retired.")])


def need(reasons: list[str]) -> None:
    """Raise `Refused` when there are reasons."""
    if reasons:
        raise Refused(*reasons)
