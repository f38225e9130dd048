"""Jobs of the archive: deposit what was executed, read everything once a day, chain the heads of the trails."""

from __future__ import annotations

from mou_service import engines
from mou_service.agreements.models import Agreement
from mou_service.agreements.queries import get
from mou_service.core import events
from mou_service.core.actors import SERVICE, Actor
from mou_service.core.clock import now
from mou_service.core.db import db, reading
from mou_service.core.jobs import Job, job
from mou_service.partners import institution
from mou_service.signing.ways import outside

from . import certificate, fixity, making, operations, queries, renewals, roots, witness_certificates
from .roots import Recorded


@job("archive.deposit")
def deposit(work: Job) -> None:
    """Make the completion certificate and write the record; a second run finds the record and does nothing."""
    ref = work.cause.stream.removeprefix("agreement/")
    used = engines.current()
    with reading():
        agreement = get(ref)
        if agreement.record is not None:
            return
        zone = institution.ours().time_zone
        prepared = _prepare(agreement, used, zone=zone)
        db.end()
    operations.deposit(get(ref), prepared, files=used.files, time_zone=zone)


@job("archive.witness_certificates")
def witnesses(work: Job) -> None:
    """A certificate for everybody who witnessed; a second run makes what is still missing."""
    ref, maker = work.cause.stream.removeprefix("agreement/"), making.maker()
    with reading():
        drafts = witness_certificates.missing(get(ref), maker)
        db.end()
    drawn = [(draft, witness_certificates.draw(draft, maker)) for draft in drafts]
    for draft, file in drawn:
        witness_certificates.keep(draft, file, actor=SERVICE)


@job("archive.fixity")
def check_fixity(_work: Job) -> None:
    fixity.run(engines.current().files)


@job("archive.renew")
def renew(_work: Job) -> None:
    """Have every copy renewed whose time-stamp rests on a certificate that ends soon."""
    used = engines.current()
    with reading():
        plans, trusted = [renewals.plan(record) for record in renewals.unknown()], roots.accepted_today(used)
        db.end()
    found = {plan.record: renewals.look_up(plan, files=used.files, roots=trusted, at=now()) for plan in plans}
    renewals.note(found)
    for record in renewals.due(days=used.settings.renew_days, at=now()):
        renewals.ask(record, actor=SERVICE)


@job("archive.renew_one", patient=True)
def renew_one(work: Job) -> None:
    """Renew one archived file; a second run finds the newer copy and does nothing."""
    used = engines.current()
    with reading():
        record = queries.record_of(work.facts["ref"])
        if work.unique_key != renewals.key(record):
            return
        plan, authority, trusted = renewals.plan(record), institution.authority(), roots.accepted_today(used)
        db.end()
    made = renewals.make(
        plan, files=used.files, source=used.timestamps(authority), authority=authority, roots=trusted, at=now()
    )
    actor = SERVICE if work.facts["actor"] == SERVICE.label else Actor(kind="user", label=work.facts["actor"])
    renewals.save(plan, made, actor=actor, at=now())


@job("archive.checkpoint")
def checkpoint(_work: Job) -> None:
    events.checkpoint()


def _prepare(agreement: Agreement, used: engines.Engines, *, zone: str) -> operations.Deposit:
    """Everything that takes time, without holding the database for it."""
    package = agreement.package
    assert package is not None
    assert package.final is not None
    final = used.files.get(package.final)
    # The settings may have been changed since somebody signed with a certificate of their own.
    recorded = Recorded(signers=tuple(outside.accepted_roots(package)))
    verdict = roots.accepted_today(used).together_with(recorded, files=used.files).verify(final)
    head = events.head(agreement.stream)
    facts = certificate.facts(
        agreement, verdict, log_head=head, public_url=used.settings.public_url,
        issuer=institution.ours().organisation.called(), zone=zone, issuers=certificate.issuers_in(final),
        policy=used.settings.evidence_addresses,
    )  # fmt: skip
    return operations.Deposit(
        certificate=used.files.put(certificate.draw(facts, used.fonts, institution.authority(), final=package.final)),
        revisions=verdict.revisions,
        fields=[signature.field for signature in verdict.signatures],
        level=certificate.level(verdict),
        log_head=head,
        protected_until=verdict.protected_until,
        time_roots=roots.of_times(verdict, files=used.files),
    )
