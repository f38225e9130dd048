"""Finding accounts and the one-time links sent to their people."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import sqlalchemy as sa

from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Missing
from mou_service.core.events import Event
from mou_service.core.ids import token_hash

from .models import AccountLink, User, UserRole
from .roles import Role


def email_key(email: str) -> str:
    """What must be unique: one person cannot have two accounts by typing capitals."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def get(number: int) -> User:
    """The account; raises `Missing`."""
    found = db.session.get(User, number)
    if found is None:
        raise Missing(str(number))
    return found


def by_email(email: str) -> User | None:
    """The account of an address, however it is typed."""
    return db.session.scalar(sa.select(User).where(User.email_key == email_key(email)))


def everybody(words: str = "") -> list[User]:
    """Accounts whose name or address holds all the words: those that are active first, by name."""
    query = sa.select(User).order_by(User.active.desc(), sa.func.lower(User.name), User.id)
    for word in words[:200].split():
        named = User.name.icontains(word, autoescape=True)
        query = query.where(sa.or_(named, User.email_key.contains(email_key(word), autoescape=True)))
    return list(db.session.scalars(query))


def history(user: User, limit: int = 20) -> list[Event]:
    """What was done to the account and with it, newest first."""
    about = sa.and_(Event.stream == "accounts", Event.facts["user"].as_integer() == user.id)
    return list(db.session.scalars(sa.select(Event).where(about).order_by(Event.seq.desc()).limit(limit)))


def holders(roles: Iterable[str]) -> list[User]:
    """Active people who hold one of the roles."""
    has_one = User.grants.any(UserRole.role.in_([str(role) for role in roles]))
    return list(db.session.scalars(sa.select(User).where(User.active, has_one).order_by(User.id)))


def contacts_of(organisation_id: int) -> list[User]:
    """Active partner contacts of an institution."""
    return [u for u in holders([Role.PARTNER]) if u.organisation_id == organisation_id]


def demonstration() -> list[User]:
    """Demonstration accounts that may sign in while the service runs as one."""
    return list(db.session.scalars(sa.select(User).where(User.demo, User.active).order_by(User.id)))


def usable_link(kind: str, token: str) -> AccountLink | None:
    """The link of a token, unless it was used, replaced or is too old, or its account was closed."""
    found = link(kind, token)
    return found if found and found.used_at is None and found.expires_at > now() and found.user.active else None


def link(kind: str, token: str) -> AccountLink | None:
    """The link of a token, usable or not."""
    same = sa.and_(AccountLink.kind == kind, AccountLink.token_hash == token_hash(token))
    return db.session.scalar(sa.select(AccountLink).where(same))


def other_administrators(user: User) -> list[int]:
    """Who else could administer: active, with a password. Their rows stay locked until the transaction ends."""
    administers = User.grants.any(UserRole.role == Role.ADMINISTRATOR.value)
    able = sa.and_(User.active, User.password_hash.is_not(None), User.id != user.id, administers)
    return list(db.session.scalars(sa.select(User.id).where(able).with_for_update()))
