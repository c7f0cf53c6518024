"""What runs by itself: finished jobs are forgotten, so that the table stays as small as the work that is left."""

from __future__ import annotations

from datetime import time, timedelta

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from leineweber.kernel import clock
from leineweber.kernel.jobs import schedule

FORGET_AFTER = timedelta(days=7)
_BATCH = 500


@schedule("jobs.forget", daily_at=time(2, 15))
def forget() -> None:
    """Remove jobs done a week ago, in small transactions. Those given up stay for the operator."""
    done = DBTaskResult.objects.filter(
        status=TaskResultStatus.SUCCESSFUL, finished_at__lt=clock.now() - FORGET_AFTER
    )
    while batch := list(done.order_by().values_list("id", flat=True)[:_BATCH]):
        DBTaskResult.objects.filter(id__in=batch).delete()
