"""What people do to an agreement as a whole. Texts, opinions and signatures are in the packages above."""

from __future__ import annotations

from mou_service.core.actors import Actor

from . import lifecycle
from .models import Agreement


def withdraw(agreement: Agreement, *, actor: Actor, reason: str) -> None:
    """End the matter before anybody signed; the record and its trail stay."""
    lifecycle.take("withdraw", actor, agreement, reason=reason)
