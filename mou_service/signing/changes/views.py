"""The organiser's pages for what does not go as planned: somebody else signs, somebody waits, the time is over."""

from __future__ import annotations

from typing import Any

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mou_service import engines
from mou_service.accounts import asking
from mou_service.agreements import permissions
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement, Signatory
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.errors import Invalid, Missing
from mou_service.partners import evidence, institution
from mou_service.partners import queries as partners
from mou_service.partners.models import Position
from mou_service.web.filters import in_language
from mou_service.web.forms import EmptyForm
from mou_service.web.routing import action, form_for, form_page, page, said

from .. import queries
from ..blueprint import bp
from ..models import Delegation, Slot
from ..witnesses import candidates
from . import delegation, reminders, reminding, replacing
from .delegation import Holder
from .forms import ConfirmPowerForm, DelegateForm, EndPowerForm, ExtendForm, ReplaceForm


def _slot(ref: str, slot_id: int) -> Slot:
    return queries.slot_of(agreements.get(ref), slot_id)


def _power(ref: str, number: int) -> Delegation:
    return delegation.get(agreements.get(ref), number)


def _signatory(ref: str, position_id: int) -> Signatory:
    signing = (each for party in agreements.get(ref).parties for each in party.signatories)
    found = next((each for each in signing if each.position_id == position_id), None)
    if found is None:
        raise Missing(f"signatory {position_id}")
    return found


def _agreement_of(thing: Agreement | Slot | Delegation | Signatory) -> Agreement:
    if isinstance(thing, Slot):
        return thing.package.agreement
    if isinstance(thing, Signatory):
        return thing.party.agreement
    return thing.agreement if isinstance(thing, Delegation) else thing


def _arranges(actor: Actor, thing: Agreement | Slot | Delegation | Signatory) -> list[str]:
    return list(permissions.may("arrange_signing")(actor, _agreement_of(thing)))


def _looks_at_powers(actor: Actor, thing: Delegation) -> list[str]:
    return list(permissions.may("look_at_powers")(actor, thing.agreement))


def _to(agreement: Agreement, anchor: str = "people") -> ResponseReturnValue:
    return redirect(url_for("signing.show", ref=agreement.ref, _anchor=anchor))


# Another person

#: In a list that also offers somebody new (0): nobody was chosen yet.
_NOT_CHOSEN = -1


def _replace_form(slot: Slot) -> ReplaceForm:
    form = ReplaceForm()
    form.position.choices = _who_could(slot)
    form.organisation.choices = candidates.organisations()
    return form


def _who_could(slot: Slot) -> list[tuple[int, str]]:
    agreement = slot.package.agreement
    if slot.kind == "witness":
        found = candidates.positions(agreement, words=request.args.get("q", ""))
        free = [p for p in found if not replacing.takes_part(agreement, p)]
        somebody_new = (0, str(_("somebody who is not in the register yet")))
        return [(_NOT_CHOSEN, str(_("– choose –"))), *candidates.listed(free), somebody_new]
    assert slot.party is not None, "a signatory signs for a party"
    free = [p for p in slot.party.organisation.positions if not replacing.takes_part(agreement, p)]
    return [(0, str(_("– choose –"))), *candidates.listed(free)]


def _about_replace(_form: ReplaceForm, slot: Slot) -> dict[str, Any]:
    asking.password()
    reasons = replacing.refusals(slot, actor=g.actor)
    return {
        "slot": slot,
        "agreement": slot.package.agreement,
        "reasons": reasons,
        "mentions": [] if reasons else replacing.mentions(slot, files=engines.current().files),
        "words": request.args.get("q", ""),
    }


@form_page(
    bp, "/agreements/<ref>/slots/<int:slot_id>/replace", about=_slot, access=_arranges, form=_replace_form,
    template="signing/replace.html", prepare=_about_replace,
)  # fmt: skip
def replace(slot: Slot, form: ReplaceForm) -> ResponseReturnValue:
    position = _chosen(slot, form)
    used = engines.current()
    made = replacing.replace(
        slot, actor=g.actor, position=position, reason=form.reason.data or "", files=used.files, fonts=used.fonts
    )
    name = in_language(position.person.called())
    if queries.invites(made):
        said(_("%(name)s takes the place. The document is made anew; whoever is first is written to.", name=name))
    else:
        said(
            _(
                "%(name)s takes the place. The document is made anew; it is signed at the table, so nobody is written to.",
                name=name,
            )
        )
    return _to(slot.package.agreement)


def _chosen(slot: Slot, form: ReplaceForm) -> Position:
    if form.position.data and form.position.data != _NOT_CHOSEN:
        return partners.position(form.position.data)
    if slot.kind == "signatory" or form.position.data == _NOT_CHOSEN:
        raise Invalid({"position": _("Choose the person.")})
    missing = {"name_en": _("Please give the name."), "title_en": _("Please give the title.")}
    if wanting := {name: text for name, text in missing.items() if not form[name].data}:
        raise Invalid(wanting)
    return candidates.enter(
        actor=g.actor, organisation_id=form.organisation.data or 0, names=form.names, titles=form.titles,
        email=form.email.data or "",
    )  # fmt: skip


# Power of attorney


def _about_delegate(_form: DelegateForm, signatory: Signatory) -> dict[str, Any]:
    return {"signatory": signatory, "agreement": signatory.party.agreement}


@form_page(
    bp, "/agreements/<ref>/signatories/<int:position_id>/delegate", about=_signatory, access=_arranges,
    form=DelegateForm, template="signing/delegate.html", prepare=_about_delegate,
)  # fmt: skip
def delegate(signatory: Signatory, form: DelegateForm) -> ResponseReturnValue:
    made = delegation.enter(
        signatory, actor=g.actor, holder=form.holder(), paper=paper(form), reason=form.note.data or "",
        files=engines.current().files,
    )  # fmt: skip
    said(_("The power of attorney is kept. Look at it once more and confirm it."))
    return redirect(url_for("signing.power", ref=made.agreement.ref, number=made.id))


def paper(form: DelegateForm) -> evidence.Evidence:
    """The file of a power of attorney; raises `Invalid` at its field."""
    upload = form.document.data
    if not upload:
        raise Invalid({"document": _("Choose the file of the power of attorney.")})
    return evidence.examined(upload.read(evidence.LARGEST_BYTES + 1), upload.filename or "", field="document")


def about_power(slot: Slot) -> dict[str, Any]:
    """What a signatory's own page says of signing by somebody else."""
    return {
        "delegate": form_for(DelegateForm),
        "may_delegate": not delegation.ask_refusals(slot),
        "power": delegation.open_for(slot.package.agreement, slot.position_id),
    }


def hand_in(slot: Slot, form: DelegateForm, *, actor: Actor) -> None:
    """Take in a power of attorney from the signatory's own page."""
    delegation.ask(
        slot, actor=actor, holder=form.holder(), paper=paper(form), reason=form.note.data or "",
        files=engines.current().files,
    )  # fmt: skip
    said(_("The power of attorney was handed in. You are told when it was looked at."))


def _power_form(made: Delegation) -> ConfirmPowerForm:
    form = ConfirmPowerForm()
    free = [p for p in made.position.organisation.positions if not replacing.takes_part(made.agreement, p)]
    form.position.choices = [(0, str(_("enter as written here"))), *candidates.listed(free)]
    return form


def _about_power(form: ConfirmPowerForm, made: Delegation) -> dict[str, Any]:
    if made.state == "asked":
        asking.password()
    if request.method == "GET":
        for part, texts in (("name", made.as_shown.get("name", {})), ("title", made.as_shown.get("title", {}))):
            form[f"{part}_en"].data, form[f"{part}_zh"].data = texts.get("en", ""), texts.get("zh", "")
        form.email.data, form.position.data = made.email, made.delegate_id or 0
    return {"power": made, "agreement": made.agreement, "reasons": delegation.confirm_refusals(made, actor=g.actor)}


@form_page(
    bp, "/agreements/<ref>/powers/<int:number>", about=_power, access=_arranges, form=_power_form,
    template="signing/power.html", prepare=_about_power,
)  # fmt: skip
def power(made: Delegation, form: ConfirmPowerForm) -> ResponseReturnValue:
    known = partners.position(form.position.data) if form.position.data else None
    holder = Holder(names=form.names, titles=form.titles, email=form.email.data or "", position=known)
    delegation.confirm(made, actor=g.actor, holder=holder, fonts=engines.current().fonts)
    said(_("%(name)s signs by power of attorney.", name=in_language(made.as_shown["name"])))
    return _to(made.agreement)


def _about_end(_form: EndPowerForm, made: Delegation) -> dict[str, Any]:
    reasons = delegation.end_refusals(made, actor=g.actor) if made.state != "asked" else []
    return {"power": made, "agreement": made.agreement, "reasons": reasons}


@form_page(
    bp, "/agreements/<ref>/powers/<int:number>/end", about=_power, access=_arranges, form=EndPowerForm,
    template="signing/end_power.html",
    prepare=_about_end,
)  # fmt: skip
def end_power(made: Delegation, form: EndPowerForm) -> ResponseReturnValue:
    if made.state == "confirmed":
        delegation.end(made, actor=g.actor, reason=form.reason.data or "", fonts=engines.current().fonts)
        said(_("The signatory signs in person again."))
    else:
        delegation.refuse(made, actor=g.actor, reason=form.reason.data or "")
        said(_("The power of attorney is not accepted; who handed it in is told."))
    return _to(made.agreement)


@page(bp, "/agreements/<ref>/powers/<int:number>/document", about=_power, access=_looks_at_powers)
def power_document(made: Delegation) -> ResponseReturnValue:
    response = Response(engines.current().files.get(made.document), mimetype=made.document_type)
    # Somebody else's file: it is kept to be opened by a program of its own, never inside our pages.
    response.headers.set("Content-Disposition", "attachment", filename=made.document_name)
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


# Time


@action(bp, "/agreements/<ref>/slots/<int:slot_id>/remind", about=_slot, access=_arranges, form=EmptyForm)
def remind(slot: Slot, _form: EmptyForm) -> ResponseReturnValue:
    reminders.remind(slot, actor=g.actor)
    said(_("%(name)s is reminded by mail.", name=in_language(slot.as_shown["name"])))
    return _to(slot.package.agreement)


def _about_extend(form: ExtendForm, agreement: Agreement) -> dict[str, Any]:
    package, zone = agreement.package, institution.ours().time_zone
    if request.method == "GET" and package is not None:
        form.until.data = reminding.last_day(package.open_until, zone=zone)
    return {"agreement": agreement, "package": package, "today": reminding.day_at(now(), zone=zone)}


def _may_extend(actor: Actor, agreement: Agreement) -> list[str]:
    if reasons := _arranges(actor, agreement):
        return reasons
    package = agreement.package
    return reminders.extend_refusals(package, actor=actor) if package else [_("Nothing is out to be signed.")]


@form_page(
    bp, "/agreements/<ref>/signing/until", about=agreements.get, access=_may_extend, form=ExtendForm,
    template="signing/extend.html", prepare=_about_extend,
)  # fmt: skip
def extend(agreement: Agreement, form: ExtendForm) -> ResponseReturnValue:
    assert agreement.package is not None, "access asked for it"
    reminders.extend(agreement.package, actor=g.actor, last_day=form.until.data, zone=institution.ours().time_zone)
    said(_("The time for signing is changed."))
    return _to(agreement)
