"""What waits for whom, the register of agreements, and the page of one agreement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.accounts.roles import LABELS as ROLE_LABELS
from mou_service.accounts.roles import STAFF, Role
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.web import navigation
from mou_service.web.addresses import row_number
from mou_service.web.routing import form_page, page, said, signed_in

from . import after_views, history, law, lifecycle, operations, permissions, queries, rules, standing, states  # noqa: F401  (after_views brings its pages)
from . import tasks as waiting
from .blueprint import bp
from .forms import WithdrawForm
from .models import Agreement
from .states import State

__all__ = ["bp"]
PAGE = 25


@dataclass(frozen=True)
class Act:
    """Where a step is taken from an agreement's page: at once by a button, or on a page of its own."""

    endpoint: str
    at_once: bool = False
    kind: str = "quiet"


#: The order is that of importance: the first that is possible is the one button.
ACTS = {
    "submit": Act("review.submit", at_once=True, kind="primary"),
    "agree_text": Act("review.agree_text", at_once=True, kind="primary"),
    "present": Act("review.present", at_once=True, kind="primary"),
    "approve": Act("review.approval", kind="seal"),
    "freeze": Act("signing.prepare", kind="seal"),
    "return": Act("review.show"),
    "revise": Act("drafting.revise"),
    "void": Act("signing.void"),
    "withdraw": Act("agreements.withdraw", kind="danger"),
}


@dataclass(frozen=True)
class Choice:
    """One thing that can be done on the page, with the reasons against."""

    label: str
    url: str
    at_once: bool
    kind: str
    reasons: list[str]


def _count(actor: Actor) -> int:
    return len(_tasks(actor)) + len(_matters(actor))


navigation.add(navigation.Entry(_l("My tasks"), "agreements.tasks", signed_in, order=10, count=_count))


def _follows_agreements(actor: Actor, *_about: object) -> list[str]:
    """Whoever only signs has them among the tasks, and would find an empty list."""
    return signed_in(actor) or ([] if actor.has(*STAFF, Role.PARTNER) else [_("Your role does not include this.")])


navigation.add(navigation.Entry(_l("Agreements"), "agreements.register", _follows_agreements, order=20))


@page(bp, "/", access=signed_in)
def tasks() -> ResponseReturnValue:
    """What waits for this person, and where everything else is."""
    mine = _tasks(g.actor)
    known = {each.agreement.id for each in mine}
    others = [a for a in _moving(g.actor) if a.id not in known]
    return render_template(
        "agreements/tasks.html", waiting=mine, matters=_matters(g.actor), others=others[:PAGE], more=len(others) > PAGE, holder=standing.holder,
        labels=states.LABELS, tones=states.TONES, roles=[ROLE_LABELS[r] for r in ROLE_LABELS if g.actor.has(r)],
        may_draft=g.actor.has("drafter"),
        first_steps=g.actor.has("administrator") and not _moving(g.actor) and not queries.listed(g.actor, limit=1),
    )  # fmt: skip


@page(bp, "/agreements", access=signed_in)
def register() -> ResponseReturnValue:
    """Every agreement this person may see, found by number, title or party."""
    words, state = request.args.get("q", "").strip(), request.args.get("state", "")
    known = (state,) if state in set(State) else ()
    found = queries.listed(
        g.actor, words=words, states=known, before=_place(request.args.get("before", "")), limit=PAGE + 1
    )
    shown = found[:PAGE]
    following = f"{shown[-1].state_since.isoformat()}~{shown[-1].id}" if len(found) > PAGE else None
    return render_template(
        "agreements/register.html", agreements=shown, words=words, state=state, labels=states.LABELS,
        tones=states.TONES, holder=standing.holder, first="before" not in request.args,
        next_url=url_for(".register", q=words, state=state, before=following) if following else None,
        may_draft=g.actor.has("drafter"),
    )  # fmt: skip


@page(bp, "/agreements/<ref>", about=queries.get, access=permissions.may("look"))
def show(agreement: Agreement) -> ResponseReturnValue:
    """One agreement: where it stands, the one thing to do, and everything about it."""
    main, others = _choices(g.actor, agreement)
    inside = not permissions.refusals("look_inside", g.actor, agreement)
    trail = events.trail(agreement.stream)
    in_law = law.in_law(agreement, _today(), tells="house" if inside else "full")
    return render_template(
        "agreements/show.html", agreement=agreement, state=State(agreement.state), labels=states.LABELS,
        tones=states.TONES, life=standing.life(agreement, trail), holder=standing.holder(agreement) if inside else "",
        next=standing.NEXT[State(agreement.state)], main=main, others=others, inside=inside,
        task=_task(g.actor, agreement), in_law=in_law,
        latest=_told(trail[-4:]) if inside else [], withdrawn=_reason(agreement, trail),
        returned=standing.returned(agreement) if inside else None,
    )  # fmt: skip


@page(bp, "/agreements/<ref>/history", about=queries.get, access=permissions.may("look_inside"))
def trail(agreement: Agreement) -> ResponseReturnValue:
    """Everything that happened to it, newest first."""
    return render_template("agreements/history.html", agreement=agreement, told=_told(events.trail(agreement.stream)))


@form_page(bp, "/agreements/<ref>/withdraw", about=queries.get, access=lifecycle.may("withdraw"), form=WithdrawForm,
           template="agreements/withdraw.html")  # fmt: skip
def withdraw(agreement: Agreement, form: WithdrawForm) -> ResponseReturnValue:
    operations.withdraw(agreement, actor=g.actor, reason=form.reason.data or "")
    said(_("%(ref)s is withdrawn. Its record and its trail stay.", ref=agreement.ref))
    return redirect(url_for(".show", ref=agreement.ref))


def _tasks(actor: Actor) -> list[waiting.Waiting]:
    if "tasks" not in g:
        g.tasks = waiting.waiting(actor, _moving(actor))
    return list(g.tasks)


def _matters(actor: Actor) -> list[waiting.Matter]:
    if "matters" not in g:
        g.matters = waiting.matters(actor) if actor.is_signed_in else []
    return list(g.matters)


def _task(actor: Actor, agreement: Agreement) -> waiting.Task | None:
    """The first thing this person has to do about the agreement: what is asked of them by name comes before all."""
    mine = (task for task in waiting.personal(actor) if task.agreement is agreement)
    return next(mine, None) or next(waiting.of(actor, agreement), None)


def _moving(actor: Actor) -> list[Agreement]:
    """What is on its way and may be seen, once a request."""
    if "moving" not in g:
        g.moving = queries.moving(actor, since=now() - waiting.NEW) if actor.is_signed_in else []
    return list(g.moving)


def _choices(actor: Actor, agreement: Agreement) -> tuple[Choice | None, list[Choice]]:
    """The one button, and the other acts with the reasons against them."""
    possible = {step.name: (step, reasons) for step, reasons in lifecycle.possible(actor, agreement)}
    found = [
        Choice(
            str(possible[name][0].label),
            url_for(act.endpoint, ref=agreement.ref),
            act.at_once,
            act.kind,
            possible[name][1],
        )
        for name, act in ACTS.items()
        if name in possible and act.endpoint in current_app.view_functions
    ]
    if agreement.state != State.WITHDRAWN and not permissions.refusals("relate", actor, agreement):
        label = (
            _("End it, or relate it to another")
            if rules.executed.holds(actor, agreement)
            else _("Relate it to an older one")
        )
        found.append(Choice(label, url_for(".after_signing", ref=agreement.ref), False, "quiet", []))
    if opinion := _opinion(actor, agreement) or _translation(actor, agreement):
        found = [opinion, *(each for each in found if each.url != opinion.url)]
    main = next((c for c in found if c.kind in ("primary", "seal") and not c.reasons), None)
    return main, [c for c in found if c is not main]


def _translation(actor: Actor, agreement: Agreement) -> Choice | None:
    """The agreed text waits only for somebody to confirm that its languages say the same."""
    waits = agreement.state == State.TEXT_AGREED and not rules.translation_is_confirmed.holds(actor, agreement)
    if not waits or permissions.refusals("confirm_translation", actor, agreement):
        return None
    return Choice(_("Confirm the translation"), url_for("drafting.languages", ref=agreement.ref), False, "primary", [])


def _opinion(actor: Actor, agreement: Agreement) -> Choice | None:
    """What somebody was asked for is no step of its own: it is done on the page of the review or of the approval."""
    if not rules.asked.holds(actor, agreement):
        return None
    if agreement.state == State.IN_APPROVAL:
        return Choice(_("Decide: approve or return"), url_for("review.approval", ref=agreement.ref), False, "seal", [])
    if agreement.state != State.IN_REVIEW:
        return None
    return Choice(
        _("Read the text and give your opinion"), url_for("review.show", ref=agreement.ref), False, "primary", []
    )


def _told(trail_: list[events.Event]) -> list[dict[str, Any]]:
    return [
        {"at": e.at, "what": history.words(e), "who": history.who(e), "note": history.detail(e),
         "tone": {"agreement.withdraw": "stopped", "slot.decline": "stopped", "agreement.approve": "done",
                  "agreement.execute": "done", "agreement.archive": "done", "slot.sign": "seal"}.get(e.name, "quiet")}
        for e in reversed(trail_)
    ]  # fmt: skip


def _reason(agreement: Agreement, trail_: list[events.Event]) -> str:
    if agreement.state != State.WITHDRAWN:
        return ""
    return next((str(e.facts.get("reason", "")) for e in reversed(trail_) if e.name == "agreement.withdraw"), "")


def _today() -> Any:
    return now().astimezone(ZoneInfo(g.get("time_zone") or "UTC")).date()


def _place(text: str) -> tuple[object, int] | None:
    moment, _tilde, number = text.partition("~")
    try:
        return (datetime.fromisoformat(moment), row_number(number)) if number else None
    except ValueError:
        return None
