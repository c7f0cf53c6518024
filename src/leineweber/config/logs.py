"""What the log may hold: addresses without the tokens in them.

Signed links, drafts and one-time links carry their secret in the address, and Django names the address of each
refusal.
"""

from __future__ import annotations

import logging
import re

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# Names in addresses are words in small letters; what is long and has anything else in it is a secret.
_SECRET = re.compile(rf"(?<=/)(?!{_UUID}\b)(?=[a-z-]*[^a-z/\s?-])[A-Za-z0-9_:=.~%-]{{20,}}(?=[/\s?'\"),]|$)")


def without_secrets(text: str) -> str:
    """Return a text in which every part of an address that could be a token is replaced by `…`."""
    return _SECRET.sub("…", text)


class SecretlessFormatter(logging.Formatter):
    """Formats as usual, then takes the tokens out, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return without_secrets(super().format(record))
