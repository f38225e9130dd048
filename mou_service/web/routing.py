"""Pages, actions and forms: every route says what it is about and who may use it.

`access` has no default: a route that forgot it does not start. An access rule gets the actor (and the
thing the route is about, when there is one) and answers with the reasons against; an empty list is "yes".
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from mou_service.core import db as database
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused, SignInNeeded, Stale

Access = Callable[..., Sequence[str]]
View = Callable[..., ResponseReturnValue]

#: Endpoint → access rule; a house test compares it with the application's routes.
DECLARED: dict[str, Access] = {}


def anyone(actor: Actor, *_about: object) -> list[str]:
    """Everybody, also strangers."""
    return []


def signed_in(actor: Actor, *_about: object) -> list[str]:
    """Everybody with an account."""
    return [] if actor.is_signed_in else [_("Please sign in first.")]


def role(*names: str) -> Access:
    """Everybody who holds one of the roles."""

    def access(actor: Actor, *_about: object) -> list[str]:
        return [] if actor.has(*names) else [_("Your role does not include this.")]

    return access


def page(
    bp: Blueprint, rule: str, *, access: Access, about: Callable[..., Any] | None = None, writes: bool = False
) -> Callable[[View], View]:
    """Declare a GET route. `about` loads the thing from the URL's values.

    A page only reads, unless `writes` says that looking itself leaves an event (a download does).
    """
    return _route(bp, rule, ["GET"], access, about, lambda view, given: view(*given), writes=writes)


def action(
    bp: Blueprint,
    rule: str,
    *,
    access: Access,
    about: Callable[..., Any] | None = None,
    form: type[FlaskForm] | None = None,
    shows: View | None = None,
) -> Callable[[View], View]:
    """Declare a POST route: load, check access, read the form, call the view, commit.

    When the form cannot be used, the page `shows` is answered again (422) with the typing kept: its template
    gets the form by `form_for(FormClass)`.
    """
    return _route(bp, rule, ["POST"], access, about, lambda view, given: _act(view, given, form, shows))


def form_page(
    bp: Blueprint,
    rule: str,
    *,
    access: Access,
    form: type[FlaskForm] | Callable[..., FlaskForm],
    template: str,
    about: Callable[..., Any] | None = None,
    prepare: Callable[..., dict[str, Any] | None] | None = None,
) -> Callable[[View], View]:
    """Declare a page with one form: GET shows it, a usable POST calls the view and commits.

    `form` is a class, or a function of the thing that makes the form. `prepare(form, *about)` fills it on GET
    and gives the template's other variables on both. `Invalid` from the view lands at the fields, typing kept.
    """

    def answer(view: View, given: list[Any]) -> ResponseReturnValue:
        filled = form(*given) if not isinstance(form, type) else form()
        context = (prepare(filled, *given) if prepare else None) or {}
        names = {"about": given[0]} if given else {}

        def show(status: int) -> ResponseReturnValue:
            return render_template(template, form=filled, **names, **context), status

        if request.method != "POST":  # also HEAD, which must not act
            return show(200)
        if not filled.validate():
            # Nothing is wrong with a form that only asks for another line.
            return _again(show) if filled.errors else show(200)
        try:
            response = view(*given, filled)
            db.session.commit()
            return response
        except Invalid as error:
            keep_errors(filled, error)
            return _again(show)

    return _route(bp, rule, ["GET", "POST"], access, about, answer, writes=False)


def form_for(form: type[FlaskForm], **values: Any) -> FlaskForm:
    """The form a page shows: the one whose typing could not be used, or a fresh one."""
    failed = g.get("failed_form")
    return failed if type(failed) is form else form(formdata=None, **values)


def keep_errors(form: FlaskForm, error: Invalid) -> None:
    """Put the messages of `Invalid` at the fields they are about; the rest above the form."""
    for name, message in error.fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, message]
        else:
            form.form_errors.append(message)


def _route(
    bp: Blueprint,
    rule: str,
    methods: list[str],
    access: Access,
    about: Callable[..., Any] | None,
    answer: Callable[[View, list[Any]], ResponseReturnValue],
    *,
    writes: bool = True,
) -> Callable[[View], View]:
    def declare(view: View) -> View:
        @functools.wraps(view)
        def wrapped(**url: Any) -> ResponseReturnValue:
            if writes and request.method in ("GET", "HEAD"):
                # Who asks was looked up as for a page that only reads: that transaction cannot become a writing one.
                db.session.rollback()
            database.read_only(request.method != "POST" and not writes)
            response = answer(view, _admit(url))
            if request.method == "GET" and writes:
                db.session.commit()
            return response

        def _admit(url: dict[str, Any]) -> list[Any]:
            if about is None:
                _check(access, g.actor, [])
                return list(url.values())
            given = [about(**url)]
            _check(access, g.actor, given)
            return given

        DECLARED[f"{bp.name}.{view.__name__}"] = access
        bp.add_url_rule(rule, view.__name__, wrapped, methods=methods)
        return view

    return declare


def _check(access: Access, actor: Actor, given: list[Any]) -> None:
    if reasons := list(access(actor, *given)):
        raise Refused(*reasons) if actor.is_signed_in or actor.kind == "guest" else SignInNeeded(*reasons)


def _act(view: View, given: list[Any], form: type[FlaskForm] | None, shows: View | None) -> ResponseReturnValue:
    if form is None:
        response = view(*given)
        db.session.commit()
        return response
    filled = form()
    try:
        if not filled.validate():
            raise Invalid({})
        response = view(*given, filled)
        db.session.commit()
        return response
    except Invalid as error:
        keep_errors(filled, error)
        if shows is None:
            raise Invalid({name: str(text[0]) for name, text in filled.errors.items() if name}) from error
        g.failed_form = filled
        return _again(lambda status: make_response(shows(*given), status))


def _again(show: Callable[[int], ResponseReturnValue]) -> ResponseReturnValue:
    """Answer with the page once more; what the view wrote before it found the fault is taken back."""
    db.session.rollback()
    return show(422)


def still_the_same(seen: int | str | None, current: int) -> None:
    """Raise `Stale` unless the form was filled from the newest version of the thing."""
    if seen is not None and str(seen) != str(current):
        raise Stale(_("Someone changed this while you were looking at it."))


def said(message: str) -> None:
    """Tell the person, on the next page, what was done."""
    flash(message, "done")
