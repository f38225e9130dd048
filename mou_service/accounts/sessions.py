"""Who is signed in: the session cookie, the actor of a request, and how fresh the sign-in is."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, current_app, g, session
from flask_login import LoginManager, current_user, login_user, logout_user

from mou_service.core.actors import STRANGER, Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.engines.secrets import kept_secret
from mou_service.settings import Settings

from .models import User

login_manager = LoginManager()


class SignedIn:
    """A user as Flask-Login keeps it: the number, and the epoch that a new password ends."""

    is_active = is_authenticated = True
    is_anonymous = False

    def __init__(self, user: User) -> None:
        self.user_id, self.epoch = user.id, user.session_epoch
        self.actor, self.language, self.name = user.actor(), user.language, user.name

    def get_id(self) -> str:
        return f"{self.user_id}:{self.epoch}"


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
    _forget()
    session.permanent = True
    session["began_at"] = session["fresh_at"] = now().timestamp()
    login_user(SignedIn(user))
    user.signed_in_at = now()


def end() -> None:
    """Sign the person out on this device."""
    logout_user()
    _forget()


def _forget() -> None:
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def is_fresh() -> bool:
    """Whether the password was typed recently enough for a binding act."""
    return _age("fresh_at") < timedelta(minutes=_engines().settings.fresh_minutes)


def refresh() -> None:
    """Remember that the password was just typed again."""
    session["fresh_at"] = now().timestamp()


def speak(language: str) -> None:
    """Use this language on this device from the next page on."""
    session["language"] = language


def _age(mark: str) -> timedelta:
    return timedelta(seconds=now().timestamp() - float(session.get(mark, 0)))


def _load(session_id: str) -> SignedIn | None:
    if _age("began_at") > timedelta(hours=_engines().settings.session_hours):
        return None  # a cookie that is written again in between does not make the sign-in longer
    number, _, epoch = session_id.partition(":")
    user = db.session.get(User, int(number)) if number.isdigit() else None
    if user is None or not user.active or str(user.session_epoch) != epoch:
        return None
    if user.demo and not _engines().settings.demo:
        return None
    return SignedIn(user)


def _know_actor() -> None:
    actor: Actor = current_user.actor if current_user.is_authenticated else STRANGER
    g.actor = actor
    g.account_language = current_user.language if current_user.is_authenticated else None


def _engines() -> Engines:
    engines: Engines = current_app.extensions["engines"]
    return engines
