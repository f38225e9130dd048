"""Handing mail over: to a real server over SMTP, to none, to one that refuses, to one that is away."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from flask import Flask

from mou_service.accounts import operations as accounts
from mou_service.core import clock, jobs
from mou_service.core.db import db
from mou_service.core.errors import EngineFailed
from mou_service.core.ports import Mail
from mou_service.engines import Engines, OutboxOnly, SmtpMailer
from mou_service.notifications import jobs as handlers
from mou_service.notifications import operations
from mou_service.notifications.models import Message
from tests.cast import Cast, people


class Server:
    """A real SMTP server on this machine that keeps what it takes, and refuses what it is told to."""

    def __init__(self) -> None:
        self.took: list[EmailMessage] = []
        self.refuses: dict[str, str] = {}

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.took.append(cast(EmailMessage, message_from_bytes(envelope.content, policy=default)))
        return "250 Taken"


@pytest.fixture
def everybody(app: Flask) -> Cast:
    return people()


@pytest.fixture
def server(everybody: Cast, engines: Engines) -> Iterator[Server]:
    kept = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    engines.mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", sender="mou@sspu.example")
    yield kept
    controller.stop()


def invite(everybody: Cast, email: str = "nina@sspu.example", language: str = "zh") -> Message:
    accounts.invite(
        name="Nina 新", email=email, language=language, roles=["reviewer"], actor=everybody.actor("administrator")
    )
    db.session.commit()
    jobs.run_due()
    return newest()


def newest() -> Message:
    message = db.session.scalars(sa.select(Message).order_by(Message.id.desc())).first()
    assert message is not None
    return message


def test_a_letter_arrives_as_it_was_written(everybody: Cast, server: Server) -> None:
    message = invite(everybody)
    taken = next(m for m in server.took if m["To"] == "nina@sspu.example")
    assert taken["Subject"] == message.subject
    assert taken["Subject"].startswith("【演示】邀请您使用")
    assert taken["From"] == "mou@sspu.example"
    assert taken["Content-Language"] == "zh"
    assert taken["Auto-Submitted"] == "auto-generated"
    text = taken.get_body(("plain",))
    html = taken.get_body(("html",))
    assert text is not None
    assert html is not None
    link = next(line for line in text.get_content().splitlines() if line.startswith("http"))
    assert f'href="{link}"' in html.get_content()
    assert "尊敬的Nina 新：" in text.get_content()


def test_once_it_is_out_the_link_is_nowhere_here(everybody: Cast, server: Server) -> None:
    message = invite(everybody)
    assert (message.state, message.secret) == ("sent", "")
    assert message.sent_at is not None
    assert "/invitation/" not in message.text + message.html
    assert operations.REMOVED in message.text


def test_without_a_server_it_is_kept_to_be_read(everybody: Cast, engines: Engines) -> None:
    engines.mailer = None
    message = invite(everybody)
    assert message.state == "kept"
    assert message.secret in message.text
    assert jobs.waiting() == 0


def test_a_refused_address_is_shown_and_not_tried_again(everybody: Cast, server: Server) -> None:
    server.refuses["nina@sspu.example"] = "550 No such person"
    message = invite(everybody)
    assert message.state == "refused"
    assert "No such person" in message.problem
    assert "nina@sspu.example" in message.problem
    assert jobs.waiting() == 0


def test_a_server_that_says_later_is_asked_later(everybody: Cast, server: Server) -> None:
    server.refuses["nina@sspu.example"] = "451 Greylisted, come back"
    message = invite(everybody)
    assert message.state == "waiting"
    assert "Greylisted" in message.problem
    del server.refuses["nina@sspu.example"]
    _make_everything_due()
    assert newest().state == "sent"
    assert len([m for m in server.took if m["To"] == "nina@sspu.example"]) == 1


def test_a_server_that_is_away_is_asked_for_two_days(
    everybody: Cast, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines.mailer = SmtpMailer("smtp://127.0.0.1:9", sender="mou@sspu.example")
    message = invite(everybody)
    assert message.state == "waiting"
    for _ in range(jobs.MAX_TRIES):
        _make_everything_due()
    assert newest().state == "waiting", "an evening without a server loses nothing"
    work = db.session.scalars(
        sa.select(jobs.Job).where(jobs.Job.handler == "notifications.send", jobs.Job.due.is_not(None))
    )
    assert work.first() is not None
    later = clock.now() + handlers.PATIENCE
    monkeypatch.setattr(handlers, "now", lambda: later)
    for _ in range(jobs.MAX_TRIES + 1):
        _make_everything_due()
    assert newest().state == "refused"
    assert "did not take the message" in newest().problem


def test_what_was_refused_or_kept_can_be_sent_again(everybody: Cast, engines: Engines) -> None:
    engines.mailer = None
    number = invite(everybody).id
    engines.mailer = OutboxOnly()
    operations.send_again(db.session.get_one(Message, number), actor=everybody.actor("administrator"), has_server=True)
    db.session.commit()
    jobs.run_due()
    assert newest().state == "sent"
    assert [mail.to for mail in engines.mailer.sent] == ["nina@sspu.example"]


def test_sending_twice_by_accident_carries_one_number(everybody: Cast, engines: Engines) -> None:
    engines.mailer = None
    message = invite(everybody)
    first, second = (operations.as_mail(message, host="sspu.example") for _ in range(2))
    assert first.message_id == second.message_id
    assert first.message_id.endswith("@sspu.example>")


def test_a_message_that_is_out_is_not_sent_again(everybody: Cast, engines: Engines) -> None:
    engines.mailer = OutboxOnly()
    message = invite(everybody)
    count = len(engines.mailer.sent)
    work = db.session.scalars(
        sa.select(jobs.Job).where(jobs.Job.unique_key == f"notifications.send:{message.id}")
    ).one()
    jobs.again(work)
    db.session.commit()
    jobs.run_due()
    assert len(engines.mailer.sent) == count


class Watching:
    """A mailer that looks whether the database is free while it works."""

    def __init__(self, engines: Engines) -> None:
        self.was_free: list[bool] = []

    def send(self, mail: Mail) -> None:
        self.was_free.append(not db.session.in_transaction())


def test_the_database_is_free_while_a_server_is_asked(everybody: Cast, engines: Engines) -> None:
    watching = Watching(engines)
    engines.mailer = watching
    invite(everybody)
    assert watching.was_free
    assert all(watching.was_free)


def test_the_mailer_says_what_failed() -> None:
    mailer = SmtpMailer("smtp://127.0.0.1:9", sender="mou@sspu.example")
    with pytest.raises(EngineFailed) as failed:
        mailer.send(Mail(to="nina@sspu.example", subject="S", text="T"))
    assert not failed.value.permanent


def _make_everything_due() -> None:
    db.session.execute(
        sa.update(jobs.Job).where(jobs.Job.due.is_not(None)).values(due=clock.now() - timedelta(seconds=1))
    )
    db.session.commit()
    jobs.run_due()
