"""What is done about templates: propose a file, approve or refuse it as the second person, take it out of use."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from mou_service import engines
from mou_service.accounts import sessions
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import Invalid
from mou_service.documents.findings import Hindered
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.web.forms import EmptyForm
from mou_service.web.routing import action, form_page, said

from . import examining, operations, rules, views
from .blueprint import bp
from .forms import ApproveForm, RefuseForm, RetireForm, StopForm, UploadForm
from .views import File, kind


def _prepare_upload(_form: FlaskForm, manifest: Manifest) -> dict[str, Any]:
    return {"manifest": manifest, "found": lambda: list(g.get("findings", []))}


@form_page(bp, "/templates/<type_>/upload", about=kind, access=rules.may_keep, form=UploadForm,
           template="library/upload.html", prepare=_prepare_upload)  # fmt: skip
def upload(manifest: Manifest, form: UploadForm) -> ResponseReturnValue:
    """Lay the next Word file of a template before a second person."""
    used, content = engines.current(), form.document.data.read()
    db.session.rollback()  # looking at the file takes a while, and nobody who writes should wait for it
    try:
        examined = examining.examine(content, manifest, fonts=used.fonts)
        made = operations.propose(
            manifest, examined, original=content, actor=g.actor, files=used.files, note=form.note.data or ""
        )
    except Hindered as error:
        g.findings = list(error.findings)
        raise Invalid({"document": _("This file cannot be used. The reasons are above, with what to do.")}) from error
    said(
        _(
            "Version %(number)s waits for a second person. Drafts are made from it once it is approved.",
            number=made.number,
        )
    )
    return redirect(url_for(".version", type_=made.type, number=made.number))


def _row(check: Any) -> Any:
    """Access by the row of a file; what came with the service has none, and nothing is decided about it this way."""

    def access(actor: Actor, shown: File) -> list[str]:
        if refused := rules.may_keep(actor):
            return refused
        return check(actor, shown.row) if shown.row else [_("This file came with the service.")]

    return access


@action(bp, "/templates/<type_>/versions/<int:number>/approve", about=views.file, access=_row(rules.may_approve),
        form=ApproveForm)  # fmt: skip
def approve(shown: File, form: ApproveForm) -> ResponseReturnValue:
    """The second person's yes; `Stale` when another file came into use since the page was read."""
    if not sessions.is_fresh():
        return _confirm(shown)
    assert shown.row is not None
    operations.approve(shown.row, shown.manifest, instead_of=form.in_use.data or 0, actor=g.actor)
    said(_("Approved. New drafts are made from version %(number)s from now on.", number=shown.row.number))
    return redirect(url_for(".template", type_=shown.manifest.type))


@action(bp, "/templates/<type_>/versions/<int:number>/refuse", about=views.file, access=_row(rules.may_refuse),
        form=RefuseForm, shows=views.version)  # fmt: skip
def refuse(shown: File, form: RefuseForm) -> ResponseReturnValue:
    """The second person's no, or the own proposal taken back."""
    assert shown.row is not None
    operations.refuse(shown.row, shown.manifest, actor=g.actor, reason=form.reason.data or "")
    said(_("Version %(number)s is not used. It stays to be read.", number=shown.row.number))
    return redirect(url_for(".template", type_=shown.manifest.type))


@action(bp, "/templates/<type_>/versions/<int:number>/retire", about=views.file, access=_row(rules.may_retire),
        form=RetireForm, shows=views.version)  # fmt: skip
def retire(shown: File, form: RetireForm) -> ResponseReturnValue:
    """Back to the file that was approved before."""
    if not sessions.is_fresh():
        return _confirm(shown)
    assert shown.row is not None
    operations.retire(shown.row, shown.manifest, actor=g.actor, reason=form.reason.data or "")
    said(
        _(
            "Version %(number)s is out of use. Agreements that were made from it keep their text.",
            number=shown.row.number,
        )
    )
    return redirect(url_for(".template", type_=shown.manifest.type))


@action(bp, "/templates/<type_>/adopt", about=kind, access=rules.may_keep, form=EmptyForm)
def adopt(manifest: Manifest, _form: EmptyForm) -> ResponseReturnValue:
    """Approve the file that came with the service."""
    if not sessions.is_fresh():
        return redirect(url_for("accounts.confirm_password", next=url_for(".template", type_=manifest.type)))
    operations.adopt(manifest, actor=g.actor, files=engines.current().files)
    said(_("You approved the text that came with the service. A later release does not change it by itself."))
    return redirect(url_for(".template", type_=manifest.type))


@action(bp, "/templates/<type_>/stop", about=kind, access=rules.may_keep, form=StopForm, shows=views.template)
def stop(manifest: Manifest, form: StopForm) -> ResponseReturnValue:
    """Offer this kind of document no more."""
    operations.stop(manifest, actor=g.actor, reason=form.reason.data or "")
    said(_("New drafts cannot be made from this template any more. Those on their way go on."))
    return redirect(url_for(".template", type_=manifest.type))


@action(bp, "/templates/<type_>/offer", about=kind, access=rules.may_keep, form=EmptyForm)
def offer(manifest: Manifest, _form: EmptyForm) -> ResponseReturnValue:
    """Offer it again."""
    operations.offer(manifest, actor=g.actor)
    said(_("New drafts can be made from this template again."))
    return redirect(url_for(".template", type_=manifest.type))


def _confirm(shown: File) -> ResponseReturnValue:
    manifest = shown.manifest
    here = url_for(".version", type_=manifest.type, number=manifest.number)
    return redirect(url_for("accounts.confirm_password", next=here))
