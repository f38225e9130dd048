"""Pages of the templates: all of them, one with its questions, clauses and versions, one version with its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any
from urllib.parse import quote

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service import engines
from mou_service.accounts import sessions
from mou_service.accounts.roles import Role
from mou_service.agreements import states, tasks
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.errors import Missing
from mou_service.documents.findings import Hindered
from mou_service.documents.pdf import previews
from mou_service.documents.word.gate import handout
from mou_service.documents.word.revising import compare
from mou_service.documents.word.revising.redline import RedlineFailed, redline
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.partners import institution
from mou_service.web import findings, navigation
from mou_service.web.filters import in_language
from mou_service.web.routing import form_for, page, role

from . import queries, rules, sample, words
from .blueprint import bp
from .forms import ApproveForm, RefuseForm, RetireForm, StopForm
from .models import TemplateVersion

__all__ = ["bp"]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

navigation.add(
    navigation.Entry(
        _l("Templates"), "library.show", role(Role.DRAFTER, Role.ADMINISTRATOR, Role.AUDITOR), order=45
    )
)  # fmt: skip


def _waiting(actor: Actor) -> Iterator[tasks.Matter]:
    """What this person can decide on as the second one."""
    for each in queries.waiting() if not rules.may_keep(actor) else ():
        if not rules.may_approve(actor, each):
            yield tasks.Matter(
                called=queries.template(each.type).title, what=str(_("Approve or refuse a new text of a template")),
                since=each.proposed_at, endpoint="library.version", values={"type_": each.type, "number": each.number},
            )  # fmt: skip


tasks.MATTERS.append(_waiting)


@dataclass(frozen=True)
class File:
    """One Word file of a template: the questions it is filled with, and its row where the house keeps it."""

    manifest: Manifest
    row: TemplateVersion | None

    @property
    def in_use(self) -> bool:
        return queries.template(self.manifest.type).number == self.manifest.number


def kind(type_: str) -> Manifest:
    """The template in use; raises `Missing`."""
    return queries.template(type_)


def file(type_: str, number: int) -> File:
    """One of its files, 0 for the one that came with the service; raises `Missing`."""
    return File(queries.template(type_, number), queries.version(type_, number) if number else None)


@page(bp, "/templates", access=rules.may_look)
def show() -> ResponseReturnValue:
    """Every template: which file is in use, who approved it, what waits."""
    waiting = {type_: list(each) for type_, each in groupby(
        sorted(queries.waiting(), key=lambda version: version.type), key=lambda version: version.type)}  # fmt: skip
    manifests = queries.manifests()
    return render_template(
        "library/templates.html", in_use=queries.in_use(), waiting=waiting, offered=queries.offered(),
        templates=[each for first in manifests.values() if not first.edition_of for each in (
            first, *(edition for edition in manifests.values() if edition.edition_of == first.type))],
    )  # fmt: skip


@page(bp, "/templates/<type_>", about=kind, access=rules.may_look)
def template(manifest: Manifest) -> ResponseReturnValue:
    """One template: where it stands, its files, its questions and clauses, and who uses it."""
    users = queries.users(manifest.type, g.actor)
    return render_template(
        "library/template.html", manifest=manifest, words=words, row=queries.in_use().get(manifest.type),
        versions=queries.versions(manifest.type), waiting=queries.waiting(manifest.type), users=users,
        stopped=queries.stop(manifest.type), keeps=not rules.may_keep(g.actor), stopping=form_for(StopForm),
        told=[words.told(event) for event in queries.trail(manifest.type)], labels=states.LABELS, tones=states.TONES,
        source=queries.manifests().get(manifest.edition_of), misfits=sample.misfits(manifest),
    )  # fmt: skip


@page(bp, "/templates/<type_>/versions/<int:number>", about=file, access=rules.may_look)
def version(shown: File) -> ResponseReturnValue:
    """One file: what was found in it, what differs from the one in use, its pages, and the decision."""
    manifest, row = shown.manifest, shown.row
    current = queries.template(manifest.type)
    compared = None if shown.in_use else _compared(current.docx, manifest.docx)
    try:
        count, hindrances = previews.page_count(sample.pdf(manifest)), []
    except Hindered as error:
        count, hindrances = 0, findings.lines(error)
    return render_template(
        "library/version.html", manifest=manifest, row=row, in_use=shown.in_use, current=current, words=words,
        comparison=compared, hindrances=hindrances, not_in_word="not_in_word" in request.args,
        pictures=[url_for(".picture", type_=manifest.type, number=manifest.number, page_number=n + 1) for n in range(count)],
        keeps=not rules.may_keep(g.actor), approval=rules.may_approve(g.actor, row) if row else [],
        mine=row is not None and row.proposed_by_id == g.actor.user_id, fresh=sessions.is_fresh(),
        approving=form_for(ApproveForm, in_use=current.number), refusing=form_for(RefuseForm), retiring=form_for(RetireForm),
    )  # fmt: skip


@page(bp, "/templates/<type_>/versions/<int:number>.docx", about=file, access=rules.may_look)
def docx(shown: File) -> ResponseReturnValue:
    """The Word file of a template, with its tags."""
    return _word(shown.manifest.docx, _name(shown))


@page(bp, "/templates/<type_>/versions/<int:number>/original.docx", about=file, access=rules.may_look)
def original(shown: File) -> ResponseReturnValue:
    """The file exactly as it was uploaded."""
    if shown.row is None or shown.row.original is None:
        raise Missing("original")
    return _word(engines.current().files.get(shown.row.original), _name(shown, "original"))


@page(bp, "/templates/<type_>/versions/<int:number>/example.docx", about=file, access=rules.may_look)
def example_docx(shown: File) -> ResponseReturnValue:
    """The file filled with example values."""
    return _word(sample.word(shown.manifest), _name(shown, "example"))


@page(bp, "/templates/<type_>/versions/<int:number>/example.pdf", about=file, access=rules.may_look)
def example_pdf(shown: File) -> ResponseReturnValue:
    """The same as a PDF."""
    return Response(sample.pdf(shown.manifest), mimetype="application/pdf")


@page(bp, "/templates/<type_>/versions/<int:number>/pages/<int:page_number>.png",
      about=lambda type_, number, page_number: (file(type_, number), page_number),
      access=lambda actor, _about: rules.may_look(actor))  # fmt: skip
def picture(about: tuple[File, int]) -> ResponseReturnValue:
    """One page of the example."""
    shown, number = about
    if not 0 < number <= previews.page_count(sample.pdf(shown.manifest)):
        raise Missing(str(number))
    return Response(sample.picture(shown.manifest, number - 1), mimetype="image/png")


@page(bp, "/templates/<type_>/versions/<int:number>/changes.docx", about=file, access=rules.may_look)
def redlined(shown: File) -> ResponseReturnValue:
    """The file with what differs from the one in use as tracked changes.

    Where that would alter one of the texts, the page of the version says so.
    """
    author = in_language(institution.ours().organisation.called())
    try:
        made = _redline(queries.template(shown.manifest.type).docx, shown.manifest.docx, author)
    except RedlineFailed:
        return redirect(url_for(".version", type_=shown.manifest.type, number=shown.manifest.number, not_in_word="yes"))
    return _word(made, _name(shown, "changes"))


@lru_cache(maxsize=8)
def _compared(old: bytes, new: bytes) -> compare.Comparison:
    return compare.compare(old, new)


@lru_cache(maxsize=4)
def _redline(old: bytes, new: bytes, author: str) -> bytes:
    return redline(*(handout.hand_out(each, author=author) for each in (old, new)), author=author, date=now())


def _name(shown: File, what: str = "") -> str:
    return "-".join([shown.manifest.type, f"v{shown.manifest.number}", *([what] if what else [])]) + ".docx"


def _word(content: bytes, name: str) -> Response:
    response = Response(content, mimetype=WORD)
    response.headers["Content-Disposition"] = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"
    return response


def context() -> dict[str, Any]:
    """The words every page of the library uses."""
    return {"template_states": words.STATES, "template_origins": words.ORIGINS, "line_of_finding": findings.line}


bp.context_processor(context)
