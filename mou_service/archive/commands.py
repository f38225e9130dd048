"""Verifying and checking from a terminal."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.progress import track
from sqlalchemy import func, select

from mou_service import engines
from mou_service.agreements import law
from mou_service.agreements.queries import get
from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.clock import now
from mou_service.core.db import db, reading
from mou_service.core.errors import EngineFailed
from mou_service.partners import institution
from mou_service.trust.verdict import SignatureVerdict, Verdict

from . import fixity, queries, renewals, roots, verification, witness_certificates, words
from .bag.packing import pack
from .models import Record

SAID = {"valid": "VALID", "lapsed": "NO LONGER PROVEN", "not_valid": "NOT VALID", "unreadable": "NOT READABLE"}
EXITS = {"valid": 0, "not_valid": 1, "unreadable": 2, "lapsed": 3}


@click.command("verify")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The whole verdict as JSON.")
def verify(file: Path, as_json: bool) -> None:
    """Say whether FILE is genuine: exit 0 valid, 1 not valid, 2 not readable, 3 no longer proven."""
    try:
        content = file.read_bytes()
    except OSError as error:
        click.echo(f"{file}: {error.strerror}", err=True)
        raise SystemExit(2) from error
    used = engines.current()
    answer = verification.of_upload(
        content, roots=roots.accepted_today(used), files=used.files, revocation_lists=used.revocation_lists()
    )
    report = answer.verdict.as_json()
    report["archived"] = answer.archived
    report["reference"] = answer.agreement.ref if answer.agreement else None
    report["in_law"] = _in_law(answer)
    report["witness_certificate"] = about_a_witness = witness_certificates.described(content)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(file, answer)
        if about_a_witness:
            click.echo(f"  {_witnessed(about_a_witness)}")
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


@click.command("renew")
@click.option("--ref", help="Only the archived agreement with this reference, whenever its time-stamp ends.")
@click.option("--dry-run", is_flag=True, help="Only say what would be renewed.")
def renew(ref: str | None, dry_run: bool) -> None:
    """Time-stamp archived files again before the certificate behind their time-stamp ends; exit 1 when one could not be."""
    used, at = engines.current(), now()
    plans, trusted = [renewals.plan(record) for record in renewals.unknown()], roots.accepted_today(used)
    renewals.note({plan.record: renewals.look_up(plan, files=used.files, roots=trusted, at=at) for plan in plans})
    db.session.commit()
    found = [queries.record_of(ref)] if ref else renewals.due(days=used.settings.renew_days, at=at)
    failed = [record for record in found if not dry_run and not _renewed(record, used, at=at)]
    for record in found if dry_run else ():
        click.echo(f"{record.agreement.ref}: proves its times until {record.ends:%Y-%m-%d}")
    click.echo(f"{len(found)} to renew." if dry_run else f"{len(found) - len(failed)} renewed, {len(failed)} failed.")
    raise SystemExit(1 if failed else 0)


def _renewed(record: Record, used: engines.Engines, *, at: datetime) -> bool:
    plan, authority = renewals.plan(record), institution.authority()
    try:
        made = renewals.make(
            plan, files=used.files, source=used.timestamps(authority), authority=authority,
            roots=roots.accepted_today(used), at=at,
        )  # fmt: skip
    except EngineFailed as problem:
        click.echo(f"{plan.ref}: {problem}", err=True)
        return False
    renewals.save(plan, made, actor=SERVICE, at=at)
    db.session.commit()
    click.echo(f"{plan.ref}: renewed, proves its times until {made.valid_until:%Y-%m-%d}")
    return True


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


def _in_law(answer: verification.Answer) -> dict[str, Any] | None:
    """What the agreement of the file is in law today, and the facts that make it so."""
    if answer.agreement is None or answer.record is None:
        return None
    today = now().astimezone(ZoneInfo(institution.ours().time_zone)).date()
    return {"status": str(law.legal(answer.agreement, today)), **law.facts(answer.agreement)}


def _witnessed(found: Mapping[str, Any]) -> str:
    said = f"witness certificate {found['number']}, edition {found['edition']}: {found['reference']}"
    later = f"; edition {found['newest']} corrects it" if found["newest"] > found["edition"] else ""
    return f"{said}{later}"


def _print(file: Path, answer: verification.Answer) -> None:
    verdict = answer.verdict
    click.echo(f"{file}: {SAID[verdict.outcome]}")
    if answer.agreement:
        held = "these very bytes are in the archive" if answer.archived else "these bytes are not the archived ones"
        click.echo(f"  {answer.agreement.ref}: {held}")
        if (in_law := _in_law(answer)) is not None:
            click.echo(f"  in law: {in_law['status'].replace('_', ' ')}")
    for signature in verdict.signatures:
        mark = "ok " if signature.valid else "old" if signature.was_valid else "BAD"
        who = f"{signature.name}, {signature.organisation}" if signature.organisation else signature.name
        when = f"{signature.at:%Y-%m-%d %H:%M:%S %Z}" if signature.at else "no time"
        click.echo(f"  {mark} {signature.kind:13} {who}  {when} ({signature.time_source}) {_level(signature)}")
    if verdict.signatures:
        click.echo(f"  level {_of_two(verdict.level, verdict.proven_level)}; {_protection(verdict)}")
    for finding in verdict.findings:
        click.echo(f"  - {finding.sentence}")


def _level(signature: SignatureVerdict) -> str:
    return _of_two(signature.level, signature.proven_level)


def _of_two(level: str, proven: str) -> str:
    return level if proven == level else f"{level} in form only; {proven} without the placeholder"


def _protection(verdict: Verdict) -> str:
    if verdict.protected_until is None:
        return "it no longer proves its times by itself"
    if words.proves_until(verdict) is None:
        return "it does not prove its times by itself"
    stamps = sum(signature.kind == "timestamp" for signature in verdict.signatures)
    renewed = f", renewed {stamps - 1}x" if stamps > 1 else ""
    return f"proves its times by itself until {verdict.protected_until:%Y-%m-%d}{renewed}"


COMMANDS = [verify, archive, audit, bag, renew]
