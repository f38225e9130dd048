"""The outbox: what the service wrote to whom, and what became of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service import engines
from mou_service.accounts.roles import Role
from mou_service.core.actors import Actor
from mou_service.core.errors import Missing
from mou_service.web import navigation
from mou_service.web.addresses import row_number
from mou_service.web.routing import action, page, role, said

from . import operations, queries
from .models import Message

bp = Blueprint("notifications", __name__)
READERS = role(Role.ADMINISTRATOR, Role.ORGANISER)
PAGE = 30

LABELS = {
    "waiting": _l("On its way"),
    "sent": _l("Sent"),
    "kept": _l("Kept here"),
    "refused": _l("Not delivered"),
}
TONES = {"waiting": "waiting", "sent": "done", "kept": "quiet", "refused": "stopped"}
#: What a message is about, by its folder.
KINDS = {
    "account.invite": _l("Invitation"),
    "account.ask_reset": _l("New password"),
    "agreement.submit": _l("Asks for an opinion"),
    "agreement.return": _l("Returned"),
    "agreement.agree_text": _l("Text agreed"),
    "agreement.present": _l("Asks for approval"),
    "agreement.approve": _l("Approved"),
    "agreement.withdraw": _l("Withdrawn"),
    "translation.withdraw": _l("Translation to confirm again"),
    "package.open": _l("Ready to be signed"),
    "slot.turn": _l("Asks for a signature"),
    "slot.code": _l("Code for signing"),
    "slot.decline": _l("Declined to sign"),
    "slot.other_name": _l("Another name in the certificate"),
    "slot.lapse": _l("Signed without authority"),
    "signatory.lose_authority": _l("Authority to sign withdrawn"),
    "override.ask": _l("Asks to confirm an override"),
    "override.confirm": _l("Override confirmed"),
    "override.refuse": _l("Override refused"),
    "slot.remind": _l("Reminder to sign"),
    "slot.replace": _l("Need not sign any more"),
    "package.lapse": _l("Time for signing over"),
    "delegation.ask": _l("Power of attorney to check"),
    "delegation.confirm": _l("Power of attorney accepted"),
    "delegation.refuse": _l("Power of attorney not accepted"),
    "agreement.void": _l("Signing stopped"),
    "agreement.void.signed": _l("Signature has no effect"),
    "agreement.void.signatory": _l("Signing stopped"),
    "agreement.archive": _l("Archived"),
    "agreement.archive.partner": _l("Signed by all"),
}


def has_server() -> bool:
    """Whether mail goes out at all."""
    return engines.current().mailer is not None


def may_read(actor: Actor, message: Message) -> list[str]:
    """Access for readers of the outbox; a message that is not for these eyes is not there."""
    reasons = list(READERS(actor))
    if not reasons and not queries.sees(actor, message):
        raise Missing(str(message.id))
    return reasons


def readable(message: Message) -> bool:
    """Whether the text may be shown: a personal link or code only while no mail server could have sent it."""
    return not message.secret or (message.state in ("waiting", "kept") and not has_server())


@page(bp, "/outbox", access=READERS)
def outbox() -> ResponseReturnValue:
    """Everything written, newest first."""
    state = request.args.get("state", "")
    state = state if state in queries.STATES else ""
    found = queries.listed(g.actor, state=state, before=request.args.get("before", type=row_number), limit=PAGE + 1)
    before = found[PAGE - 1].id if len(found) > PAGE else None
    more = url_for("notifications.outbox", state=state or None, before=before) if before else None
    return render_template(
        "notifications/outbox.html", messages=found[:PAGE], next_url=more, tabs=_tabs(g.actor, state),
        has_server=has_server(), labels=LABELS, tones=TONES, kinds=KINDS,
    )  # fmt: skip


@page(bp, "/outbox/<int:number>", about=queries.get, access=may_read, writes=True)
def message(message: Message) -> ResponseReturnValue:
    """One message. Reading a personal link that was meant for somebody else leaves an event."""
    shown = readable(message)
    if shown and message.secret:
        operations.read_secret(message, actor=g.actor)
    return render_template(
        "notifications/message.html", message=message, shown=shown, link=message.secret if shown else "",
        has_server=has_server(), labels=LABELS, tones=TONES, kinds=KINDS,
    )  # fmt: skip


@action(bp, "/outbox/<int:number>/send", about=queries.get, access=may_read)
def send_again(message: Message) -> ResponseReturnValue:
    operations.send_again(message, actor=g.actor, has_server=has_server())
    said(_("The message is on its way again."))
    return redirect(url_for("notifications.message", number=message.id))


def _tabs(actor: Actor, current: str) -> list[dict[str, Any]]:
    counts = queries.counts(actor)
    every = {"url": url_for("notifications.outbox"), "label": _("All"), "current": not current, "count": 0}
    return [every] + [
        {
            "url": url_for("notifications.outbox", state=state), "label": label, "current": state == current,
            "count": counts.get(state, 0),
        }
        for state, label in LABELS.items()
    ]  # fmt: skip


navigation.add(navigation.Entry(_l("Outbox"), "notifications.outbox", READERS, order=85, count=queries.refused))
