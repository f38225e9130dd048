"""What a witness is asked at the act beside the mark: what they saw, and how it was made sure who they are."""

from __future__ import annotations

from typing import Any

from flask import g

from ..forms import SignForm
from ..models import Slot
from .forms import CHECK_LABELS


def asked(slot: Slot) -> dict[str, Any]:
    """The variables of a page on which a witness acts; of no use to anybody else."""
    at_the_table = bool(g.get("table"))
    checks = _checks(slot, at_the_table=at_the_table)
    return {
        "witnessed": witnessed(slot),
        "checks": [(key, CHECK_LABELS[key]) for key in checks],
        "planned_check": slot.identity if slot.identity in checks else "" if at_the_table else "means",
    }


def witnessed(slot: Slot) -> list[Slot]:
    """The signatories whose signatures a witness witnesses."""
    if slot.of is not None:
        return [slot.of]
    return [each for each in slot.package.slots if each.kind == "signatory"]


def declared(form: SignForm) -> dict[str, str]:
    """What the witness confirmed, as it is kept with the way they were identified; only what is asked at this door."""
    found = {}
    if form.check.data in (*_asked_here(at_the_table=bool(g.get("table"))), "video"):
        found["check"] = str(form.check.data)
    if form.saw.data:
        found["saw"] = "yes"
    return found


def _checks(slot: Slot, *, at_the_table: bool) -> list[str]:
    shown = _asked_here(at_the_table=at_the_table)
    return [*shown, "video"] if slot.presence == "remote" else shown


def _asked_here(*, at_the_table: bool) -> list[str]:
    """Nobody far from the host has shown the host a paper."""
    return ["known", "passport", "identity_card", "official_document"] if at_the_table else ["means", "known"]
