"""Where a signing stands, step by step, and why it does not go on: the words for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.core.jobs import Job
from mou_service.web import findings
from mou_service.web.filters import sentences

from . import order, queries
from .making import levels
from .models import Package, Slot

State = Literal["done", "current", "next", "stopped"]

SLOT_LABELS = {
    "waiting": _l("Waiting"),
    "turn": _l("Their turn"),
    "signed": _l("Signed"),
    "witnessed": _l("Witnessed"),
    "declined": _l("Declined"),
    "absent": _l("Not waited for"),
}
SLOT_TONES = {
    "waiting": "quiet",
    "turn": "waiting",
    "signed": "done",
    "witnessed": "done",
    "declined": "stopped",
    "absent": "quiet",
}

POWER_LABELS = {
    "asked": _l("To be checked"),
    "confirmed": _l("Accepted"),
    "refused": _l("Not accepted"),
    "ended": _l("No longer used"),
}
POWER_TONES = {"asked": "waiting", "confirmed": "done", "refused": "stopped", "ended": "quiet"}


@dataclass(frozen=True)
class Stage:
    """One saved step of a signing."""

    label: str
    state: State
    when: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Trouble:
    """Why the service's own work does not go on. `again` is when it tries by itself; None: it waits for a person."""

    text: str
    again: datetime | None
    tries: int


def stages(package: Package) -> list[Stage]:
    """The way of a package, from the file to the checked final."""
    people = [slot for slot in package.slots if slot.kind != "seal"]
    signed = [slot for slot in people if slot.state == "signed"]
    count = _("%(signed)s of %(all)s", signed=len(signed), all=len(people))
    label = package.timestamp_label
    done = [package.frozen is not None, package.state in ("sealing", "done"), package.sealed is not None, bool(label),
            package.final is not None]  # fmt: skip
    words = [
        (_("File to sign"), package.opened_at if package.frozen else None, ""),
        (_("Signatures"), max((s.signed_at for s in signed if s.signed_at), default=None), count),
        (_("Seal"), next((s.signed_at for s in package.slots if s.kind == "seal"), None), ""),
        (_("Time-stamp"), None, levels.source_in_words(package) or _("not yet time-stamped")),
        (_("Check and effect"), None, ""),
    ]
    current = next((n for n, reached in enumerate(done) if not reached), len(done))
    stuck = package.voided_at is not None or bool(package.problem) or bool(order.refused(package.slots))
    stuck = stuck or package.is_over
    return [
        Stage(
            label, "done" if n < current else "next" if n > current else "stopped" if stuck else "current", when, note
        )
        for n, (label, when, note) in enumerate(words)
    ]


def trouble(package: Package) -> Trouble | None:
    """What keeps the service from going on with its own work, if anything does."""
    if package.voided_at is not None or package.state in ("open", "done"):
        return None
    job = queries.work_of(package)
    if job is None or not (package.problem or job.problem):
        return None
    text = words(package) or _("The step did not succeed and will be tried again.")
    return Trouble(text, again=job.due if _tries_again(job) else None, tries=job.tries)


def words(package: Package) -> str:
    """Why the last attempt failed, in the language of the page; empty while all is well."""
    return sentences(findings.line(each) for each in package.problems) if package.problem else ""


def due(package: Package) -> list[Slot]:
    """The people whose turn it is."""
    return package.due


def of_slot(slot: Slot, due: list[Slot]) -> str:
    """A key of SLOT_LABELS."""
    if slot.state == "signed" and slot.kind == "witness":
        return "witnessed"
    return "turn" if slot in due else slot.state


def _tries_again(job: Job) -> bool:
    return job.due is not None and job.finished_at is None
