"""The password once more before an act that binds, unless it was just given; what was typed meanwhile is not lost."""

from __future__ import annotations

from flask import abort, g, make_response, redirect, render_template, request, url_for

from mou_service.core.db import db
from mou_service.core.errors import Invalid
from mou_service.web.routing import keep_errors

from . import attempts, operations, queries, sessions
from .forms import GoOnForm, typed

_OURS = "again"


def password() -> None:
    """Go on only with a password that is fresh; else this request ends with the page that asks for it.

    Before a form is shown the person is led there and back. Whoever sends a form too late gives the password on a page
    that carries what they typed, and the form is sent on from there; a file has to be chosen once more.
    """
    if sessions.is_fresh():
        return
    if request.method != "POST":
        abort(redirect(url_for("accounts.confirm_password", next=request.full_path.rstrip("?"))))
    form = GoOnForm(prefix=_OURS)
    if f"{_OURS}-password" in request.form and form.validate():
        try:
            _confirm(form)
        except Invalid as error:
            keep_errors(form, error)
        else:
            return
    abort(make_response(_page(form), 422))


def _confirm(form: GoOnForm) -> None:
    user = queries.get(g.actor.user_id)
    attempts.count("confirm", account=user.email_key)
    operations.confirm(user, typed(form.password))
    sessions.refresh()
    # It was given, whatever becomes of the act.
    db.session.commit()


def _page(form: GoOnForm) -> str:
    if f"{_OURS}-password" not in request.form:
        form.password.errors = []
    kept = [
        pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token" and not pair[0].startswith(_OURS)
    ]
    files = any(each.filename for each in request.files.values())
    return render_template("accounts/go_on.html", form=form, kept=kept, files=files)
