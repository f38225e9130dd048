"""The history of the tables says what the models say, forward and back, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from mou_service import migrations
from mou_service.core.db import Model, db


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without tables."""
    if request.param == "sqlite":
        db.open(f"sqlite:///{tmp_path}/new.sqlite")
    else:
        db.open(request.getfixturevalue("postgres_empty"))
    yield app
    db.close()


def tables() -> set[str]:
    return set(sa.inspect(db.session.connection()).get_table_names())


def test_models_and_migrations_agree_forward_and_back(empty: Flask) -> None:
    assert migrations.standing() is None
    migrations.upgrade()
    assert migrations.differences() == []
    assert migrations.standing() == migrations.newest()
    assert tables() == {*Model.metadata.tables, "alembic_version"}
    migrations.downgrade("base")
    assert migrations.standing() is None
    assert tables() == {"alembic_version"}
    migrations.upgrade()
    assert migrations.differences() == []


def test_foreign_keys_are_on_again_afterwards(app: Flask, tmp_path: Path) -> None:
    db.open(f"sqlite:///{tmp_path}/new.sqlite")
    migrations.upgrade()
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 15000
