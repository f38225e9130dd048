"""The organiser's pages: witnesses, the freeze, who has signed, personal links, and why something does not go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mou_service import engines
from mou_service.accounts import sessions
from mou_service.agreements import lifecycle, permissions
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core import jobs
from mou_service.core.actors import Actor
from mou_service.core.errors import Missing, Refused
from mou_service.documents.pdf.words import at_home
from mou_service.partners import queries as partners
from mou_service.web import findings
from mou_service.web.filters import in_language
from mou_service.web.forms import EmptyForm, ReasonForm
from mou_service.web.routing import action, form_page, page, said, still_the_same

from . import (
    candidates,
    guests,
    links,
    operations,
    order,
    places,
    queries,
    showing,
    standing,
    table,
    witnesses,
    wording,
)
from .blueprint import bp
from .forms import CAPACITY_WORDS, PRESENCE_LABELS, FreezeForm, InviteForm, NewWitnessForm, WitnessForm
from .models import SigningLink, Slot, Witness

__all__ = ["bp", "guests", "table"]

#: Says of an agreement that its people meet at a table; a feature above knows ceremonies.
AT_A_TABLE: list[Callable[[Agreement], bool]] = []

Thing = Agreement | Slot | Witness | SigningLink


def _slot(ref: str, slot_id: int) -> Slot:
    return queries.slot_of(agreements.get(ref), slot_id)


def _witness(ref: str, witness_id: int) -> Witness:
    return queries.witness_of(agreements.get(ref), witness_id)


def _link(ref: str, slot_id: int, link_id: int) -> SigningLink:
    found = next((link for link in _slot(ref, slot_id).links if link.id == link_id), None)
    if found is None:
        raise Missing(f"link {link_id}")
    return found


def _arranges(actor: Actor, thing: Thing) -> list[str]:
    """Access for who may arrange a signing: organisers and drafters."""
    return list(permissions.may("arrange_signing")(actor, _agreement_of(thing)))


def _agreement_of(thing: Thing) -> Agreement:
    if isinstance(thing, Agreement):
        return thing
    if isinstance(thing, Witness):
        return thing.agreement
    return (thing.slot if isinstance(thing, SigningLink) else thing).package.agreement


def _to(agreement: Agreement, anchor: str = "") -> ResponseReturnValue:
    return redirect(url_for("signing.show", ref=agreement.ref, _anchor=anchor or None))


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """What the parts of a signing are called, and where one stands, for every template that shows it."""
    return {
        "signing_stages": standing.stages,
        "signing_trouble": standing.trouble,
        "signing_due": standing.due,
        "slot_state": standing.of_slot,
        "names_beside": at_home,
        "slot_labels": standing.SLOT_LABELS,
        "slot_tones": standing.SLOT_TONES,
        "capacity_words": CAPACITY_WORDS,
        "presence_words": PRESENCE_LABELS,
    }


@page(bp, "/agreements/<ref>/signing", about=agreements.get, access=permissions.may("look_inside"))
def show(agreement: Agreement) -> ResponseReturnValue:
    return render_template(
        "signing/show.html",
        agreement=agreement,
        package=agreement.package,
        voided=[each for each in agreement.packages if each.voided_at is not None],
        freeze_refusals=_freeze_refusals(agreement),
        void_refusals=operations.void_refusals(agreement, actor=g.actor),
        witness_refusals=witnesses.refusals(g.actor, agreement),
        can_arrange=not permissions.refusals("arrange_signing", g.actor, agreement),
        can_invite=links.can_invite,
        sent_link=links.sent,
        invites=queries.invites(agreement.package) if agreement.package else True,
        refused=order.refused(agreement.package.slots) if agreement.package else [],
    )


@page(bp, "/agreements/<ref>/signing/document.pdf", about=agreements.get, access=permissions.may("download_text"))
def document(agreement: Agreement) -> ResponseReturnValue:
    return showing.document(agreement.package)


# The freeze, and its end


def _freeze_refusals(agreement: Agreement) -> list[str]:
    """What stands against the freeze, names that cannot be drawn included."""
    if reasons := lifecycle.refusals("freeze", g.actor, agreement):
        return reasons
    return [findings.line(each) for each in places.undrawable(agreement, fonts=engines.current().fonts)]


def _prepare_freeze(form: FreezeForm, agreement: Agreement) -> dict[str, Any]:
    if request.method == "GET":
        form.seen.data = str(agreement.row_version)
        form.invite.data = "table" if any(says(agreement) for says in AT_A_TABLE) else "mail"
    return {"agreement": agreement, "witness_refusals": witnesses.refusals(g.actor, agreement)}


@form_page(
    bp, "/agreements/<ref>/freeze", about=agreements.get, access=lifecycle.may("freeze"), form=FreezeForm,
    template="signing/prepare.html", prepare=_prepare_freeze,
)  # fmt: skip
def prepare(agreement: Agreement, form: FreezeForm) -> ResponseReturnValue:
    if not sessions.is_fresh():
        return _ask_password(url_for("signing.prepare", ref=agreement.ref))
    still_the_same(form.seen.data or None, agreement.row_version)
    operations.freeze(
        agreement, actor=g.actor, order=form.order.data or "", fonts=engines.current().fonts,
        invites=form.invite.data != "table",
    )  # fmt: skip
    said(_("The text is frozen."))
    return _to(agreement)


def _about_void(_form: ReasonForm, agreement: Agreement) -> dict[str, Any]:
    return {
        "agreement": agreement,
        "package": agreement.package,
        "reasons": operations.void_refusals(agreement, actor=g.actor),
    }


@form_page(
    bp, "/agreements/<ref>/void", about=agreements.get, access=lifecycle.may("void"), form=ReasonForm,
    template="signing/void.html", prepare=_about_void,
)  # fmt: skip
def void(agreement: Agreement, form: ReasonForm) -> ResponseReturnValue:
    operations.void(agreement, actor=g.actor, reason=form.reason.data or "")
    said(_("The signing is voided; the agreement is approved again and can be frozen anew."))
    return _to(agreement)


@action(bp, "/agreements/<ref>/signing/again", about=agreements.get, access=_arranges, form=EmptyForm)
def again(agreement: Agreement, _form: EmptyForm) -> ResponseReturnValue:
    package = agreement.package
    job = queries.work_of(package) if package else None
    if package is None or job is None or job.finished_at is not None:
        raise Refused(_("Nothing waits to be tried again."))
    jobs.again(job)
    package.problem = ""
    said(_("The step was started anew."))
    return _to(agreement)


# Witnesses


def _witness_form(agreement: Agreement) -> WitnessForm:
    form = WitnessForm()
    form.position.choices = candidates.choices(agreement, words=request.args.get("q", ""))
    return form


def _prepare_witness(form: WitnessForm, agreement: Agreement) -> dict[str, Any]:
    return {"agreement": agreement, "words": request.args.get("q", ""), "statements": wording.statements()}


def _may_change_witnesses(actor: Actor, thing: Agreement | Witness) -> list[str]:
    agreement = _agreement_of(thing)
    return _arranges(actor, agreement) or witnesses.refusals(actor, agreement)


@form_page(
    bp, "/agreements/<ref>/witnesses/add", about=agreements.get, access=_may_change_witnesses, form=_witness_form,
    template="signing/add_witness.html", prepare=_prepare_witness,
)  # fmt: skip
def add_witness(agreement: Agreement, form: WitnessForm) -> ResponseReturnValue:
    witness = witnesses.add(
        agreement,
        actor=g.actor,
        position=partners.position(form.position.data or 0),
        capacity=form.capacity.data or "",
        presence=form.presence.data or "",
        statement=form.statement,
    )
    said(_("%(name)s is a witness now.", name=in_language(witness.as_shown["name"])))
    return _to(agreement, "witnesses")


def _new_witness_form(_agreement: Agreement) -> NewWitnessForm:
    form = NewWitnessForm()
    form.organisation.choices = candidates.organisations()
    return form


@form_page(
    bp, "/agreements/<ref>/witnesses/new", about=agreements.get, access=_may_change_witnesses, form=_new_witness_form,
    template="signing/new_witness.html", prepare=lambda _form, agreement: {"agreement": agreement},
)  # fmt: skip
def new_witness(agreement: Agreement, form: NewWitnessForm) -> ResponseReturnValue:
    position = candidates.enter(
        actor=g.actor,
        organisation_id=form.organisation.data or 0,
        names={"en": form.name_en.data or "", "zh": form.name_zh.data or ""},
        titles={"en": form.title_en.data or "", "zh": form.title_zh.data or ""},
        email=form.email.data or "",
    )
    witness = witnesses.add(
        agreement,
        actor=g.actor,
        position=position,
        capacity=form.capacity.data or "",
        presence=form.presence.data or "",
    )
    said(_("%(name)s is in the register and a witness now.", name=in_language(witness.as_shown["name"])))
    return _to(agreement, "witnesses")


@action(
    bp,
    "/agreements/<ref>/witnesses/<int:witness_id>/remove",
    about=_witness,
    access=_may_change_witnesses,
    form=EmptyForm,
)
def remove_witness(witness: Witness, _form: EmptyForm) -> ResponseReturnValue:
    agreement = witness.agreement
    witnesses.remove(witness, actor=g.actor)
    said(_("The witness was taken off the list."))
    return _to(agreement, "witnesses")


# Who still has to sign


def _prepare_invite(form: InviteForm, slot: Slot) -> dict[str, Any]:
    if request.method == "GET":
        form.email.data = links.address(slot)
    return {"slot": slot, "agreement": slot.package.agreement}


@form_page(
    bp, "/agreements/<ref>/slots/<int:slot_id>/invite", about=_slot, access=_arranges, form=InviteForm,
    template="signing/invite.html", prepare=_prepare_invite,
)  # fmt: skip
def invite(slot: Slot, form: InviteForm) -> ResponseReturnValue:
    links.invite(slot, actor=g.actor, email=form.email.data or "")
    said(_("A personal link is on its way to %(email)s.", email=form.email.data))
    return _to(slot.package.agreement, "people")


@action(
    bp,
    "/agreements/<ref>/slots/<int:slot_id>/links/<int:link_id>/revoke",
    about=_link,
    access=_arranges,
    form=EmptyForm,
)
def revoke_link(link: SigningLink, _form: EmptyForm) -> ResponseReturnValue:
    links.withdraw(link, actor=g.actor)
    said(_("The link of %(email)s no longer works.", email=link.email))
    return _to(link.slot.package.agreement, "people")


@form_page(
    bp, "/agreements/<ref>/slots/<int:slot_id>/go-on", about=_slot, access=_arranges, form=ReasonForm,
    template="signing/go_on.html", prepare=lambda _form, slot: {"slot": slot, "agreement": slot.package.agreement},
)  # fmt: skip
def go_on_without(slot: Slot, form: ReasonForm) -> ResponseReturnValue:
    operations.go_on_without(slot, actor=g.actor, reason=form.reason.data or "")
    said(_("The signing goes on without this witness."))
    return _to(slot.package.agreement, "people")


def _ask_password(then: str) -> ResponseReturnValue:
    return redirect(url_for("accounts.confirm_password", next=then))
