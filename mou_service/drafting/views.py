"""Pages of a text that is there: its versions, uploads from Word, names, annexes."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from mou_service import engines
from mou_service.agreements import lifecycle, permissions, queries
from mou_service.agreements.models import Agreement, Signatory
from mou_service.core.actors import Actor
from mou_service.core.errors import Invalid, Missing
from mou_service.documents.findings import Hindered
from mou_service.library import queries as library
from mou_service.web import findings
from mou_service.web.addresses import row_number
from mou_service.web.forms import EmptyForm
from mou_service.web.routing import action, form_page, page, said

from . import annexes as annex_acts
from . import comparing, file_words, files, forms, newer_template, operations, preview, rules, writing  # noqa: F401  (two bring pages)
from .blueprint import bp
from .drawing import operations as drawing
from .drawing import parts
from .drawing.models import Drawing
from .exchange import operations as returned_files
from .exchange import views as exchange
from .forms import RemoveForm, ReviseForm, UploadForm
from .models import Annex, Version
from .translation import views as translation

__all__ = ["bp", "register"]


def register(app: Flask) -> None:
    """What the agreement's page shows of its text."""
    comparing.register(app)
    newer_template.register(app)
    translation.register(app)
    exchange.register(app)
    app.add_template_global(file_words.finding, "finding_words")
    app.add_template_filter(findings.place, "place_in_file")
    app.add_template_global(lambda agreement: not rules.may_write(g.actor, agreement), "may_write")
    app.add_template_global(lambda agreement: agreement.template in library.manifests(), "has_form")
    app.add_template_global(_template_name, "template_name")


def _template_name(agreement: Agreement) -> dict[str, str]:
    found = library.manifests().get(agreement.template)
    return dict(found.title) if found else {"en": agreement.template}


def _may_read(actor: Actor, version: Version | Annex) -> list[str]:
    """The newest text for those who may download it, earlier ones for those who may look inside."""
    agreement = version.agreement
    if isinstance(version, Annex) or version is agreement.version:
        return permissions.may("download_text")(actor, agreement)
    return permissions.may("look_inside")(actor, agreement)


@page(bp, "/agreements/<ref>/versions/<int:number>.docx", about=files.version, access=_may_read)
def docx(version: Version) -> ResponseReturnValue:
    """The clean Word file of a version."""
    return _word(version.docx, f"{version.agreement.ref}-v{version.number}.docx")


@page(bp, "/agreements/<ref>/versions/<int:number>/original.docx", about=files.version, access=_may_read)
def original(version: Version) -> ResponseReturnValue:
    """The file exactly as it was uploaded."""
    if version.original is None:
        raise Missing("original")
    return _word(version.original, f"{version.agreement.ref}-v{version.number}-original.docx")


@page(bp, "/agreements/<ref>/versions/<int:number>.pdf", about=files.version, access=_may_read)
def pdf(version: Version) -> ResponseReturnValue:
    """A version as a PDF that says it is a draft."""
    return Response(_pdf(version), mimetype="application/pdf")


@page(bp, "/agreements/<ref>/preview.pdf", about=queries.get, access=permissions.may("download_text"))
def newest_pdf(agreement: Agreement) -> ResponseReturnValue:
    """The newest version with its annexes as a PDF that says it is a draft."""
    return Response(_pdf(_newest(agreement)), mimetype="application/pdf")


@page(bp, "/agreements/<ref>/versions/<int:number>/pages/<int:page_number>.png",
      about=lambda ref, number, page_number: (files.version(ref, number), page_number),
      access=lambda actor, about: _may_read(actor, about[0]))  # fmt: skip
def version_picture(about: tuple[Version, int]) -> ResponseReturnValue:
    """One page of a version."""
    version, number = about
    content = _pdf(version)
    if not 0 < number <= preview.page_count(content):
        raise Missing(str(number))
    return Response(preview.picture(content, number - 1), mimetype="image/png")


@page(bp, "/agreements/<ref>/versions/<int:number>", about=files.version, access=_may_read)
def read(version: Version) -> ResponseReturnValue:
    """A version to read on the screen, with what was found in it."""
    try:
        count, hindrances = preview.page_count(_pdf(version)), []
    except Hindered as error:
        count, hindrances = 0, findings.lines(error)
    pictures = [
        url_for(".version_picture", ref=version.agreement.ref, number=version.number, page_number=n + 1)
        for n in range(count)
    ]
    return render_template(
        "drafting/read.html", shown=version, agreement=version.agreement, pictures=pictures, hindrances=hindrances,
        waiting=parts.is_waiting(version, _annexes_of(version)),
        could_not_be_drawn=engines.current().office is not None and bool(_not_drawn(version)),
    )  # fmt: skip


@action(bp, "/agreements/<ref>/draw", about=queries.get, access=rules.may_write, form=EmptyForm)
def draw_again(agreement: Agreement, _form: EmptyForm) -> ResponseReturnValue:
    """Have LibreOffice draw once more what it could not."""
    version = _newest(agreement)
    drawing.ask_again(_not_drawn(version))
    return redirect(url_for(".read", ref=agreement.ref, number=version.number))


def _prepare_upload(_form: FlaskForm, agreement: Agreement) -> dict[str, Any]:
    return {"agreement": agreement, "findings": _findings}


@form_page(bp, "/agreements/<ref>/upload", about=queries.get, access=rules.may_write, form=UploadForm,
           template="drafting/upload.html", prepare=_prepare_upload)  # fmt: skip
def upload(agreement: Agreement, form: UploadForm) -> ResponseReturnValue:
    """Take a text in from Word; what came back is decided on a page of its own."""
    sent = form.document.data
    returned = _taken(lambda: returned_files.take_in(
        agreement, sent.read(), file_name=sent.filename or "", actor=g.actor, files=engines.current().files,
        note=form.note.data or "", office=engines.current().office is not None,
    ))  # fmt: skip
    if returned is None:
        said(_("The file says nothing new: it is the newest version."))
        return redirect(url_for("agreements.show", ref=agreement.ref))
    return redirect(url_for(".returned", ref=agreement.ref, number=returned.number))


def _prepare_annexes(_form: FlaskForm, agreement: Agreement) -> dict[str, Any]:
    return {"agreement": agreement, "findings": _findings}


@form_page(bp, "/agreements/<ref>/annexes", about=queries.get, access=rules.may_write,
           form=lambda agreement: forms.annex_form(agreement.languages)(), template="drafting/annexes.html",
           prepare=_prepare_annexes)  # fmt: skip
def annexes(agreement: Agreement, form: Any) -> ResponseReturnValue:
    """Put a Word file or a PDF behind the text."""
    used = engines.current()
    _taken(lambda: annex_acts.attach(
        agreement, form.document.data.read(), filename=form.document.data.filename or "", titles=form.titles.data,
        actor=g.actor, files=used.files, fonts=used.fonts, office=used.office is not None,
    ))  # fmt: skip
    said(_("The annex is attached. It is frozen and signed with the text."))
    return redirect(url_for("agreements.show", ref=agreement.ref))


@action(bp, "/agreements/<ref>/annexes/remove", about=queries.get, access=rules.may_write, form=RemoveForm)
def remove_annex(agreement: Agreement, _form: RemoveForm) -> ResponseReturnValue:
    """Take an annex away."""
    annex_acts.remove(agreement, request.form.get("annex", 0, type=row_number), actor=g.actor)
    said(_("The annex is taken away."))
    return redirect(url_for("agreements.show", ref=agreement.ref))


def _annex(ref: str, number: int) -> Annex:
    annex = next((a for a in queries.get(ref).annexes if a.id == number), None)
    if annex is None:
        raise Missing(f"{ref} {number}")
    return annex


@page(bp, "/agreements/<ref>/annexes/<int:number>.docx", about=_annex, access=_may_read)
def annex_docx(annex: Annex) -> ResponseReturnValue:
    """The clean Word file of an annex."""
    if not annex.docx:
        raise Missing(annex.agreement.ref)
    return _word(annex.docx, f"{annex.agreement.ref}-annex-{annex.rank}.docx")


@page(bp, "/agreements/<ref>/annexes/<int:number>.pdf", about=_annex, access=_may_read)
def annex_pdf(annex: Annex) -> ResponseReturnValue:
    """The clean pages of a PDF annex."""
    if not annex.pdf:
        raise Missing(annex.agreement.ref)
    response = Response(engines.current().files.get(annex.pdf), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{annex.agreement.ref}-annex-{annex.rank}.pdf"'
    return response


def _signatory(ref: str, number: int) -> Signatory:
    people = [s for party in queries.get(ref).parties for s in party.signatories]
    found = next((s for s in people if s.id == number), None)
    if found is None:
        raise Missing(f"{ref} {number}")
    return found


def _prepare_name(form: FlaskForm, signatory: Signatory) -> dict[str, Any]:
    agreement, register = signatory.party.agreement, signatory.position.as_shown()
    shown = register if "register" in request.args else signatory.as_shown
    if request.method == "GET":
        for part in ("name", "title", "organisation"):
            for language, entry in form[part].form._fields.items():
                entry.data = shown.get(part, {}).get(language, "")
    return {"agreement": agreement, "signatory": signatory, "differs": register != signatory.as_shown}


@form_page(bp, "/agreements/<ref>/signatories/<int:number>", about=_signatory,
           access=lambda actor, signatory: rules.may_write(actor, signatory.party.agreement),
           form=lambda signatory: forms.name_form(signatory.party.agreement.languages)(),
           template="drafting/name.html", prepare=_prepare_name)  # fmt: skip
def correct_name(signatory: Signatory, form: Any) -> ResponseReturnValue:
    """Correct how one person appears on paper."""
    agreement = signatory.party.agreement
    parts = ("name", "title", "organisation")
    typed = {part: {**signatory.as_shown.get(part, {}), **form[part].data} for part in parts}
    if not all(typed[part].get(tag) for part in parts for tag in agreement.languages):
        raise Invalid({"": _("Fill in name, title and organisation for every language of the text.")})
    used = engines.current()
    version = operations.correct_name(
        agreement, signatory, typed, manifest=library.of(agreement), actor=g.actor, files=used.files,
        fonts=used.fonts,
    )  # fmt: skip
    if version is None:
        said(_("The name is corrected for the page that is signed. The text came from Word: correct it there as well."))
    else:
        said(_("The name is corrected; version %(number)s has it.", number=version.number))
    return redirect(url_for("agreements.show", ref=agreement.ref))


def _prepare_revise(_form: FlaskForm, agreement: Agreement) -> dict[str, Any]:
    return {"agreement": agreement, "falling": [s for s in agreement.review_steps if s.counts and s.decision]}


@form_page(bp, "/agreements/<ref>/revise", about=queries.get, access=lifecycle.may("revise"), form=ReviseForm,
           template="drafting/revise.html", prepare=_prepare_revise)  # fmt: skip
def revise(agreement: Agreement, form: ReviseForm) -> ResponseReturnValue:
    """Take the text back to drafting."""
    operations.revise(agreement, actor=g.actor, reason=form.reason.data or "")
    said(_("The text is back in drafting. Change it, then submit it again."))
    return redirect(url_for("agreements.show", ref=agreement.ref))


def _findings() -> list[Any]:
    """What was found in the file that was just sent; asked when the page is drawn."""
    return list(g.get("findings", []))


def _taken(take: Any) -> Any:
    """Take a file in; what is wrong with it is said at the field."""
    try:
        return take()
    except Hindered as error:
        g.findings = list(error.findings)
        raise Invalid({"document": _("This file cannot be used. The reasons are above, with what to do.")}) from error


def _not_drawn(version: Version) -> list[Drawing]:
    drawings = [version.drawing, *(annex.drawing for annex in _annexes_of(version))]
    return [each for each in drawings if each is not None and each.state == "failed"]


def _newest(agreement: Agreement) -> Version:
    if agreement.version is None:
        raise Missing(agreement.ref)
    return agreement.version


def _pdf(version: Version) -> bytes:
    agreement, files = version.agreement, engines.current().files
    content = tuple(source.part(files) for source in parts.sources(version, _annexes_of(version)))
    return preview.pdf(content, agreement.ref, tuple(agreement.languages), agreement.demonstration)


def _annexes_of(version: Version) -> list[Annex]:
    """The annexes go with the newest text."""
    return version.agreement.annexes if version is version.agreement.version else []


def _word(key: str, name: str) -> Response:
    return files.word(engines.current().files.get(key), name)
