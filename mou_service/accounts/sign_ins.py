"""Devices on which people are signed in: begun with a password, ended by whoever may, never longer than the hours set."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Missing
from mou_service.core.ids import token, token_hash

from .models import SignIn, User

#: How long an ended sign-in is remembered: whoever wonders about a strange device looks within weeks.
REMEMBERED = timedelta(days=30)

#: A browser names its ancestors as well, so the first that fits is the one.
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "iPad": "iPad",
    "iPhone": "iPhone",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


def begin(user: User, *, address: str, device: str) -> tuple[SignIn, str]:
    """A new sign-in, and the secret that its cookie holds; only the secret's hash is kept."""
    old = sa.and_(SignIn.user_id == user.id, SignIn.began_at < now() - REMEMBERED)
    db.session.execute(sa.delete(SignIn).where(old).execution_options(synchronize_session=False))
    secret = token()
    made = SignIn(user=user, token_hash=token_hash(secret), address=address[:64], device=device[:300])
    db.session.add(made)
    db.session.flush()
    return made, secret


def usable(secret: str, *, since: datetime) -> SignIn | None:
    """The sign-in of a cookie, unless it ended or began before `since`."""
    query = sa.select(SignIn).where(
        SignIn.token_hash == token_hash(secret), SignIn.ended_at.is_(None), SignIn.began_at > since
    )
    return db.session.scalar(query)


def of(user: User, *, since: datetime) -> list[SignIn]:
    """Where the person is signed in now, newest first."""
    query = sa.select(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None), SignIn.began_at > since)
    return list(db.session.scalars(query.order_by(SignIn.began_at.desc(), SignIn.id.desc())))


def one_of(user: User, number: int) -> SignIn:
    """A sign-in of this person; raises `Missing` for anybody else's."""
    found = db.session.get(SignIn, number)
    if found is None or found.user_id != user.id:
        raise Missing(f"sign-in {number}")
    return found


def end(sign_in: SignIn) -> None:
    """The device is signed out; one that was already stays as it is."""
    if sign_in.ended_at is None:
        sign_in.ended_at = now()


def end_all(user: User, *, but: int | None = None) -> None:
    """Every device of the person is signed out, except the sign-in of this number."""
    for each in of(user, since=now() - REMEMBERED):
        if each.id != but:
            end(each)


def lock(sign_in: SignIn, facts: dict[str, Any] | None) -> None:
    """Tie the device to one thing, or set it free again with None."""
    sign_in.locked_to = facts


def device_name(agent: str) -> str:
    """Browser and system as people call them: "Firefox · Windows"; empty when the browser does not say."""
    named = (
        next((word for mark, word in known.items() if re.search(mark, agent)), "") for known in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(filter(None, named))
