"""`flask mou partners …`: the register of partners from a terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from mou_service.core.actors import Actor
from mou_service.core.db import db

from . import importing
from .importing import Outcome, Unreadable

#: A transaction that takes in a whole table would keep everybody else from writing.
AT_ONCE = 100


@click.group("partners")
def partners() -> None:
    """The register of partners."""


@partners.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Look at every row and change nothing.")
@with_appcontext
def import_(file: Path, dry_run: bool) -> None:
    """Take a CSV table of partners in (its columns: docs/partners-csv.md).

    Rows that cannot be used are listed with their line; the others are taken in. Running it again adds
    nothing twice. Exit status: 0 every row was used, 1 some were rejected, 2 the file cannot be read.
    """
    try:
        rows = importing.lines(file.read_bytes())
    except Unreadable as error:
        raise _Unreadable(str(error)) from error
    outcome = _take_in(rows, dry_run=dry_run)
    click.echo(f"{'Would add' if dry_run else 'Added'}: {outcome.added} organisations, {outcome.people} people. "
               f"Known already: {outcome.known} organisations. Rejected: {len(outcome.rejected)} rows.")  # fmt: skip
    for number, problem in outcome.rejected:
        click.echo(f"line {number}: {problem}")
    if outcome.rejected:
        raise SystemExit(1)


def _take_in(rows: list[importing.Line], *, dry_run: bool) -> Outcome:
    actor = Actor(kind="service", label="flask mou partners import")
    outcome = Outcome()
    with click.progressbar(importing.take_in(rows, actor=actor), length=len(rows), label="Partners",
                           file=sys.stderr) as bar:  # fmt: skip
        for count, so_far in enumerate(bar, 1):
            outcome = so_far
            if not dry_run and count % AT_ONCE == 0:
                db.session.commit()
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    return outcome


class _Unreadable(click.ClickException):
    exit_code = 2


COMMANDS = [partners]
