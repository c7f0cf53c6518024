"""What runs by itself: binding each half minute, verification each night."""

from __future__ import annotations

from datetime import time, timedelta

from leineweber.kernel.audit import services
from leineweber.kernel.jobs import schedule


@schedule("audit.bind", every=timedelta(seconds=30))
def bind() -> None:
    """Bind new entries into the chain."""
    services.bind()


@schedule("audit.verify", daily_at=time(3, 30))
def verify() -> None:
    """Verify the chain; the operator's page shows the result."""
    services.verify()
