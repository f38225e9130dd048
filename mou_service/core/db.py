"""The database: one session a thread, one naming rule for constraints, writers that queue instead of failing.

Only the edges commit: `action()` in web/routing.py, the worker, a command.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection

#: A page that only reads may share SQLite with a writer; everything else takes the write lock at once,
#: because a transaction that turns from reading to writing half-way cannot wait for another writer.
_reading: ContextVar[bool] = ContextVar("reading", default=False)
#: SQLite lets those who wait for the write lock try again at random, so one may wait for ever; in this queue
#: only the first of a process tries.
_queue = threading.Lock()


class Model(orm.DeclarativeBase):
    """Base of every table."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {dict[str, Any]: sa.JSON, dict[str, str]: sa.JSON, list[str]: sa.JSON, list[Any]: sa.JSON}


class UtcTime(sa.TypeDecorator[datetime]):
    """An aware moment, stored in UTC; SQLite forgets the zone and gets it back here."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        assert value is None or value.tzinfo is not None, "a time without a zone"
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


Model.registry.update_type_annotation_map({datetime: UtcTime})


#: A database of its own for each thread, gone when the thread ends.
MEMORY = ("sqlite://", "sqlite:///:memory:")


class Database:
    """The engine and this thread's session. `open()` before use; a second `open()` replaces the first."""

    def __init__(self) -> None:
        self._factory: orm.sessionmaker[orm.Session] = orm.sessionmaker()
        self._scoped = orm.scoped_session(self._factory)
        self._engine: sa.Engine | None = None

    def open(self, url: str) -> sa.Engine:
        self.close()
        sqlite_ = url.startswith("sqlite")
        # As many connections as threads: whoever may answer a request may have one.
        pool = {} if url in MEMORY else {"max_overflow": 100}
        engine = sa.create_engine(url, pool_pre_ping=not sqlite_, **pool)
        if sqlite_:
            sa.event.listen(engine, "connect", _prepare_sqlite)
            sa.event.listen(engine, "begin", _begin_sqlite)
        self._factory.configure(bind=engine)
        self._engine = engine
        return engine

    def close(self) -> None:
        self._scoped.remove()
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @property
    def engine(self) -> sa.Engine:
        assert self._engine is not None, "the database was not opened"
        return self._engine

    @property
    def session(self) -> orm.Session:
        return self._scoped()

    def end(self) -> None:
        """Give the thread's session back; what was not committed is rolled back."""
        self._scoped.remove()


db = Database()


def insert_if_absent(model: type[Model], **values: Any) -> None:
    """Insert the row unless its key is there; two writers at once end with one row."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(model).values(**values).on_conflict_do_nothing())


def read_only(flag: bool) -> None:
    """Say for the rest of this thread's work, such as one request, whether it only reads."""
    _reading.set(flag)


@contextmanager
def reading() -> Iterator[None]:
    """Inside, transactions on SQLite do not take the write lock."""
    mark = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(mark)


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins, not the driver
    cursor = connection.cursor()
    for pragma in ("busy_timeout=15000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    if _reading.get():
        connection.exec_driver_sql("BEGIN")
    else:
        with _queue:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
