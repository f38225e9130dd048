"""The history of the tables says what the models say, forward and back."""

from pathlib import Path

from flask import Flask

from mou_service import migrations
from mou_service.core.db import db


def test_models_and_migrations_agree(app: Flask, tmp_path: Path) -> None:
    db.open(f"sqlite:///{tmp_path}/new.sqlite")
    migrations.upgrade()
    assert migrations.differences() == []
    assert migrations.standing() == migrations.newest()


def test_every_migration_goes_back(app: Flask, tmp_path: Path) -> None:
    db.open(f"sqlite:///{tmp_path}/new.sqlite")
    migrations.upgrade()
    migrations.downgrade("base")
    assert migrations.standing() is None
    migrations.upgrade()
