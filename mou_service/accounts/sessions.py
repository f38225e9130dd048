"""Who is signed in: the actor of a request, how fresh the sign-in is, and what its device is locked to.

The cookie holds a secret and nothing that counts; what counts is the `SignIn` it names. So a copied cookie ends with the
sign-out, and no answer that comes late can undo what another tab did.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, current_user, login_user, logout_user

from mou_service.core.actors import STRANGER, Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.engines.secrets import kept_secret
from mou_service.settings import Settings

from . import sign_ins
from .models import SignIn, User

login_manager = LoginManager()


class SignedIn:
    """A sign-in as Flask-Login keeps it."""

    is_active = is_authenticated = True
    is_anonymous = False

    def __init__(self, sign_in: SignIn, secret: str) -> None:
        user = sign_in.user
        self.secret, self.sign_in_id, self.fresh_at = secret, sign_in.id, sign_in.fresh_at
        self.locked_to = sign_in.locked_to
        self.user_id, self.actor, self.language, self.name = user.id, user.actor(), user.language, user.name

    def get_id(self) -> str:
        return self.secret


def register(app: Flask) -> None:
    """Load the actor of every request from its cookie."""
    login_manager.session_protection = "basic"
    login_manager.init_app(app)
    login_manager.user_loader(_load)
    app.before_request(_know_actor)


def session_key(settings: Settings) -> bytes:
    """What signs the cookies."""
    return kept_secret(settings.keys / "session-secret", settings.secret_key)


def begin(user: User) -> None:
    """Sign the person in on this device; what the session held before is dropped, except the chosen language."""
    _end()
    _forget()
    session.permanent = True
    made, secret = sign_ins.begin(user, address=request.remote_addr or "", device=request.user_agent.string)
    login_user(SignedIn(made, secret))
    user.signed_in_at = made.began_at


def end() -> None:
    """Sign the person out on this device; a copy of its cookie is worth nothing from here on."""
    _end()
    logout_user()
    _forget()


def _end() -> None:
    if current_user.is_authenticated:
        sign_ins.end(_current())


def _forget() -> None:
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def here() -> int | None:
    """The number of this device's sign-in."""
    number: int | None = current_user.sign_in_id if current_user.is_authenticated else None
    return number


def since() -> datetime:
    """Sign-ins that began before this moment have ended by themselves."""
    return now() - timedelta(hours=_engines().settings.session_hours)


def is_fresh() -> bool:
    """Whether the password was typed recently enough for a binding act."""
    lasts = timedelta(minutes=_engines().settings.fresh_minutes)
    return bool(current_user.is_authenticated and now() - current_user.fresh_at < lasts)


def refresh() -> None:
    """Remember that the password was just typed again."""
    _current().fresh_at = current_user.fresh_at = now()


def lock(facts: dict[str, Any]) -> None:
    """From now on this device is tied to what the facts say, in every tab and whatever the cookie becomes.

    The hours of the sign-in begin anew, for the password was just given: it must not end while guests sign on the device.
    """
    sign_in = _current()
    sign_ins.lock(sign_in, facts)
    sign_in.began_at = now()
    session.modified = True  # the cookie lasts as long
    current_user.locked_to = facts


def unlock() -> None:
    """The device is free again."""
    sign_ins.lock(_current(), None)
    current_user.locked_to = None


def locked_to() -> dict[str, Any] | None:
    """What this device is tied to."""
    facts: dict[str, Any] | None = current_user.locked_to if current_user.is_authenticated else None
    return facts


def speak(language: str) -> None:
    """Use this language on this device from the next page on."""
    session["language"] = language


def _current() -> SignIn:
    return db.session.get_one(SignIn, current_user.sign_in_id)


def _load(secret: str) -> SignedIn | None:
    found = sign_ins.usable(secret, since=since())
    if found is None or not found.user.active:
        return None
    if found.user.demo and not _engines().settings.demo:
        return None
    return SignedIn(found, secret)


def _know_actor() -> None:
    actor: Actor = current_user.actor if current_user.is_authenticated else STRANGER
    g.actor = actor
    g.account_language = current_user.language if current_user.is_authenticated else None


def _engines() -> Engines:
    engines: Engines = current_app.extensions["engines"]
    return engines
