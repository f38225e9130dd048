"""`flask mou start`: everything `make run` does once the packages are installed."""

from __future__ import annotations

import click
from flask import Flask, current_app
from rich.console import Console

from mou_service import engines, migrations
from mou_service.core.db import db
from mou_service.demo import load as demonstration

from . import serve, welcome
from .commands import prepare_fonts


@click.command("start")
def start() -> None:
    """Get ready and serve: fonts, tables, the demonstration when the service is empty and DEMO is set."""
    used = engines.current()
    prepare_fonts(used)
    migrations.upgrade()
    if used.settings.demo and demonstration.is_empty():
        with Console().status("Loading the demonstration …"):
            demonstration.load(used)
            db.session.commit()
    welcome.greet(used.settings)
    db.end()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    serve.serve(app, used.settings)


COMMANDS = [start]
