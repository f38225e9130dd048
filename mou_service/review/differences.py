"""What differs from the version before, for people who have read that one."""

from __future__ import annotations

from dataclasses import dataclass

from mou_service.agreements.models import Agreement
from mou_service.core.ports import FileStore
from mou_service.documents.word.revising import compare
from mou_service.drafting.models import Version
from mou_service.drafting.translation import layouts


@dataclass(frozen=True)
class Differences:
    """The changes from one version to another; `before` is None for a first text."""

    before: Version | None
    changes: tuple[compare.Change, ...] = ()


def since_before(agreement: Agreement, files: FileStore) -> Differences:
    """Against the newest earlier version somebody was asked about, else against the one before."""
    newest = agreement.version
    earlier = agreement.versions[:-1]
    if newest is None or not earlier:
        return Differences(before=None)
    seen = {step.version_id for step in agreement.review_steps if not step.counts}
    before = next((v for v in reversed(earlier) if v.id in seen), earlier[-1])
    if before.text_digest == newest.text_digest:
        return Differences(before=before)
    found = compare.compare(layouts.content(before, files), layouts.content(newest, files))
    return Differences(before=before, changes=tuple(found.changes))
