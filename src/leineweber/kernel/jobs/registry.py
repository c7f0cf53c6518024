"""How rooms declare jobs and schedules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django_tasks import task as declare
from django_tasks.base import Task

from leineweber.kernel import clock
from leineweber.kernel.jobs.wake import wake


def task() -> Callable[[Callable[..., None]], Task[..., Any]]:
    """Declare a module-level function as a job. Its arguments are JSON values; it must bear repetition."""
    return declare()


def enqueue(job: Task[..., Any], *, after: datetime | None = None, **arguments: Any) -> None:
    """Write a job row in the open transaction; `after` is the earliest moment it may run."""
    (job if after is None else job.using(run_after=after)).enqueue(**arguments)
    transaction.on_commit(wake)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A function that recurs, every so often or daily at a time of the clock in Berlin."""

    name: str
    run: Callable[[], None]
    every: timedelta | None = None
    daily_at: time | None = None

    def next_after(self, moment: datetime) -> datetime:
        """Return when it is due next after a moment."""
        if self.every is not None:
            return moment + self.every
        assert self.daily_at is not None
        day = clock.local(moment).date()
        due = datetime.combine(day, self.daily_at, tzinfo=clock.BERLIN)
        return (
            due
            if due > moment
            else datetime.combine(day + timedelta(days=1), self.daily_at, tzinfo=clock.BERLIN)
        )


_schedules: dict[str, Schedule] = {}


def schedule(
    name: str, *, every: timedelta | None = None, daily_at: time | None = None
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Let a function of no arguments recur; exactly one of `every` and `daily_at` is given.

    Raises:
        ValueError: the name is taken, or not exactly one rhythm is given.
    """
    if (every is None) == (daily_at is None):
        raise ValueError("A schedule has exactly one rhythm.")

    def register(run: Callable[[], None]) -> Callable[[], None]:
        if name in _schedules:
            raise ValueError(f"The schedule {name} exists twice.")
        _schedules[name] = Schedule(name, run, every, daily_at)
        return run

    return register


def schedules() -> tuple[Schedule, ...]:
    """Return all schedules by name."""
    return tuple(_schedules[name] for name in sorted(_schedules))
