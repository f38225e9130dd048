"""How Alembic reaches the database: through the one the service has open."""

from typing import Any, Literal

from alembic import context

from mou_service.core.db import Model, UtcTime, db, reading

#: Any number, always the same: two services that start together bring the tables up one after the other.
ONE_AT_A_TIME = 7_306_151_204


def written(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Migrations do not import the code of today: its types may be gone tomorrow."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcTime) else False


def run() -> None:
    """One connection; on SQLite tables are rebuilt with foreign keys off, as its documentation asks.

    Whoever comes second waits patiently: the first may be filling the tables it has just made.
    """
    with db.engine.connect() as connection, reading():
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA busy_timeout=120000")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")
        context.configure(
            connection=connection, target_metadata=Model.metadata, render_as_batch=True, render_item=written
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if sqlite:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            connection.exec_driver_sql("PRAGMA busy_timeout=15000")
            connection.exec_driver_sql("BEGIN")


run()
