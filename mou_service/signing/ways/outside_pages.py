"""The pages of signing with an own certificate: the same behind a personal link and for somebody signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mou_service import engines
from mou_service.agreements import permissions
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.partners import institution
from mou_service.trust.outside import NotThatSignatureError, Trusted
from mou_service.web.filters import moment
from mou_service.web.forms import EmptyForm
from mou_service.web.routing import Access, View, action, form_for, page, said
from mou_service.web.security import limiter

from .. import loans, operations, queries
from ..blueprint import bp
from ..forms import BringForm, ConfirmForm
from ..loans import Loan
from ..models import Slot
from . import outside, refusals, showing

#: More than this is no PDF of ours with a signature: see `trust.outside`.
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Seat:
    """Who is at the page: their place, as whom they act, and how it was made sure who they are."""

    slot: Slot
    actor: Actor
    identified: dict[str, str]


@dataclass(frozen=True)
class Door:
    """One way in to these pages."""

    #: "link" or "own": the endpoints are called by it.
    name: str
    rule: str
    #: The template of the page around.
    layout: str
    about: Callable[..., Any]
    access: Access
    seat: Callable[[Any], Seat]
    confirm: type[ConfirmForm]
    #: Whether it is sure who this is, so that the document may be taken out; and what is asked at the last step.
    sure: Callable[[Any], bool]
    ask: Callable[[Any, Any], None]


def offered() -> bool:
    """Whether there is any authority whose certificates people may sign with."""
    return bool(engines.current().settings.signer_roots)


def url_of(slot: Slot, door: str, **values: Any) -> str:
    """Where the person signs with an own certificate; empty when there is nothing to offer."""
    out = loans.of(slot) is not None and slot.state == "waiting"
    possible = offered() and (out or not operations.why_not(slot))
    return url_for(f"signing.{door}_outside", **values) if possible else ""


def hang(door: Door) -> None:
    """Declare the routes of one way in."""

    def to(step: str = "") -> str:
        return url_for(f"signing.{door.name}_outside{step}", **(request.view_args or {}))

    def home() -> str:
        return url_for(f"signing.{door.name}", **(request.view_args or {}))

    def named(step: str, view: View) -> View:
        view.__name__ = f"{door.name}_outside{step}"
        return view

    def shown(thing: Any) -> ResponseReturnValue:
        seat = door.seat(thing)
        if not door.sure(thing):
            return redirect(home())
        return _shown(seat, door=door, to=to, home=home())

    def shown_again(_thing: Any) -> ResponseReturnValue:
        # What was loaded for the act may have been given back to the database while an authority was asked.
        return shown(door.about(**(request.view_args or {})))

    def acts(step: str, form: type[Any], do: Callable[[Seat, Any], None], *, back: Callable[[], str] = to) -> None:
        def view(thing: Any, filled: Any) -> ResponseReturnValue:
            seat = door.seat(thing)
            if not door.sure(thing):
                raise Refused(_("Ask for the code by mail and type it here first; this tells us that it is you."))
            if step == "_confirm":
                door.ask(thing, filled)
            do(seat, filled)
            return redirect(back())

        rule = f"{door.rule}/{step.strip('_')}"
        # Each file is examined thoroughly and its authority asked: often enough for a person, too seldom for a flood.
        limited = limiter.limit("12 per minute")(named(step, view))
        action(bp, rule, about=door.about, access=door.access, form=form, shows=shown_again)(limited)

    def document(thing: Any) -> ResponseReturnValue:
        seat = door.seat(thing)
        loan = loans.of(seat.slot)
        return _file(loan) if loan is not None and door.sure(thing) else redirect(to())

    page(bp, door.rule, about=door.about, access=door.access)(named("", lambda thing: shown(thing)))
    page(bp, f"{door.rule}/document.pdf", about=door.about, access=door.access)(named("_document", document))
    acts("_take", EmptyForm, _take)
    acts("_longer", EmptyForm, _longer)
    acts("_back", EmptyForm, _back, back=home)
    acts("_bring", BringForm, _bring)
    acts("_confirm", door.confirm, _confirm, back=home)


def _shown(seat: Seat, *, door: Door, to: Callable[..., str], home: str) -> ResponseReturnValue:
    slot, loan = seat.slot, loans.of(seat.slot)
    stop = operations.why_not_due(slot) if loan is not None and loan.runs else operations.why_not(slot)
    return render_template(
        "signing/outside.html", layout=door.layout, agreement=slot.package.agreement, loan=loan, stop=stop, to=to,
        home=home, hours=_hours(), bring=form_for(BringForm), longest=loans.MOST_EXTENSIONS,
        number=slot.package.places.get(slot.field, [0])[0] + 1, asks_password="password" in door.confirm(),
        **showing.act(slot, sign_url=to("_confirm"), form=door.confirm),
    )  # fmt: skip


def _file(loan: Loan) -> ResponseReturnValue:
    agreement = loan.slot.package.agreement
    response = Response(engines.current().files.get(loan.file), mimetype="application/pdf")
    name = f"{agreement.ref}-{loan.slot.field}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- the acts ----------------------------------------------------------------------------------------------------


def _take(seat: Seat, _form: EmptyForm) -> None:
    if not offered():
        raise Refused(_("This institution accepts no certificates of others yet."))
    loan = outside.take_out(seat.slot, actor=seat.actor, hours=_hours())
    db.session.flush()
    said(_("The document is yours to sign until %(until)s.", until=_moment(loan)))


def _longer(seat: Seat, _form: EmptyForm) -> None:
    loan = _loan(seat.slot)
    outside.extend(loan, actor=seat.actor, hours=_hours())
    said(_("The document is yours to sign until %(until)s.", until=_moment(loan)))


def _back(seat: Seat, _form: EmptyForm) -> None:
    if (loan := loans.of(seat.slot)) is not None:
        outside.give_back(loan, actor=seat.actor, by_person=True)
        said(_("You gave the document back unsigned. You can sign here on the page, or take it out again."))


def _bring(seat: Seat, form: BringForm) -> None:
    loan = _loan(seat.slot)
    used, number, actor = engines.current(), loan.id, seat.actor
    given = outside.handed(loan, files=used.files)
    shown = {**seat.slot.as_shown.get("name", {})}
    content = form.file.data.read(used.settings.upload_megabytes * _MEGABYTE + 1)
    earlier = tuple(map(used.files.get, outside.accepted_roots(seat.slot.package)))
    trusted = Trusted(institution.authority().roots, used.timestamp_roots(), used.signer_roots(), earlier)
    archival = used.settings.own_certificate_drawings == "archival"
    # The authority of the person is asked over the network: nobody waits for our database meanwhile.
    db.end()
    try:
        found = outside.look(content, given, shown=shown, trusted=trusted, files=used.files, archival=archival)
    except NotThatSignatureError as problem:
        raise Invalid({"file": " ".join(refusals.sentences(problem.refusals))}) from problem
    outside.offer(loans.get(number), found, actor=actor)


def _confirm(seat: Seat, form: ConfirmForm) -> None:
    if seat.slot.state == "signed" and seat.slot.method == "outside":
        return  # sent twice: the page they come to says that they signed
    loan = _loan(seat.slot)
    kept = {
        "how": "own_certificate",
        "certificate": str(loan.said.get("name", "")),
        "issuer": str(loan.said.get("issuer", "")),
    }
    identified = {**seat.identified, **kept, "way": seat.identified["how"]}
    about = showing.circumstances(form, method="outside", identified=identified)
    outside.accept(loan, actor=seat.actor, about=about)


def _loan(slot: Slot) -> Loan:
    loan = loans.of(slot)
    if loan is None:
        raise Refused(_("The document is not with you any more: take it out again when it is your turn."))
    return loan


def _moment(loan: Loan) -> str:
    return moment(loan.until)


def _hours() -> int:
    return engines.current().settings.own_certificate_hours


# --- the organiser takes it back ---------------------------------------------------------------------------------


def _slot(ref: str, slot_id: int) -> Slot:
    return queries.slot_of(agreements.get(ref), slot_id)


def _arranges(actor: Actor, slot: Slot) -> list[str]:
    return list(permissions.may("arrange_signing")(actor, slot.package.agreement))


@action(bp, "/agreements/<ref>/slots/<int:slot_id>/take-back", about=_slot, access=_arranges, form=EmptyForm)
def take_back(slot: Slot, _form: EmptyForm) -> ResponseReturnValue:
    agreement: Agreement = slot.package.agreement
    if (loan := loans.of(slot)) is not None:
        outside.give_back(loan, actor=g.actor, by_person=False)
        said(_("The document is here again: others can sign. A file that still comes back for it is not taken."))
    return redirect(url_for("signing.show", ref=agreement.ref, _anchor="people"))
