"""What differs between the languages of the newest text, what of it is right, and who confirmed the translation."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mou_service.agreements.models import Agreement
from mou_service.core.db import db
from mou_service.drafting.models import Version

from .models import AcceptedDifference, TranslationConfirmation


@dataclass(frozen=True)
class Difference:
    """A row that does not say the same in two languages, with everything that differs in it."""

    #: Of both languages and the words of both; empty for what is about the whole text.
    row: str
    findings: tuple[Mapping[str, Any], ...]
    #: Who said that it is right; empty as long as it is to be looked at.
    accepted: tuple[AcceptedDifference, ...] = ()

    @property
    def refuses(self) -> bool:
        """Whether the text cannot be submitted as it is."""
        return any(found.get("outcome") == "refuse" for found in self.findings)


@dataclass(frozen=True)
class Differences:
    """All of one text: those to look at, and those somebody said are right."""

    open: tuple[Difference, ...]
    accepted: tuple[Difference, ...]


def differences(agreement: Agreement, version: Version | None = None) -> Differences:
    """What differs between the languages of a version, by default the newest, row by row."""
    shown = version or agreement.version
    right = accepted(agreement)
    rows: dict[tuple[str, bool], list[Mapping[str, Any]]] = {}
    for number, found in enumerate(shown.findings if shown else ()):
        if _between_languages(found):
            row = _row(found)
            rows.setdefault((row or str(number), key(found) in right), []).append(found)
    every = [
        Difference(_row(found[0]), tuple(found), tuple(right[key(each)] for each in found) if is_right else ())
        for (_place, is_right), found in rows.items()
    ]
    return Differences(tuple(d for d in every if not d.accepted), tuple(d for d in every if d.accepted))


def key(found: Mapping[str, Any]) -> str:
    """By what one finding is known, whichever column is first: what differs, and the words of both rows."""
    facts = found.get("facts") or {}
    said = sorted(str(facts.get("what", "")).split(" ≠ "))
    same = (str(facts.get("kind")), *said, *_pair(facts), str(facts.get("row")))
    return hashlib.sha256("\0".join(same).encode()).hexdigest()


def what(found: Mapping[str, Any]) -> str:
    """What one finding is about, in a few words of the text itself."""
    facts = found.get("facts") or {}
    return str(facts.get("what") or facts.get("kind", ""))


def others(version: Version) -> list[Any]:
    """What was found in a version beside the differences between its languages."""
    return [found for found in version.findings if not _between_languages(found)]


def accepted(agreement: Agreement) -> dict[str, AcceptedDifference]:
    """The differences that somebody said are right and nobody took back, by their keys."""
    return {each.key: each for each in accepted_as(agreement)}


def accepted_as(agreement: Agreement, keys: Collection[str] | None = None) -> list[AcceptedDifference]:
    """Every time somebody said of these, or of all, that they are right; two people may have at the same moment."""
    mine = sa.select(AcceptedDifference).where(
        AcceptedDifference.agreement_id == agreement.id, AcceptedDifference.taken_back_at.is_(None)
    )
    chosen = mine if keys is None else mine.where(AcceptedDifference.key.in_(keys))
    return list(db.session.scalars(chosen.order_by(AcceptedDifference.id)))


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


def _row(found: Mapping[str, Any]) -> str:
    facts = found.get("facts") or {}
    return "-".join((str(facts["row"]), *_pair(facts))) if "row" in facts else ""


def _pair(facts: Mapping[str, Any]) -> list[str]:
    """The two languages, in one order whichever stands first."""
    return sorted(str(facts.get(name, "")) for name in ("one", "other"))
