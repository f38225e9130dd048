"""The page on which an organiser is content with a lower level, because no time-stamp can be had."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from mou_service.accounts import asking
from mou_service.agreements import permissions
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core import jobs
from mou_service.core.actors import Actor
from mou_service.web.forms import ReasonForm
from mou_service.web.routing import form_page, said

from .. import queries
from ..blueprint import bp
from ..making import levels


class LowerForm(ReasonForm):
    """Which level is enough, and why."""

    level = RadioField(_l("Level that is enough"), validators=[InputRequired(_l("Choose a level."))])


def _may_lower(actor: Actor, agreement: Agreement) -> list[str]:
    return permissions.may("arrange_signing")(actor, agreement) or levels.lower_refusals(agreement.package, actor=actor)


def _form(agreement: Agreement) -> LowerForm:
    form = LowerForm()
    form.level.choices = levels.lower_choices(agreement.package) if agreement.package else []
    return form


def _about(_form: LowerForm, agreement: Agreement) -> dict[str, Any]:
    asking.password()
    return {"agreement": agreement, "package": agreement.package}


@form_page(
    bp, "/agreements/<ref>/signing/level", about=agreements.get, access=_may_lower, form=_form,
    template="signing/lower_level.html", prepare=_about,
)  # fmt: skip
def lower_level(agreement: Agreement, form: LowerForm) -> ResponseReturnValue:
    asking.password()
    package = agreement.package
    assert package is not None, "access asked for one"
    levels.lower(package, actor=g.actor, level=form.level.data or "", reason=form.reason.data or "")
    if (job := queries.work_of(package)) is not None:
        jobs.again(job)
    said(_("The level was lowered, and the step started anew."))
    return redirect(url_for("signing.show", ref=agreement.ref))
