"""Domain errors become pages here, and nowhere else."""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from flask import Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from mou_service.core.db import db
from mou_service.core.errors import EngineFailed, Invalid, Missing, Refused, SignInNeeded, Stale
from mou_service.documents.findings import Hindered

from . import findings

#: Where a refused step leads back to, as (address, words) or None; features say it of their own pages.
WAYS_BACK: list[Callable[[], tuple[str, str] | None]] = []


def register(app: Flask) -> None:
    """Say which page answers which error."""
    app.register_error_handler(SignInNeeded, _sign_in)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Hindered, _hindered)
    app.register_error_handler(Invalid, _invalid)
    app.register_error_handler(Missing, _missing)
    app.register_error_handler(Stale, _stale)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(EngineFailed, _engine_failed)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)


def _page(
    status: int, title: str, *reasons: str, ways: Sequence[Callable[[], tuple[str, str] | None]] = ()
) -> ResponseReturnValue:
    db.session.rollback()
    back = next((found for way in ways if (found := way())), None)
    return render_template("web/error.html", title=title, reasons=reasons, status=status, back=back), status


def _sign_in(error: SignInNeeded) -> ResponseReturnValue:
    if request.method == "GET" and request.accept_mimetypes.accept_html:
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    return _page(401, _("Please sign in first"), *error.reasons, ways=[_in_again])


def _in_again() -> tuple[str, str] | None:
    """Back to the page the form stood on, by the way in where nobody is signed in any more."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return None
    actor = g.get("actor")
    if actor is not None and actor.is_signed_in:
        return came_from.path, _("Load the page again")
    return url_for("accounts.sign_in", next=came_from.path), _("Sign in and go on")


def _refused(error: Refused) -> ResponseReturnValue:
    return _page(403, _("This cannot be done"), *error.reasons, ways=WAYS_BACK)


def _invalid(error: Invalid) -> ResponseReturnValue:
    return _page(422, _("What was typed cannot be used"), *error.fields.values())


def _missing(_error: Missing) -> ResponseReturnValue:
    return _page(404, _("There is no such page"), _("It may have moved, or it is not meant for you."))


def _stale(_error: Exception) -> ResponseReturnValue:
    return _page(
        409,
        _("Someone was quicker"),
        _(
            "What you looked at has changed meanwhile. Nothing was overwritten: go back, look again and repeat your step."
        ),
    )


def _hindered(error: Hindered) -> ResponseReturnValue:
    return _page(422, _("The document cannot be used as it is"), *findings.lines(error))


def _engine_failed(error: EngineFailed) -> ResponseReturnValue:
    if error.permanent:
        return _page(503, _("This needs whoever runs the service"), *findings.lines(error))
    return _page(503, _("An outside service did not answer"), _("Nothing is lost. Please try again in a minute."))


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return _page(
        400,
        _("This page was open for too long"),
        _(
            "For safety it must be loaded again before you send it. Go back, copy what you typed, and load the page again."
        ),
        ways=[_in_again],
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    if status == 413:
        return _page(413, _("This file is too large"), _("Send a smaller file, for example without large pictures."))
    if status == 429:
        return _page(429, _("Too many attempts"), _("Wait a few minutes and try again."))
    if status == 404:
        return _missing(Missing())
    if status == 405:
        return _page(
            405,
            _("The page could not be shown"),
            _("This address only takes what a form sends. Go back and use the button."),
        )
    if status >= 500:
        return _page(
            status,
            _("The page could not be shown"),
            _(
                "A fault in the service got in the way; nothing was changed. Try again, and tell an administrator if it stays."
            ),
        )
    return _page(
        status,
        _("The page could not be shown"),
        _("Something in the request could not be read. Go back and try again."),
    )
