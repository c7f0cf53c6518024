"""What recurs: drafts whose time has passed go."""

from __future__ import annotations

from datetime import timedelta

from leineweber.capabilities.forms import services
from leineweber.kernel.jobs import schedule


@schedule("forms.purge_drafts", every=timedelta(hours=1))
def purge_drafts() -> None:
    """Delete expired drafts."""
    services.purge_expired()
