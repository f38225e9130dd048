"""Commands for whoever runs the service."""

from __future__ import annotations

from pathlib import Path

import click
from alembic import command as alembic
from flask import Flask, current_app
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from mou_service import engines, migrations
from mou_service.core.db import db
from mou_service.documents.pdf import fonts
from mou_service.library import operations as library
from mou_service.web import catalogues

from . import backup as backups
from . import doctor as examination
from . import reference
from . import serve as serving
from . import worker as working

MARKS = {"ok": "[green]ok      [/green]", "warning": "[yellow]warning [/yellow]", "error": "[red]error   [/red]"}


@click.command("fonts")
def fonts_command() -> None:
    """Make the fonts ready; at once when they are."""
    prepare_fonts(engines.current())


def prepare_fonts(used: engines.Engines) -> None:
    """Show what is being done: the first time takes a minute."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(), transient=True) as progress:
        task = progress.add_task("Fonts", total=None)

        def show(done: int, total: int, name: str) -> None:
            progress.update(task, completed=done, total=total, description=f"Fonts: {name}")

        missing = fonts.prepare(used.settings.fonts, progress=show)
    if missing:
        raise click.ClickException(f"These packages of fonts are not installed: {', '.join(missing)}. Run: make run")


def get_tables_ready(used: engines.Engines) -> None:
    """The newest form of the tables; templates of this release that differ from approved ones wait to be read."""
    migrations.upgrade()
    library.take_in_shipped(used.manifests, files=used.files)
    db.session.commit()
    db.end()


@click.command("migrate")
def migrate() -> None:
    """Bring the tables to the newest form, and take note of the templates of this release."""
    get_tables_ready(engines.current())
    click.echo(f"The tables are in form {migrations.standing()}.")


@click.command("serve")
def serve() -> None:
    """Start the web server and a worker."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    serving.serve(app, engines.current().settings)


@click.command("worker")
@click.option("--parent", type=int, help="End when this process is gone.")
def worker(parent: int | None) -> None:
    """Start a worker alone; as many as you like may run."""
    working.work(parent=parent)


@click.command("doctor")
def doctor() -> None:
    """Is this installation fit for real agreements? Exit status 1 when something is wrong."""
    console = Console()
    findings = examination.examine(engines.current())
    for finding in findings:
        console.print(f"{MARKS[finding.level]} [bold]{finding.subject}[/bold]  {finding.text}", highlight=False)
    if any(finding.level == "error" for finding in findings):
        raise SystemExit(1)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything that must survive into one FILE. Keep it as safe as the keys it holds."""
    used = engines.current()
    counts = backups.backup(file, settings=used.settings, files=used.files)
    click.echo(f"{file}: {counts['rows']:,} rows and {counts['files']:,} files.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring a backup FILE back into an empty service."""
    used = engines.current()
    counts = backups.restore(file, settings=used.settings, files=used.files)
    click.echo(f"Restored {counts['rows']:,} rows and {counts['files']:,} files. Start the service again.")


@click.command("migration", hidden=True)
@click.argument("message")
def migration(message: str) -> None:
    """Write a migration from the difference between models and tables (for developers)."""
    alembic.revision(migrations.configuration(), message=message, autogenerate=True, rev_id=migrations.next_number())


@click.group("translations", hidden=True)
def translations() -> None:
    """The catalogues of the interface (for developers)."""


@translations.command("check")
def translations_check() -> None:
    """Fail when a message of the interface has no translation."""
    lacking = [(language, *found) for language in catalogues.TRANSLATED for found in catalogues.untranslated(language)]
    for language, text, place in lacking:
        click.echo(f"{place}: no {language} translation of {text!r}")
    click.echo(f"{len(catalogues.messages())} messages, {len(lacking)} without a translation.")
    raise SystemExit(1 if lacking else 0)


@click.group("docs", hidden=True)
def docs() -> None:
    """The generated parts of the documentation (for developers)."""


@docs.command("write")
def docs_write() -> None:
    """Bring them up to date."""
    for path in reference.write():
        click.echo(f"{path.name} written.")


@docs.command("check")
def docs_check() -> None:
    """Fail when one no longer says what the code does."""
    stale = reference.stale()
    for path in stale:
        click.echo(f"{path.name} is out of date. Run: make docs")
    raise SystemExit(1 if stale else 0)


COMMANDS = [docs, fonts_command, migrate, serve, worker, doctor, backup, restore, migration, translations]
