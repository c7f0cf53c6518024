"""Pure: when a failed delivery or job is tried again."""

from __future__ import annotations

from datetime import timedelta

ATTEMPTS = 8


def pause_after(attempts: int) -> timedelta | None:
    """Return how long to wait after the given number of failed attempts, None to give up.

    2, 4, 8 … seconds, at most ten minutes; after eight attempts an operator decides.
    """
    if attempts >= ATTEMPTS:
        return None
    return timedelta(seconds=min(600, 2**attempts))
