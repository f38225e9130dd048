"""A backup brings back rows, files and keys, into an empty service only."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from mou_service import engines as outside
from mou_service import migrations
from mou_service.core import events
from mou_service.core.db import Model, db
from mou_service.core.errors import Refused
from mou_service.engines import Engines, MemoryFiles
from mou_service.running import backup
from mou_service.settings import Settings
from tests import cast as casting
from tests import makers


@pytest.fixture
def made(app: Flask, engines: Engines, tmp_path: Path) -> Path:
    """The backup of a service with one signed agreement."""
    makers.an_agreement(casting.people(), engines, at="archived")
    target = tmp_path / "all.tar"
    backup.backup(target, settings=engines.settings, files=engines.files)
    return target


def rows() -> dict[str, list[tuple[object, ...]]]:
    tables = Model.metadata.sorted_tables
    return {t.name: [tuple(r) for r in db.session.execute(sa.select(t).order_by(*t.primary_key))] for t in tables}


def test_everything_comes_back(made: Path, engines: Engines, settings: Settings, tmp_path: Path) -> None:
    before, files = rows(), set(engines.files.keys())
    other = settings.model_copy(update={"instance": tmp_path / "other"})
    db.open(f"sqlite:///{tmp_path}/other.sqlite")
    store = MemoryFiles()
    counts = backup.restore(made, settings=other, files=store)
    assert counts["files"] == len(files)
    assert rows() == before
    assert set(store.keys()) == files
    assert [found for stream in events.streams() for found in events.check_chain(stream)] == []
    restored = outside.Engines(other, store, None)
    assert restored.known_roots() == engines.known_roots() != ()


def test_a_service_in_use_is_not_overwritten(made: Path, engines: Engines, tmp_path: Path) -> None:
    db.open(f"sqlite:///{tmp_path}/used.sqlite")
    migrations.upgrade()
    casting.people()
    with pytest.raises(Refused, match="not empty"):
        backup.restore(made, settings=engines.settings, files=MemoryFiles())


def test_a_damaged_file_is_refused(made: Path, settings: Settings, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.tar"
    with tarfile.open(made) as source, tarfile.open(damaged, "w") as target:
        for member in source.getmembers():
            content = source.extractfile(member).read()  # type: ignore[union-attr]
            if member.name.startswith("files/"):
                content = b"x" * len(content)
            backup._add(target, member.name, content)
    db.open(f"sqlite:///{tmp_path}/empty.sqlite")
    with pytest.raises(Refused, match="damaged"):
        backup.restore(damaged, settings=settings, files=MemoryFiles())


def test_the_backup_says_which_form_of_the_tables_it_has(made: Path) -> None:
    with tarfile.open(made) as archive:
        header = json.loads(archive.extractfile("backup.json").read())  # type: ignore[union-attr]
    assert header["revision"] is None or header["revision"] <= (migrations.newest() or "")
