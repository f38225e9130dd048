"""What every page's frame shows, and the pieces of look that are the same everywhere."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, g
from flask_babel import get_locale

from mou_service import __version__

from . import navigation
from .routing import form_for

YEAR = 31_536_000


def register(app: Flask) -> None:
    """Give the frame its variables and the templates the functions they call."""
    app.context_processor(_frame)
    app.add_template_global(form_for)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR
    look = _look(Path(app.static_folder or ""))

    @app.url_defaults
    def _name_the_look(endpoint: str, values: dict[str, Any]) -> None:
        """Style sheets and scripts may be kept for a year: a changed one has another address."""
        if endpoint == "static":
            values["v"] = look


def _look(folder: Path) -> str:
    """A short fingerprint of all style sheets, scripts and pictures."""
    content = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content.update(path.read_bytes())
    return content.hexdigest()[:10]


def _frame() -> dict[str, Any]:
    return {
        "navigation": navigation.links,
        "actor": g.get("actor"),
        "language": str(get_locale().language),
        "version": __version__,
    }
