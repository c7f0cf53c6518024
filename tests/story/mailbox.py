"""The mail server of the story: takes every mail over real SMTP and lets the people of the story read theirs."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import threading
import time
from collections.abc import Coroutine
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

from leineweber.config.bench._sink import Sink

PATIENCE = 30
Result = TypeVar("Result")


class Mailbox(Sink):
    """Listens on a port of its own until it is closed; all mails lie in one list, oldest first."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.mails: list[EmailMessage] = []
        self.arrived = threading.Condition()
        self.loop = asyncio.new_event_loop()
        # Everything of the loop happens in its thread: playwright's own loop may already run in this one.
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = self.wait_for(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.port: int = self.server.sockets[0].getsockname()[1]

    def wait_for(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Have the loop do something and return what came of it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    def keep(self, message: bytes) -> None:
        """Put a mail into the box."""
        raw = message.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
        read = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(read, EmailMessage)
        with self.arrived:
            self.mails.append(read)
            self.arrived.notify_all()

    def close(self) -> None:
        """Stop listening."""
        self.wait_for(self.hang_up())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def hang_up(self) -> None:
        """Take no further conversation."""
        self.server.close()

    def of(self, address: str, subject: str = "") -> list[EmailMessage]:
        """Return the mails to somebody whose subject contains a text."""
        return [mail for mail in list(self.mails) if address in mail["To"] and subject in mail["Subject"]]

    def latest(self, address: str, subject: str = "", *, number: int = 1) -> EmailMessage:
        """Return the newest mail of that kind, as soon as `number` of them have come."""
        end = time.monotonic() + PATIENCE
        with self.arrived:
            while len(found := self.of(address, subject)) < number:
                left = end - time.monotonic()
                assert left > 0, (
                    f"No mail „{subject}“ to {address}; there are {[m['Subject'] for m in self.mails]}"
                )
                self.arrived.wait(left)
        return found[-1]

    def link(self, address: str, subject: str = "", *, number: int = 1) -> str:
        """Return the link in the newest mail of that kind."""
        found = re.search(r"https?://\S+", text_of(self.latest(address, subject, number=number)))
        assert found
        return found[0]


def text_of(mail: EmailMessage) -> str:
    """Return what a mail says."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
