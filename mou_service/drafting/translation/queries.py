"""What differs between the languages of the newest text, what of it is right, and who confirmed the translation."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mou_service.agreements.models import Agreement
from mou_service.core.db import db
from mou_service.drafting.models import Version

from .models import AcceptedDifference, TranslationConfirmation


@dataclass(frozen=True)
class Difference:
    """One row that does not say the same in two languages."""

    #: Of what differs and of the words of both rows; empty for a difference of the whole text.
    key: str
    what: str
    finding: Mapping[str, Any]
    accepted: AcceptedDifference | None = None


@dataclass(frozen=True)
class Differences:
    """All of one text: those to look at, and those somebody said are right."""

    open: tuple[Difference, ...]
    accepted: tuple[Difference, ...]


def differences(agreement: Agreement, version: Version | None = None) -> Differences:
    """What differs between the languages of a version, by default the newest."""
    shown = version or agreement.version
    right = accepted(agreement)
    found = [_difference(each, right) for each in (shown.findings if shown else ()) if _between_languages(each)]
    return Differences(
        tuple(each for each in found if each.accepted is None),
        tuple(each for each in found if each.accepted is not None),
    )


def others(version: Version) -> list[Any]:
    """What was found in a version beside the differences between its languages."""
    return [found for found in version.findings if not _between_languages(found)]


def accepted(agreement: Agreement) -> dict[str, AcceptedDifference]:
    """The differences that somebody said are right and nobody took back, by their keys."""
    mine = sa.select(AcceptedDifference).where(
        AcceptedDifference.agreement_id == agreement.id, AcceptedDifference.taken_back_at.is_(None)
    )
    return {each.key: each for each in db.session.scalars(mine.order_by(AcceptedDifference.id))}


def standing(agreement: Agreement) -> list[TranslationConfirmation]:
    """What holds for the newest text: confirmations, or the reason to go on without one."""
    return [each for each in agreement.translation_confirmations if each.holds]


def fallen(agreement: Agreement) -> list[TranslationConfirmation]:
    """Confirmations that a later text withdrew, the newest first, unless the newest text is confirmed again."""
    if any(not each.without for each in standing(agreement)):
        return []
    return [e for e in reversed(agreement.translation_confirmations) if e.withdrawn_at is not None and not e.without]


def _between_languages(found: Mapping[str, Any]) -> bool:
    return found.get("code") in ("differs", "clause_count", "no_columns", "not_all_compared")


def _difference(found: Mapping[str, Any], right: Mapping[str, AcceptedDifference]) -> Difference:
    facts = found.get("facts") or {}
    if "row" not in facts:
        return Difference("", "", found)
    same = "\0".join(str(facts.get(name, "")) for name in ("kind", "what", "one", "other", "row"))
    key = hashlib.sha256(same.encode()).hexdigest()
    return Difference(key, str(facts.get("what") or facts.get("kind")), found, right.get(key))
