"""Pages for what becomes of an agreement after it was signed: ended early, related to another one."""

from __future__ import annotations

from flask import Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mou_service import engines
from mou_service.accounts import asking
from mou_service.core.actors import Actor
from mou_service.core.errors import Invalid, Missing
from mou_service.partners import evidence
from mou_service.web.routing import action, form_for, page, said

from . import after, permissions, queries
from .blueprint import bp
from .forms import EndForm, RelateForm, TakeBackForm
from .models import Agreement, Ending, Relation


@page(bp, "/agreements/<ref>/after", about=queries.get, access=permissions.may("relate"))
def after_signing(agreement: Agreement) -> ResponseReturnValue:
    """What was entered, and the forms to enter more."""
    asking.password()
    return render_template(
        "agreements/after.html", agreement=agreement, ending=after.ending(agreement), effects=after.effects(agreement),
        purposes=after.purposes(agreement), enders=after.ENDERS, kinds=after.KINDS, choices=after.CHOICES,
        may_end=not permissions.refusals("end", g.actor, agreement), end_form=form_for(EndForm),
        relate_form=form_for(RelateForm), take_back=form_for(TakeBackForm),
    )  # fmt: skip


@action(bp, "/agreements/<ref>/end", about=queries.get, access=permissions.may("end"), form=EndForm,
        shows=after_signing)  # fmt: skip
def end(agreement: Agreement, form: EndForm) -> ResponseReturnValue:
    asking.password()
    paper = evidence.examined(form.paper.data.read() if form.paper.data else b"", _file_name(form), field="paper")
    assert form.last_day.data is not None, "the form asks for it"
    after.end(
        agreement, actor=g.actor, last_day=form.last_day.data, ended_by=form.ended_by.data or "",
        reason=form.reason.data or "", paper=paper, files=engines.current().files,
    )  # fmt: skip
    said(_("The end of %(ref)s is entered. The register and /verify say it from now on.", ref=agreement.ref))
    return redirect(url_for(".show", ref=agreement.ref))


@action(bp, "/agreements/<ref>/end/take-back", about=queries.get, access=permissions.may("end"), form=TakeBackForm,
        shows=after_signing)  # fmt: skip
def take_back_end(agreement: Agreement, form: TakeBackForm) -> ResponseReturnValue:
    asking.password()
    after.take_back_end(agreement, actor=g.actor, reason=form.reason.data or "")
    said(_("The entry is taken back. It stays in the trail."))
    return redirect(url_for(".show", ref=agreement.ref))


@action(bp, "/agreements/<ref>/relations", about=queries.get, access=permissions.may("relate"), form=RelateForm,
        shows=after_signing)  # fmt: skip
def relate(agreement: Agreement, form: RelateForm) -> ResponseReturnValue:
    asking.password()
    after.relate(agreement, actor=g.actor, kind=form.kind.data or "", older=_named(form.older.data or "", g.actor))
    said(_("The relation is entered. It takes effect together with %(ref)s.", ref=agreement.ref))
    return redirect(url_for(".show", ref=agreement.ref))


@action(bp, "/agreements/<ref>/relations/<int:number>/take-back", about=lambda ref, number: _relation(ref, number),
        access=lambda actor, relation: permissions.may("relate")(actor, relation.newer), form=TakeBackForm)  # fmt: skip
def take_back_relation(relation: Relation, form: TakeBackForm) -> ResponseReturnValue:
    asking.password()
    after.take_back_relation(relation, actor=g.actor, reason=form.reason.data or "")
    said(_("The entry is taken back. It stays in the trail."))
    return redirect(url_for(".show", ref=relation.newer.ref))


@page(bp, "/agreements/<ref>/end/<int:number>/paper", about=lambda ref, number: _ending(ref, number),
      access=lambda actor, ending: permissions.may("download_text")(actor, ending.agreement))  # fmt: skip
def end_paper(ending: Ending) -> ResponseReturnValue:
    """What shows that it was ended."""
    response = Response(engines.current().files.get(ending.evidence), mimetype=ending.evidence_type)
    ending_ = evidence.ENDINGS[ending.evidence_type]
    response.headers["Content-Disposition"] = f'attachment; filename="{ending.agreement.ref}-end{ending_}"'
    return response


def _file_name(form: EndForm) -> str:
    return str(form.paper.data.filename or "") if form.paper.data else ""


def _named(typed: str, actor: Actor) -> Agreement:
    """The agreement of a reference as somebody types it, if they may see it."""
    try:
        found = queries.get(typed.upper())
    except Missing:
        found = None
    if found is None or permissions.refusals("look", actor, found):
        raise Invalid({"older": _("There is no agreement %(ref)s. Type its reference as it is printed.", ref=typed)})
    return found


def _relation(ref: str, number: int) -> Relation:
    found = next((each for each in queries.get(ref).relations if each.id == number), None)
    if found is None:
        raise Missing(str(number))
    return found


def _ending(ref: str, number: int) -> Ending:
    found = next((each for each in queries.get(ref).endings if each.id == number), None)
    if found is None:
        raise Missing(str(number))
    return found
