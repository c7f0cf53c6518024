"""Handing an e-mail over: to a mail server (RFC 5321), or into a directory for the demo.

The one thing this module has to know exactly is the moment from which a failure leaves the fate of the
message open: when the server has said 354 and the text is on its way.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from leineweber.capabilities.messages import rules
from leineweber.kernel import clock

SECONDS = 20
_METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


class _Headers(HeaderRegistry):
    """The library's headers; it makes a class anew for each header of each message, this one keeps it."""

    @lru_cache(maxsize=32)  # noqa: B019  # there is one registry, for the life of the process
    def __getitem__(self, name: str) -> type[BaseHeader]:
        return super().__getitem__(name)


_WIRE = policy.SMTP.clone(max_line_length=76, header_factory=_Headers())


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went. `error` is German or the server's words, cut at 500 characters."""

    state: Literal["sent", "later", "refused", "uncertain"]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as LEINEWEBER_SMTP_URL names it: `smtp[s|+starttls]://user:password@host:port?from=…`."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str
    password: str
    sender: str


@lru_cache(maxsize=4)
def server_of(url: str, public_url: str) -> Server:
    """Return the server of an address.

    Raises:
        ValueError: the address is none of a mail server.
    """
    parts = urlsplit(url)
    security: Literal["none", "starttls", "tls"]
    match parts.scheme:
        case "smtp":
            security = "none"
        case "smtp+starttls":
            security = "starttls"
        case "smtps":
            security = "tls"
        case _:
            raise ValueError("LEINEWEBER_SMTP_URL beginnt mit smtp://, smtps:// oder smtp+starttls://.")
    if not parts.hostname:
        raise ValueError("LEINEWEBER_SMTP_URL nennt keinen Rechner.")
    port = parts.port or {"none": 25, "starttls": 587, "tls": 465}[security]
    sender = parse_qs(parts.query).get("from", [""])[-1] or default_sender(public_url)
    return Server(
        parts.hostname, port, security, unquote(parts.username or ""), unquote(parts.password or ""), sender
    )


def domain_of(public_url: str) -> str:
    """Return the host of the portal's address: the right side of message ids."""
    return urlsplit(public_url).hostname or "localhost"


def default_sender(public_url: str) -> str:
    """Return the sender's address where none is set."""
    host = domain_of(public_url)
    return f"noreply@{host if '.' in host and not host.replace('.', '').isdigit() else 'leineweber.example'}"


def compose(
    to: str, subject: str, body: str, message_id: str, created_at: datetime, sender: str, calendar: str = ""
) -> EmailMessage:
    """Return the message: plain text, marked as automatic (RFC 3834), the same at every attempt.

    A calendar object (RFC 5545) goes along as `text/calendar` with its method (RFC 6047), so that the reader's
    program can offer the appointment.
    """
    message = EmailMessage(policy=_WIRE)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(clock.local(created_at))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="quoted-printable")
    if calendar:
        method = _METHOD.search(calendar)
        message.add_attachment(
            calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename="termin.ics",
            params={"method": method[1] if method else "PUBLISH", "charset": "utf-8"},
        )
    return message


def deliver(
    to: str, subject: str, body: str, message_id: str, created_at: datetime, calendar: str = ""
) -> Outcome:
    """Hand a message over as the settings say; never raises for what a server does."""
    url = settings.SMTP_URL
    if not url:
        sender = default_sender(settings.PUBLIC_URL)
        return _into_directory(
            compose(to, subject, body, message_id, created_at, sender, calendar), message_id
        )
    try:
        server = server_of(url, settings.PUBLIC_URL)
    except ValueError as error:
        return Outcome("later", str(error))
    message = compose(to, subject, body, message_id, created_at, server.sender, calendar)
    return _to_server(server, to, message.as_bytes())


def _into_directory(message: EmailMessage, message_id: str) -> Outcome:
    directory = Path(settings.DATA_DIR) / "mail"
    name = message_id.strip("<>").partition("@")[0]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        temporary = directory / f".{name}.part"
        temporary.write_bytes(message.as_bytes())
        temporary.replace(directory / f"{name}.eml")
    except OSError as error:
        return Outcome("later", f"Das Verzeichnis für E-Mails ist nicht beschreibbar: {error.strerror}")
    return Outcome("sent")


def _answer(code: int, text: bytes | str) -> Outcome:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Outcome("refused" if rules.is_final(code) else "later", f"{code} {words}"[:500])


def _trusting() -> ssl.SSLContext:
    return _trusting_in(ssl.get_default_verify_paths())


@lru_cache(maxsize=2)
def _trusting_in(places: ssl.DefaultVerifyPaths) -> ssl.SSLContext:
    # Reading the machine's certificates takes longer than all the rest of sending a mail.
    return ssl.create_default_context()


def _to_server(server: Server, to: str, wire: bytes) -> Outcome:
    handed_over = False
    connection: smtplib.SMTP | None = None
    try:
        if server.security == "tls":
            connection = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=_trusting())
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        connection.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            connection.starttls(context=_trusting())
            connection.ehlo()
        if server.user:
            connection.login(server.user, server.password)
        for command in (f"MAIL FROM:<{server.sender}>", f"RCPT TO:<{to}>"):
            code, text = connection.docmd(command)
            if not 200 <= code < 300:
                return _answer(code, text)
        code, text = connection.docmd("DATA")
        if code != 354:
            return _answer(code, text)
        handed_over = True
        stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in wire.split(b"\r\n"))
        connection.send(stuffed.removesuffix(b"\r\n") + b"\r\n.\r\n")
        code, text = connection.getreply()
        return Outcome("sent") if 200 <= code < 300 else _answer(code, text)
    except smtplib.SMTPResponseException as error:
        # A refused greeting or log-in is the server's state, not the message's: it is tried again.
        if handed_over and error.smtp_code <= 0:
            return Outcome("uncertain", "Die Verbindung brach nach der Übergabe ab.")
        return Outcome("later", f"{error.smtp_code} {error.smtp_error!r}"[:500])
    except (OSError, smtplib.SMTPException) as error:
        if handed_over:
            return Outcome("uncertain", f"Die Verbindung brach nach der Übergabe ab: {error}"[:500])
        return Outcome("later", f"Der Mailserver ist nicht erreichbar: {error}"[:500])
    finally:
        if connection is not None:
            connection.close()
