"""The way in and out, one's own account, and the one-time links; and what administrators do for everybody."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service import engines
from mou_service.core.errors import Missing
from mou_service.web import navigation
from mou_service.web.addresses import inside
from mou_service.web.routing import action, anyone, form_page, page, role, said, signed_in

from . import attempts, demonstration, operations, queries, rules, sessions, sign_ins
from .forms import (
    AccountForm,
    ChangePasswordForm,
    ChoosePasswordForm,
    ConfirmPasswordForm,
    ForgottenForm,
    ProfileForm,
    SignInForm,
    typed,
)
from .models import User
from .roles import EVENTS, LABELS, Role

bp = Blueprint("accounts", __name__)


def me() -> User:
    """The account of the person who is signed in."""
    return queries.get(g.actor.user_id)


# The way in and out


def _prepare_sign_in(form: SignInForm) -> dict[str, Any]:
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    return {"offered": demonstration.offered(), "demo_password": demonstration.PASSWORD, "labels": LABELS}


@form_page(
    bp, "/sign-in", access=anyone, form=SignInForm, template="accounts/sign_in.html", prepare=_prepare_sign_in
)  # fmt: skip
def sign_in(form: SignInForm) -> ResponseReturnValue:
    attempts.count("sign-in", account=queries.email_key(typed(form.email)))
    settings = engines.current().settings
    user = operations.sign_in(typed(form.email), typed(form.password), demo_allowed=settings.demo)
    sessions.begin(user)
    return redirect(inside(typed(form.next)))


@action(bp, "/sign-out", access=anyone)
def sign_out() -> ResponseReturnValue:
    sessions.end()
    said(_("You are signed out."))
    return redirect(url_for("accounts.sign_in"))


def _prepare_confirm(form: ConfirmPasswordForm) -> None:
    if request.method == "GET":
        form.next.data = request.args.get("next", "")


@form_page(
    bp, "/confirm", access=signed_in, form=ConfirmPasswordForm, template="accounts/confirm_password.html",
    prepare=_prepare_confirm,
)  # fmt: skip
def confirm_password(form: ConfirmPasswordForm) -> ResponseReturnValue:
    user = me()
    attempts.count("confirm", account=user.email_key)
    operations.confirm(user, typed(form.password))
    sessions.refresh()
    return redirect(inside(typed(form.next)))


# One's own account


def _prepare_profile(form: ProfileForm) -> dict[str, Any]:
    user = me()
    if request.method == "GET":
        form.name.data, form.language.data = user.name, user.language
    return {
        "user": user,
        "labels": LABELS,
        "devices": sign_ins.of(user, since=sessions.since()),
        "here": sessions.here(),
        "device_name": sign_ins.device_name,
    }


@form_page(
    bp, "/account", access=signed_in, form=ProfileForm, template="accounts/profile.html", prepare=_prepare_profile
)
def profile(form: ProfileForm) -> ResponseReturnValue:
    user = me()
    operations.change_profile(user, name=typed(form.name), language=typed(form.language))
    sessions.speak(user.language)
    said(_("Your account is saved."))
    return redirect(url_for("accounts.profile"))


@action(bp, "/account/devices/<int:number>/sign-out", access=signed_in)
def sign_out_device(number: int) -> ResponseReturnValue:
    operations.sign_out_device(me(), number)
    said(_("The device is signed out."))
    return redirect(url_for("accounts.profile", _anchor="devices"))


@action(bp, "/account/devices/sign-out", access=signed_in)
def sign_out_elsewhere() -> ResponseReturnValue:
    operations.sign_out_elsewhere(me(), here=sessions.here())
    said(_("On every other device you are signed out."))
    return redirect(url_for("accounts.profile", _anchor="devices"))


@form_page(bp, "/account/password", access=signed_in, form=ChangePasswordForm, template="accounts/change_password.html")
def change_password(form: ChangePasswordForm) -> ResponseReturnValue:
    user = me()
    attempts.count("change-password", account=user.email_key)
    operations.change_password(user, old=typed(form.old), new=typed(form.new))
    sessions.begin(user)
    said(_("Your new password holds from now on. On every other device you are signed out."))
    return redirect(url_for("accounts.profile"))


# One-time links


@form_page(bp, "/forgotten", access=anyone, form=ForgottenForm, template="accounts/forgotten.html")
def forgotten(form: ForgottenForm) -> ResponseReturnValue:
    attempts.count("forgotten", account=queries.email_key(typed(form.email)))
    operations.forget_password(typed(form.email))
    return redirect(url_for("accounts.forgotten_sent"))


@page(bp, "/forgotten/sent", access=anyone)
def forgotten_sent() -> ResponseReturnValue:
    minutes = engines.current().settings.reset_minutes
    return render_template("accounts/forgotten_sent.html", minutes=minutes)


def _prepare_link(form: ChoosePasswordForm, token: str) -> dict[str, Any]:
    kind = operations.INVITATION if request.endpoint == "accounts.join" else operations.RESET
    return {"link": queries.usable_link(kind, token), "spent": queries.link(kind, token), "labels": LABELS}


@form_page(
    bp, "/reset/<token>", access=anyone, form=ChoosePasswordForm, template="accounts/reset.html", prepare=_prepare_link
)
def reset(token: str, form: ChoosePasswordForm) -> ResponseReturnValue:
    return _chosen(operations.RESET, token, form)


@form_page(
    bp,
    "/invitation/<token>",
    access=anyone,
    form=ChoosePasswordForm,
    template="accounts/join.html",
    prepare=_prepare_link,
)
def join(token: str, form: ChoosePasswordForm) -> ResponseReturnValue:
    return _chosen(operations.INVITATION, token, form)


def _chosen(kind: str, token: str, form: ChoosePasswordForm) -> ResponseReturnValue:
    attempts.count(kind)
    try:
        user = operations.choose_password(kind, token, password=typed(form.password))
    except Missing:  # spent since the page was loaded: the page itself says what to do
        return redirect(request.path)
    sessions.begin(user)
    said(_("Welcome, %(name)s. You are signed in.", name=user.name))
    return redirect("/")


# What administrators do

ADMINISTRATOR = role(Role.ADMINISTRATOR)


@page(bp, "/accounts", access=ADMINISTRATOR)
def everybody() -> ResponseReturnValue:
    words = request.args.get("q", "")
    return render_template("accounts/everybody.html", users=queries.everybody(words), words=words, labels=LABELS)


@form_page(bp, "/accounts/invite", access=ADMINISTRATOR, form=AccountForm, template="accounts/invite.html")
def invite(form: AccountForm) -> ResponseReturnValue:
    user = operations.invite(**form.granted(), actor=g.actor)
    said(_("An invitation to %(name)s is on its way.", name=user.name))
    return redirect(url_for("accounts.everybody"))


def _prepare_account(form: AccountForm, user: User) -> dict[str, Any]:
    if request.method == "GET":
        form.fill(user)
    reasons = rules.refusals_to_lose(user, queries.other_administrators(user))
    return {"user": user, "labels": LABELS, "reasons": reasons, "events": queries.history(user), "acts": EVENTS}


@form_page(
    bp, "/accounts/<int:number>", about=queries.get, access=ADMINISTRATOR, form=AccountForm,
    template="accounts/account.html", prepare=_prepare_account,
)  # fmt: skip
def account(user: User, form: AccountForm) -> ResponseReturnValue:
    operations.change(user, **form.granted(), actor=g.actor)
    said(_("The account of %(name)s is saved.", name=user.name))
    return redirect(url_for("accounts.account", number=user.id))


@action(bp, "/accounts/<int:number>/invite", about=queries.get, access=ADMINISTRATOR)
def invite_again(user: User) -> ResponseReturnValue:
    operations.invite_again(user, actor=g.actor)
    said(_("A new invitation to %(name)s is on its way; the link sent before stops working.", name=user.name))
    return redirect(url_for("accounts.account", number=user.id))


@action(bp, "/accounts/<int:number>/deactivate", about=queries.get, access=ADMINISTRATOR)
def deactivate(user: User) -> ResponseReturnValue:
    operations.deactivate(user, actor=g.actor)
    said(_("%(name)s can no longer sign in.", name=user.name))
    return redirect(url_for("accounts.account", number=user.id))


@action(bp, "/accounts/<int:number>/reactivate", about=queries.get, access=ADMINISTRATOR)
def reactivate(user: User) -> ResponseReturnValue:
    operations.reactivate(user, actor=g.actor)
    said(_("%(name)s can sign in again.", name=user.name))
    return redirect(url_for("accounts.account", number=user.id))


navigation.add(navigation.Entry(_l("Accounts"), "accounts.everybody", ADMINISTRATOR, order=90))

# What the frame shows


@bp.app_context_processor
def _frame() -> dict[str, Any]:
    actor = g.get("actor")
    if actor is None or not actor.is_signed_in:
        return {}
    links = [
        {"url": url_for("accounts.profile"), "label": _("Your account")},
        {"url": url_for("accounts.change_password"), "label": _("Change password")},
    ]
    words = [str(label) for role, label in LABELS.items() if role in actor.roles]
    return {"role_words": " · ".join(words), "account_links": links}
