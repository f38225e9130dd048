"""Depositing an executed agreement for good, and letting people fetch it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from mou_service.accounts.roles import Role
from mou_service.agreements import lifecycle, permissions
from mou_service.agreements.models import Agreement
from mou_service.agreements.queries import next_number
from mou_service.core import events, ids
from mou_service.core.actors import SERVICE, Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import EngineFailed, Invalid, Refused
from mou_service.core.ports import FileStore
from mou_service.core.search import folded

from .models import DownloadLink, Record


@dataclass(frozen=True)
class Deposit:
    """What the job prepared outside of the transaction."""

    certificate: str
    revisions: int
    fields: list[str]
    level: str
    log_head: str
    #: When the first certificate ends that the proof of time in the final file rests on.
    protected_until: datetime | None
    #: The keys of the root certificates that its time-stamps lead to.
    time_roots: list[str]


def deposit(agreement: Agreement, prepared: Deposit, *, files: FileStore, time_zone: str) -> Record:
    """Write the record of an executed agreement; the files lie in the store already. A second call changes nothing.

    Raises `EngineFailed` when a file that the record names is not there byte for byte.
    """
    if agreement.record is not None:
        return agreement.record
    package = agreement.package
    assert package is not None, agreement.ref
    assert package.final is not None, agreement.ref
    assert package.frozen is not None, agreement.ref
    size = len(files.get(package.final))
    for key in (prepared.certificate, package.frozen, package.version.docx):
        if not files.has(key):
            raise EngineFailed("files", f"the file {key} is not in the store", permanent=True)
    executed_on = max(s.signed_at for s in package.slots if s.signed_at).astimezone(ZoneInfo(time_zone)).date()
    record = Record(
        agreement=agreement,
        register_number=f"{executed_on.year}-{next_number(f'register/{executed_on.year}'):04d}",
        final=package.final, size=size, revisions=prepared.revisions, fields=prepared.fields,
        certificate=prepared.certificate, draft=package.version.docx, frozen=package.frozen,
        level=prepared.level, timestamp_label=package.timestamp_label,
        timestamp_placeholder=package.timestamp_placeholder, log_head=prepared.log_head, executed_on=executed_on,
        protected_until=prepared.protected_until, time_roots=prepared.time_roots,
    )  # fmt: skip
    record.search_text = folded(" ".join([agreement.search_text, record.register_number, agreement.ref]))
    db.session.add(record)
    lifecycle.take(
        "archive",
        SERVICE,
        agreement,
        final=record.final,
        register_number=record.register_number,
        certificate=record.certificate,
    )
    return record


def make_download_link(agreement: Agreement, *, actor: Actor, email: str, days: int) -> str:
    """A personal link to the signed document; gives the secret part, which is kept nowhere."""
    if actor.kind != "service" and (reasons := permissions.refusals("send_signed", actor, agreement)):
        raise Refused(*reasons)
    if "@" not in email:
        raise Invalid({"email": _("Please give an e-mail address.")})
    secret = ids.token()
    db.session.add(
        DownloadLink(
            agreement=agreement, email=email, token_hash=ids.token_hash(secret), expires_at=now() + timedelta(days=days)
        )
    )
    events.record("archive.link", actor=actor, stream=agreement.stream, email=email)
    return secret


def revoke_download_link(link: DownloadLink, *, actor: Actor) -> None:
    """The link stops working at once; revoking again changes nothing."""
    if reasons := permissions.refusals("send_signed", actor, link.agreement):
        raise Refused(*reasons)
    if link.revoked_at is None:
        link.revoked_at = now()
        events.record("archive.revoke_link", actor=actor, stream=link.agreement.stream, email=link.email)


def look_over(record: Record, *, actor: Actor) -> None:
    """An archivist found the deposit in order; a second time changes nothing. Raises `Refused`."""
    if reasons := permissions.refusals("look_over", actor, record.agreement):
        raise Refused(*reasons)
    if record.looked_over_at is None:
        record.looked_over_at = now()
        events.record("archive.look_over", actor=actor, stream=record.agreement.stream)


def note_download(
    agreement: Agreement, *, actor: Actor, what: str, link: DownloadLink | None = None, **facts: str
) -> None:
    """Every download of a signed document leaves an event; of a bag also with its fingerprint."""
    record = agreement.record
    if link is not None:
        link.downloads += 1
    elif actor.has(Role.PARTNER) and record is not None and record.fetched_at is None:
        record.fetched_at = now()
    events.record("archive.download", actor=actor, stream=agreement.stream, what=what, **facts)
