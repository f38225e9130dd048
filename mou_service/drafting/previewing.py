"""The pages beside a form: made again with every keystroke, drawn where somebody looks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Response, g, render_template, url_for
from flask.typing import ResponseReturnValue

from mou_service import engines
from mou_service.core.db import db, read_only
from mou_service.core.errors import Missing
from mou_service.documents.findings import Hindered
from mou_service.documents.pdf.glance import Glance
from mou_service.web import findings
from mou_service.web.routing import action, page

from . import desk as desks
from . import forms, keeping, preview, texts, whereabouts
from .blueprint import bp
from .desk import Desk
from .drawing.parts import Part, of_annexes


@action(bp, "/drafts/<key>/<topic>/preview", about=desks.find, access=desks.may_use)
def show_pages(desk: Desk) -> ResponseReturnValue:
    """The pages as the typing has them now; the typing is kept as well, unless another page wrote it meanwhile."""
    form = forms.topic_form(desk)
    try:
        typed = keeping.keep(desk, form)
        db.session.commit()
    except keeping.Elsewhere:
        typed = forms.read(form, desk, desk.typed(g.actor))
        db.session.rollback()
    read_only(True)  # making up pages takes a while, and nobody who writes should wait for it
    return render_template("drafting/_pages.html", desk=desk, pages=partial(pages, desk, typed))


@page(bp, "/drafts/<key>/pages/<int:number>.png", about=lambda key, number: (desks.find(key), number),
      access=lambda actor, about: desks.may_use(actor, about[0]))  # fmt: skip
def picture(about: tuple[Desk, int]) -> ResponseReturnValue:
    """One page of what is being written."""
    desk, number = about
    seen = _glance(desk, desk.typed(g.actor))
    if not 0 < number <= seen.count:
        raise Missing(str(number))
    sheet = preview.Sheet(seen.marks[number - 1], seen, number - 1)
    return Response(preview.sheet_picture(sheet), mimetype="image/png")


@page(bp, "/drafts/<key>/preview.pdf", about=desks.find, access=desks.may_use)
def preview_pdf(desk: Desk) -> ResponseReturnValue:
    """What is being written, as a PDF that says it is a draft."""
    return Response(preview.pdf(*_drawn(desk, desk.typed(g.actor))), mimetype="application/pdf")


def pages(desk: Desk, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The pages of the typing as addresses of pictures, with where each answer stands; or why they cannot be shown."""
    try:
        seen = _glance(desk, typed)
    except Hindered as error:
        return {"pictures": [], "places": {}, "hindrances": findings.lines(error)}
    return {
        "pictures": [url_for(".picture", key=desk.key, number=n, v=mark) for n, mark in enumerate(seen.marks, start=1)],
        "places": whereabouts.of_answers(desk, seen),
        "hindrances": [],
    }


def _glance(desk: Desk, typed: Mapping[str, Any]) -> Glance:
    return preview.glance(*_drawn(desk, typed))


def _drawn(desk: Desk, typed: Mapping[str, Any]) -> tuple[tuple[bytes | Part, ...], str, tuple[str, ...], bool]:
    """The Word files the pages are made of, and what the pages say of themselves."""
    docx = texts.unfinished(desk.manifest, desk.values(typed, demonstration=desk.demonstration))
    files, attached = engines.current().files, desk.agreement.annexes if desk.agreement else []
    annexes = tuple(source.part(files) for source in of_annexes(attached))
    return (docx, *annexes), desk.reference or desk.manifest.code, desk.manifest.languages, desk.demonstration
