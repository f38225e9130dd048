"""Our own institution: its names, time zone and logo, and whether everything here is a demonstration."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask, g

from mou_service import engines
from mou_service.core.db import db
from mou_service.core.errors import Missing
from mou_service.trust.authority import Authority

from .models import Institution


def ours() -> Institution:
    """The institution this service works for; raises `Missing` before it was set up."""
    found: Institution | None = db.session.scalar(sa.select(Institution))
    if found is None:
        raise Missing("institution")
    return found


def is_set_up() -> bool:
    """Whether somebody has said whose service this is."""
    return db.session.scalar(sa.select(Institution.id)) is not None


def authority() -> Authority:
    """The certificate authority in the institution's name; made when it is asked for the first time."""
    institution = ours()
    names = institution.organisation.called()
    return engines.current().authority(
        institution=names.get("en") or next(iter(names.values()), institution.acronym),
        country=institution.organisation.country,
        demonstration=institution.demonstration,
    )


def register(app: Flask) -> None:
    """Give every page the institution and its time zone."""
    app.context_processor(_frame)
    app.before_request(_know_time_zone)


def _know_time_zone() -> None:
    g.institution = db.session.scalar(sa.select(Institution))
    g.time_zone = g.institution.time_zone if g.institution else None


def _frame() -> dict[str, Any]:
    institution = g.get("institution")
    return {"institution": institution, "demonstration": bool(institution and institution.demonstration)}
