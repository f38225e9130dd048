"""The organiser's pages: the calendar, one ceremony with what is missing, its table, its sheet; and the hall screen."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service import engines
from mou_service.accounts import asking
from mou_service.accounts.roles import Role
from mou_service.agreements import queries as agreements
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.errors import Missing
from mou_service.partners import institution
from mou_service.partners import queries as partners
from mou_service.signing import views as signing_pages
from mou_service.signing.ways import table
from mou_service.signing.witnesses import candidates
from mou_service.web import findings, navigation
from mou_service.web.addresses import outside, row_number
from mou_service.web.filters import comma
from mou_service.web.forms import EmptyForm, choices
from mou_service.web.routing import action, anyone, form_for, form_page, page, role, said, still_the_same

from . import operations, queries, readiness, stage
from .forms import PART_LABELS, STATE_LABELS, STATE_TONES, CeremonyForm, ItemForm, ParticipantForm
from .models import Ceremony, CeremonyItem, Participant

bp = Blueprint("ceremonies", __name__)

organises = role(Role.ORGANISER)
#: Who of the house may look: everybody who sees every agreement anyway.
looks = role(Role.ORGANISER, Role.DRAFTER, Role.AUDITOR)

navigation.add(navigation.Entry(_l("Ceremonies"), "ceremonies.register", looks, order=40))
table.OPEN_AT_THE_TABLE.add("ceremonies.table_of")
if queries.meets not in signing_pages.AT_A_TABLE:
    signing_pages.AT_A_TABLE.append(queries.meets)

#: Where this device keeps the address of a hall screen, and for how many seconds it is shown.
_SCREEN, SCREEN_SHOWN = "hall_screen", 600


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """What every page that shows a ceremony calls its parts."""
    return {
        "part_labels": PART_LABELS,
        "ceremony_states": STATE_LABELS,
        "ceremony_tones": STATE_TONES,
        "ceremony_of": queries.ceremony_of,
    }


@page(bp, "/ceremonies", access=looks)
def register() -> ResponseReturnValue:
    return render_template("ceremonies/register.html", ceremonies=queries.listed())


@page(bp, "/ceremonies/<code>", about=queries.get, access=looks)
def show(ceremony: Ceremony) -> ResponseReturnValue:
    words = request.args.get("q", "")
    return render_template(
        "ceremonies/show.html",
        ceremony=ceremony,
        checks=readiness.checks(ceremony),
        ready=readiness.is_ready(ceremony),
        organises=not organises(g.actor),
        item_form=_item_form(),
        participant_form=_participant_form(words),
        words=words,
        screen=_screen_of(ceremony),
        step=readiness.next_step(ceremony),
    )


def _screen_of(ceremony: Ceremony) -> str:
    """The address made on this device a moment ago: only its hash is kept elsewhere."""
    kept = session.get(_SCREEN) or {}
    fresh = kept.get("code") == ceremony.code and now().timestamp() - float(kept.get("at", 0)) < SCREEN_SHOWN
    return str(kept["address"]) if fresh else ""


# Planning


def _prepare_new(form: CeremonyForm) -> None:
    if request.method == "GET":
        form.start(None, time_zone=institution.ours().time_zone)


@form_page(
    bp, "/ceremonies/new", access=organises, form=CeremonyForm, template="ceremonies/edit.html", prepare=_prepare_new
)  # fmt: skip
def new(form: CeremonyForm) -> ResponseReturnValue:
    ceremony = operations.plan(form.facts(), actor=g.actor)
    _warn_of_the_past(ceremony)
    said(_("The ceremony is planned. Now bring agreements on stage and name who takes part."))
    return redirect(url_for("ceremonies.show", code=ceremony.code))


def _warn_of_the_past(ceremony: Ceremony) -> None:
    """Nothing is refused: a ceremony may be entered afterwards. The demonstration is of 2024 and says nothing."""
    if ceremony.starts_at < now() and not institution.ours().demonstration:
        flash(_("The beginning of this ceremony is past. If that is a slip, correct day and hour."), "waiting")


def _prepare_edit(form: CeremonyForm, ceremony: Ceremony) -> dict[str, Any]:
    if request.method == "GET":
        form.start(ceremony, time_zone=ceremony.time_zone)
    return {"ceremony": ceremony}


@form_page(
    bp, "/ceremonies/<code>/edit", about=queries.get, access=organises, form=CeremonyForm,
    template="ceremonies/edit.html", prepare=_prepare_edit,
)  # fmt: skip
def edit(ceremony: Ceremony, form: CeremonyForm) -> ResponseReturnValue:
    still_the_same(form.seen.data or None, ceremony.row_version)
    operations.change(ceremony, form.facts(), actor=g.actor)
    _warn_of_the_past(ceremony)
    said(_("The ceremony is changed."))
    return _to(ceremony)


def _item(code: str, item_id: int) -> CeremonyItem:
    return queries.item_of(queries.get(code), item_id)


def _participant(code: str, participant_id: int) -> Participant:
    return queries.participant_of(queries.get(code), participant_id)


def _item_form() -> ItemForm:
    form = form_for(ItemForm)
    assert isinstance(form, ItemForm)
    form.agreement.choices = choices(
        (each.ref, f"{each.ref} · {', '.join(p.organisation.called().get('en', '') for p in each.partner_parties)}")
        for each in queries.free_agreements(g.actor)
    )
    return form


def _participant_form(words: str) -> ParticipantForm:
    form = form_for(ParticipantForm)
    assert isinstance(form, ParticipantForm)
    form.position.choices = choices(candidates.people(words=words))
    return form


@action(bp, "/ceremonies/<code>/items", about=queries.get, access=organises, form=EmptyForm)
def add_item(ceremony: Ceremony, _form: EmptyForm) -> ResponseReturnValue:
    agreement = agreements.get(request.form.get("agreement", ""))
    operations.add_item(ceremony, agreement, actor=g.actor)
    said(_("%(ref)s is on stage.", ref=agreement.ref))
    return _to(ceremony, "items")


@action(bp, "/ceremonies/<code>/items/<int:item_id>/remove", about=_item, access=organises, form=EmptyForm)
def remove_item(item: CeremonyItem, _form: EmptyForm) -> ResponseReturnValue:
    ceremony = item.ceremony
    operations.remove_item(item, actor=g.actor)
    return _to(ceremony, "items")


@action(bp, "/ceremonies/<code>/items/<int:item_id>/up", about=_item, access=organises, form=EmptyForm)
def move_item(item: CeremonyItem, _form: EmptyForm) -> ResponseReturnValue:
    ceremony = item.ceremony
    operations.move_up(item, actor=g.actor)
    return _to(ceremony, "items")


@action(bp, "/ceremonies/<code>/participants", about=queries.get, access=organises, form=EmptyForm)
def add_participant(ceremony: Ceremony, _form: EmptyForm) -> ResponseReturnValue:
    number = request.form.get("position", 0, type=row_number)
    operations.add_participant(ceremony, partners.position(number), part=request.form.get("part", ""), actor=g.actor)
    return _to(ceremony, "participants")


@action(
    bp, "/ceremonies/<code>/participants/<int:participant_id>/remove", about=_participant, access=organises, form=EmptyForm
)  # fmt: skip
def remove_participant(participant: Participant, _form: EmptyForm) -> ResponseReturnValue:
    ceremony = participant.ceremony
    operations.remove_participant(participant, actor=g.actor)
    return _to(ceremony, "participants")


@action(bp, "/ceremonies/<code>/witnesses", about=queries.get, access=organises, form=EmptyForm)
def apply_witnesses(ceremony: Ceremony, _form: EmptyForm) -> ResponseReturnValue:
    applied = operations.apply_witnesses(ceremony, actor=g.actor)
    for ref, reasons in applied.refused.items():
        flash(f"{ref}: {' '.join(reasons)}", "waiting")
    if applied.added or not applied.refused:
        said(_("The witnesses stand on every agreement that is not frozen yet."))
    return _to(ceremony)


@action(bp, "/ceremonies/<code>/freeze", about=queries.get, access=organises, form=EmptyForm)
def freeze_all(ceremony: Ceremony, _form: EmptyForm) -> ResponseReturnValue:
    asking.password()
    frozen = operations.freeze_all(ceremony, actor=g.actor, fonts=engines.current().fonts)
    for ref, error in frozen.refused.items():
        flash(f"{ref}: {' '.join(findings.lines(error))}", "waiting")
    if frozen.refs:
        said(_("Frozen to be signed: %(refs)s.", refs=comma().join(frozen.refs)))
    return _to(ceremony)


# On the day


@action(bp, "/ceremonies/<code>/open", about=queries.get, access=organises, form=EmptyForm)
def open_(ceremony: Ceremony, _form: EmptyForm) -> ResponseReturnValue:
    operations.open_(ceremony, actor=g.actor)
    said(_("The ceremony is open."))
    return _to(ceremony)


@action(bp, "/ceremonies/<code>/close", about=queries.get, access=organises, form=EmptyForm)
def close(ceremony: Ceremony, _form: EmptyForm) -> ResponseReturnValue:
    operations.close(ceremony, actor=g.actor)
    said(_("The ceremony is over."))
    return _to(ceremony)


@action(bp, "/ceremonies/<code>/table/open", about=queries.get, access=organises, form=EmptyForm)
def open_table(ceremony: Ceremony, _form: EmptyForm) -> ResponseReturnValue:
    asking.password()
    operations.open_(ceremony, actor=g.actor)
    home = url_for("ceremonies.table_of", code=ceremony.code)
    table.lock(g.actor, refs=[item.agreement.ref for item in ceremony.items], home=home,
               back=url_for("ceremonies.show", code=ceremony.code))  # fmt: skip
    return redirect(home)


def _seated(_actor: Actor, ceremony: Ceremony) -> list[str]:
    """Access for a device that is locked to this ceremony's table."""
    kept = table.current()
    if kept is None:
        return [_("Open the signing table from the ceremony's page first.")]
    if kept.home != url_for("ceremonies.table_of", code=ceremony.code):
        raise Missing(ceremony.code)
    return []


@page(bp, "/ceremonies/<code>/table", about=queries.get, access=_seated)
def table_of(ceremony: Ceremony) -> ResponseReturnValue:
    return render_template("ceremonies/table.html", ceremony=ceremony, current=stage.first_open(ceremony))


@action(bp, "/ceremonies/<code>/screen", about=queries.get, access=organises, form=EmptyForm)
def new_screen(ceremony: Ceremony, _form: EmptyForm) -> ResponseReturnValue:
    secret = operations.new_screen(ceremony, actor=g.actor)
    address = outside(engines.current().settings.public_url, "ceremonies.screen", secret=secret)
    session[_SCREEN] = {"code": ceremony.code, "address": address, "at": now().timestamp()}
    return _to(ceremony)


@page(bp, "/screen/<secret>", about=queries.of_screen, access=anyone)
def screen(ceremony: Ceremony) -> ResponseReturnValue:
    return render_template("ceremonies/screen.html", ceremony=ceremony, picture=stage.picture(ceremony, at=now()))


@page(bp, "/ceremonies/<code>/run-sheet", about=queries.get, access=looks)
def run_sheet(ceremony: Ceremony) -> ResponseReturnValue:
    zone = ZoneInfo(ceremony.time_zone)
    return render_template(
        "ceremonies/run_sheet.html", ceremony=ceremony, lines=stage.run_sheet(ceremony),
        clock=lambda at: f"{at.astimezone(zone):%H:%M}",
    )  # fmt: skip


def _to(ceremony: Ceremony, anchor: str = "") -> ResponseReturnValue:
    return redirect(url_for("ceremonies.show", code=ceremony.code, _anchor=anchor or None))
