"""The page of somebody signed in who is to sign: read, give the password, sign; made for a phone in the hand."""

from __future__ import annotations

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from mou_service.accounts import attempts, sessions
from mou_service.accounts import operations as accounts
from mou_service.accounts import queries as users
from mou_service.agreements import queries as agreements
from mou_service.agreements import tasks
from mou_service.agreements.models import Agreement
from mou_service.core.actors import Actor
from mou_service.web.forms import ReasonForm
from mou_service.web.routing import action, page

from .. import operations, tooling
from ..blueprint import bp
from ..changes import views as change_pages
from ..changes.forms import DelegateForm
from ..forms import AccountConfirmForm, AccountSignForm
from ..models import Slot
from . import account as places
from . import outside_pages, showing
from .outside_pages import Door, Seat

tasks.PERSONAL.append(places.tasks)


def mine(agreement: Agreement) -> Slot:
    """The place of whoever is signed in; the access rule has looked that there is one."""
    slot = places.place(agreement, g.actor)
    assert slot is not None, "the access rule looked"
    return slot


def type_password(actor: Actor, password: str) -> None:
    """Raise `Invalid` unless this is the person's password; how often it is tried is counted."""
    assert actor.user_id is not None, "the access rule looked"
    user = users.get(actor.user_id)
    attempts.count("confirm", account=user.email_key)
    accounts.confirm(user, password)
    sessions.refresh()


def _to(agreement: Agreement, name: str, **more: object) -> str:
    return url_for(f"signing.{name}", ref=agreement.ref, **more)  # type: ignore[arg-type]


def _page(agreement: Agreement) -> ResponseReturnValue:
    slot = mine(agreement)
    return render_template(
        "signing/own.html", agreement=agreement, home=_to(agreement, "own"),
        page_url=lambda number: _to(agreement, "own_page", number=number), document_url=_to(agreement, "own_document"),
        decline_url=_to(agreement, "own_decline"), outside_url=outside_pages.url_of(slot, "own", ref=agreement.ref),
        delegate_url=_to(agreement, "own_delegate"), **change_pages.about_power(slot),
        **showing.act(slot, sign_url=_to(agreement, "own_sign"), form=AccountSignForm),
    )  # fmt: skip


@page(bp, "/agreements/<ref>/sign", about=agreements.get, access=places.signs_here)
def own(agreement: Agreement) -> ResponseReturnValue:
    slot = mine(agreement)
    return showing.news(slot, _to(agreement, "own")) or _page(agreement)


@action(
    bp, "/agreements/<ref>/sign/now", about=agreements.get, access=places.signs_here, form=AccountSignForm, shows=_page
)
def own_sign(agreement: Agreement, form: AccountSignForm) -> ResponseReturnValue:
    type_password(g.actor, form.password.data or "")
    about = showing.circumstances(form, method="account", identified=places.identified(g.actor))
    places.sign(mine(agreement), actor=g.actor, mark=form.mark(), about=about, tools=tooling.tools())
    return redirect(_to(agreement, "own"))


@action(
    bp, "/agreements/<ref>/sign/decline", about=agreements.get, access=places.signs_here, form=ReasonForm, shows=_page
)
def own_decline(agreement: Agreement, form: ReasonForm) -> ResponseReturnValue:
    operations.decline(mine(agreement), actor=g.actor, reason=form.reason.data or "")
    return redirect(_to(agreement, "own"))


@action(
    bp, "/agreements/<ref>/sign/delegate", about=agreements.get, access=places.signs_here, form=DelegateForm,
    shows=_page,
)  # fmt: skip
def own_delegate(agreement: Agreement, form: DelegateForm) -> ResponseReturnValue:
    change_pages.hand_in(mine(agreement), form, actor=g.actor)
    return redirect(_to(agreement, "own"))


@page(bp, "/agreements/<ref>/sign/page/<int:number>.png", about=lambda ref, number: (agreements.get(ref), number),
      access=lambda actor, thing: places.signs_here(actor, thing[0]))  # fmt: skip
def own_page(thing: tuple[Agreement, int]) -> ResponseReturnValue:
    return showing.page_picture(thing[0].package, thing[1])


@page(bp, "/agreements/<ref>/sign/document.pdf", about=agreements.get, access=places.signs_here)
def own_document(agreement: Agreement) -> ResponseReturnValue:
    return showing.document(agreement.package)


outside_pages.hang(
    Door(
        "own", "/agreements/<ref>/sign/certificate", "web/layout.html", about=agreements.get, access=places.signs_here,
        seat=lambda agreement: Seat(mine(agreement), g.actor, places.identified(g.actor)), confirm=AccountConfirmForm,
        sure=lambda _agreement: True, ask=lambda _agreement, form: type_password(g.actor, form.password.data or ""),
    )
)  # fmt: skip
