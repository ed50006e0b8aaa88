"""Sends mail as configured by `MAIL_BACKEND`."""

import os
import smtplib
import socket
import ssl
import sys
from contextlib import closing, suppress
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Final
from urllib.parse import unquote, urlsplit

import anyio
import anyio.to_thread
import structlog
from structlog.typing import FilteringBoundLogger

from app.clock import now
from app.ids import new_id
from app.mail.mailbox import parse_mailbox
from app.mail.message import Message
from app.settings import Settings

log: FilteringBoundLogger = structlog.get_logger()

_SMTP_SECONDS: Final = 10.0
# A server may examine a mail for a while before it accepts it: whoever gives up earlier sends it
# twice (RFC 5321, 4.5.3.2).
_ANSWER_SECONDS: Final = 120.0
_LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}


async def send(settings: Settings, message: Message) -> None:
    """Send a mail; raises `OSError` or `smtplib.SMTPException` if that may succeed later."""
    mail = _compose(settings, message)
    if settings.mail_backend == "smtp":
        await _to_smtp(settings, mail)
    else:
        await anyio.to_thread.run_sync(_BACKENDS[settings.mail_backend], settings, mail)


def _compose(settings: Settings, message: Message) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = parse_mailbox(settings.mail_from)
    mail["To"] = parse_mailbox(message.to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = make_msgid(domain=mail["From"].addresses[0].domain)
    # RFC 3834: no out-of-office answers.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail


def _to_console(settings: Settings, mail: EmailMessage) -> None:
    if settings.environment == "production":
        # Standard output is the log there, and a mail contains a token.
        log.error("mail.not_sent", reason="MAIL_BACKEND is console", subject=mail["Subject"])
        return
    sys.stdout.write(f"--- mail to {mail['To']}: {mail['Subject']}\n{mail.get_content()}---\n")
    sys.stdout.flush()


def _to_file(settings: Settings, mail: EmailMessage) -> None:
    settings.mail_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A mail contains a token: no other user of this machine may read it.
    path = settings.mail_dir / f"{new_id()}.eml"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(mail.as_bytes())


async def _to_smtp(settings: Settings, mail: EmailMessage) -> None:
    delivery = _Delivery(settings, mail)
    try:
        await anyio.to_thread.run_sync(delivery.run, abandon_on_cancel=True)
    except anyio.get_cancelled_exc_class():
        # The end of the process would wait for the thread, and the thread for the server.
        delivery.cut()
        raise


class _Delivery:
    """Hands a mail over to the server, in a thread."""

    def __init__(self, settings: Settings, mail: EmailMessage) -> None:
        self._settings = settings
        self._mail = mail
        self._server: smtplib.SMTP | None = None
        self._is_cut = False

    def run(self) -> None:
        url = urlsplit(self._settings.smtp_url.get_secret_value())
        host = url.hostname or ""
        context = ssl.create_default_context()
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, url.port or 465, timeout=_SMTP_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(host, url.port or 587, timeout=_SMTP_SECONDS)
        with closing(server):
            self._server = server
            if self._is_cut:
                return
            if url.scheme == "smtp" and host not in _LOOPBACK:
                # Never unencrypted, whatever the server offers: stripping STARTTLS must fail (RFC
                # 3207).
                server.starttls(context=context)
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            self._send(server)
            # Whatever the server says to this, it has the mail.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def cut(self) -> None:
        """End the connection, and with it whatever the thread waits for."""
        self._is_cut = True
        if self._server is not None and self._server.sock is not None:
            with suppress(OSError):
                self._server.sock.shutdown(socket.SHUT_RDWR)

    def _send(self, server: smtplib.SMTP) -> None:
        if server.sock is not None:
            server.sock.settimeout(_ANSWER_SECONDS)
        try:
            server.send_message(self._mail)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            if not _is_permanent(error):
                raise
            # Not what the server says, which may tell the address.
            subject = self._mail["Subject"]
            log.error("mail.not_sent", reason="the server refuses it", subject=subject)


def _is_permanent(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> bool:
    """Tell whether the same mail would be refused again (RFC 5321, 4.2.1)."""
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return all(code >= 500 for code, _ in error.recipients.values())


_BACKENDS: Final = {"console": _to_console, "file": _to_file}
