"""What every page's frame shows, and the pieces of look that are the same everywhere."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from flask_babel import get_locale

from mou_service import __version__

from . import navigation
from .routing import form_for


def register(app: Flask) -> None:
    """Give the frame its variables and the templates the functions they call."""
    app.context_processor(_frame)
    app.add_template_global(form_for)


def _frame() -> dict[str, Any]:
    return {
        "navigation": navigation.links,
        "actor": g.get("actor"),
        "language": str(get_locale().language),
        "version": __version__,
    }
