"""What recurs: timers that are due, deadlines that have passed, tasks of persons who have left."""

from __future__ import annotations

from datetime import time, timedelta

from leineweber.kernel.jobs import schedule

from . import services


@schedule("processes.timers", every=timedelta(seconds=30))
def fire_timers() -> None:
    """Let due timers fire."""
    services.fire_timers()


@schedule("processes.overdue", every=timedelta(minutes=1))
def mark_overdue() -> None:
    """Mark tasks whose deadline has passed, batch by batch."""
    while services.mark_overdue() == services.BATCH:
        pass


@schedule("processes.orphans", daily_at=time(0, 10))
def return_orphaned() -> None:
    """Put back the tasks of persons whose holding or deputyship has ended with the day."""
    services.return_orphaned()
