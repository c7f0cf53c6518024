"""What the log may hold: addresses without the tokens in them, failures without the data they happened to.

Signed links, drafts and one-time links carry their secret in the address, and Django names the address of each
refusal.
"""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

from leineweber.kernel.traces import without_data

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# Names in addresses are words in small letters; what is long and has anything else in it is a secret.
_SECRET = re.compile(rf"(?<=/)(?!{_UUID}\b)(?=[a-z-]*[^a-z/\s?-])[A-Za-z0-9_:=.~%-]{{20,}}(?=[/\s?'\"),]|$)")


def without_secrets(text: str) -> str:
    """Return a text in which every part of an address that could be a token is replaced by `…`."""
    return _SECRET.sub("…", text)


class SecretlessFormatter(logging.Formatter):
    """Formats as usual, then takes tokens and data out, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return without_secrets(without_data(super().format(record)))


def _line(logger: object, method: str, event: MutableMapping[str, Any]) -> str:
    """Return an entry as one line, a traceback below it."""
    told, trace = event.pop("event", ""), event.pop("exception", "")
    values = "".join(f" {name}={value!r}" for name, value in event.items())
    return f"{told}{values}\n{trace}" if trace else f"{told}{values}"


def configure() -> None:
    """Let what the rooms log go through the handlers and the formatter of the settings, as Django's own does."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.format_exc_info,
            _line,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
