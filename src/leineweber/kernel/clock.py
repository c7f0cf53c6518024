"""The only clock of the house: moments in UTC, days in Europe/Berlin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
_moved: ContextVar[datetime | None] = ContextVar("leineweber_moment", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _moved.get() or datetime.now(UTC)


@contextmanager
def moved(moment: datetime) -> Iterator[None]:
    """Let the program take another moment for now, in this context only: for playing a city's past.

    Raises:
        ValueError: the moment has no time zone.
    """
    mark = _moved.set(local(moment).astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(mark)


def local(moment: datetime) -> datetime:
    """Return an aware moment as the wall clock in Berlin shows it.

    Raises:
        ValueError: the moment has no zone; a naive time is never guessed.
    """
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be shown.")
    return moment.astimezone(BERLIN)


def today() -> date:
    """Return the present day in Berlin."""
    return local(now()).date()
