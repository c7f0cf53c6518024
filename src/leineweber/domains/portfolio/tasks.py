"""Jobs of the room."""

from __future__ import annotations

from datetime import time

from leineweber.kernel.jobs import schedule


@schedule("portfolio.watch", daily_at=time(4, 40))
def watch() -> None:
    """Compare every project with its baseline: time passes by itself, and so does a tolerance break."""
    from leineweber.domains.portfolio import services

    services.watch_all()
