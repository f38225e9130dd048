"""What a maker did once in a run is not done again: the database and the files are kept as they were afterwards."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from typing import TypeVar, cast

import sqlalchemy as sa

from mou_service.core import jobs
from mou_service.core.db import db
from mou_service.core.events import Event
from mou_service.engines import Engines, MemoryFiles

Key = tuple[object, ...]
_KEPT: dict[Key, tuple[bytes, dict[str, bytes], str]] = {}
_PEOPLE: dict[Key, tuple[bytes, object]] = {}
T = TypeVar("T")


def once(key_: Key, make: Callable[[], T]) -> T:
    """What `make` does to an empty database in memory and gives as plain data, done once in a run."""
    in_memory = db.engine.dialect.name == "sqlite" and not db.engine.url.database
    if not in_memory or db.session.scalar(sa.select(Event.id).limit(1)):
        return make()
    if key_ in _PEOPLE:
        content, made = _PEOPLE[key_]
        _connection().deserialize(content)
        return cast(T, made)
    made = make()
    _PEOPLE[key_] = (_connection().serialize(), made)
    return made


def key(engines: Engines, *asked: object) -> Key | None:
    """Says from where and to where a maker goes: whatever the test has done before is part of it.

    None where nothing can be kept.
    """
    in_memory = db.engine.dialect.name == "sqlite" and not db.engine.url.database
    if not in_memory or not isinstance(engines.files, MemoryFiles) or engines.files.kept:
        return None
    stands = hashlib.sha256(_connection().serialize()).digest()
    return (repr(engines.settings), type(engines.mailer), frozenset(jobs.HANDLERS.items()), stands, *asked)


def keep(key_: Key, engines: Engines, ref: str) -> None:
    """Remember how everything stands now."""
    assert isinstance(engines.files, MemoryFiles)
    _KEPT[key_] = (_connection().serialize(), dict(engines.files.kept), ref)


def restore(key_: Key, engines: Engines) -> str | None:
    """Put everything back to how it stood then; gives the agreement's reference."""
    if key_ not in _KEPT:
        return None
    content, files, ref = _KEPT[key_]
    _connection().deserialize(content)
    assert isinstance(engines.files, MemoryFiles)
    engines.files.kept.update(files)
    return ref


def _connection() -> sqlite3.Connection:
    """This thread's connection, with no transaction open."""
    db.session.commit()
    db.end()
    with db.engine.connect() as connection:
        connection.rollback()
        return cast(sqlite3.Connection, connection.connection.driver_connection)
