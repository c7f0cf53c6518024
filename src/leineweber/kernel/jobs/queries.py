"""What can be asked of the jobs."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from leineweber.kernel import clock
from leineweber.kernel.events.rules import SHOWN_FROM
from leineweber.kernel.jobs.models import ScheduleState, WorkerBeat
from leineweber.kernel.jobs.worker import DEAD_AFTER, HANGS_AFTER


def failed() -> QuerySet[DBTaskResult[..., None]]:
    """Return jobs that were given up, oldest first."""
    return DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).order_by("enqueued_at")


def failing() -> QuerySet[DBTaskResult[..., None]]:
    """Return jobs an operator sees: given up, or failing time after time while still tried; oldest first."""
    many = Q(**{"status": TaskResultStatus.READY, f"worker_ids__{SHOWN_FROM - 1}__isnull": False})
    return DBTaskResult.objects.filter(Q(status=TaskResultStatus.FAILED) | many).order_by("enqueued_at")


def waiting_count() -> int:
    """Return how many jobs wait, whether due or not."""
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY).count()


def unfinished_count() -> int:
    """Return how many jobs are not at their end: they wait, or a worker is at them (or died at them)."""
    open_states = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return DBTaskResult.objects.filter(status__in=open_states).count()


def workers() -> QuerySet[WorkerBeat]:
    """Return the workers seen in the last minute."""
    return WorkerBeat.objects.filter(seen__gte=clock.now() - DEAD_AFTER).order_by("started")


def hanging() -> QuerySet[WorkerBeat]:
    """Return the living workers that have been at one step for half an hour."""
    return workers().filter(turned__lt=clock.now() - HANGS_AFTER)


def schedule_states() -> QuerySet[ScheduleState]:
    """Return all schedules' states by name."""
    return ScheduleState.objects.order_by("name")
