"""`flask mou demo`: the ceremony of 27 March 2024, headless, on a database of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from flask import current_app
from rich.console import Console
from rich.table import Table

from mou_service import engines, migrations
from mou_service.core.db import db

from .load import load
from .perform import Performed, perform


@click.command("demo")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("instance/demo"), show_default=True,
              help="Folder for DIR/<reference>/{draft.docx,final.pdf,certificate.pdf,evidence.zip}.")  # fmt: skip
def demo(out: Path) -> None:
    """Draft, review, approve, freeze, sign, witness, seal and archive both memoranda of the ceremony.

    Your own database is not touched. Keys are the demonstration's, so `flask mou verify` knows the files.
    """
    console, log = Console(), Console(stderr=True)
    settings = engines.current().settings
    with tempfile.TemporaryDirectory(prefix="mou-demo-") as folder:
        own = settings.model_copy(
            update={"demo": True, "database_url": f"sqlite:///{folder}/demo.sqlite", "smtp_url": ""}
        )
        used = engines.Engines(own, engines.LocalFiles(Path(folder) / "files"), None)
        before = current_app.extensions["engines"]
        current_app.extensions["engines"] = used
        db.open(own.database)
        try:
            migrations.upgrade()
            with log.status("Loading partners, people and drafts …") as status:
                loaded = load(used)
                db.session.commit()
                performed = list(perform(loaded, used, out=out, tell=status.update))
        finally:
            current_app.extensions["engines"] = before
            db.open(settings.database)
    _print(performed, console)


def _print(performed: list[Performed], console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Reference", "Register", "Partner", "SHA-256 of final.pdf", "Folder"):
        table.add_column(column, no_wrap=True)
    for row in performed:
        table.add_row(row.ref, row.register_number, row.partner, row.sha256, str(row.folder))
    Console(width=240).print(table)  # a path that is broken over lines cannot be copied
    console.print("These documents are a demonstration: nobody named in them signed them.", style="dim")


COMMANDS = [demo]
