"""`flask mou start`: everything `make run` does once the packages are installed."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask, current_app
from rich.console import Console

from mou_service import engines
from mou_service.core.db import db
from mou_service.demo import load as demonstration

from . import serve, welcome
from .commands import get_tables_ready, prepare_fonts


@click.command("start")
def start() -> None:
    """Get ready and serve: fonts, tables, the demonstration when the service is empty and DEMO is set."""
    used = engines.current()
    with _alone(used.settings.instance):
        _get_ready(used)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    serve.serve(app, used.settings, ready=lambda: _greet(used))


@contextmanager
def _alone(instance: Path) -> Iterator[None]:
    """Two services that start on one folder get ready one after the other; the second finds everything there."""
    with (instance / "starting.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            click.echo(f"Another service is getting ready in {instance}; waiting for it …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _get_ready(used: engines.Engines) -> None:
    prepare_fonts(used)
    get_tables_ready(used)
    if used.settings.demo and demonstration.is_empty():
        with Console().status("Loading the demonstration …"):
            demonstration.load(used)
            db.session.commit()
    db.end()


def _greet(used: engines.Engines) -> None:
    welcome.greet(used.settings)
    db.end()


COMMANDS = [start]
