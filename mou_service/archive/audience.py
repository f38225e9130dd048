"""Whose eyes a reason is for: the other side learns of every act, and of its reason only where the form said so."""

from __future__ import annotations

from mou_service.core.events import Event

#: Kinds of event whose reason everybody reads who gets the document. The form that asks for such a reason says so.
#: Any other reason may tell of somebody's health or of the house, and stays inside.
PUBLIC_REASONS = frozenset({"override.confirm", "slot.go_on_without", "package.lower_level"})
#: Facts in which people write in their own words.
_WRITTEN = ("reason", "note")


def keeps_reason_inside(event: Event) -> bool:
    """Whether the event tells of a reason that is for the house alone."""
    return event.name not in PUBLIC_REASONS and any(event.facts.get(key) for key in _WRITTEN)
