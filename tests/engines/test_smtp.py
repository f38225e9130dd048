"""Mail goes to a real server on this machine: what it takes, what it refuses, and what is tried again."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from mou_service.core.errors import EngineFailed
from mou_service.core.ports import Mail
from mou_service.engines import SmtpMailer

MAIL = Mail(
    to="galina@ruse.example",
    subject="请签署 – SSPU-MOU-2024-0001",
    text="It is your turn. 轮到您了。\n.\nA line with a single dot stood above this one.",
    html="<p>It is your turn. <b>轮到您了。</b></p>",
    language="zh",
    message_id="<42.turn@mou.example>",
)


class Letters:
    """A server that keeps what it is given and refuses what it is told to refuse."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, list[str], EmailMessage]] = []
        self.says: dict[str, str] = {}

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.says.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.kept.append((envelope.mail_from or "", envelope.rcpt_tos, message))
        return "250 kept"


@pytest.fixture
def server() -> Iterator[tuple[Letters, str]]:
    letters = Letters()
    controller = Controller(letters, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield letters, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_letter_arrives_whole(server: tuple[Letters, str]) -> None:
    letters, url = server
    SmtpMailer(url, sender="International Office <mou@sspu.example>").send(MAIL)
    [(sender, recipients, message)] = letters.kept
    assert (sender, recipients) == ("mou@sspu.example", ["galina@ruse.example"])
    assert message["Subject"] == MAIL.subject
    assert message["Message-ID"] == MAIL.message_id
    assert message["Content-Language"] == "zh"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.tzinfo is not None
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n").rstrip("\n") == MAIL.text
    assert "轮到您了" in html.get_content()


def test_a_refused_address_is_not_tried_again(server: tuple[Letters, str]) -> None:
    letters, url = server
    letters.says[MAIL.to] = "550 5.1.1 no such mailbox"
    with pytest.raises(EngineFailed, match=r"galina@ruse\.example.*no such mailbox") as error:
        SmtpMailer(url, sender="mou@sspu.example").send(MAIL)
    assert error.value.permanent
    assert letters.kept == []


@pytest.mark.parametrize("answer", ["450 4.2.1 mailbox busy", "451 4.7.1 greylisted, come back", "452 4.2.2 full"])
def test_later_means_later(server: tuple[Letters, str], answer: str) -> None:
    letters, url = server
    letters.says[MAIL.to] = answer
    mailer = SmtpMailer(url, sender="mou@sspu.example")
    with pytest.raises(EngineFailed) as error:
        mailer.send(MAIL)
    assert not error.value.permanent
    letters.says.clear()
    mailer.send(MAIL)
    assert len(letters.kept) == 1


def test_a_server_that_is_away_is_tried_again() -> None:
    with pytest.raises(EngineFailed, match="did not take the message") as error:
        SmtpMailer(f"smtp://127.0.0.1:{free_port()}", sender="mou@sspu.example").send(MAIL)
    assert not error.value.permanent


def test_a_line_break_cannot_add_a_header(server: tuple[Letters, str]) -> None:
    letters, url = server
    forged = Mail(to=MAIL.to, subject="Hello\r\nBcc: everybody@example.org", text="x")
    with pytest.raises(EngineFailed) as error:
        SmtpMailer(url, sender="mou@sspu.example").send(forged)
    assert error.value.permanent
    assert letters.kept == []


def test_a_sign_in_that_fails_is_tried_again_when_somebody_has_put_it_right(server: tuple[Letters, str]) -> None:
    letters, url = server
    with pytest.raises(EngineFailed, match="offers no sign-in") as error:
        SmtpMailer(url.replace("smtp://", "smtp://user:secret@"), sender="mou@sspu.example").send(MAIL)
    assert not error.value.permanent
    assert "secret" not in str(error.value)
    assert letters.kept == []


def test_one_address_is_one_recipient(server: tuple[Letters, str]) -> None:
    letters, url = server
    mailer = SmtpMailer(url, sender="mou@sspu.example")
    mailer.send(Mail(to="a,b@example.org", subject="s", text="x"))
    assert [recipients for _sender, recipients, _message in letters.kept] == [['"a,b"@example.org']]
    for address in ("", "nobody", "a@example.org,c@example.org", "a@b@ex ample.org", "<a@example.org>"):
        with pytest.raises(EngineFailed) as error:
            mailer.send(Mail(to=address, subject="s", text="x"))
        assert error.value.permanent, address
    assert len(letters.kept) == 1
