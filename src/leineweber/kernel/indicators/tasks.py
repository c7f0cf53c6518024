"""What runs by itself: every night the day that ended is kept; a request to compute days gone by is worked off."""

from __future__ import annotations

from datetime import date, time, timedelta

from leineweber.kernel import clock
from leineweber.kernel.access.actors import Actor
from leineweber.kernel.indicators.services import capture
from leineweber.kernel.jobs import schedule, task


@schedule("indicators.capture", daily_at=time(0, 20))
def capture_daily() -> None:
    """Keep what every figure said yesterday, and on the days before that were missed."""
    capture.catch_up(Actor.system(), clock.today() - timedelta(days=1))


@task()
def backfill(keys: list[str], start: str, end: str) -> None:
    """Compute figures for days gone by (ISO days, both included); days that are kept already stay."""
    capture.backfill(Actor.system(), date.fromisoformat(start), date.fromisoformat(end), keys)
