"""How much the finished file proves by itself (PAdES levels): what can be chosen, and choosing less when it cannot be had.

A level that was chosen has to be proven: the placeholder's own clock reaches none above B-B. Where nothing was chosen
the file gets as much as the set-up can give, and says how much that is.
"""

from __future__ import annotations

from typing import Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.agreements import permissions
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import EngineFailed, Refused
from mou_service.trust.timestamps import TimestampSource
from mou_service.trust.verdict import LEVELS

from .. import queries
from ..models import Package

#: Stands where the name of a time-stamp source would stand.
NO_TIMESTAMP = "No time-stamp"

LABELS = {
    "": _l("As much as can be had: the time-stamp service of this installation, with everything that validates it"),
    "B-LTA": _l("B-LTA: a time-stamp that protects the file and what validates it; can be renewed for ever"),
    "B-LT": _l("B-LT: a time-stamp, and what validates the signatures later"),
    "B-T": _l("B-T: a time-stamp only"),
    "B-B": _l("B-B: no time-stamp; nobody but the archive says when it was signed"),
}


def choices(*, service: bool) -> list[tuple[str, str]]:
    """What can be asked for; `service`: whether a time-stamp service is set up."""
    return [(level, str(label)) for level, label in LABELS.items() if service or level in ("", "B-B")]


def lower_choices(package: Package) -> list[tuple[str, str]]:
    """What is less than what this package was to reach."""
    wanted = LEVELS.index(package.level_wanted or LEVELS[-1])
    return [(level, str(LABELS[level])) for level in reversed(LEVELS[:wanted])]


def lower_refusals(package: Package | None, *, actor: Actor) -> list[str]:
    """Why the level of this package cannot be lowered; empty when it can."""
    if package is None or package.voided_at is not None or package.sealed is None or package.timestamp_label:
        return [_("The level is chosen at the freeze; it can be lowered only while a time-stamp cannot be had.")]
    if reasons := permissions.refusals("arrange_signing", actor, package.agreement):
        return reasons
    if not package.problem:
        return [_("The time-stamp is on its way; there is no reason to go without it.")]
    return [] if lower_choices(package) else [_("There is no lower level.")]


def lower(package: Package, *, actor: Actor, level: str, reason: str) -> None:
    """Be content with less, because the time-stamp that was wanted cannot be had; the reason stays in the trail.

    The step that failed has to be started again by the caller.
    """
    package = queries.locked(package.id)
    if reasons := lower_refusals(package, actor=actor):
        raise Refused(*reasons)
    if level not in dict(lower_choices(package)):
        raise Refused(_("Choose a level that is lower than the one that was wanted."))
    before, package.level_wanted = package.level_wanted, level
    package.problem, package.problems = "", []
    db.session.flush()
    events.record(
        "package.lower_level", actor=actor, stream=package.agreement.stream, package=package.id, before=before or "best",
        after=level, reason=reason,
    )  # fmt: skip


def check_source(source: TimestampSource, *, wanted: str) -> None:
    """Raises `EngineFailed` when this source cannot give what was asked for, before it is asked at all."""
    if wanted and source.placeholder:
        raise EngineFailed("level", f"{wanted} was chosen, but no time-stamp service is set up (TSA_URL).")


def check_reached(reached: str, *, wanted: str) -> None:
    """Raises `EngineFailed` when less came of it than was asked for."""
    if wanted and LEVELS.index(reached) < LEVELS.index(wanted):
        raise EngineFailed(
            "level",
            f"{wanted} was chosen, and {reached} is what can be had: certificates behind the time-stamp or the seal name "
            "nobody who says whether they were revoked.",
        )


def in_words(package: Package) -> str:
    """What the finished file reached, or what it is to reach."""
    if package.level and package.timestamp_placeholder:
        return str(_("%(level)s in form only", level=package.level))
    if package.level:
        return package.level
    if package.level_wanted:
        return str(_("%(level)s wanted", level=package.level_wanted))
    return str(_("as high as can be reached"))


class Stamped(Protocol):
    """What was finished: a package, or its record in the register."""

    @property
    def timestamp_label(self) -> str: ...

    @property
    def timestamp_placeholder(self) -> bool: ...


def source_in_words(stamped: Stamped) -> str:
    """Where the time in the file comes from."""
    if stamped.timestamp_placeholder:
        return str(_("local placeholder, no evidential value"))
    return str(_("none, as it was chosen")) if stamped.timestamp_label == NO_TIMESTAMP else stamped.timestamp_label
