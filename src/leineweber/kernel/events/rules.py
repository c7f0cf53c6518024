"""Pure: when a failed delivery or job is tried again."""

from __future__ import annotations

from datetime import timedelta

# From then on an operator sees it, while it is still tried.
SHOWN_FROM = 8
# A day: an outage of some hours heals by itself.
ATTEMPTS = 150


def pause_after(attempts: int) -> timedelta | None:
    """Return how long to wait after the given number of failed attempts, None to give up.

    2, 4, 8 … seconds, at most ten minutes; after a day of that an operator decides.
    """
    if attempts >= ATTEMPTS:
        return None
    return timedelta(seconds=min(600, 2 ** min(attempts, 10)))
