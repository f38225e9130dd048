"""How often a password or a code may be tried: counted by address and by account, whichever is reached first."""

from __future__ import annotations

import hashlib

from flask import request
from limits import parse_many
from werkzeug.exceptions import TooManyRequests

from mou_service import engines
from mou_service.web.security import limiter


def count(what: str, *, account: str = "") -> None:
    """Count one attempt; raises 429 when there were too many from this address or for this account."""
    settings = engines.current().settings
    if not settings.rate_limits:
        return
    counted = [("address", request.remote_addr or "")]
    if account:
        counted.append(("account", hashlib.sha256(account.encode()).hexdigest()))
    for limit in parse_many(settings.sign_in_limit):
        within = [limiter.limiter.hit(limit, what, kind, key) for kind, key in counted]  # all are moved, full or not
        if not all(within):
            raise TooManyRequests
