"""The worker: deliveries, jobs and schedules in one loop, in a thread of the server or a process of its own."""

from __future__ import annotations

import os
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

import structlog
from django.db import Error as DatabaseFault
from django.db import close_old_connections, connection, transaction
from django.db.models import Q, QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult, get_date_max

from leineweber.kernel import clock, ids
from leineweber.kernel.events.rules import SHOWN_FROM, pause_after
from leineweber.kernel.events.worker import deliver_one
from leineweber.kernel.jobs.models import ScheduleState, WorkerBeat
from leineweber.kernel.jobs.registry import schedules
from leineweber.kernel.jobs.wake import wait
from leineweber.kernel.prepared import Prepared
from leineweber.kernel.traces import without_data

log = structlog.get_logger(__name__)

IDLE_SECONDS = 0.25
BEAT_SECONDS = 10
DEAD_AFTER = timedelta(seconds=60)
HANGS_AFTER = timedelta(minutes=30)
# Not at once: what kills its worker would leave no time for anything else.
SCHEDULE_AGAIN = timedelta(minutes=5)
_DIED = "Der Worker endete immer wieder, bevor der Auftrag fertig war."


@lru_cache(maxsize=1)
def _runner() -> Worker:
    """The library's runner of one job; its own loop is not used (it neither retries nor recovers)."""
    return Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="",
        excluded_queue_names=[],
    )


def _due(now: datetime) -> QuerySet[DBTaskResult[..., None]]:
    """The first job whose time has come, in the library's order; `get_date_max` stands for "at once"."""
    at_once_or_due = Q(run_after=get_date_max()) | Q(run_after__lte=now)
    return DBTaskResult.objects.filter(at_once_or_due, status=TaskResultStatus.READY)


# Asked in every turn of the loop.
_EXAMPLE = datetime(2000, 1, 1, tzinfo=UTC)
_waiting = Prepared(lambda now: _due(now)[:1], now=_EXAMPLE)
_locked = Prepared(lambda now: _due(now).select_for_update(skip_locked=True)[:1], now=_EXAMPLE)


def run_one_job(worker_id: str) -> bool:
    """Run one job that is due; return whether there was one."""
    moment = clock.now()
    if not _waiting(now=moment):
        return False
    with transaction.atomic():
        found = _locked(now=moment)
        if not found:
            return False
        job = found[0]
        job.claim(worker_id)
    _runner().run_task(job)
    if job.status == TaskResultStatus.FAILED:
        pause = pause_after(len(job.worker_ids))
        log.warning("job failed", task=job.task_path, attempts=len(job.worker_ids), given_up=pause is None)
        if pause is not None:
            _again(job.id, TaskResultStatus.FAILED, pause)
    return True


def _again(job_id: UUID, status: TaskResultStatus, pause: timedelta = timedelta(0), **changes: object) -> int:
    """Let a job that still has the status run again after a pause; return whether it did have it."""
    return DBTaskResult.objects.filter(id=job_id, status=status).update(
        status=TaskResultStatus.READY, run_after=clock.now() + pause, finished_at=None, **changes
    )


def run_due_schedules(worker_id: str = "inline") -> int:
    """Run every schedule that is due; return how many ran. Of several workers one wins each run.

    The row names the worker until the run has ended, so that `recover` finds what a worker died under.
    """
    count = 0
    moment = clock.now()
    states = {state.name: state for state in ScheduleState.objects.all()}
    for entry in schedules():
        state = states.get(entry.name)
        if state is None:
            ScheduleState.objects.bulk_create(
                [ScheduleState(name=entry.name, due=entry.next_after(moment))], ignore_conflicts=True
            )
            continue
        if state.due > moment:
            continue
        won = ScheduleState.objects.filter(name=entry.name, due=state.due).update(
            due=entry.next_after(moment), last_run=moment, runner=worker_id
        )
        if not won:
            continue
        error = ""
        try:
            entry.run()
        except Exception as problem:  # kept and shown; the next run is due as usual
            error = without_data("".join(traceback.format_exception(problem)))[-4000:]
            log.exception("schedule failed", schedule=entry.name)
        ScheduleState.objects.filter(name=entry.name, runner=worker_id).update(last_error=error, runner="")
        count += 1
    return count


def _alive(beat: WorkerBeat) -> bool:
    if beat.seen < clock.now() - DEAD_AFTER:
        return False
    if beat.host == socket.gethostname():
        try:
            os.kill(beat.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
    return True


def recover(worker_id: str = "") -> int:
    """Give back what no worker is at any more; return how many. A job bears repetition by contract.

    Those are the running jobs of workers that died, those that `worker_id` itself (which is asking, so it runs none)
    could not write the end of, and failed ones whose worker died before it could let them wait for the next attempt.
    A schedule under which a worker died is due again in some minutes, or at its next time if that comes first.
    A job under which worker after worker dies waits, is shown and is given up like one that fails.
    """
    alive = {beat.worker_id for beat in WorkerBeat.objects.all() if _alive(beat)}
    count = 0
    for job in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING):
        last = job.worker_ids[-1] if job.worker_ids else ""
        if last != worker_id and last in alive:
            continue
        attempts = len(job.worker_ids)
        pause = pause_after(attempts)
        if attempts < SHOWN_FROM:
            count += _again(job.id, TaskResultStatus.RUNNING)
        elif pause is not None:
            count += _again(job.id, TaskResultStatus.RUNNING, pause, traceback=_DIED)
        else:
            log.warning("job given up", task=job.task_path, attempts=attempts)
            DBTaskResult.objects.filter(id=job.id, status=TaskResultStatus.RUNNING).update(
                status=TaskResultStatus.FAILED, finished_at=clock.now(), traceback=_DIED
            )
    stranded = DBTaskResult.objects.filter(
        status=TaskResultStatus.FAILED, finished_at__lt=clock.now() - DEAD_AFTER
    )
    for job_id, worker_ids in stranded.values_list("id", "worker_ids"):
        if pause_after(len(worker_ids)) is not None:
            count += _again(job_id, TaskResultStatus.FAILED)
    broken_off = ScheduleState.objects.exclude(runner="").exclude(runner__in=alive - {worker_id})
    soon = clock.now() + SCHEDULE_AGAIN
    broken_off.filter(due__gt=soon).update(due=soon)
    count += broken_off.update(runner="")
    WorkerBeat.objects.exclude(worker_id__in=alive).delete()
    return count


def run_until_idle(limit: int = 100_000) -> int:
    """Deliver and run everything that is due now; return how many steps were made."""
    count = 0
    while count < limit and (deliver_one() or run_one_job("inline")):
        count += 1
    return count


def _beat(worker_id: str) -> None:
    moment = clock.now()
    if not WorkerBeat.objects.filter(worker_id=worker_id).update(seen=moment, turned=moment):
        WorkerBeat.objects.create(
            worker_id=worker_id,
            host=socket.gethostname(),
            pid=os.getpid(),
            started=moment,
            seen=moment,
            turned=moment,
        )


@contextmanager
def _beating(worker_id: str) -> Iterator[None]:
    """Let another thread give the sign of life while a step takes long; it never says that the work went on."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(BEAT_SECONDS):
            moment = clock.now()
            late = moment - timedelta(seconds=BEAT_SECONDS)
            try:
                WorkerBeat.objects.filter(worker_id=worker_id, seen__lte=late).update(seen=moment)
            except DatabaseFault:
                log.warning("worker cannot give its sign of life", exc_info=True)
            finally:
                connection.close()

    thread = threading.Thread(target=beat, name="leineweber-beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(BEAT_SECONDS)


def run_forever(stop: threading.Event) -> None:
    """Work until told to stop. A database that is away is waited for, never given up on."""
    worker_id = str(ids.new_id())
    with _beating(worker_id):
        _work(worker_id, stop)
    WorkerBeat.objects.filter(worker_id=worker_id).delete()


def _work(worker_id: str, stop: threading.Event) -> None:
    next_beat = clock.now()
    next_tick = clock.now()
    while not stop.is_set():
        try:
            close_old_connections()
            moment = clock.now()
            if moment >= next_beat:
                _beat(worker_id)
                recover(worker_id)
                next_beat = moment + timedelta(seconds=BEAT_SECONDS)
            if moment >= next_tick:
                run_due_schedules(worker_id)
                next_tick = moment + timedelta(seconds=1)
            if deliver_one() or run_one_job(worker_id):
                continue
        except DatabaseFault:
            log.exception("worker cannot reach the database")
            stop.wait(1)
            continue
        wait(IDLE_SECONDS)
