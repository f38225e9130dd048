"""Pages of the register of authority: what one post may sign, since when, shown by what; enter, replace, check, end."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mou_service import engines
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.errors import Missing
from mou_service.web.addresses import inside
from mou_service.web.filters import in_language
from mou_service.web.forms import EmptyForm
from mou_service.web.routing import action, form_page, page, said

from . import authority, authority_words, granting, permissions, queries
from .authority_forms import AuthorityForm, EndForm, template_titles
from .blueprint import bp
from .models import Position, SigningAuthority


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """The words of authority, for every template that shows it."""
    return {
        "authority_reach": authority_words.reach,
        "authority_shown_by": authority_words.shown_by,
        "authority_scope": lambda entry: authority_words.scope(entry, template_titles()),
        "authority_standing": lambda entry: authority_words.STANDINGS[authority.standing(entry, queries.today())],
        "authority_events": authority_words.EVENTS,
        "authority_functions": authority_words.FUNCTIONS,
        "valid_authorities": lambda position: authority.valid(position, queries.today()),
    }


@page(bp, "/positions/<int:number>/authority", about=queries.position, access=permissions.staff)
def authorities(position: Position) -> ResponseReturnValue:
    """Everything the register holds and held on what the holder of a post may sign."""
    today = queries.today()
    entries = list(reversed(position.authorities))
    return render_template(
        "partners/authority.html", position=position, keeper=not permissions.keep(g.actor),
        current=[e for e in entries if authority.standing(e, today) in ("valid", "to_come")],
        past=[e for e in entries if authority.standing(e, today) not in ("valid", "to_come")],
        check_refusals={e.id: granting.check_refusals(g.actor, e) for e in entries},
        soon=authority.last_day(position, authority.Need(today)), next=inside(request.args.get("next"), ""),
        trail=_trail(position), today=today,
    )  # fmt: skip


def _trail(position: Position) -> list[events.Event]:
    mine = {each.id for each in position.authorities}
    return [
        event for event in reversed(events.trail(position.organisation.stream)) if event.facts.get("authority") in mine
    ]


def _prepare_new(form: AuthorityForm, position: Position) -> dict[str, Any]:
    if request.method == "GET":
        form.start(None, ref=request.args.get("about", ""))
    return {"position": position, "old": None}


@form_page(
    bp, "/positions/<int:number>/authority/new", about=queries.position, access=permissions.keep,
    form=lambda position: AuthorityForm().of(position), template="partners/authority_edit.html", prepare=_prepare_new,
)  # fmt: skip
def enter_authority(position: Position, form: AuthorityForm) -> ResponseReturnValue:
    granting.enter(position, form.facts(), actor=g.actor, evidence=form.paper(), files=engines.current().files)
    said(_("The authority of %(name)s to sign is in the register.", name=in_language(position.person.called())))
    return redirect(_back(position))


def _prepare_replacement(form: AuthorityForm, old: SigningAuthority) -> dict[str, Any]:
    if request.method == "GET":
        form.start(old, ref=request.args.get("about", ""))
    return {"position": old.position, "old": old}


def _open(actor: Actor, entry: SigningAuthority) -> list[str]:
    """Access for who keeps the register, while the entry is open."""
    return permissions.keep(actor) or granting.closed(entry)


@form_page(
    bp, "/authorities/<int:number>/replace", about=queries.signing_authority, access=_open,
    form=lambda old: AuthorityForm().of(old.position), template="partners/authority_edit.html",
    prepare=_prepare_replacement,
)  # fmt: skip
def replace_authority(old: SigningAuthority, form: AuthorityForm) -> ResponseReturnValue:
    granting.supersede(old, form.facts(), actor=g.actor, evidence=form.paper(), files=engines.current().files)
    said(_("The new entry took the place of the old one, which stays in the history."))
    return redirect(_back(old.position))


@form_page(
    bp, "/authorities/<int:number>/end", about=queries.signing_authority, access=_open, form=EndForm,
    template="partners/authority_end.html", prepare=lambda _form, entry: {"position": entry.position, "entry": entry},
)  # fmt: skip
def end_authority(entry: SigningAuthority, form: EndForm) -> ResponseReturnValue:
    if form.how.data == "withdrawn":
        granting.withdraw(entry, reason=form.reason.data or "", actor=g.actor)
        said(_("The authority is withdrawn. Whoever was to sign on it is stopped from now on."))
    else:
        granting.end(entry, last_day=form.day(), reason=form.reason.data or "", actor=g.actor)
        said(_("The end of the authority is in the register."))
    return redirect(_back(entry.position))


@action(bp, "/authorities/<int:number>/check", about=queries.signing_authority, access=_open, form=EmptyForm)
def check_authority(entry: SigningAuthority, _form: EmptyForm) -> ResponseReturnValue:
    granting.check(entry, actor=g.actor)
    said(_("It is noted that you compared the entry with what shows it."))
    return redirect(_back(entry.position))


@page(bp, "/authorities/<int:number>/evidence", about=queries.signing_authority, access=permissions.staff)
def authority_evidence(entry: SigningAuthority) -> ResponseReturnValue:
    """The paper as it came; for our own people only."""
    if entry.evidence is None:
        raise Missing("evidence")
    response = Response(engines.current().files.get(entry.evidence), mimetype=entry.evidence_type)
    name = f"evidence-{entry.id}.{entry.evidence_name.rpartition('.')[2]}"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(entry.evidence_name)}"
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _back(position: Position) -> str:
    """Where the person came from, else the page of the post's authority."""
    return inside(request.args.get("next"), url_for("partners.authorities", number=position.id))
