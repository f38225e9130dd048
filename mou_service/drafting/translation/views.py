"""The page of a text's languages: what differs between them, who confirmed that they say the same."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from mou_service import engines
from mou_service.accounts import asking
from mou_service.agreements import permissions
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.agreements.tasks import PERSONAL
from mou_service.core.actors import Actor
from mou_service.core.errors import Missing, Refused
from mou_service.documents.word.bilingual import originals
from mou_service.drafting import file_words, files, preview, rules
from mou_service.drafting import operations as drafting
from mou_service.drafting.blueprint import bp
from mou_service.drafting.models import Version
from mou_service.web.filters import language_name, listed
from mou_service.web.routing import action, form_for, page, said, still_the_same

from . import operations, queries, tasks
from .forms import AcceptForm, ConfirmForm, GoOnForm, LookAgainForm, TurnForm
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


@action(bp, "/agreements/<ref>/languages/first", about=agreements.get, access=rules.may_write, form=TurnForm)
def turn(agreement: Agreement, form: TurnForm) -> ResponseReturnValue:
    """Put another language first."""
    try:
        drafting.turn(agreement, first=form.first.data or "", actor=g.actor, files=engines.current().files)
    except originals.CannotTurn as error:
        raise Refused(_cannot_turn()) from error
    said(_("%(language)s stands first now, in version %(number)s.", number=_number(agreement),
           language=language_name(agreement.languages[0])))  # fmt: skip
    return redirect(url_for(".languages", ref=agreement.ref))


def _may_look_inside(actor: Actor, about: tuple[Version, str]) -> list[str]:
    return permissions.may("look_inside")(actor, about[0].agreement)


def _layout(ref: str, number: int, first: str) -> tuple[Version, str]:
    version = files.version(ref, number)
    if first not in version.agreement.languages:
        raise Missing(first)
    return version, first


@page(bp, "/agreements/<ref>/versions/<int:number>/first-<first>.docx", about=_layout, access=_may_look_inside)
def original_of_docx(about: tuple[Version, str]) -> ResponseReturnValue:
    """A version in Word with another language first."""
    version, first = about
    return files.word(_turned(version, first), f"{version.agreement.ref}-v{version.number}-{first}.docx")


@page(bp, "/agreements/<ref>/versions/<int:number>/first-<first>.pdf", about=_layout, access=_may_look_inside)
def original_of_pdf(about: tuple[Version, str]) -> ResponseReturnValue:
    """The same as a PDF that says it is a draft; without the annexes."""
    version, first = about
    agreement = version.agreement
    content = preview.pdf((_turned(version, first),), agreement.ref, _order(agreement, first), agreement.demonstration)
    return Response(content, mimetype="application/pdf")


def _turned(version: Version, first: str) -> bytes:
    content = engines.current().files.get(version.docx)
    try:
        return originals.in_order(content, _order(version.agreement, first))
    except originals.CannotTurn as error:
        raise Refused(_cannot_turn()) from error


def _order(agreement: Agreement, first: str) -> tuple[str, ...]:
    return (first, *(each for each in agreement.languages if each != first))


def _cannot_turn() -> str:
    return str(
        _(
            "The columns of this text cannot change places: there is no table with a column for each language, or its "
            "cells reach over several of them. Change the order in Word, and upload the file."
        )
    )


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
