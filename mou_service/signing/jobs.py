"""What follows a freeze and the last signature: the file is made, sealed, time-stamped, checked; and the daily reminders.

Each handler reads what it needs, gives the database back while it works, and writes only what is still missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from mou_service import engines
from mou_service.core import jobs
from mou_service.core.actors import SERVICE
from mou_service.core.clock import now
from mou_service.core.db import db, reading
from mou_service.core.errors import EngineFailed, MouError
from mou_service.core.jobs import Job, job
from mou_service.partners import institution
from mou_service.trust.verdict import Verdict
from mou_service.web import findings

from . import operations, queries, tooling
from .changes import authority, reminders, reminding
from .changes.reminding import Rhythm
from .making import finishing, freezing, levels, stamping
from .models import Package
from .operations import Tools
from .ways import outside

#: So often the authority of somebody's own certificate is asked where as much is wanted as can be had; without its
#: answer the file then says of that signature only that it was made.
TRIES_FOR_OTHERS = 4


@job("signing.prepare")
def prepare(work: Job) -> None:
    """Make the certified file of a frozen package, and open it for signing."""
    with _explained(work) as package_id:
        with _looking(package_id) as package:
            if package.frozen is not None or package.voided_at is not None:
                return
            plan = freezing.plan(
                package,
                public_url=engines.current().settings.public_url,
                institution=institution.ours().organisation.called(),
            )
            tools = tooling.tools()
        frozen = freezing.make(plan, files=tools.files, fonts=tools.fonts, authority=tools.authority)
        package = queries.locked(package_id)
        if package.frozen is None and package.voided_at is None:
            package.frozen = package.current = frozen.file
            package.pages, package.places = frozen.pages, frozen.places
            operations.open_package(package, actor=SERVICE)


@job("signing.seal", patient=True)
def seal(work: Job) -> None:
    """Close the file with the institution's seal."""
    with _explained(work) as package_id:
        with _looking(package_id) as package:
            if package.sealed is not None or package.state != "sealing":
                return
            tools, at = tooling.tools(), now()
            stamp = stamping.stamp(finishing.seal_slot(package), mark=None, at=at, fonts=tools.fonts, zone=tools.zone)
            plan = finishing.to_seal(package, stamp=stamp, at=at)
        sealed = finishing.seal(plan, files=tools.files, authority=tools.authority)
        package = queries.locked(package_id)
        if package.sealed is None and package.current == plan.file:
            serial = f"{tools.authority.seal.certificate.serial_number:x}"
            finishing.save_seal(package, sealed=sealed, at=at, serial=serial)


@job("signing.timestamp", patient=True)
def timestamp(work: Job) -> None:
    """Embed what later verifiers need, and time-stamp the sealed file; a source that fails is asked again."""
    with _explained(work) as package_id:
        with _looking(package_id) as package:
            if package.timestamp_label or package.sealed is None:
                return
            file, wanted, tools = package.sealed, package.level_wanted, tooling.tools()
            fields = finishing.filled_fields(package)
            brought, accepted = outside.brought_by(package), outside.accepted_roots(package)
        if wanted == "B-B":
            package = queries.locked(package_id)
            if not package.timestamp_label and package.current == file:
                finishing.save_no_timestamp(package)
            return
        own, silent = outside.evidence(brought, files=tools.files, at=now())
        if silent and (wanted or work.tries < TRIES_FOR_OTHERS):
            message = f"The authority does not say whether the certificate of {', '.join(silent)} is still good."
            raise EngineFailed("evidence", message)
        source = engines.current().timestamps(tools.authority)
        label = finishing.label(source)
        stamped = finishing.timestamp(
            file, files=tools.files, source=source, authority=tools.authority, own=own, wanted=wanted, at=now()
        )
        if wanted:
            levels.check_reached(_checked(stamped, fields, accepted, tools).proven_level, wanted=wanted)
        package = queries.locked(package_id)
        if not package.timestamp_label and package.current == file:
            finishing.save_timestamp(package, stamped=stamped, label=label, placeholder=source.placeholder)


@job("signing.finish")
def finish(work: Job) -> None:
    """Check the finished file as a stranger would, then let the agreement take effect."""
    with _explained(work) as package_id:
        with _looking(package_id) as package:
            if package.final is not None or package.current is None:
                return
            file, fields, tools = package.current, finishing.filled_fields(package), tooling.tools()
            accepted = outside.accepted_roots(package)
        verdict = _checked(file, fields, accepted, tools)
        package = queries.locked(package_id)
        if package.final is None and package.current == file:
            finishing.execute(package, level=verdict.level, zone=tools.zone)


def _checked(file: str, fields: tuple[str, ...], accepted: Sequence[str], tools: Tools) -> Verdict:
    """As a stranger sees it; `accepted` are the keys of whose certificates people signed with."""
    used = engines.current()
    signer_roots = (*used.signer_roots(), *map(tools.files.get, accepted))
    return finishing.check(
        tools.files.get(file), key=file, fields=fields, roots=tools.authority.trusted,
        timestamp_roots=used.timestamp_roots(), signer_roots=signer_roots,
    )  # fmt: skip


def ask_for_reminders() -> None:
    """Write today's look at who has to be reminded, for the morning where the institution is; again changes nothing."""
    if not institution.is_set_up():
        return
    zone = institution.ours().time_zone
    morning = reminding.morning_of(reminding.day_at(now(), zone=zone), zone=zone)
    jobs.enqueue("signing.remind", unique_key=f"signing.remind:{morning.date()}", due=morning)


@job("signing.remind")
def remind(_work: Job) -> None:
    """Tell owners what is over, and have each open signing looked through by a job of its own: none holds up another."""
    zone, at = institution.ours().time_zone, now()
    if not reminding.may_write(at, zone=zone):
        later = reminding.next_morning(at, zone=zone)
        jobs.enqueue("signing.remind", unique_key=f"signing.remind:{later.date()}", due=later)
        return
    today = reminding.day_at(at, zone=zone)
    for package_id in (*reminders.over(), *reminders.awaited()):
        jobs.enqueue("signing.remind_one", unique_key=f"signing.remind_one:{package_id}:{today}", package=package_id)


@job("signing.remind_one")
def remind_one(work: Job) -> None:
    """Remind whoever waits too long in one signing, or tell its owner that its time is over."""
    package_id, settings = int(work.facts["package"]), engines.current().settings
    reminders.tell_it_is_over(package_id)
    rhythm = Rhythm(reminding.days(settings.remind_after), reminding.days(settings.remind_before))
    reminders.remind_due(package_id, rhythm=rhythm, zone=institution.ours().time_zone)


@contextmanager
def _looking(package_id: int) -> Iterator[Package]:
    """The package to read from, without SQLite's write lock; afterwards the database is given back."""
    db.end()
    with reading():
        yield queries.package(package_id)
        db.end()


@contextmanager
def _explained(work: Job) -> Iterator[int]:
    """Keep with the package, in words, why a step failed; the error goes on to the worker."""
    package_id = int(work.cause.facts["package"])
    try:
        yield package_id
    except MouError as error:
        db.session.rollback()
        _keep(queries.package(package_id), findings.kept(error))
        db.session.commit()
        raise


def _keep(package: Package, problems: list[dict[str, Any]]) -> None:
    package.problem = " ".join(str(each["message"]) for each in problems)
    package.problems = problems


def _given_up(work: Job) -> None:
    """A fault nobody foresaw stopped a step: say at least that."""
    if work.handler in queries.WORK and work.event is not None:
        package = queries.package(int(work.cause.facts["package"]))
        if not package.problem:
            _keep(package, [findings.unexpected(work.problem or "")])


if _given_up not in jobs.GIVEN_UP:
    jobs.GIVEN_UP.append(_given_up)


@job("signing.warn_of_withdrawal")
def warn_of_withdrawal(work: Job) -> None:
    """A withdrawn authority concerns whatever the person was to sign."""
    facts = work.cause.facts
    authority.warn_of_withdrawal(int(facts["position"]), cause=work.cause.id, reason=str(facts["reason"]))
