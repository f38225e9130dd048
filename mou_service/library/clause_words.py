"""The words for a clause: what it is, what was proposed, where a text stands, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.core.actors import SERVICE
from mou_service.core.events import Event
from mou_service.documents.word.templates.clauses import PREFERRED
from mou_service.web.filters import colon, in_language

from .clause_texts import Position, binding
from .words import LOCKS

STATES = {
    "proposed": (_l("Waits for a second person"), "waiting"),
    "approved": (_l("Approved"), "done"),
    "refused": (_l("Refused"), "stopped"),
    "withdrawn": (_l("Taken back"), "quiet"),
}
ACTS: Mapping[str, str] = {
    "reword": _l("Another wording"),
    "offer": _l("One more text to fall back to"),
    "retire": _l("A text to fall back to is taken off"),
}
BINDINGS: Mapping[str, str] = {
    "yes": _l("binds"),
    "no": _l("does not bind"),
    "depends": _l("binds or not, as the form says"),
}
RANKS: Mapping[str, str] = {
    PREFERRED: _l("Preferred text"),
    "acceptable": _l("Acceptable text"),
    "last_resort": _l("Last-resort text"),
}
KINDS: Mapping[str, str] = {
    "required": _l("always"),
    "optional": _l("if the form says so"),
    "conditional": _l("depending on the answers"),
}
EVENTS: Mapping[str, str] = {
    "clause.propose": _l("Proposed"),
    "clause.approve": _l("Approved"),
    "clause.refuse": _l("Refused"),
    "clause.withdraw": _l("Taken back"),
}
__all__ = ["ACTS", "BINDINGS", "EVENTS", "KINDS", "LOCKS", "RANKS", "STATES", "binding", "called", "told"]


def called(position: Position) -> str:
    """ "Last-resort text: liability without a limit"."""
    label = in_language(position.label) if position.label else ""
    return f"{RANKS[position.rank]}{colon()}{label}" if label else str(RANKS[position.rank])


def told(event: Event) -> dict[str, Any]:
    """One line of the trail."""
    who = event.actor.partition(" <")[0]
    what = _("Text %(number)s", number=event.facts["number"])
    return {
        "at": event.at, "what": f"{what} · {EVENTS.get(event.name, event.name)} · {ACTS.get(event.facts['act'], '')}",
        "who": str(_("the service")) if who == SERVICE.label else who,
        "note": event.facts.get("reason") or event.facts.get("note") or "",
        "tone": {"clause.approve": "seal", "clause.refuse": "stopped"}.get(event.name, "quiet"),
    }  # fmt: skip
