"""`flask mou doctor`: is this installation fit for real agreements? Each finding says what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import sqlalchemy as sa

from mou_service import migrations
from mou_service.accounts.models import User
from mou_service.core import events, jobs
from mou_service.core.db import db
from mou_service.engines import NO_ROOTS, Engines
from mou_service.engines.office import find as find_office
from mou_service.partners.institution import is_set_up
from mou_service.trust.timestamps import public_address

from . import doctor_keys
from .findings import Finding, Level

Check = Callable[[Engines], Iterator[Finding]]


def examine(engines: Engines) -> list[Finding]:
    """Every check's findings, in the order a person would go through them."""
    return [finding for check in CHECKS for finding in check(engines)]


def _tables(_engines: Engines) -> Iterator[Finding]:
    if migrations.standing() != migrations.newest():
        yield Finding("error", "database", "The tables are not in the newest form. Run: flask mou migrate")
    else:
        yield Finding("ok", "database", f"{db.engine.dialect.name}, tables in the newest form")


def _institution(_engines: Engines) -> Iterator[Finding]:
    if not is_set_up():
        yield Finding("warning", "institution", "Nobody has said whose service this is. Open the address and do so.")


def _address(engines: Engines) -> Iterator[Finding]:
    settings = engines.settings
    if settings.is_loopback:
        yield Finding(
            "warning", "PUBLIC_URL",
            f"{settings.public_url} reaches only this machine, and QR codes in signed documents carry it for ever. "
            "Set PUBLIC_URL to the address your partners use before you freeze a real agreement.",
        )  # fmt: skip
    elif not settings.public_url.startswith("https://"):
        yield Finding("warning", "PUBLIC_URL", f"{settings.public_url} is not encrypted. Use https.")
    else:
        yield Finding("ok", "PUBLIC_URL", settings.public_url)


def _mail(engines: Engines) -> Iterator[Finding]:
    if engines.mailer is None:
        yield Finding("warning", "SMTP_URL", "No mail server: invitations and “your turn” stay in the outbox page.")
    else:
        yield Finding("ok", "SMTP_URL", "set")


def _time_stamps(engines: Engines) -> Iterator[Finding]:
    if not engines.settings.tsa_url:
        yield Finding(
            "warning",
            "TSA_URL",
            "Time-stamps come from a local placeholder and are labelled so. Set TSA_URL to an RFC 3161 service.",
        )
    elif not engines.settings.tsa_roots:
        yield Finding("error", "TSA_ROOTS", NO_ROOTS)
    else:
        yield Finding("ok", "TSA_URL", public_address(engines.settings.tsa_url))


def _office(engines: Engines) -> Iterator[Finding]:
    """Whether LibreOffice can draw what we cannot, and in what kind of box."""
    settings = engines.settings
    found = find_office(
        settings.office_program, covered=settings.instance.resolve(), fonts=(), unboxed=settings.office_unboxed
    )
    if settings.office_program == "none":
        yield Finding("ok", "OFFICE_PROGRAM", "none: Word files with text boxes, columns and the like are refused")
    elif found is None:
        level: Level = "ok" if settings.office_program == "auto" else "error"
        yield Finding(
            level, "OFFICE_PROGRAM",
            "There is no LibreOffice: Word files with text boxes, columns and the like are refused, with the reason. "
            "To have them drawn, install libreoffice-writer-nogui.",
        )  # fmt: skip
    elif found.box is None and not found.unboxed:
        yield Finding(
            "warning", "OFFICE_PROGRAM",
            f"{found.program} is not used: this machine permits no box without a network (unshare). Permit user namespaces, "
            "or set OFFICE_UNBOXED=yes when the whole service runs in a box of its own.",
        )  # fmt: skip
    elif found.box is None:
        yield Finding("warning", "OFFICE_UNBOXED", f"{found.program} runs without a box and can reach the network")
    else:
        way = "as an ordinary user" if "--user" in found.box else "as the administrator"
        yield Finding("ok", "OFFICE_PROGRAM", f"{found.program}, in a box without a network or our files ({way})")


def _demonstration(engines: Engines) -> Iterator[Finding]:
    count = db.session.scalar(sa.select(sa.func.count()).select_from(User).where(User.demo)) or 0
    if engines.settings.demo:
        yield Finding("warning", "DEMO", f"This is a demonstration: {count} accounts have a published password.")
    elif count:
        yield Finding(
            "warning", "DEMO",
            f"{count} demonstration accounts are here. They sign in only while the service runs with DEMO=yes (as make run "
            "does); begin with a new instance folder for real agreements.",
        )  # fmt: skip


def _space(engines: Engines) -> Iterator[Finding]:
    free = shutil.disk_usage(engines.settings.instance).free
    level: Level = "ok" if free > 2_000_000_000 else "warning"
    yield Finding(level, "disk", f"{free / 1e9:.0f} GB free in {engines.settings.instance}")
    if not os.access(engines.settings.instance, os.W_OK):
        yield Finding("error", "disk", f"{engines.settings.instance} cannot be written")


def _jobs(_engines: Engines) -> Iterator[Finding]:
    given_up = db.session.scalars(
        sa.select(jobs.Job).where(jobs.Job.due.is_(None), jobs.Job.finished_at.is_(None), jobs.Job.problem.is_not(None))
    ).all()
    for job in given_up:
        yield Finding(
            "error", "jobs", f"Job {job.id} ({job.handler}) was given up after {job.tries} tries: {job.problem}"
        )
    if not given_up:
        yield Finding("ok", "jobs", f"{jobs.waiting()} waiting, none given up")


def _chains(_engines: Engines) -> Iterator[Finding]:
    breaks = [b for stream in events.streams() for b in events.check_chain(stream)]
    for found in breaks:
        yield Finding("error", "events", f"{found.stream}, event {found.seq}: {found.problem}")
    if not breaks:
        yield Finding("ok", "events", "every chain of events holds")


CHECKS: tuple[Check, ...] = (
    _tables, _institution, _address, _mail, _time_stamps, *doctor_keys.CHECKS, _office, _demonstration, _space, _jobs, _chains,
)  # fmt: skip
