"""What of a failure may be kept and shown: the way to it, never the data it happened to.

PostgreSQL repeats the refused row in the detail of its errors, and a driver's error carries that into every traceback.
"""

from __future__ import annotations

import re

_DETAIL = re.compile(
    r"\nDETAIL:.*?(?=\n(?:HINT|CONTEXT|QUERY):|\nTraceback |\n\n(?:The above|During handling)|\Z)", re.DOTALL
)


def without_data(text: str) -> str:
    """Return a message or traceback without the details in which a database names values."""
    return _DETAIL.sub("", text)
