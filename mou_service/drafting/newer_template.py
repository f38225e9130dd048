"""A draft whose template has another text by now: it keeps the one it was made from until somebody takes the new one."""

from __future__ import annotations

from flask import Flask, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mou_service import engines
from mou_service.agreements import queries
from mou_service.agreements.models import Agreement
from mou_service.core.errors import Refused
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.library import queries as library
from mou_service.web.forms import EmptyForm
from mou_service.web.routing import action, said

from . import operations, rules
from .blueprint import bp


def register(app: Flask) -> None:
    """For the agreement's page."""
    app.add_template_global(of, "newer_template")


def of(agreement: Agreement) -> Manifest | None:
    """The template in use, where the newest text was made from another one; None for a text from Word."""
    current, version = library.manifests().get(agreement.template), agreement.version
    if current is None or version is None or version.origin != "template":
        return None
    return current if version.template_number != current.number else None


@action(bp, "/agreements/<ref>/template", about=queries.get, access=rules.may_write, form=EmptyForm)
def take_template(agreement: Agreement, _form: EmptyForm) -> ResponseReturnValue:
    """Make the next version from the template in use, with the same answers."""
    newer, used = of(agreement), engines.current()
    if newer is None:
        raise Refused(_("The text is made from the template in use."))
    note = _("From the template as it is in use now")
    try:
        version = operations.write(
            agreement,
            newer,
            operations.plan_of(agreement),
            actor=g.actor,
            files=used.files,
            fonts=used.fonts,
            note=note,
        )
    except operations.Unfinished as error:
        raise Refused(*(problem.message for problem in error.problems)) from error
    said(_("Version %(number)s is made from the template in use. This is what differs.", number=version.number))
    return redirect(url_for(".differences", ref=agreement.ref, new=version.number))
