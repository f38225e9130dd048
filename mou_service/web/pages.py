"""Pages without a feature: the way in, health, the choice of language, and the pattern book."""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from mou_service import __version__
from mou_service.core import jobs
from mou_service.core.db import db

from .addresses import inside, page_at
from .languages import LANGUAGES
from .routing import action, anyone, page

bp = Blueprint("web", __name__)


@page(bp, "/healthz", access=anyone)
def health() -> ResponseReturnValue:
    """Whether the service answers and reaches its database; for machines."""
    try:
        db.session.execute(text("select 1"))
        return jsonify(status="ok", version=__version__, jobs_waiting=jobs.waiting())
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(status="no database", version=__version__), 503


@action(bp, "/language/<language>", access=anyone)
def language(language: str) -> ResponseReturnValue:
    """Speak another language on this device and come back to the page."""
    if language in LANGUAGES:
        session["language"] = language
    return redirect(page_at(inside(request.form.get("next"))))
