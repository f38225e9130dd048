"""Mail by SMTP."""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from mou_service.core.clock import now
from mou_service.core.errors import EngineFailed
from mou_service.core.ports import Mail

TIMEOUT = 20.0


class SmtpMailer:
    """Sends each mail over a connection of its own; STARTTLS where the server offers it."""

    def __init__(self, url: str, *, sender: str) -> None:
        self.url = urlsplit(url)
        self.sender = sender

    def send(self, mail: Mail) -> None:
        try:
            message = _message(mail, self.sender)
        except ValueError as error:
            raise EngineFailed("smtp", f"no message can be made for {mail.to!r}: {error}", permanent=True) from error
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = error.recipients.get(mail.to, (550, b"refused"))
            said = f"the address {mail.to} was refused: {code} {_text(words)}"
            raise EngineFailed("smtp", said, permanent=code >= 500) from error
        except smtplib.SMTPNotSupportedError as error:
            raise EngineFailed("smtp", f"the server cannot write to {mail.to}: {error}", permanent=True) from error
        except smtplib.SMTPResponseException as error:
            said = f"the mail server refused the message: {error.smtp_code} {_text(error.smtp_error)}"
            raise EngineFailed(
                "smtp", said, permanent=isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise EngineFailed("smtp", f"the mail server did not take the message: {error}") from error

    def _connected(self) -> smtplib.SMTP:
        host = self.url.hostname or "localhost"
        context = ssl.create_default_context()
        if self.url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, self.url.port or 465, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(host, self.url.port or 25, timeout=TIMEOUT)
        try:
            self._greet(server, context)
        except BaseException:
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo()
        if self.url.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=context)
        if self.url.username:
            self._sign_in(server)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        try:
            server.login(unquote(self.url.username or ""), unquote(self.url.password or ""))
        except smtplib.SMTPNotSupportedError as error:
            raise EngineFailed("smtp", "the mail server offers no sign-in; SMTP_URL names a user") from error


def _message(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, mail.subject
    message["To"] = _one_recipient(mail.to)
    message["Date"] = format_datetime(now())
    message["Message-ID"] = mail.message_id or make_msgid()
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    message["Content-Language"] = mail.language  # last: what is said of the content goes with the content before
    return message


def _one_recipient(address: str) -> Address:
    """One address is one recipient: read as plain text, "a,b@example.org" would be two. Raises `ValueError`."""
    name, _at, host = address.rpartition("@")
    if not name or "@" in name or not host or any(c.isspace() or c in ',;:<>()[]"\\' for c in host):
        raise ValueError("not an e-mail address")
    return Address(username=name, domain=host)


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
