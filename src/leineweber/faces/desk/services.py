"""What the operator's page can set off beyond the services of the rooms."""

from __future__ import annotations

from uuid import UUID

from leineweber.faces.desk.tasks import verify_audit
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act


def request_verification(actor: Actor) -> None:
    """Have the audit trail verified by a job: over years of entries it takes longer than a page may.

    Raises:
        Denied: the actor is no operator.
    """
    check(actor, "operator")
    with act(actor, "audit.verification_requested", Ref("audit", UUID(int=0))) as current:
        current.enqueue(verify_audit)
