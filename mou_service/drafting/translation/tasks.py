"""Whoever confirmed a translation that a later text withdrew is asked to look again."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from flask_babel import gettext as _

from mou_service.agreements.models import Agreement
from mou_service.agreements.states import State
from mou_service.agreements.tasks import Task
from mou_service.core.actors import Actor
from mou_service.core.db import db

from . import operations, queries
from .models import TranslationConfirmation

#: Later nobody needs it any more: the text is before the leader or beyond.
_ASKED = (State.DRAFTING, State.IN_REVIEW, State.TEXT_AGREED)


def waiting(actor: Actor) -> Iterator[Task]:
    """The agreements whose confirmation by this person fell away, while the new text has none."""
    if actor.user_id is None:
        return
    mine = TranslationConfirmation.confirmed_by_id == actor.user_id
    withdrawn = sa.and_(mine, ~TranslationConfirmation.without, TranslationConfirmation.withdrawn_at.is_not(None))
    asked = sa.select(Agreement).where(Agreement.state.in_(_ASKED), Agreement.translation_confirmations.any(withdrawn))
    for agreement in db.session.scalars(asked):
        if not queries.standing(agreement) and not operations.refusals(actor, agreement):
            yield Task(agreement, _("The text changed: confirm the translation again"), "drafting.languages")
