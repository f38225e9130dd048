"""What is done with messages: written once, sent, tried again."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _

from mou_service.core import events, jobs
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Refused
from mou_service.core.events import Event
from mou_service.core.ports import Mail

from .models import Message

#: What stands in the place of a link or code once the message is out.
REMOVED = "[…]"


def was_written(key: str) -> bool:
    """Whether the message of this event to this person is there already."""
    return db.session.scalar(sa.select(Message.id).where(Message.unique_key == key)) is not None


def key_of(event: Event, folder: str, email: str) -> str:
    """One message for each event, folder and address."""
    return f"{event.id}:{folder}:{email.casefold()}"[:200]


def post(message: Message) -> None:
    """Put the message into the outbox and ask for it to be sent."""
    db.session.add(message)
    db.session.flush()
    jobs.enqueue("notifications.send", unique_key=_job_key(message), message=message.id)


def as_mail(message: Message, *, host: str) -> Mail:
    """The message for a mail server; sent twice by accident, it has the same number and counts as one."""
    return Mail(
        to=message.recipient, subject=message.subject, text=message.text, html=message.html, language=message.language,
        message_id=f"<{message.id}.{message.written_at:%Y%m%d%H%M%S}@{host}>",
    )  # fmt: skip


def mark_sent(message: Message) -> None:
    """It is out; what only the recipient may know is not kept here any longer."""
    message.state, message.sent_at, message.problem = "sent", now(), ""
    if message.secret:
        message.text = message.text.replace(message.secret, REMOVED)
        message.html = message.html.replace(message.secret, REMOVED)
        message.secret = ""


def mark_kept(message: Message) -> None:
    """There is no mail server: the message stays readable in the outbox."""
    message.state = "kept"


def mark_refused(message: Message, *, problem: str) -> None:
    """The message cannot be delivered; somebody has to look."""
    message.state, message.problem = "refused", problem


def send_again(message: Message, *, actor: Actor, has_server: bool) -> None:
    """Try once more what was refused, or was written while there was no mail server."""
    if message.state not in ("refused", "kept"):
        raise Refused(_("This message is sent, or on its way."))
    if not has_server:
        raise Refused(_("No mail server is set (SMTP_URL)."))
    message.state, message.problem = "waiting", ""
    work = db.session.scalar(sa.select(jobs.Job).where(jobs.Job.unique_key == _job_key(message)))
    if work is None:
        jobs.enqueue("notifications.send", unique_key=_job_key(message), message=message.id)
    else:
        jobs.again(work)
        work.finished_at = None
    events.record("message.send_again", actor=actor, stream="service", message=message.id, to=message.recipient)


def read_secret(message: Message, *, actor: Actor) -> None:
    """Remember who looked at a personal link or code that was meant for somebody else."""
    events.record(
        "message.read", actor=actor, stream="service", message=message.id, kind=message.kind, to=message.recipient
    )


def _job_key(message: Message) -> str:
    return f"notifications.send:{message.id}"
