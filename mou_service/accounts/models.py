"""People who sign in, what they may do, and the one-time links sent to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import Model


class User(Model):
    """An account. Signatories and witnesses need none."""

    __tablename__ = "user_account"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    #: As typed; `email_key` is what must be unique.
    email: orm.Mapped[str] = orm.mapped_column(sa.String(254))
    email_key: orm.Mapped[str] = orm.mapped_column(sa.String(254), unique=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    language: orm.Mapped[str] = orm.mapped_column(sa.String(16), default="en")
    password_hash: orm.Mapped[str | None] = orm.mapped_column(sa.String(200))
    active: orm.Mapped[bool] = orm.mapped_column(default=True)
    #: A demonstration account signs in only while the service runs as a demonstration.
    demo: orm.Mapped[bool] = orm.mapped_column(default=False)
    #: A partner contact's institution.
    organisation_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    created_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    signed_in_at: orm.Mapped[datetime | None]

    grants: orm.Mapped[list[UserRole]] = orm.relationship(
        back_populates="user", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    def actor(self) -> Actor:
        """This person as the one who acts."""
        return Actor(
            kind="user",
            label=f"{self.name} <{self.email}>",
            user_id=self.id,
            roles=self.roles,
            organisation_id=self.organisation_id,
        )


class UserRole(Model):
    """One role of one person."""

    __tablename__ = "user_role"

    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    role: orm.Mapped[str] = orm.mapped_column(sa.String(32), primary_key=True)

    user: orm.Mapped[User] = orm.relationship(back_populates="grants")


class SignIn(Model):
    """One device on which a person is signed in. The cookie only names it: what counts is this row."""

    __tablename__ = "sign_in"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("user_account.id"), index=True)
    token_hash: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    began_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    #: When the password was typed last.
    fresh_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    ended_at: orm.Mapped[datetime | None]
    address: orm.Mapped[str] = orm.mapped_column(sa.String(64), default="")
    device: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    #: What the device is locked to and may not be left without the password; None: nothing.
    locked_to: orm.Mapped[dict[str, Any] | None] = orm.mapped_column(sa.JSON(none_as_null=True))

    user: orm.Mapped[User] = orm.relationship()


class AccountLink(Model):
    """A link by mail to join or to choose a new password; works once."""

    __tablename__ = "account_link"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    kind: orm.Mapped[str] = orm.mapped_column(sa.String(16))  # "invitation" or "reset"
    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("user_account.id"), index=True)
    token_hash: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    expires_at: orm.Mapped[datetime]
    used_at: orm.Mapped[datetime | None]

    user: orm.Mapped[User] = orm.relationship()
