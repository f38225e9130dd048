"""Addresses: those that stay inside the service, and those that people outside can follow."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote, urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, RequestRedirect, ValidationError

#: No table has more rows; databases refuse to be asked for a number they cannot hold.
HIGHEST = 2**31 - 1


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: a number a row can have; for any other there is no such page."""

    def to_python(self, value: str) -> int:
        if len(value) > 10:
            raise ValidationError
        found: int = super().to_python(value)
        if found > HIGHEST:
            raise ValidationError
        return found


def row_number(typed: str) -> int:
    """The number of a row as a form or a query sends it; raises ValueError for what is none."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 10 and int(typed) <= HIGHEST):
        raise ValueError("no number of a row")
    return int(typed)


def inside(target: str | None, otherwise: str = "/") -> str:
    """The target if it is a path of this service, else the other place.

    Browsers drop tabs and line ends and read a backslash as a slash: what holds one of these is no path of ours.
    """
    if not target or "\\" in target or not target.isprintable():
        return otherwise
    return target if target.startswith("/") and not target.startswith("//") else otherwise


def page_at(target: str) -> str:
    """The page at a path of this service, else the nearest one above it: where a form was sent to nothing can be opened."""
    path, adapter = unquote(target.partition("?")[0]), current_app.url_map.bind("")
    found = path
    while found:
        try:
            adapter.match(found, method="GET")
        except RequestRedirect:
            break
        except HTTPException:
            found = found.rpartition("/")[0]
        else:
            break
    return target if found == path else quote(found) or "/"


def outside(public_url: str, endpoint: str, **values: Any) -> str:
    """The address of a page as it stands in mails and on paper; needs no request."""
    parts = urlsplit(public_url)
    adapter = current_app.url_map.bind(parts.netloc, script_name=parts.path or "/", url_scheme=parts.scheme)
    return adapter.build(endpoint, values, force_external=True)
