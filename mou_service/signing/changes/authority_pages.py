"""Pages: do the signatories bind their parties, and the override by two people when the register does not show it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField

from mou_service.accounts import asking
from mou_service.agreements import authority as agreed
from mou_service.agreements import permissions
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement, Party
from mou_service.core.actors import Actor
from mou_service.core.errors import Refused
from mou_service.partners import authority as register
from mou_service.partners import authority_words
from mou_service.partners import permissions as keepers
from mou_service.partners.models import Position
from mou_service.web.addresses import row_number
from mou_service.web.forms import NoteForm, ReasonForm
from mou_service.web.routing import action, form_for, page, said

from ..blueprint import bp
from . import authority


class ConfirmForm(NoteForm):
    """The second person's word, about the override that was read."""

    seen = HiddenField()


class RefuseForm(ReasonForm):
    """The second person's no."""

    seen = HiddenField()


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """What templates of agreements, approvals and signings say of authority."""
    return {
        "authority_of": _people,
        "authority_lacks": agreed.words,
        "authority_override": agreed.override,
        "override_waiting": agreed.waiting,
    }


@page(bp, "/agreements/<ref>/signing/authority", about=agreements.get, access=permissions.may("look_inside"))
def authority_page(agreement: Agreement) -> ResponseReturnValue:
    """Who signs for each party, on what authority, and what is lacking."""
    return render_template(
        "signing/authority.html", agreement=agreement, people=_people(agreement),
        keeper=not keepers.keep(g.actor), can_ask=not authority.ask_refusals(g.actor, agreement),
        can_decide=not authority.decide_refusals(g.actor, agreement),
    )  # fmt: skip


def _people(agreement: Agreement) -> list[dict[str, Any]]:
    """Each signatory with the entries that count, what is lacking, what to watch, and whether it was overridden."""
    allowed = agreed.override(agreement)
    taken_on = agreed.keys(allowed.lacks) if allowed else set()
    return [each for party in agreement.parties for each in _of_party(party, taken_on)]


def _of_party(party: Party, taken_on: set[tuple[int, str]]) -> list[dict[str, Any]]:
    need = agreed.need(party)
    lacking = {each.position_id: each for each in agreed.of_party(party)}
    found = []
    for signatory in party.signatories:
        post = signatory.position
        lack = lacking.get(post.id)
        entries = register.usable(post, need)
        found.append({
            "party": party, "signatory": signatory, "entries": entries,
            "lack": _told(lack, post, overridden=lack.key in taken_on) if lack else "",
            "overridden": lack is not None and lack.key in taken_on,
            "ends": register.last_day(post, need),
            "unchecked": not party.own and bool(entries) and not any(each.checked_at for each in entries),
        })  # fmt: skip
    return found


def _told(lack: register.Lack, post: Position, *, overridden: bool) -> str:
    """With what to do about it, unless two people took it on already."""
    return authority_words.in_short(lack, post) if overridden else authority_words.lack(lack, post)


# The override


def _may_see(actor: Actor, agreement: Agreement) -> list[str]:
    return list(permissions.may("look_inside")(actor, agreement))


def _may_ask(actor: Actor, agreement: Agreement) -> list[str]:
    return _may_see(actor, agreement) or authority.ask_refusals(actor, agreement)


def _may_decide(actor: Actor, agreement: Agreement) -> list[str]:
    return _may_see(actor, agreement) or authority.decide_refusals(actor, agreement)


@page(bp, "/agreements/<ref>/signing/override", about=agreements.get, access=_may_see)
def override(agreement: Agreement) -> ResponseReturnValue:
    """Ask for it, decide on it, or read what was decided. Who can act here gives the password before typing."""
    asks, decides = not _may_ask(g.actor, agreement), not _may_decide(g.actor, agreement)
    if asks or decides:
        asking.password()
    asked = agreed.waiting(agreement)
    seen = str(asked.id) if asked else ""
    return render_template(
        "signing/override.html", agreement=agreement, asked=asked, asks=asks, decides=decides,
        not_me=[] if decides or not g.actor.has("leader") else authority.decide_refusals(g.actor, agreement),
        lacks=agreed.words(agreement), earlier=[o for o in reversed(agreement.authority_overrides) if o is not asked],
        asking=form_for(ReasonForm), confirming=form_for(ConfirmForm, seen=seen), refusing=form_for(RefuseForm, seen=seen),
        fits=agreed.fits, short=lambda kept: _in_short(kept, agreement),
    )  # fmt: skip


@action(
    bp, "/agreements/<ref>/signing/override/ask", about=agreements.get, access=_may_ask, form=ReasonForm, shows=override
)
def ask_override(agreement: Agreement, form: ReasonForm) -> ResponseReturnValue:
    asking.password()
    authority.ask(agreement, actor=g.actor, reason=form.reason.data or "")
    said(_("A leader is asked to confirm it. Until then nothing changes."))
    return redirect(url_for("signing.authority_page", ref=agreement.ref))


@action(
    bp, "/agreements/<ref>/signing/override/confirm", about=agreements.get, access=_may_decide, form=ConfirmForm,
    shows=override,
)  # fmt: skip
def confirm_override(agreement: Agreement, form: ConfirmForm) -> ResponseReturnValue:
    words = _("You confirmed it as the second person. It holds for this text and these signatories only.")
    return _decided(agreement, form, partial(authority.confirm, note=form.note.data or ""), words)


@action(
    bp, "/agreements/<ref>/signing/override/refuse", about=agreements.get, access=_may_decide, form=RefuseForm,
    shows=override,
)  # fmt: skip
def refuse_override(agreement: Agreement, form: RefuseForm) -> ResponseReturnValue:
    words = _("You refused it. Whoever asked is told why.")
    return _decided(agreement, form, partial(authority.refuse, reason=form.reason.data or ""), words)


def _decided(
    agreement: Agreement, form: ConfirmForm | RefuseForm, act: Callable[..., None], words: str
) -> ResponseReturnValue:
    """What the second person said, about the override that they saw and with the password just given."""
    asking.password()
    act(agreement, actor=g.actor, seen=_seen(form.seen.data))
    said(words)
    return redirect(url_for("agreements.tasks"))


def _seen(typed: str | None) -> int:
    try:
        return row_number(typed or "")
    except ValueError:
        raise Refused(_("Another override was asked for meanwhile. Read that one first.")) from None


def _in_short(kept: dict[str, Any], agreement: Agreement) -> str:
    """What was lacking when it was asked for; the person may sign no longer."""
    posts = agreed.positions(agreement)
    return authority_words.in_short(register.Lack(kept["position"], kept["code"], kept), posts.get(kept["position"]))
