"""The page of a text's languages: what differs between them, who confirmed that they say the same."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from mou_service.accounts import asking
from mou_service.agreements import permissions
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.agreements.tasks import PERSONAL
from mou_service.drafting import file_words
from mou_service.drafting.blueprint import bp
from mou_service.web.filters import language_name, listed
from mou_service.web.routing import action, form_for, page, said, still_the_same

from . import operations, queries, tasks
from .forms import AcceptForm, ConfirmForm, GoOnForm, LookAgainForm
from .models import ANNEXES, TranslationConfirmation


def register(app: Flask) -> None:
    """What other pages show of it."""
    app.add_template_global(queries.differences, "language_differences")
    app.add_template_global(queries.others, "other_findings")
    app.add_template_global(queries.standing, "translation_confirmations")
    app.add_template_global(queries.fallen, "translations_withdrawn")
    app.add_template_global(file_words.sides, "sides_of")
    app.add_template_filter(changed, "what_changed")
    if tasks.waiting not in PERSONAL:
        PERSONAL.append(tasks.waiting)


@page(bp, "/agreements/<ref>/languages", about=agreements.get, access=permissions.may("look_inside"))
def languages(agreement: Agreement) -> ResponseReturnValue:
    """What differs between the languages of the newest text, row beside row; then who confirmed it."""
    refused = operations.refusals(g.actor, agreement)
    return render_template(
        "drafting/translation/languages.html", agreement=agreement, newest=agreement.version,
        found=queries.differences(agreement), standing=queries.standing(agreement), fallen=queries.fallen(agreement),
        refused=refused, may_go_on=not operations.may_go_on(g.actor, agreement),
        mine=any(c.confirmed_by_id == g.actor.user_id and not c.without for c in queries.standing(agreement)),
        confirming=form_for(ConfirmForm, version=_number(agreement)),
        going_on=form_for(GoOnForm, version=_number(agreement)), accept_form=_accept_form,
    )  # fmt: skip


@action(bp, "/agreements/<ref>/languages/confirm", about=agreements.get,
        access=permissions.may("confirm_translation"), form=ConfirmForm, shows=languages)  # fmt: skip
def confirm_translation(agreement: Agreement, form: ConfirmForm) -> ResponseReturnValue:
    """Confirm that all languages say the same."""
    still_the_same(form.version.data, _number(agreement))
    asking.password()
    operations.confirm(agreement, actor=g.actor, note=form.note.data or "")
    said(_("You have confirmed the translation of version %(number)s.", number=_number(agreement)))
    return _back(agreement)


@action(bp, "/agreements/<ref>/languages/go-on", about=agreements.get, access=permissions.may("draft"), form=GoOnForm,
        shows=languages)  # fmt: skip
def go_on_without(agreement: Agreement, form: GoOnForm) -> ResponseReturnValue:
    """Let the text go on though nobody confirmed its translation."""
    still_the_same(form.version.data, _number(agreement))
    asking.password()
    operations.go_on_without(agreement, actor=g.actor, reason=form.reason.data or "")
    said(_("The text can be presented without a confirmed translation. Your reason goes with it."))
    return _back(agreement)


@action(bp, "/agreements/<ref>/languages/accept", about=agreements.get,
        access=permissions.may("confirm_translation"), form=AcceptForm, shows=languages)  # fmt: skip
def accept_difference(agreement: Agreement, form: AcceptForm) -> ResponseReturnValue:
    """Say that one difference is right."""
    operations.accept(agreement, actor=g.actor, row=form.row.data or "", reason=form.reason.data or "")
    left = len(queries.differences(agreement).open)
    said(ngettext("Noted. One more to look at.", "Noted. %(num)d more to look at.", left) if left else _("Noted."))
    return redirect(url_for(".languages", ref=agreement.ref))


@action(bp, "/agreements/<ref>/languages/look-again", about=agreements.get,
        access=permissions.may("confirm_translation"), form=LookAgainForm)  # fmt: skip
def look_again(agreement: Agreement, form: LookAgainForm) -> ResponseReturnValue:
    """Take back that a difference is right."""
    operations.look_again(agreement, actor=g.actor, row=form.row.data or "")
    return redirect(url_for(".languages", ref=agreement.ref))


def changed(confirmation: TranslationConfirmation) -> str:
    """What changed after a confirmation: “Chinese, annexes”."""
    names = {ANNEXES: _("annexes"), "": _("what stands outside the columns")}
    return str(listed([names.get(each) or language_name(each) for each in confirmation.changed]))


def _accept_form(row: str) -> Any:
    """The form of one row; what was typed for another one stays with that one."""
    form: Any = form_for(AcceptForm)
    if form.row.data not in (None, row):
        form = AcceptForm(formdata=None)
    form.row.data = row
    form.row.id, form.reason.id = f"row-{row[:12]}", f"reason-{row[:12]}"
    form.reason.label.field_id = form.reason.id
    return form


def _number(agreement: Agreement) -> int:
    return agreement.version.number if agreement.version else 0


def _back(agreement: Agreement) -> ResponseReturnValue:
    return redirect(url_for("agreements.show", ref=agreement.ref))
