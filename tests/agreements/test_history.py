"""Everything that can stand in an agreement's history has words."""

from __future__ import annotations

import re
from pathlib import Path

from mou_service.agreements.history import WORDS
from mou_service.agreements.lifecycle import STEPS

PACKAGE = Path(__file__).parents[2] / "mou_service"
#: The families of events whose stream is an agreement's.
FAMILIES = ("agreement", "version", "signatory", "annex", "review", "witness", "package", "slot", "override", "archive")
RECORDED = re.compile(r"(?:record|_record|enter)\(\s*(?:[^()]*?,\s*)?[\"']([a-z_]+\.[a-z_]+)[\"']")


def recorded() -> set[str]:
    """The names of the events written anywhere in the service."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        found |= set(RECORDED.findall(path.read_text("utf-8")))
    return found


def test_every_event_about_an_agreement_is_told_in_words() -> None:
    names = {name for name in recorded() if name.partition(".")[0] in FAMILIES}
    assert {"slot.sign", "archive.download", "version.add", "package.seal"} <= names, "the search finds events at all"
    assert names - set(WORDS) == set()
    assert {step.event for step in STEPS.values()} <= set(WORDS)
