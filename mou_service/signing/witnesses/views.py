"""The organiser's pages about witnesses: named from the register or entered anew, changed, taken off the list."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mou_service.agreements import permissions
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core.actors import Actor
from mou_service.partners import queries as partners
from mou_service.web.filters import in_language
from mou_service.web.forms import EmptyForm
from mou_service.web.routing import action, form_page, said

from .. import queries, statements
from ..blueprint import bp
from ..models import Witness
from . import candidates
from . import operations as witnesses
from .forms import CAPACITY_WORDS, IDENTITY_LABELS, PRESENCE_LABELS, KindForm, NewWitnessForm, WitnessForm


def _witness(ref: str, witness_id: int) -> Witness:
    return queries.witness_of(agreements.get(ref), witness_id)


def _may_change(actor: Actor, thing: Agreement | Witness) -> list[str]:
    agreement = thing.agreement if isinstance(thing, Witness) else thing
    return list(permissions.may("arrange_signing")(actor, agreement)) or witnesses.refusals(actor, agreement)


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "capacity_words": CAPACITY_WORDS,
        "presence_words": PRESENCE_LABELS,
        "identity_words": IDENTITY_LABELS,
        "witness_notes": witnesses.notes,
    }


def _about(_form: KindForm, agreement: Agreement) -> dict[str, Any]:
    return {
        "agreement": agreement,
        "words": request.args.get("q", ""),
        "statements": list(statements.usual_ones({"en": "…", "zh": "……"})),
    }


def _witness_form(agreement: Agreement) -> WitnessForm:
    form = WitnessForm()
    form.offer(agreement)
    form.position.choices = candidates.choices(agreement, words=request.args.get("q", ""))
    if request.method == "GET" and agreement.attested:
        form.capacity.data = "attesting"
    return form


@form_page(
    bp, "/agreements/<ref>/witnesses/add", about=agreements.get, access=_may_change, form=_witness_form,
    template="signing/add_witness.html", prepare=_about,
)  # fmt: skip
def add_witness(agreement: Agreement, form: WitnessForm) -> ResponseReturnValue:
    position = partners.position(form.position.data or 0)
    witness = witnesses.add(agreement, actor=g.actor, position=position, **form.kind(agreement))
    said(_("%(name)s is a witness now.", name=in_language(witness.as_shown["name"])))
    return _back(agreement)


def _new_witness_form(agreement: Agreement) -> NewWitnessForm:
    form = NewWitnessForm()
    form.offer(agreement)
    form.organisation.choices = candidates.organisations()
    if request.method == "GET" and agreement.attested:
        form.capacity.data = "attesting"
    return form


@form_page(
    bp, "/agreements/<ref>/witnesses/new", about=agreements.get, access=_may_change, form=_new_witness_form,
    template="signing/new_witness.html", prepare=_about,
)  # fmt: skip
def new_witness(agreement: Agreement, form: NewWitnessForm) -> ResponseReturnValue:
    position = candidates.enter(
        actor=g.actor,
        organisation_id=form.organisation.data or 0,
        names={"en": form.name_en.data or "", "zh": form.name_zh.data or ""},
        titles={"en": form.title_en.data or "", "zh": form.title_zh.data or ""},
        email=form.email.data or "",
    )
    witness = witnesses.add(agreement, actor=g.actor, position=position, **form.kind(agreement))
    said(_("%(name)s is in the register and a witness now.", name=in_language(witness.as_shown["name"])))
    return _back(agreement)


def _kind_form(witness: Witness) -> KindForm:
    form = KindForm()
    form.offer(witness.agreement)
    if request.method == "GET":
        form.fill(witness)
    return form


@form_page(
    bp, "/agreements/<ref>/witnesses/<int:witness_id>/change", about=_witness, access=_may_change, form=_kind_form,
    template="signing/change_witness.html",
    prepare=lambda form, witness: {**_about(form, witness.agreement), "witness": witness},
)  # fmt: skip
def change_witness(witness: Witness, form: KindForm) -> ResponseReturnValue:
    agreement = witness.agreement
    witnesses.add(
        agreement, actor=g.actor, position=witness.position, as_shown=witness.as_shown, **form.kind(agreement)
    )
    said(
        _(
            "Changed. The statement below is what %(name)s will be asked to make.",
            name=in_language(witness.as_shown["name"]),
        )
    )
    return _back(agreement)


@action(bp, "/agreements/<ref>/witnesses/<int:witness_id>/remove", about=_witness, access=_may_change, form=EmptyForm)
def remove_witness(witness: Witness, _form: EmptyForm) -> ResponseReturnValue:
    agreement = witness.agreement
    witnesses.remove(witness, actor=g.actor)
    said(_("The witness was taken off the list."))
    return _back(agreement)


def _back(agreement: Agreement) -> ResponseReturnValue:
    return redirect(url_for("signing.show", ref=agreement.ref, _anchor="witnesses"))
