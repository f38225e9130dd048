"""Jobs of the package: write the messages of an event, send one message."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from mou_service import engines
from mou_service.accounts.queries import email_key
from mou_service.agreements.models import Agreement
from mou_service.core import jobs
from mou_service.core.clock import now
from mou_service.core.db import db, reading
from mou_service.core.errors import EngineFailed, Missing
from mou_service.core.events import Event
from mou_service.core.jobs import Job, job
from mou_service.partners import institution
from mou_service.signing.changes import reminding
from mou_service.signing.models import Delegation, Package, Slot
from mou_service.signing.ways.account import account_of
from mou_service.web.addresses import outside

from . import letters, operations
from .models import Message
from .notices import NOTICES, Notice
from .recipients import Recipient, Secret, agreement_of

#: A mail server that is away is asked again for so long; then somebody has to look.
PATIENCE = timedelta(days=2)


@job("notifications.tell")
def tell(work: Job) -> None:
    """Write what follows from an event to everybody who should hear; each message once, however often this runs."""
    event = work.cause
    for notice in NOTICES[event.name]:
        for recipient in notice.hears(event):
            key = operations.key_of(event, notice.folder, recipient.email)
            if not operations.was_written(key):
                operations.post(written(event, notice, recipient, key=key))


@job("notifications.send")
def send(work: Job) -> None:
    """Hand one message to the mail server, without holding the database meanwhile."""
    number = int(work.facts["message"])
    used = engines.current()
    db.end()
    with reading():
        message = _message(number)
        done = message.state != "waiting"
        mail = operations.as_mail(message, host=used.settings.mail_from.rpartition("@")[2] or "localhost")
        db.end()
    if done:
        return
    if used.mailer is None:
        operations.mark_kept(_message(number))
        return
    try:
        used.mailer.send(mail)
    except EngineFailed as error:
        if not error.permanent:
            _note(number, str(error))
            raise
        operations.mark_refused(_message(number), problem=str(error))
    else:
        operations.mark_sent(_message(number))


def written(event: Event, notice: Notice, recipient: Recipient, *, key: str) -> Message:
    """The message as it will be sent, with the personal link made for it."""
    agreement = agreement_of(event) if event.stream.startswith("agreement/") else None
    secret = recipient.secret() if recipient.secret else None
    link = _link(recipient, secret, agreement)
    own = {
        "name": recipient.name,
        "link": link,
        "code": secret.text if secret else "",
        "personal": secret is not None,
        "kind": recipient.kind,
        "account_page": _account_page(recipient, event, agreement),
    }
    facts = {**facts_for(event, agreement), **own}
    letter = letters.compose(notice.folder, language=recipient.language, facts=facts)
    return Message(
        event_id=event.id, unique_key=key, kind=notice.folder, recipient=recipient.email, name=recipient.name,
        about=agreement.ref if agreement else "", language=recipient.language, subject=letter.subject[:400],
        text=letter.text, html=letter.html, secret=(link or secret.text) if secret else "",
    )  # fmt: skip


def facts_for(event: Event, agreement: Agreement | None) -> dict[str, Any]:
    """What a letter may say beside who it is to, as plain values."""
    ours, settings = institution.ours(), engines.current().settings
    about: dict[str, Any] = {"demonstration": ours.demonstration}
    if agreement is not None:
        about = {
            "demonstration": agreement.demonstration or ours.demonstration,
            "ref": agreement.ref,
            "title": dict(agreement.titles),
            "partners": [party.organisation.called() for party in agreement.partner_parties],
            "person": _person(event),
            **_about_signing(event, zone=ours.time_zone),
            "last_day": date.fromisoformat(event.facts["last_day"]) if "last_day" in event.facts else None,
            "contact": {"name": agreement.owner.name, "email": agreement.owner.email},
        }
    return {
        "public_url": settings.public_url, "institution": ours.organisation.called(),
        "by": event.actor.partition(" <")[0],
        "days": {
            "invitation": settings.invitation_days, "signing": settings.signing_link_days,
            "download": settings.download_link_days,
        },
        "minutes": settings.reset_minutes, "event": dict(event.facts), **about,
    }  # fmt: skip


def _person(event: Event) -> dict[str, str]:
    """The person an event about a place to sign is about, as on paper."""
    slot = db.session.get(Slot, event.facts["slot"]) if "slot" in event.facts else None
    return dict(slot.as_shown.get("name", {})) if slot else {}


def _about_signing(event: Event, *, zone: str) -> dict[str, Any]:
    """Until when can be signed, for whom somebody signs, and who gave whom a power of attorney."""
    package = db.session.get(Package, event.facts["package"]) if "package" in event.facts else None
    slot = db.session.get(Slot, event.facts["slot"]) if "slot" in event.facts else None
    power = db.session.get(Delegation, event.facts["delegation"]) if "delegation" in event.facts else None
    lasts = timedelta(days=engines.current().settings.signing_link_days)
    return {
        "until": reminding.last_day(package.open_until, zone=zone) if package else None,
        "until_is_sooner": bool(package and package.open_until and package.open_until < now() + lasts),
        "instead_of": dict(slot.as_shown.get("instead_of", {})) if slot else {},
        "whom_witnessed": dict(slot.whom) if slot and slot.kind == "witness" else {},
        "principal": power.position.person.called() if power else {},
        "holder": dict(power.as_shown.get("name", {})) if power else {},
    }


def _link(recipient: Recipient, secret: Secret | None, agreement: Agreement | None) -> str:
    """The address the letter leads to; empty for one that only brings a code."""
    public_url = engines.current().settings.public_url
    if secret is not None:
        return outside(public_url, secret.endpoint, **{secret.value: secret.text}) if secret.endpoint else ""
    if recipient.endpoint:
        about = {"ref": agreement.ref} if agreement is not None else {}
        return outside(public_url, recipient.endpoint, **about, **recipient.values)
    return ""


def _account_page(recipient: Recipient, event: Event, agreement: Agreement | None) -> str:
    """Where somebody who is asked to sign, and has an account at this address, does so; empty for everybody else."""
    slot = db.session.get(Slot, event.facts["slot"]) if "slot" in event.facts else None
    user = account_of(slot) if slot is not None else None
    if agreement is None or user is None or user.email_key != email_key(recipient.email):
        return ""
    return outside(engines.current().settings.public_url, "signing.own", ref=agreement.ref)


def _message(number: int) -> Message:
    message = db.session.get(Message, number)
    if message is None:
        raise Missing(f"message {number}")
    return message


def _note(number: int, problem: str) -> None:
    """Show in the outbox why a message is late."""
    _message(number).problem = problem
    db.session.commit()


def _given_up(work: Job) -> None:
    """A server that is away is asked every hour; then the message counts as refused."""
    if work.handler != "notifications.send":
        return
    message = db.session.get(Message, int(work.facts["message"]))
    if message is None or message.state != "waiting":
        return
    if now() - message.written_at < PATIENCE:
        work.due, work.tries = now() + timedelta(hours=1), 0
    else:
        operations.mark_refused(message, problem=work.problem or "")


if _given_up not in jobs.GIVEN_UP:
    jobs.GIVEN_UP.append(_given_up)
