"""What an operator can do about jobs that fail."""

from __future__ import annotations

from uuid import UUID

from django_tasks import TaskResultStatus

from leineweber.kernel import clock
from leineweber.kernel.access.actors import Actor
from leineweber.kernel.access.policies import check
from leineweber.kernel.jobs.queries import failing
from leineweber.kernel.jobs.wake import wake
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

BATCH = 500


def _run_at_once(keys: list[UUID]) -> int:
    return (
        failing()
        .filter(id__in=keys)
        .order_by()
        .update(status=TaskResultStatus.READY, run_after=clock.now(), worker_ids=[], finished_at=None)
    )


def retry(actor: Actor, job_id: UUID) -> bool:
    """Let a job that fails run again at once; return False if it does not fail any more.

    Raises:
        Denied: the actor is no operator.
    """
    check(actor, "operator")
    with act(actor, "jobs.retry", Ref("job", job_id)):
        changed = _run_at_once([job_id])
    return bool(changed)


def retry_all(actor: Actor) -> int:
    """Let all jobs that fail now run again at once; return how many. Each batch is an act of its own.

    Raises:
        Denied: the actor is no operator.
    """
    check(actor, "operator")
    keys = list(failing().values_list("id", flat=True))
    count = 0
    for start in range(0, len(keys), BATCH):
        with act(actor, "jobs.retry_all", Ref("job", UUID(int=0))) as current:
            changed = current.detail["jobs"] = _run_at_once(keys[start : start + BATCH])
        count += changed
    wake()
    return count
