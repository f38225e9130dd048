"""Pages of the desk: choose a template and a partner, answer topic by topic, look at the pages, make the draft."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from mou_service import engines
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core.clock import now
from mou_service.core.db import db, reading
from mou_service.library import queries as library
from mou_service.partners import institution
from mou_service.partners import queries as partners
from mou_service.web.addresses import row_number
from mou_service.web.filters import in_language
from mou_service.web.forms import EmptyForm
from mou_service.web.routing import action, form_page, page, said, still_the_same

from . import desk as desks
from . import earlier, forms, keeping, kinds, operations, previewing, problems, rules
from .blueprint import bp
from .desk import PEOPLE, Desk

PAGE = 20


@page(bp, "/drafts/new", access=rules.may_look_at_templates)
def choose_template() -> ResponseReturnValue:
    """Which kind of document it is to be."""
    purposes = kinds.by_purpose(library.offered().values())
    return render_template("drafting/templates.html", purposes=purposes, may_start=not rules.may_start(g.actor))


@page(bp, "/drafts/new/<type_>", access=rules.may_start)
def choose_partner(type_: str) -> ResponseReturnValue:
    """With whom; found by any name in any script."""
    words, after = request.args.get("q", "").strip(), request.args.get("after", type=row_number)
    found = [o for o in partners.listed(g.actor, words=words, after=after, limit=PAGE + 2) if not o.own]
    following = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template(
        "drafting/partner.html", manifest=desks.manifest(type_), organisations=found[:PAGE], words=words, first=after is None,
        next_url=url_for(".choose_partner", type_=type_, q=words, after=following) if following else None,
    )  # fmt: skip


def _prepare(form: FlaskForm, desk: Desk) -> dict[str, Any]:
    """Fill the topic on the way in; on both ways, the facts beside it and the pages below."""
    saved = operations.saved_form(g.actor, place=desk.place)
    typed = desk.typed(g.actor)
    if request.method == "GET":
        forms.fill(form, desk, typed)
    return {
        "desk": desk, "saved_at": saved.saved_at if saved else None, "tabs": _tabs(desk), "ahead": desk.following,
        "earlier": earlier.offered(desk, g.actor),
        "whens": {forms.ASKED + f.key: forms.asked_when(f, desk) for f in desk.fields},
        "pages": partial(previewing.pages, desk, typed), "hand": keeping.hand(), "before": partial(keeping.before, desk),
    }  # fmt: skip


@form_page(bp, "/drafts/<key>/<topic>", about=desks.find, access=desks.may_use, form=forms.topic_form,
           template="drafting/topic.html", prepare=_prepare)  # fmt: skip
def topic(desk: Desk, form: FlaskForm) -> ResponseReturnValue:
    """One topic of the form: kept, and on to the next."""
    keeping.keep(desk, form)
    if target := request.form.get("go"):
        return redirect(url_for(".topic", key=desk.key, topic=target if target in desk.topics else PEOPLE))
    if desk.following is None or "finish" in request.form:
        return redirect(url_for(".finish", key=desk.key))
    return redirect(url_for(".topic", key=desk.key, topic=desk.following))


@action(bp, "/drafts/<key>/<topic>/save", about=desks.find, access=desks.may_use)
def save(desk: Desk) -> ResponseReturnValue:
    """Keep what was typed so far, finished or not; 409 when another page wrote it meanwhile."""
    try:
        keeping.keep(desk, forms.topic_form(desk))
    except keeping.Elsewhere:
        return jsonify(fields={"before": keeping.before(desk)}), 409
    return jsonify(saved=True)


@action(bp, "/drafts/<key>/<topic>/earlier", about=desks.find, access=desks.may_use)
def take_earlier(desk: Desk) -> ResponseReturnValue:
    """Answer from the register what it knows of the document that is renewed or changed; what was typed is kept."""
    older = earlier.chosen(desk, g.actor, request.form.get("older", ""))
    typed = keeping.keep(desk, forms.topic_form(desk))
    typed["answers"] |= earlier.answers(desk, older)
    operations.save_form(g.actor, place=desk.place, typed=json.loads(json.dumps(typed)))
    said(_("The answers come from %(ref)s. Compare them with the signed file.", ref=older.ref))
    return redirect(url_for(".topic", key=desk.key, topic=desk.topic))


@page(bp, "/drafts/<key>/finish", about=desks.find, access=desks.may_use)
def finish(desk: Desk) -> ResponseReturnValue:
    """What is still missing; when nothing is, the whole text and the button."""
    typed = desk.typed(g.actor)
    missing = _missing(desk, typed)
    return render_template(
        "drafting/finish.html", desk=desk, tabs=_tabs(desk), pages=partial(previewing.pages, desk, typed),
        missing=missing, edition=_way_out(desk, typed, missing), newest=keeping.newest(desk),
        overtaken=typed.get("seen", keeping.newest(desk)) != keeping.newest(desk),
        came_from_word=desk.agreement is not None and desk.agreement.version is not None
        and desk.agreement.version.origin == "upload",
    )  # fmt: skip


@action(bp, "/drafts/<key>/finish", about=desks.find, access=desks.may_use, form=EmptyForm)
def make(desk: Desk, _form: EmptyForm) -> ResponseReturnValue:
    """Make the draft, or the next version of it; `Stale` when somebody made one since the page was shown."""
    still_the_same(request.form.get("seen"), keeping.newest(desk))
    try:
        agreement = _start(desk) if desk.agreement is None else _write(desk, desk.agreement)
    except operations.Unfinished:
        return redirect(url_for(".finish", key=desk.key))
    operations.forget_form(g.actor, place=desk.place)
    return redirect(url_for("agreements.show", ref=agreement.ref))


def _start(desk: Desk) -> Agreement:
    """Fill first, then write: nobody who writes waits for a text to be filled."""
    used, ours = engines.current(), institution.ours()
    year = now().astimezone(ZoneInfo(ours.time_zone)).year
    while True:
        with _only_reading():
            wish, ref = (
                desk.plan(desk.typed(g.actor)),
                operations.coming_ref(desk.manifest, institution=ours, year=year),
            )
            text = operations.fill(desk.manifest, wish, ref=ref, demonstration=ours.demonstration, fonts=used.fonts)
        try:
            agreement = operations.start(
                desk.manifest, wish, actor=g.actor, files=used.files, fonts=used.fonts, institution=ours, year=year,
                text=text,
            )  # fmt: skip
        except operations.Overtaken:
            continue
        earlier.relate(desk, agreement, wish.answers, actor=g.actor)
        said(_("The draft %(ref)s is there. Read it, then submit it for review.", ref=agreement.ref))
        return agreement


def _write(desk: Desk, agreement: Agreement) -> Agreement:
    used = engines.current()
    with _only_reading():
        wish = desk.plan(desk.typed(g.actor))
        text = operations.fill(
            desk.manifest, wish, ref=agreement.ref, demonstration=agreement.demonstration, fonts=used.fonts
        )
    agreements.hold(agreement)
    still_the_same(request.form.get("seen"), keeping.newest(desk))  # somebody may have been quicker meanwhile
    version = operations.write(
        agreement, desk.manifest, wish, actor=g.actor, files=used.files, fonts=used.fonts, text=text,
        note=request.form.get("note", "").strip()[:400],
    )  # fmt: skip
    said(_("Version %(number)s is there.", number=version.number))
    return agreement


@contextmanager
def _only_reading() -> Iterator[None]:
    """Inside, this request holds no lock anybody could wait for; behind it, it writes in a new transaction."""
    db.session.rollback()
    with reading():
        yield
        db.session.rollback()


@action(bp, "/drafts/<key>/edition", about=desks.find, access=desks.may_use, form=EmptyForm)
def change_edition(desk: Desk, _form: EmptyForm) -> ResponseReturnValue:
    """Go on with the same answers in another edition of the template."""
    other, typed = desk.in_edition(request.form.get("template", "")), desk.typed(g.actor)
    typed |= {name: other.in_its_languages(typed.get(name, {})) for name in ("titles", "place")}
    operations.save_form(g.actor, place=other.place, typed=json.loads(json.dumps(typed)))
    operations.forget_form(g.actor, place=desk.place)
    said(_("Your answers are in “%(template)s” now.", template=in_language(other.manifest.title)))
    return redirect(url_for(".finish", key=other.key))


@action(bp, "/drafts/<key>/discard", about=desks.find, access=desks.may_use, form=EmptyForm)
def discard(desk: Desk, _form: EmptyForm) -> ResponseReturnValue:
    """Throw the typing away; the agreement's own text stays as it is."""
    operations.forget_form(g.actor, place=desk.place)
    said(_("What was typed is gone."))
    if desk.agreement is not None:
        return redirect(url_for("agreements.show", ref=desk.agreement.ref))
    return redirect(url_for(".choose_template"))


def _missing(desk: Desk, typed: dict[str, Any]) -> list[problems.Said]:
    found = operations.missing(
        desk.manifest, desk.plan(typed), ref=desk.reference or "-", demonstration=desk.demonstration
    )
    return problems.said(found, desk.manifest)


def _way_out(desk: Desk, typed: dict[str, Any], missing: list[problems.Said]) -> Desk | None:
    """An edition in fewer languages, where the register lacks less than it does for this one."""
    lacking = sum(bool(each.register) for each in missing)
    return next((e for e in desk.editions() if lacking > sum(bool(each.register) for each in _missing(e, typed))), None)


def _tabs(desk: Desk) -> list[dict[str, Any]]:
    titles = {PEOPLE: _("People and day")} | {group.key: in_language(group.title) for group in desk.manifest.groups}
    current = desk.topic if request.endpoint != "drafting.finish" else ""
    return [
        {
            "url": url_for(".topic", key=desk.key, topic=each),
            "label": titles[each],
            "current": each == current,
            "count": 0,
        }
        for each in desk.topics
    ]
