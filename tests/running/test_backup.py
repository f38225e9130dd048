"""A backup brings back rows, files and keys, into an empty service only."""

from __future__ import annotations

import json
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from mou_service import app as application
from mou_service import engines as outside
from mou_service import migrations
from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.db import Model, db
from mou_service.core.errors import Refused
from mou_service.engines import Engines, MemoryFiles
from mou_service.running import backup
from mou_service.settings import Settings
from tests import cast as casting
from tests import makers


@dataclass(frozen=True)
class Made:
    """A backup of a service with one signed agreement, and what was in the service."""

    file: Path
    rows: dict[str, list[tuple[object, ...]]]
    files: set[str]
    roots: tuple[bytes, ...]


@pytest.fixture(scope="module")
def made(shared_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Made once: nobody changes it."""
    folder = tmp_path_factory.mktemp("backup")
    known = Settings(
        _env_file=None, instance=shared_instance, database_url=f"sqlite:///{folder}/mou.sqlite", demo=True,
        rate_limits=False, key_secret="a secret for tests", secret_key="a session key for tests",
    )  # fmt: skip
    used = outside.Engines(known, MemoryFiles(), None)
    with application.create_app(known, with_engines=used).app_context():
        migrations.upgrade()
        makers.an_agreement(casting.people(), used, at="archived", template="letter-of-intent")
        backup.backup(folder / "all.tar", settings=known, files=used.files)
        result = Made(folder / "all.tar", rows(), set(used.files.keys()), used.known_roots())
    db.close()
    return result


def rows() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table; sorted here, because databases sort text differently."""
    read = {table.name: db.session.execute(sa.select(table)) for table in Model.metadata.sorted_tables}
    return {name: sorted((tuple(row) for row in found), key=repr) for name, found in read.items()}


@pytest.mark.parametrize(
    "way", [("sqlite",), pytest.param(("postgresql", "sqlite"), marks=pytest.mark.postgres)], ids=" then ".join
)
def test_everything_comes_back_into_any_database(
    way: tuple[str, ...], made: Made, app: Flask, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file = made.file
    for kind in way:
        where = tmp_path / kind
        url = f"sqlite:///{where}.sqlite" if kind == "sqlite" else request.getfixturevalue("postgres_empty")
        other, store = settings.model_copy(update={"instance": where, "database_url": url}), MemoryFiles()
        db.open(url)
        counts = backup.restore(file, settings=other, files=store)
        assert counts == {"rows": sum(map(len, made.rows.values())), "files": len(made.files)}
        assert rows() == made.rows
        assert set(store.keys()) == made.files
        assert [found for stream in events.streams() for found in events.check_chain(stream)] == []
        assert outside.Engines(other, store, None).known_roots() == made.roots != ()
        file = tmp_path / f"{kind}.tar"
        backup.backup(file, settings=other, files=store)
    events.record("test.act", actor=SERVICE, stream="service")  # numbers go on where they stood
    db.session.commit()


def test_a_service_in_use_is_not_overwritten(made: Made, app: Flask, engines: Engines, tmp_path: Path) -> None:
    db.open(f"sqlite:///{tmp_path}/used.sqlite")
    migrations.upgrade()
    casting.people()
    with pytest.raises(Refused, match="not empty"):
        backup.restore(made.file, settings=engines.settings, files=MemoryFiles())


def test_a_damaged_file_is_refused(made: Made, app: Flask, settings: Settings, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.tar"
    with tarfile.open(made.file) as source, tarfile.open(damaged, "w") as target:
        for member in source.getmembers():
            content = source.extractfile(member).read()  # type: ignore[union-attr]
            if member.name.startswith("files/"):
                content = b"x" * len(content)
            backup._add(target, member.name, content)
    db.open(f"sqlite:///{tmp_path}/empty.sqlite")
    with pytest.raises(Refused, match="damaged"):
        backup.restore(damaged, settings=settings, files=MemoryFiles())


def test_the_backup_says_which_form_of_the_tables_it_has(made: Made) -> None:
    with tarfile.open(made.file) as archive:
        header = json.loads(archive.extractfile("backup.json").read())  # type: ignore[union-attr]
    assert header["revision"] == migrations.newest()


def _a_tar(path: Path, **members: bytes) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, content in members.items():
            backup._add(archive, name.replace("_json", ".json"), content)
    return path


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (b"not json", "no backup of this service"), (b"[]", "not one of ours"), (b"{}", "not one of ours"),
        (b'{"revision": "9999"}', "newer version"),
    ],
)  # fmt: skip
def test_what_is_no_backup_is_refused_in_words(
    header: bytes, words: str, app: Flask, settings: Settings, tmp_path: Path
) -> None:
    db.open(f"sqlite:///{tmp_path}/empty.sqlite")
    with pytest.raises(Refused, match=words):
        backup.restore(_a_tar(tmp_path / "odd.tar", backup_json=header), settings=settings, files=MemoryFiles())


def test_a_backup_that_was_cut_off_is_refused_and_nothing_is_kept(
    made: Made, app: Flask, settings: Settings, tmp_path: Path
) -> None:
    whole = made.file.read_bytes()
    db.open(f"sqlite:///{tmp_path}/empty.sqlite")
    migrations.upgrade()
    for number, content in enumerate((b"rubbish" * 200, whole[: len(whole) // 2])):
        (tmp_path / f"{number}.tar").write_bytes(content)
        with pytest.raises(Refused):
            backup.restore(tmp_path / f"{number}.tar", settings=settings, files=MemoryFiles())
        db.end()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(events.Event)) == 0
