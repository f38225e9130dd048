"""What is done to accounts: sign in, invite, change, close. Every act leaves an event; nothing here knows a request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from mou_service.core import events, jobs
from mou_service.core.actors import SERVICE, STRANGER, Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Missing, Refused
from mou_service.core.ids import token, token_hash

from . import passwords, queries, rules, sign_ins
from .models import AccountLink, User, UserRole
from .roles import Role

#: The chain of events about accounts.
STREAM = "accounts"
INVITATION, RESET = "invitation", "reset"


def sign_in(email: str, password: str, *, demo_allowed: bool) -> User:
    """The person of this address and password; raises `Invalid` with the same words whatever was wrong."""
    user = queries.by_email(email)
    usable = user is not None and user.active and (demo_allowed or not user.demo)
    if not passwords.matches(user.password_hash if user and usable else None, password) or user is None:
        raise Invalid({"": _("This e-mail address and this password do not belong together.")})
    if user.password_hash and passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.kept(password)
    events.record("account.sign_in", actor=user.actor(), stream=STREAM, user=user.id)
    return user


def confirm(user: User, password: str) -> None:
    """Raise `Invalid` unless this is the person's password."""
    if not passwords.matches(user.password_hash, password):
        raise Invalid({"password": _("This is not your password.")})
    events.record("account.confirm", actor=user.actor(), stream=STREAM, user=user.id)


def change_password(user: User, *, old: str, new: str) -> None:
    """Replace the password; every session of before ends."""
    if user.demo:
        raise Refused(_("The password of a demonstration account stays as it is, for everybody who comes after you."))
    if not passwords.matches(user.password_hash, old):
        raise Invalid({"old": _("This is not your current password.")})
    _set_password(user, new, field="new")
    events.record("account.change_password", actor=user.actor(), stream=STREAM, user=user.id)


def forget_password(email: str) -> None:
    """Ask for a link to choose a new password; whether there is such an account shows neither in words nor in time."""
    user = queries.by_email(email)
    able = user is not None and user.active and user.password_hash and not user.demo
    jobs.enqueue("accounts.ask_reset", user_id=user.id if user and able else None)


def ask_reset(user: User) -> None:
    """The link that was asked for follows by mail."""
    events.record("account.ask_reset", actor=STRANGER, stream=STREAM, user=user.id)


def choose_password(kind: str, secret: str, *, password: str) -> User:
    """Use up a one-time link: the password is set and the person may sign in. Raises `Missing` for a spent link."""
    link = queries.usable_link(kind, secret)
    if link is None:
        raise Missing(kind)
    _set_password(link.user, password, field="password")
    link.used_at = now()
    name = "account.join" if kind == INVITATION else "account.reset_password"
    events.record(name, actor=link.user.actor(), stream=STREAM, user=link.user.id)
    return link.user


def sign_out_elsewhere(user: User, *, here: int | None) -> None:
    """End the sign-ins of all other devices."""
    sign_ins.end_all(user, but=here)
    events.record("account.sign_out_elsewhere", actor=user.actor(), stream=STREAM, user=user.id)


def sign_out_device(user: User, number: int) -> None:
    """End one sign-in of the person; one that ended already stays as it is."""
    sign_ins.end(sign_ins.one_of(user, number))
    events.record("account.sign_out_device", actor=user.actor(), stream=STREAM, user=user.id)


def invite(
    *, name: str, email: str, language: str, roles: Iterable[str], actor: Actor, organisation_id: int | None = None
) -> User:
    """Make an account without a password; the link to choose one follows by mail."""
    user = _new(name=name, email=email, language=language, roles=roles, organisation_id=organisation_id)
    events.record(
        "account.invite", actor=actor, stream=STREAM, user=user.id, email=user.email, roles=sorted(user.roles)
    )
    return user


def invite_again(user: User, *, actor: Actor) -> None:
    """Send a new link; the one sent before stops working."""
    if user.password_hash or not user.active:
        raise Refused(_("%(name)s has already joined or was deactivated.", name=user.name))
    events.record(
        "account.invite", actor=actor, stream=STREAM, user=user.id, email=user.email, roles=sorted(user.roles)
    )


def new_link(user: User, kind: str, *, valid: timedelta) -> str:
    """A one-time link to join or to choose a new password: gives the secret, which is not kept. Earlier ones end."""
    earlier = sa.and_(AccountLink.user_id == user.id, AccountLink.kind == kind, AccountLink.used_at.is_(None))
    db.session.execute(sa.update(AccountLink).where(earlier).values(used_at=now()))
    secret = token()
    db.session.add(AccountLink(kind=kind, user=user, token_hash=token_hash(secret), expires_at=now() + valid))
    db.session.flush()
    return secret


def change(
    user: User,
    *,
    name: str,
    email: str,
    language: str,
    roles: Iterable[str],
    actor: Actor,
    organisation_id: int | None = None,
) -> None:
    """What an administrator may correct. Raises `Refused` when nobody could administer the service afterwards."""
    wanted = frozenset(str(Role(role)) for role in roles)
    rules.check_roles(wanted, organisation_id=organisation_id)
    if Role.ADMINISTRATOR not in wanted:
        rules.check_administrator_remains(user, queries.other_administrators(user))
    _check_free(email, user)
    before = {"email": user.email, "roles": sorted(user.roles), "organisation": user.organisation_id}
    user.name, user.email, user.email_key, user.language = name, email, queries.email_key(email), language
    user.organisation_id = organisation_id if Role.PARTNER in wanted else None
    _grant(user, wanted)
    events.record(
        "account.change", actor=actor, stream=STREAM, user=user.id, before=before,
        email=email, roles=sorted(wanted), organisation=user.organisation_id,
    )  # fmt: skip


def change_profile(user: User, *, name: str, language: str) -> None:
    """What everybody may correct of themselves."""
    events.record("account.change_profile", actor=user.actor(), stream=STREAM, user=user.id, was=user.name, called=name)
    user.name, user.language = name, language


def deactivate(user: User, *, actor: Actor) -> None:
    """Close the account: its sessions and links end at once; what the person did stays in the trail."""
    if not user.active:
        return
    rules.check_administrator_remains(user, queries.other_administrators(user))
    user.active = False
    sign_ins.end_all(user)
    db.session.execute(
        sa.update(AccountLink)
        .where(AccountLink.user_id == user.id, AccountLink.used_at.is_(None))
        .values(used_at=now())
    )
    events.record("account.deactivate", actor=actor, stream=STREAM, user=user.id)


def reactivate(user: User, *, actor: Actor) -> None:
    """Open a closed account again, with the password it had."""
    if not user.active:
        user.active = True
        events.record("account.reactivate", actor=actor, stream=STREAM, user=user.id)


def first_administrator(*, name: str, email: str, password: str, language: str) -> User:
    """The account that makes all others; only while there is nobody who could."""
    if queries.holders([Role.ADMINISTRATOR]):
        raise Refused(_("There is an administrator already. Ask them for an invitation."))
    rules.check_password(password, about=(name, email))
    user = _new(name=name, email=email, language=language, roles=[Role.ADMINISTRATOR], organisation_id=None)
    user.password_hash = passwords.kept(password)
    events.record("account.found", actor=SERVICE, stream=STREAM, user=user.id, email=user.email)
    return user


def demo_account(
    *,
    name: str,
    email: str,
    language: str,
    roles: Iterable[str],
    password_hash: str,
    demo_allowed: bool,
    organisation_id: int | None = None,
) -> User:
    """An account whose password is published; raises `Refused` unless the service runs as a demonstration."""
    if not demo_allowed:
        raise Refused(_("Demonstration accounts exist only while the service runs as a demonstration (DEMO=1)."))
    user = _new(name=name, email=email, language=language, roles=roles, organisation_id=organisation_id)
    user.demo, user.password_hash = True, password_hash
    events.record("account.demonstrate", actor=SERVICE, stream=STREAM, user=user.id, email=user.email)
    return user


def _new(*, name: str, email: str, language: str, roles: Iterable[str], organisation_id: int | None) -> User:
    wanted = frozenset(str(Role(role)) for role in roles)
    rules.check_roles(wanted, organisation_id=organisation_id)
    _check_free(email, None)
    user = User(
        name=name, email=email, email_key=queries.email_key(email), language=language,
        organisation_id=organisation_id if Role.PARTNER in wanted else None,
    )  # fmt: skip
    _grant(user, wanted)
    db.session.add(user)
    db.session.flush()
    return user


def _grant(user: User, roles: frozenset[str]) -> None:
    user.grants = [g for g in user.grants if g.role in roles] + [UserRole(role=r) for r in sorted(roles - user.roles)]


def _check_free(email: str, owner: User | None) -> None:
    other = queries.by_email(email)
    if other is not None and other is not owner:
        raise Invalid({"email": _("%(name)s has an account with this address already.", name=other.name)})


def _set_password(user: User, password: str, *, field: str) -> None:
    rules.check_password(password, about=(user.name, user.email), field=field)
    user.password_hash = passwords.kept(password)
    sign_ins.end_all(user)
