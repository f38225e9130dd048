"""The history of the tables says what the models say, forward and back, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from mou_service import migrations
from mou_service.core.clock import now
from mou_service.core.db import Model, db
from mou_service.partners import authority
from mou_service.partners.models import Position


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


def test_what_posts_said_of_authority_is_kept_forward_and_back(empty: Flask) -> None:
    migrations.upgrade("0001")
    rows = sa.text
    for statement in (
        "INSERT INTO organisation (id, ref, own, kind, country, website, notes, search_text, created_at, row_version,"
        " addresses) VALUES (1, 'ORG', false, 'company', 'DE', '', '', '', '2024-01-01 00:00:00', 0, '{}')",
        "INSERT INTO person (id, ref, email, language, notes, search_text, row_version)"
        " VALUES (1, 'PER', '', 'en', '', '', 0)",
        "INSERT INTO position (id, person_id, organisation_id, titles, signs, authority)"
        " VALUES (1, 1, 1, '{}', true, 'extract of 3 March'), (2, 1, 1, '{}', false, '')",
    ):
        db.session.execute(rows(statement))
    db.session.commit()
    migrations.upgrade()
    (post,) = [post for post in db.session.scalars(sa.select(Position)) if authority.valid(post, now().date())]
    assert (post.id, post.authorities[0].mode, post.authorities[0].source) == (1, "sole", "extract of 3 March")
    db.session.rollback()
    migrations.downgrade("0001")
    said = db.session.execute(rows("SELECT id, authority FROM position WHERE signs")).all()
    assert [tuple(row) for row in said] == [(1, "extract of 3 March")]


def test_foreign_keys_are_on_again_afterwards(app: Flask, tmp_path: Path) -> None:
    db.open(f"sqlite:///{tmp_path}/new.sqlite")
    migrations.upgrade()
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 15000
