"""Versions found by their number, and Word files handed to a browser."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

from mou_service.agreements import queries
from mou_service.core.errors import Missing

from .models import Version

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def version(ref: str, number: int) -> Version:
    """One version of an agreement's text; raises `Missing`."""
    found = next((each for each in queries.get(ref).versions if each.number == number), None)
    if found is None:
        raise Missing(f"{ref} {number}")
    return found


def word(content: bytes, name: str) -> Response:
    """A Word file to keep under this name."""
    response = Response(content, mimetype=WORD)
    response.headers["Content-Disposition"] = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"
    return response
