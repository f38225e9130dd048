"""The history of the tables; forward and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from mou_service.core.db import Model, db, reading


def configuration() -> Config:
    """Alembic's settings; the connection is the one the service has open."""
    config = Config()
    config.set_main_option("script_location", "mou_service:migrations")
    return config


def upgrade(revision: str = "head") -> None:
    """Bring the database to the newest form; nothing happens when it has it."""
    db.end()
    if revision != "head" or standing() != newest():
        command.upgrade(configuration(), revision)


def downgrade(revision: str) -> None:
    """Go back to an earlier form."""
    db.end()
    command.downgrade(configuration(), revision)


def newest() -> str | None:
    """The revision the code expects."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def standing() -> str | None:
    """The revision the database has; None when it is empty. Waits for nobody who writes."""
    with _looking() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_untouched() -> bool:
    """Whether nobody has made tables here yet. Waits for nobody who writes, and keeps nobody waiting."""
    with _looking() as connection:
        return not sa.inspect(connection).has_table("chain")


def differences() -> list[object]:
    """What the models say and the database lacks, or the other way round."""
    with _looking() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Model.metadata))


@contextmanager
def _looking() -> Iterator[sa.Connection]:
    """The session's connection; a transaction that begins only for this takes no write lock and ends with it."""
    begun = db.session.in_transaction()
    with reading():
        yield db.session.connection()
        if not begun:
            db.session.rollback()


def next_number() -> str:
    """Migrations are numbered in order: "0001", "0002", …"""
    return f"{len(list(ScriptDirectory.from_config(configuration()).walk_revisions())) + 1:04d}"
