"""What is done about clauses: propose another text, approve or refuse it as the second person."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from mou_service import engines
from mou_service.accounts import sessions
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Missing
from mou_service.documents.findings import Hindered
from mou_service.documents.word.templates.clauses import PREFERRED
from mou_service.web.forms import EmptyForm
from mou_service.web.routing import action, form_page, said

from . import clause_operations, clause_queries, clause_rules, clause_views, clause_words, rules
from .blueprint import bp
from .clause_forms import RefuseForm, RetireForm, Wording, form_for_clause
from .clause_texts import Entry, Position
from .clause_views import Proposed


def _reworded(of: str, name: str, which: str) -> Wording:
    found, position = clause_views.position(of, name, which)
    return Wording(found, "reword", position)


def _offered(of: str, name: str) -> Wording:
    """One more text; it begins as the preferred one, for most give up only a part of it."""
    found = clause_queries.entry(of, name)
    taken = {each.key for each in found.positions} | {each.position for each in clause_queries.versions(found.address)}
    free = next(f"house_{n}" for n in range(1, len(taken) + 2) if f"house_{n}" not in taken)
    return Wording(found, "offer", Position(free, "acceptable", {}, {}, found.positions[0].paragraphs))


def _retired(of: str, name: str, which: str) -> Wording:
    found, position = clause_views.position(of, name, which)
    if position.key == PREFERRED:
        raise Missing(which)
    return Wording(found, "retire", position)


def _prepare(_form: FlaskForm, wording: Wording) -> dict[str, Any]:
    return {
        "entry": wording.entry, "wording": wording, "words": clause_words, "found": lambda: list(g.get("findings", [])),
        "staying": clause_queries.staying(wording.entry),
        "names": sorted({name for slot in wording.entry.slots for name in slot.manifest.names}),
    }  # fmt: skip


def _prepare_retiring(form: RetireForm, wording: Wording) -> dict[str, Any]:
    if request.method != "POST":
        form.seen.data = wording.entry.digest
    return _prepare(form, wording)


@form_page(bp, "/clauses/<of>/<name>/positions/<which>", about=_reworded, access=rules.may_keep, form=form_for_clause,
           template="library/clause_wording.html", prepare=_prepare)  # fmt: skip
def word_clause(wording: Wording, form: Any) -> ResponseReturnValue:
    """Propose another wording of one of its texts."""
    return _proposed(wording, form.wording(wording), form)


@form_page(bp, "/clauses/<of>/<name>/offer", about=_offered, access=rules.may_keep, form=form_for_clause,
           template="library/clause_wording.html", prepare=_prepare)  # fmt: skip
def offer_text(wording: Wording, form: Any) -> ResponseReturnValue:
    """Propose one more text to fall back to."""
    return _proposed(wording, form.wording(wording), form)


@form_page(bp, "/clauses/<of>/<name>/positions/<which>/retire", about=_retired, access=rules.may_keep, form=RetireForm,
           template="library/clause_retire.html", prepare=_prepare_retiring)  # fmt: skip
def retire_text(wording: Wording, form: RetireForm) -> ResponseReturnValue:
    """Propose to take a text to fall back to off the list."""
    return _proposed(wording, wording.position, form)


@action(bp, "/clauses/<of>/<name>/texts/<int:number>/approve", about=clause_views.proposed,
        access=lambda actor, shown: clause_rules.may_approve(actor, shown.row), form=EmptyForm)  # fmt: skip
def approve_text(shown: Proposed, _form: EmptyForm) -> ResponseReturnValue:
    """The second person's yes: the templates that take the clause hold the text from now on."""
    of, name, number = shown.entry.of, shown.entry.key, shown.row.number
    if not sessions.is_fresh():
        return redirect(url_for("accounts.confirm_password", next=url_for(".text", of=of, name=name, number=number)))
    used = engines.current()
    texts, held = shown.row.texts, clause_queries.held(shown.entry)
    db.session.rollback()  # making the files takes a while, and nobody who writes should wait for it
    prepared = clause_operations.prepare(texts, shown.entry, number=number, held=held, shipped=used.manifests)
    clause_operations.approve(shown.row, prepared, actor=g.actor, files=used.files)
    made, left = len(prepared.made), len(prepared.by_hand)
    said(_("Approved. %(made)s templates hold the text from now on.", made=made) if not left else
         _("Approved. %(made)s templates hold the text from now on; %(left)s keep their own Word file, which has to be changed by hand.", made=made, left=left))  # fmt: skip
    return redirect(url_for(".clause", of=of, name=name))


@action(bp, "/clauses/<of>/<name>/texts/<int:number>/refuse", about=clause_views.proposed,
        access=lambda actor, shown: clause_rules.may_refuse(actor, shown.row), form=RefuseForm, shows=clause_views.text)  # fmt: skip
def refuse_text(shown: Proposed, form: RefuseForm) -> ResponseReturnValue:
    """The second person's no, or the own proposal taken back."""
    clause_operations.refuse(shown.row, actor=g.actor, reason=form.reason.data or "")
    said(_("Text %(number)s is not used. It stays to be read.", number=shown.row.number))
    return redirect(url_for(".clause", of=shown.entry.of, name=shown.entry.key))


def _proposed(wording: Wording, position: Position, form: Any) -> ResponseReturnValue:
    used, actor = engines.current(), g.actor
    found = wording.entry
    _still_in_use(found, form)
    held = clause_queries.held(found)
    db.session.rollback()  # looking at the text takes a while, and nobody who writes should wait for it
    draft = clause_operations.examine(found, wording.act, position, held=held, shipped=used.manifests, fonts=used.fonts)
    try:
        made = clause_operations.propose(found, draft, actor=actor, note=form.note.data or "")
    except Hindered as error:
        g.findings = list(error.findings)
        raise Invalid({"": _("This text cannot be used. The reasons are above, with what to do.")}) from error
    said(
        _(
            "Text %(number)s waits for a second person. Drafts are made as before until it is approved.",
            number=made.number,
        )
    )
    return redirect(url_for(".text", of=found.of, name=found.key, number=made.number))


def _still_in_use(found: Entry, form: Any) -> None:
    """The typing is kept when another text came into use meanwhile; sent again, it goes on from that one."""
    if form.seen.data != found.digest:
        form.seen.data = found.digest
        raise Invalid({"": _("Another text of this clause was approved while you wrote. What you typed is kept: compare it with the clause as it is now, and send it again.")})  # fmt: skip
