"""The words for where a file stands, what a question asks for, what may be done to a clause, and what happened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.core.actors import SERVICE
from mou_service.core.events import Event
from mou_service.documents.word.templates.clauses import Clause
from mou_service.documents.word.templates.fields import Field
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.web.filters import in_language, listed

STATES = {
    "proposed": (_l("Waits for a second person"), "waiting"),
    "approved": (_l("Approved"), "done"),
    "refused": (_l("Refused"), "stopped"),
    "retired": (_l("Retired"), "quiet"),
}
ORIGINS = {
    "shipped": _l("came with the service"),
    "upload": _l("uploaded from Word"),
    "clause": _l("made anew because a clause has another text"),
}
EVENTS = {
    "template.propose": _l("Proposed"),
    "template.approve": _l("Approved"),
    "template.follow": _l("Made anew because a clause has another text"),
    "template.refuse": _l("Refused"),
    "template.retire": _l("Retired"),
    "template.stop": _l("Not offered any more"),
    "template.offer": _l("Offered again"),
}
FIELD_TYPES: Mapping[str, str] = {
    "text": _l("one line"),
    "multi_lang_text": _l("one line in each language"),
    "paragraph": _l("longer text in each language"),
    "date": _l("date"),
    "int": _l("number"),
    "choice": _l("one of several"),
    "choices": _l("some of several"),
    "bool": _l("yes or no"),
    "email": _l("e-mail address"),
    "country": _l("country or region"),
    "rows": _l("small table"),
}
WHO = {"us": _l("our own people"), "partner": _l("the partner")}
LOCKS: Mapping[str, str] = {
    "locked": _l("words fixed"),
    "fill_only": _l("only answers and positions change it"),
    "editable": _l("may be reworded"),
}
RANKS: Mapping[str, str] = {"acceptable": _l("acceptable"), "last_resort": _l("last resort")}


def stands_if(condition: str, manifest: Manifest) -> str:
    """On which questions it depends; empty for what always stands or is always asked."""
    asked = set(re.findall(r"[a-z][a-z0-9_]*", re.sub(r"'[^']*'", "", condition)))
    labels = [f"“{in_language(field.label)}”" for field in manifest.fields if field.key in asked]
    return str(_("depends on %(questions)s", questions=listed(labels))) if labels else ""


def binds(clause: Clause) -> str:
    """Whether the clause is meant to bind."""
    if isinstance(clause.binding, bool):
        return str(_("binds") if clause.binding else _("does not bind"))
    return str(_("binds or not, as the form says"))


def options(field: Field) -> str:
    """What can be chosen."""
    return listed([in_language(option.label) for option in field.options])


def told(event: Event) -> dict[str, Any]:
    """One line of the trail."""
    number = event.facts.get("number")
    what = str(EVENTS.get(event.name, event.name))
    who = event.actor.partition(" <")[0]
    return {
        "at": event.at, "what": _("Version %(number)s", number=number) + f" · {what}" if number else what,
        "who": str(_("the service")) if who == SERVICE.label else who,
        "note": event.facts.get("reason") or event.facts.get("note") or "",
        "tone": {"template.approve": "seal", "template.refuse": "stopped"}.get(event.name, "quiet"),
    }  # fmt: skip
