"""What runs by itself: the sweep each night, after the backup's usual hour."""

from __future__ import annotations

from datetime import time

from leineweber.kernel.jobs import schedule
from leineweber.kernel.storage import services


@schedule("storage.sweep", daily_at=time(4, 15))
def sweep() -> None:
    """Remove what rolled back transactions left behind."""
    services.sweep()
