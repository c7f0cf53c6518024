"""Jobs of the desk."""

from __future__ import annotations

from leineweber.kernel.audit import services as audit
from leineweber.kernel.jobs import task


@task()
def verify_audit() -> None:
    """Verify the audit trail; the operator's page shows the result."""
    audit.verify()
