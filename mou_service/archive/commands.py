"""Verifying and checking from a terminal."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from sqlalchemy import func, select

from mou_service import engines
from mou_service.agreements.queries import get
from mou_service.core import events
from mou_service.core.db import db, reading
from mou_service.trust.verdict import SignatureVerdict

from . import fixity, queries, verification
from .bag.packing import pack
from .models import Record

EXITS = {"valid": 0, "not_valid": 1, "unreadable": 2}


@click.command("verify")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The whole verdict as JSON.")
def verify(file: Path, as_json: bool) -> None:
    """Say whether FILE is genuine: exit 0 valid, 1 not valid, 2 not readable."""
    try:
        content = file.read_bytes()
    except OSError as error:
        click.echo(f"{file}: {error.strerror}", err=True)
        raise SystemExit(2) from error
    answer = verification.of_upload(content, **_trusted())
    report = answer.verdict.as_json()
    report["archived"] = answer.archived
    report["reference"] = answer.agreement.ref if answer.agreement else None
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(file, answer)
    raise SystemExit(EXITS[answer.verdict.outcome])


@click.group("archive")
def archive() -> None:
    """The archive."""


@archive.command("check")
def archive_check() -> None:
    """Read every deposited file and compare it with its fingerprint; exit 1 when one differs."""
    console = Console()
    total = 4 * (db.session.scalar(select(func.count()).select_from(Record)) or 0)
    results = list(
        track(fixity.check(engines.current().files), "Reading", total=total, console=console, transient=True)
    )
    problems = [found for found in results if found is not None]
    for found in problems:
        console.print(f"[red]{found.ref}[/red] {found.what} {found.key[:16]}: {found.problem}", highlight=False)
    click.echo(f"{len(results)} files read, {len(problems)} differ.")
    raise SystemExit(1 if problems else 0)


@click.command("bag")
@click.argument("ref")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), show_default="this folder",
              help="A file that ends in .zip, or a folder the bag is unpacked into.")  # fmt: skip
@click.option("--for-partner", is_flag=True, help="Without what happened inside the house.")
def bag(ref: str, out: Path, for_partner: bool) -> None:
    """Write the bag of evidence of the archived agreement REF, as BagIt 1.0.

    A bag holds the signed document, the certificates, every signature and time-stamp, the trail, and check.py, which
    checks all of it with Python and openssl alone. The same record gives the same bytes.
    """
    with reading(), pack(get(ref), audience="partner" if for_partner else "house") as packed:
        if out.suffix == ".zip":
            with out.open("wb") as file:
                shutil.copyfileobj(packed, file)
        else:
            zipfile.ZipFile(packed).extractall(out)
            out /= ref
    click.echo(out)


@click.group("audit")
def audit() -> None:
    """The trail of events."""


@audit.command("check")
@click.argument("stream", required=False)
def audit_check(stream: str | None) -> None:
    """Compute every chain of events again (or the one of STREAM); exit 1 when one does not hold."""
    streams = [stream] if stream else events.streams()
    breaks = [found for name in streams for found in events.check_chain(name)]
    if stream is None:
        breaks += [*events.check_checkpoints(), *queries.lost_heads()]
    for found in breaks:
        click.echo(f"{found.stream}, event {found.seq}: {found.problem}")
    click.echo(f"{len(streams)} chains checked, {len(breaks)} breaks.")
    raise SystemExit(1 if breaks else 0)


def _print(file: Path, answer: verification.Answer) -> None:
    verdict = answer.verdict
    said = {"valid": "VALID", "not_valid": "NOT VALID", "unreadable": "NOT READABLE"}[verdict.outcome]
    click.echo(f"{file}: {said}")
    if answer.agreement:
        held = "these very bytes are in the archive" if answer.archived else "these bytes are not the archived ones"
        click.echo(f"  {answer.agreement.ref}: {held}")
    for signature in verdict.signatures:
        mark = "ok " if signature.valid else "BAD"
        who = f"{signature.name}, {signature.organisation}" if signature.organisation else signature.name
        when = f"{signature.at:%Y-%m-%d %H:%M:%S %Z}" if signature.at else "no time"
        click.echo(f"  {mark} {signature.kind:13} {who}  {when} ({signature.time_source}) {_level(signature)}")
    for finding in verdict.findings:
        click.echo(f"  - {finding.sentence}")


def _level(signature: SignatureVerdict) -> str:
    if signature.proven_level == signature.level:
        return signature.level
    return f"{signature.level} in form only; {signature.proven_level} without the placeholder"


def _trusted() -> dict[str, tuple[bytes, ...]]:
    used = engines.current()
    return {"roots": used.known_roots(), "timestamp_roots": used.timestamp_roots()}


COMMANDS = [verify, archive, audit, bag]
