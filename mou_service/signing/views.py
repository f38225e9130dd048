"""The organiser's pages: witnesses, the freeze, who has signed, personal links, and why something does not go on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mou_service import engines
from mou_service.accounts import asking
from mou_service.agreements import lifecycle, permissions
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core import jobs
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.errors import Missing, Refused
from mou_service.documents.pdf.words import at_home
from mou_service.documents.word.templates.manifest import Policy
from mou_service.library import queries as library
from mou_service.partners import institution
from mou_service.web import errors, findings
from mou_service.web.forms import EmptyForm, ReasonForm
from mou_service.web.routing import action, form_page, page, said, still_the_same

from . import links, loans, operations, order, queries, standing
from .blueprint import bp
from .changes import authority_pages, delegation, level_pages, reminders, reminding, replacing
from .changes import views as change_pages
from .forms import FreezeForm, InviteForm
from .making import levels, places
from .models import Package, SigningLink, Slot
from .ways import account_pages as own_pages
from .ways import guests, showing, table
from .witnesses import operations as witnesses
from .witnesses import views as witness_pages

__all__ = ["authority_pages", "bp", "change_pages", "guests", "level_pages", "own_pages", "table", "witness_pages"]

#: Says of an agreement that its people meet at a table; a feature above knows ceremonies.
AT_A_TABLE: list[Callable[[Agreement], bool]] = []

Thing = Agreement | Slot | SigningLink


def _way_back() -> tuple[str, str] | None:
    """A refused step of a signing leads back to its page, for whoever may look at it."""
    ref = (request.view_args or {}).get("ref")
    if request.blueprint != bp.name or ref is None or request.endpoint == "signing.show":
        return None
    if permissions.refusals("look_inside", g.actor, agreements.get(ref)):
        return None
    return url_for("signing.show", ref=ref), _("Back to the signing")


if _way_back not in errors.WAYS_BACK:
    errors.WAYS_BACK.append(_way_back)


def _slot(ref: str, slot_id: int) -> Slot:
    return queries.slot_of(agreements.get(ref), slot_id)


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
        "level_in_words": levels.in_words,
        "time_in_words": levels.source_in_words,
        "slot_state": standing.of_slot,
        "signing_loan": loans.out,
        "names_beside": at_home,
        "slot_labels": standing.SLOT_LABELS,
        "slot_tones": standing.SLOT_TONES,
        "power_labels": standing.POWER_LABELS,
        "power_tones": standing.POWER_TONES,
        "last_day_to_sign": _last_day,
    }


def _last_day(package: Package) -> date | None:
    return reminding.last_day(package.open_until, zone=institution.ours().time_zone)


@page(bp, "/agreements/<ref>/signing", about=agreements.get, access=permissions.may("look_inside"))
def show(agreement: Agreement) -> ResponseReturnValue:
    return render_template(
        "signing/show.html",
        agreement=agreement,
        package=agreement.package,
        ended=[each for each in agreement.packages if each.voided_at is not None],
        powers=delegation.of(agreement),
        why_not_replaced=lambda slot: replacing.refusals(slot, actor=g.actor),
        why_not_reminded=reminders.remind_refusals,
        why_not_in_person=lambda power: delegation.end_refusals(power, actor=g.actor),
        last_heard=reminders.last_heard,
        freeze_refusals=_freeze_refusals(agreement),
        void_refusals=operations.void_refusals(agreement, actor=g.actor),
        witness_refusals=witnesses.refusals(g.actor, agreement),
        can_arrange=not permissions.refusals("arrange_signing", g.actor, agreement),
        can_invite=links.can_invite,
        sent_link=links.sent,
        link_lasts=links.lasts_until,
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


def _freeze_form(_agreement: Agreement) -> FreezeForm:
    form = FreezeForm()
    form.level.choices = levels.choices(service=bool(engines.current().settings.tsa_url))
    return form


def _prepare_freeze(form: FreezeForm, agreement: Agreement) -> dict[str, Any]:
    if request.method == "GET":
        form.seen.data = str(agreement.row_version)
        template = library.of(agreement)
        usual = template.policy if template else Policy()
        at_a_table = any(says(agreement) for says in AT_A_TABLE) or usual.invite == "table"
        form.invite.data = "table" if at_a_table else "mail"
        form.until.data = None if at_a_table else _usual_last_day()
        reachable = usual.level in dict(levels.choices(service=bool(engines.current().settings.tsa_url)))
        form.level.data = usual.level if usual.level and reachable else engines.current().settings.signature_level
    return {"agreement": agreement, "witness_refusals": witnesses.refusals(g.actor, agreement)}


def _usual_last_day() -> date | None:
    days = engines.current().settings.signing_open_days
    return reminding.day_at(now(), zone=institution.ours().time_zone) + timedelta(days=days) if days else None


@form_page(
    bp, "/agreements/<ref>/freeze", about=agreements.get, access=lifecycle.may("freeze"), form=_freeze_form,
    template="signing/prepare.html", prepare=_prepare_freeze,
)  # fmt: skip
def prepare(agreement: Agreement, form: FreezeForm) -> ResponseReturnValue:
    asking.password()
    still_the_same(form.seen.data or None, agreement.row_version)
    operations.freeze(
        agreement, actor=g.actor, order=form.order.data or "", fonts=engines.current().fonts,
        invites=form.invite.data != "table",
        until=reminding.end_of(form.until.data, zone=institution.ours().time_zone) if form.until.data else None,
        level=form.level.data or "",
    )  # fmt: skip
    said(_("The text is frozen."))
    return _to(agreement)


def _about_void(_form: ReasonForm, agreement: Agreement) -> dict[str, Any]:
    asking.password()
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
