"""Typing that is kept: topic by topic, and never by a page that does not know what was typed elsewhere meanwhile."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from mou_service.core.errors import Invalid

from . import forms, operations
from .desk import Desk

#: Which open page wrote a topic last: each page has a mark of its own, its hand.
HANDS = "hands"


class Elsewhere(Invalid):
    """The topic was written from another page since this one was opened; nothing is kept."""


def keep(desk: Desk, form: FlaskForm) -> dict[str, Any]:
    """Keep what stands in the form, finished or not; raises `Elsewhere`.

    A page may write over what it has shown or written itself, and over nothing else.
    """
    typed = desk.typed(g.actor)
    hand, last = request.form.get("hand", ""), written_by(desk, typed)
    if hand and last not in ("", hand, request.form.get("before", "")):
        g.elsewhere = True
        raise Elsewhere({"": _(
            "This topic was changed on another page or device after you opened it here. Nothing is lost: what stands here is yours and is not kept yet. Open the topic on a second page to compare. If you save here again, yours replaces the other."
        )})  # fmt: skip
    read = forms.read(form, desk, {"seen": newest(desk), **typed})
    hands = {**typed.get(HANDS, {}), desk.topic: hand}
    kept = read | ({HANDS: hands} if hand else {})
    operations.save_form(g.actor, place=desk.place, typed=json.loads(json.dumps(kept)))
    return kept


def written_by(desk: Desk, typed: Mapping[str, Any]) -> str:
    """The hand that wrote this topic last; empty when nobody has."""
    return str(typed.get(HANDS, {}).get(desk.topic, ""))


def hand() -> str:
    """The mark of the page that is being answered: the same one while it stays open."""
    return request.form.get("hand") or secrets.token_urlsafe(6)


def before(desk: Desk) -> str:
    """What this page may write over: what it shows, and once it has been warned, what was written elsewhere."""
    if request.method == "POST" and not g.get("elsewhere"):
        return request.form.get("before", "")
    return written_by(desk, desk.typed(g.actor))


def newest(desk: Desk) -> int:
    """The number of the agreement's newest version; 0 for a text that is not there yet."""
    return desk.agreement.version.number if desk.agreement and desk.agreement.version else 0
