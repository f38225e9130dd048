"""“What came back”: one page on which a file from Word is gone through, change by change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from mou_service import engines
from mou_service.agreements import permissions
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Missing
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.library import queries as library
from mou_service.partners import institution
from mou_service.web.filters import in_language
from mou_service.web.forms import EmptyForm
from mou_service.web.routing import action, form_for, page, said

from .. import files, rules
from ..blueprint import bp
from . import answers, operations, words
from .decisions import Standing
from .forms import AnswersForm, DecideForm, DecideManyForm, MakeForm
from .models import MADE, OPEN, ReturnedFile
from .operations import Overtaken

#: What the script of the page says it is, to be answered with the parts that changed.
_SCRIPT = "decide"


@dataclass(frozen=True)
class Failed:
    """A decision that was not entered: on what, why not, and the answer that was typed."""

    key: str
    fault: str
    typed: str


def register(app: Flask) -> None:
    words.register(app)
    app.add_template_test(lambda returned: returned.state == OPEN, "still_open")
    app.add_template_global(lambda: form_for(MakeForm), "make_form")


def _may_look(actor: Actor, returned: ReturnedFile) -> list[str]:
    return permissions.may("look_inside")(actor, returned.agreement)


def _may_decide(actor: Actor, returned: ReturnedFile) -> list[str]:
    return rules.may_write(actor, returned.agreement)


@page(bp, "/agreements/<ref>/returned/<int:number>", about=operations.get, access=_may_look)
def returned(about: ReturnedFile) -> ResponseReturnValue:
    """Everything that came back, and what was decided of it."""
    return render_template("drafting/returned.html", **_context(about))


@page(bp, "/agreements/<ref>/returned/<int:number>/original.docx", about=operations.get, access=_may_look)
def returned_original(about: ReturnedFile) -> ResponseReturnValue:
    """The file exactly as it came."""
    return files.word(
        engines.current().files.get(about.original), f"{about.agreement.ref}-returned-{about.number}.docx"
    )


@page(bp, "/agreements/<ref>/returned/<int:number>/answer.docx", about=operations.get, access=_may_look)
def returned_answer(about: ReturnedFile) -> ResponseReturnValue:
    """The Word file that goes back, with what stays open and our words beside it."""
    made = operations.answer(
        about, **_signed(about), initials=institution.ours().acronym, files=engines.current().files,
    )  # fmt: skip
    return files.word(made, f"{about.agreement.ref}-answer-{about.number}.docx")


@action(bp, "/agreements/<ref>/returned/<int:number>/decide", about=operations.get, access=_may_decide, form=DecideForm)
def returned_decide(about: ReturnedFile, form: DecideForm) -> ResponseReturnValue:
    """Decide one item."""
    key = str(form.key.data)
    if key.startswith(answers.PREFIX) and all(key != each["key"] for each in _offers(about)):
        raise Missing(key)
    try:
        fault = operations.decide(
            about, key, str(form.say.data), seen=str(form.seen.data or ""), actor=g.actor,
            files=engines.current().files, reply=form.reply.data or "",
        )  # fmt: skip
    except Invalid as error:
        return _failed(about, Failed(key, error.fields.get("reply", ""), form.reply.data or ""), 422)
    if isinstance(fault, Overtaken):
        words_ = _(
            "%(who)s decided this a moment ago: %(what)s. Your decision was not entered; decide again if you see it otherwise.",
            who=fault.decision["by"], what=str(words.SAID[fault.decision["say"]]),
        )  # fmt: skip
        return _failed(about, Failed(key, words_, form.reply.data or ""), 409)
    if _from_script():
        return _parts(about, key)
    following = operations.standing(about, engines.current().files).first_open
    return _back(about, following.key if following else key)


@action(bp, "/agreements/<ref>/returned/<int:number>/decide-many", about=operations.get, access=_may_decide,
        form=DecideManyForm)  # fmt: skip
def returned_decide_many(about: ReturnedFile, form: DecideManyForm) -> ResponseReturnValue:
    """Say the same of many items."""
    items = operations.decide_many(
        about, what=str(form.what.data), name=str(form.name.data or ""), say=str(form.say.data), actor=g.actor,
        files=engines.current().files,
    )  # fmt: skip
    said(ngettext("One change decided.", "%(num)d changes decided.", len(items)))
    return _back(about, items[0].key if items else "")


@action(bp, "/agreements/<ref>/returned/<int:number>/undo", about=operations.get, access=_may_decide, form=EmptyForm)
def returned_undo(about: ReturnedFile, _form: EmptyForm) -> ResponseReturnValue:
    """Take the last act back."""
    count = operations.undo(about, actor=g.actor)
    said(
        ngettext("One decision taken back.", "%(num)d decisions taken back.", count)
        if count
        else _("There is nothing to take back.")
    )
    following = operations.standing(about, engines.current().files).first_open
    return _back(about, following.key if following else "")


@action(
    bp, "/agreements/<ref>/returned/<int:number>/answers", about=operations.get, access=_may_decide, form=AnswersForm
)
def returned_answers(about: ReturnedFile, form: AnswersForm) -> ResponseReturnValue:
    """Choose the version the file is compared with."""
    operations.choose_answered(about, form.number.data or 0, actor=g.actor)
    return _back(about)


@action(bp, "/agreements/<ref>/returned/<int:number>/make", about=operations.get, access=_may_decide, form=MakeForm,
        shows=returned)  # fmt: skip
def returned_make(about: ReturnedFile, form: MakeForm) -> ResponseReturnValue:
    """Make the next version of it."""
    used, newest = engines.current(), about.agreement.version
    version = operations.make(
        about, rest=form.rest.data, **_signed(about), actor=g.actor, files=used.files, fonts=used.fonts,
        note=form.note.data or "", manifest=_template(about), newest=form.newest.data,
    )  # fmt: skip
    if version is newest:
        said(_("Nothing of the file was taken: version %(number)s stays as it is.", number=version.number))
        return _back(about)
    said(_("Version %(number)s is there. This is what differs.", number=version.number))
    return redirect(url_for(".differences", ref=about.agreement.ref, old=about.answers.number, new=version.number))


@action(bp, "/agreements/<ref>/returned/<int:number>/aside", about=operations.get, access=_may_decide, form=EmptyForm)
def returned_aside(about: ReturnedFile, _form: EmptyForm) -> ResponseReturnValue:
    """Put the file aside."""
    operations.put_aside(about, actor=g.actor)
    said(_("The file is put aside. It can still be looked at under “What came back from Word”."))
    return redirect(url_for("agreements.show", ref=about.agreement.ref))


def _context(about: ReturnedFile) -> dict[str, Any]:
    standing = operations.standing(about, engines.current().files)
    return {
        "returned": about, "agreement": about.agreement, "reading": standing.reading, "standing": standing,
        "writable": about.state == OPEN and not rules.may_write(g.actor, about.agreement), "made": about.state == MADE,
        "tally": _tally(standing), "offers": _offers(about), "meanwhile": [v for v in about.agreement.versions if v.number > about.answers.number],
    }  # fmt: skip


def _offers(about: ReturnedFile) -> list[dict[str, Any]]:
    """The answers that read otherwise now, each with whether the form follows the text."""
    used = engines.current()
    content, sent = (used.files.get(key) for key in (about.docx, about.answers.docx))
    found = answers.changed(_template(about), about.answers.values, content, sent)
    return [
        {"offer": offer, "key": answers.PREFIX + offer.path, "follows": answers.follows(offer, about.decisions)}
        for offer in found
    ]  # fmt: skip


def _template(about: ReturnedFile) -> Manifest | None:
    """The one whose questions were answered in the version that went out."""
    return library.of(about.agreement, at=about.answers.number)


def _tally(standing: Standing) -> dict[str, Any]:
    waiting = standing.open_items
    return {
        "all": len(standing.reading.items), "open": len(waiting), "first": standing.first_open,
        "authors": {
            author: count for author in standing.reading.authors
            if (count := sum(item.author == author for item in waiting if item.group in ("change", "look")))
        },
        "looks": sum(item.group == "look" for item in waiting),
    }  # fmt: skip


def _failed(about: ReturnedFile, failed: Failed, status: int) -> ResponseReturnValue:
    """The page once more, or its part, with what was typed."""
    if _from_script():
        return _parts(about, failed.key, failed=failed, status=status)
    db.session.rollback()
    return render_template("drafting/returned.html", failed=failed, **_context(about)), status


def _parts(about: ReturnedFile, key: str, *, failed: Failed | None = None, status: int = 200) -> ResponseReturnValue:
    """The item anew and what else on the page counts it."""
    context = _context(about)
    parts = {
        "item": context["reading"].get(key), "offer": next((each for each in context["offers"] if each["key"] == key), None),
    }  # fmt: skip
    return Response(render_template("drafting/_returned_parts.html", **parts, failed=failed, **context), status=status)


def _from_script() -> bool:
    return request.headers.get("X-Requested-With") == _SCRIPT


def _back(about: ReturnedFile, key: str = "") -> ResponseReturnValue:
    where = url_for(".returned", ref=about.agreement.ref, number=about.number)
    return redirect(f"{where}#item-{key}" if key else where)


def _signed(about: ReturnedFile) -> dict[str, Any]:
    """Under which names a Word file goes out."""
    agreement = about.agreement
    return {
        "author": in_language(agreement.own_party.organisation.called()), "title": in_language(agreement.titles),
    }  # fmt: skip
