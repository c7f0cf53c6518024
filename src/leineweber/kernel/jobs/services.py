"""What an operator can do about a failed job."""

from __future__ import annotations

from uuid import UUID

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from leineweber.kernel import clock
from leineweber.kernel.access.actors import Actor
from leineweber.kernel.access.policies import check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act


def retry(actor: Actor, job_id: UUID) -> bool:
    """Let a failed job run again at once; return False if it is not failed any more.

    Raises:
        Denied: the actor is no operator.
    """
    check(actor, "operator")
    with act(actor, "jobs.retry", Ref("job", job_id)):
        changed = DBTaskResult.objects.filter(id=job_id, status=TaskResultStatus.FAILED).update(
            status=TaskResultStatus.READY, run_after=clock.now(), worker_ids=[], finished_at=None
        )
    return bool(changed)
