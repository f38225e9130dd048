"""Who may write in a draft, and when; with the words for "no"."""

from __future__ import annotations

from flask_babel import gettext as _

from mou_service.accounts.roles import Role
from mou_service.agreements import permissions
from mou_service.agreements.models import Agreement
from mou_service.agreements.states import State
from mou_service.core.actors import Actor
from mou_service.core.errors import Refused


def may_start(actor: Actor, *_about: object) -> list[str]:
    """Begin a new text."""
    return [] if actor.has(Role.DRAFTER) else [_("Only legal staff can start a draft.")]


def may_look_at_templates(actor: Actor, *_about: object) -> list[str]:
    """See which kinds of document there are: whoever starts drafts or runs the service."""
    return [] if actor.has(Role.ADMINISTRATOR) else may_start(actor)


def may_write(actor: Actor, agreement: Agreement) -> list[str]:
    """Change the text: legal staff, while it is being drafted."""
    if refused := permissions.may("draft")(actor, agreement):
        return refused
    if agreement.state != State.DRAFTING:
        return [_("The text can be changed only while it is being drafted. Take it back first: “Change the text”.")]
    return []


def need(reasons: list[str]) -> None:
    """Raise `Refused` when there are reasons."""
    if reasons:
        raise Refused(*reasons)
