"""Pages for reviewing a text and for approving it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from mou_service import engines
from mou_service.accounts import asking, sessions
from mou_service.agreements import lifecycle, permissions, queries
from mou_service.agreements.models import Agreement
from mou_service.core.errors import Invalid
from mou_service.drafting import departure_words
from mou_service.partners import countries
from mou_service.web.addresses import row_number
from mou_service.web.filters import day, language, sentences
from mou_service.web.forms import NoteForm
from mou_service.web.routing import action, form_for, page, said, still_the_same

from . import differences, operations
from . import queries as reviews
from .forms import AgreeForm, AnswerForm, ApproveForm, CommentForm, ReturnForm
from .models import ReviewStep
from .policy import FUNCTIONS, REASONS

bp = Blueprint("review", __name__)


@page(bp, "/agreements/<ref>/review", about=queries.get, access=permissions.may("look_inside"))
def show(agreement: Agreement) -> ResponseReturnValue:
    """The text to read, what was said about it, and the opinion to give."""
    mine = [s for s in reviews.open_steps(agreement, g.actor) if s.phase == "review"]
    agreeing = form_for(AgreeForm, version=_number(agreement))
    agreeing.functions.choices = [(s.function, FUNCTIONS[s.function]) for s in mine]
    if agreeing.functions.data is None:
        agreeing.functions.data = [s.function for s in mine]
    return render_template(
        "review/show.html", agreement=agreement, mine=mine, agreeing=agreeing, reasons=REASONS, functions=FUNCTIONS,
        returning=form_for(ReturnForm, version=_number(agreement)), commenting=form_for(CommentForm),
        comments=reviews.comments(agreement), steps=reviews.current_steps(agreement),
        differences=differences.since_before(agreement, engines.current().files), departures=departure_words.of(agreement),
        may_comment=not permissions.refusals("comment", g.actor, agreement),
    )  # fmt: skip


@page(bp, "/agreements/<ref>/approval", about=queries.get, access=permissions.may("look_inside"))
def approval(agreement: Agreement) -> ResponseReturnValue:
    """One page for the leader: what, with whom, why, and what differs; then yes or no."""
    mine = [s for s in reviews.open_steps(agreement, g.actor) if s.phase == "approval"]
    if mine and not sessions.is_fresh():
        return redirect(url_for("accounts.confirm_password", next=request.path))
    return render_template(
        "review/approval.html", agreement=agreement, mine=mine, reasons=REASONS, functions=FUNCTIONS,
        approving=form_for(ApproveForm, version=_number(agreement)),
        returning=form_for(ReturnForm, version=_number(agreement)), steps=reviews.current_steps(agreement),
        differences=differences.since_before(agreement, engines.current().files), facts=operations.facts(agreement),
        departures=departure_words.of(agreement),
    )  # fmt: skip


@action(bp, "/agreements/<ref>/submit", about=queries.get, access=lifecycle.may("submit"), form=NoteForm)
def submit(agreement: Agreement, form: NoteForm) -> ResponseReturnValue:
    operations.submit(agreement, actor=g.actor, note=form.note.data or "")
    said(_("The text is with the reviewers."))
    return _back(agreement)


@action(bp, "/agreements/<ref>/agree", about=queries.get, access=permissions.may("comment"), form=AgreeForm, shows=show)
def agree(agreement: Agreement, form: AgreeForm) -> ResponseReturnValue:
    still_the_same(form.version.data, _number(agreement))
    _need_reason(agreement, form)
    operations.agree(agreement, actor=g.actor, functions=form.functions.data or (), opinion=form.opinion.data or "")
    said(_("Your opinion is recorded."))
    return redirect(url_for("review.show", ref=agreement.ref))


def _need_reason(agreement: Agreement, form: AgreeForm) -> None:
    """The legal office says why, when it agrees to other words in a clause that the template locks."""
    if "legal" not in (form.functions.data or ()) or (form.opinion.data or "").strip():
        return
    if any(each.breaks_lock for each in departure_words.of(agreement) or ()):
        raise Invalid({"opinion": _("A locked clause has other words than the template. Say why they can be agreed.")})


@action(bp, "/agreements/<ref>/return", about=queries.get, access=lifecycle.may("return"), form=ReturnForm, shows=show)
def return_(agreement: Agreement, form: ReturnForm) -> ResponseReturnValue:
    still_the_same(form.version.data, _number(agreement))
    operations.return_(agreement, actor=g.actor, reason=form.reason.data or "")
    said(_("The text is back with legal staff."))
    return _back(agreement)


@action(bp, "/agreements/<ref>/answer", about=queries.get, access=permissions.may("draft"), form=AnswerForm, shows=show)
def answer(agreement: Agreement, form: AnswerForm) -> ResponseReturnValue:
    step = request.form.get("step", 0, type=row_number)
    operations.answer(agreement, actor=g.actor, step_id=step, text=form.text.data or "")
    said(_("Your answer is recorded."))
    return redirect(url_for("review.show", ref=agreement.ref))


@action(
    bp, "/agreements/<ref>/comment", about=queries.get, access=permissions.may("comment"), form=CommentForm, shows=show
)
def comment(agreement: Agreement, form: CommentForm) -> ResponseReturnValue:
    made = operations.comment(
        agreement, actor=g.actor, text=form.text.data or "", place=form.place.data or "",
        replies_to=request.form.get("replies_to", type=row_number),
    )  # fmt: skip
    return redirect(url_for("review.show", ref=agreement.ref, _anchor=f"remark-{made.replies_to_id or made.id or ''}"))


@action(bp, "/agreements/<ref>/comments/resolve", about=queries.get, access=permissions.may("comment"))
def resolve(agreement: Agreement) -> ResponseReturnValue:
    operations.resolve(agreement, actor=g.actor, comment_id=request.form.get("comment", 0, type=row_number))
    return redirect(url_for("review.show", ref=agreement.ref, _anchor="remarks"))


@action(bp, "/agreements/<ref>/agree-text", about=queries.get, access=lifecycle.may("agree_text"))
def agree_text(agreement: Agreement) -> ResponseReturnValue:
    operations.agree_text(agreement, actor=g.actor)
    said(_("The text is agreed. It can be presented for approval."))
    return _back(agreement)


@action(bp, "/agreements/<ref>/present", about=queries.get, access=lifecycle.may("present"), form=NoteForm)
def present(agreement: Agreement, form: NoteForm) -> ResponseReturnValue:
    operations.present(agreement, actor=g.actor, note=form.note.data or "")
    said(_("The agreement is before the leader."))
    return _back(agreement)


def _may_approve(actor: Any, agreement: Agreement) -> list[str]:
    """Who was asked decides; `operations.approve` says what else is missing."""
    if hidden := permissions.may("look_inside")(actor, agreement):
        return hidden
    if not actor.has("leader"):
        return [_("Only a leader can approve.")]
    return []


@action(bp, "/agreements/<ref>/approve", about=queries.get, access=_may_approve, form=ApproveForm, shows=approval)
def approve(agreement: Agreement, form: ApproveForm) -> ResponseReturnValue:
    asking.password()
    still_the_same(form.version.data, _number(agreement))
    operations.approve(agreement, actor=g.actor, note=form.note.data or "")
    said(_("Approved. The text can no longer be changed without asking you again."))
    return redirect(url_for("agreements.tasks"))


def register(app: Flask) -> None:
    """The agreement page shows opinions and approvals through these."""
    app.add_template_global(_may_look_inside, "may_look_inside")
    app.add_template_global(reviews.current_steps, "review_steps")
    app.add_template_global(reviews.earlier_steps, "earlier_review_steps")
    app.add_template_global(_form_for_answer, "form_for_answer")
    app.add_template_global(lambda code: countries.name(code, language()), "country_label")
    app.add_template_global(_plain_case, "plain_case")
    app.add_template_global(_came_from_word, "came_from_word")
    app.add_template_global(lambda code: FUNCTIONS.get(code, code), "review_function")
    app.add_template_global(lambda codes: sentences(REASONS.get(code, code) for code in codes), "review_reasons")


def _may_look_inside(agreement: Agreement) -> bool:
    return not permissions.refusals("look_inside", g.actor, agreement)


def _form_for_answer(step: ReviewStep) -> AnswerForm:
    """The answer to one opinion; what was typed for another one stays with that one."""
    form: AnswerForm = form_for(AnswerForm)
    if str(form.step.data or step.id) != str(step.id):
        form = AnswerForm(formdata=None)
    form.step.data = str(step.id)
    form.text.id = f"answer-{step.id}"
    form.text.label.field_id = form.text.id
    return form


def _came_from_word(agreement: Agreement) -> bool:
    return agreement.version is not None and agreement.version.origin == "upload"


def _plain_case(agreement: Agreement, found: differences.Differences) -> str:
    """The numbers and risks of an agreement in one or two sentences, for somebody in a corridor."""
    months = agreement.term.months if agreement.term else 0
    years, rest = divmod(months, 12)
    term = (
        ngettext("%(num)s year", "%(num)s years", years)
        if years and not rest
        else ngettext("%(num)s month", "%(num)s months", months)
    )
    said_ = [_("It holds for %(term)s.", term=term)] if months else []
    if agreement.term and agreement.term.ends_on:
        said_.append(_("It holds until %(day)s.", day=day(agreement.term.ends_on)))
    if _came_from_word(agreement):
        said_.append(_("Its text came from Word."))
    else:
        said_.append(_("Its text is the template, filled in."))
    if departures := departure_words.of(agreement):
        said_.append(
            ngettext(
                "%(num)s part of it departs from the template.",
                "%(num)s parts of it depart from the template.",
                len(departures),
            )
        )
    if agreement.annexes:
        said_.append(ngettext("%(num)s annex goes with it.", "%(num)s annexes go with it.", len(agreement.annexes)))
    if found.changes:
        said_.append(
            ngettext(
                "%(num)s place differs from the version before.",
                "%(num)s places differ from the version before.",
                len(found.changes),
            )
        )
    return sentences(said_)


def _number(agreement: Agreement) -> int:
    return agreement.version.number if agreement.version else 0


def _back(agreement: Agreement) -> ResponseReturnValue:
    return redirect(url_for("agreements.show", ref=agreement.ref))
