"""Outbox and jobs: nothing is dropped, nothing overtakes, failures wait and are shown."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import InterfaceError, OperationalError, transaction
from django_tasks_db.models import DBTaskResult

from leineweber.kernel import ids
from leineweber.kernel.access import Actor, Denied, Grant
from leineweber.kernel.events import services as event_services
from leineweber.kernel.events import tasks as event_tasks
from leineweber.kernel.events.models import Delivery, StoredEvent
from leineweber.kernel.events.registry import _by_event, _by_name, subscribe
from leineweber.kernel.events.worker import drain
from leineweber.kernel.jobs import queries as jobs_queries
from leineweber.kernel.jobs import schedule, task, worker
from leineweber.kernel.jobs import services as job_services
from leineweber.kernel.jobs.models import ScheduleState
from leineweber.kernel.jobs.registry import _schedules
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
seen: list[str] = []
broken: set[str] = set()


@pytest.fixture(autouse=True)
def listener():
    seen.clear()
    broken.clear()

    def handle(event):
        if event.payload["word"] in broken:
            raise RuntimeError("kaputt")
        seen.append(event.payload["word"])

    subscribe("test.spoken", name="test.listener")(handle)
    yield
    _by_event.pop("test.spoken")
    _by_name.pop("test.listener")


def say(word: str, subject: Ref) -> None:
    with act(SYSTEM, "test.speak", subject) as current:
        current.emit("test.spoken", {"word": word})


def test_an_event_is_delivered_once():
    say("eins", Ref("thing", ids.new_id()))
    assert drain() == 1
    assert drain() == 0
    assert seen == ["eins"]


def test_an_event_of_a_failed_transaction_never_happened():
    with pytest.raises(RuntimeError), transaction.atomic():
        say("eins", Ref("thing", ids.new_id()))
        raise RuntimeError
    assert drain() == 0


def test_a_failing_event_holds_back_later_ones_on_its_subject_only():
    first, second = Ref("thing", ids.new_id()), Ref("thing", ids.new_id())
    broken.add("a1")
    say("a1", first)
    say("a2", first)
    say("b1", second)
    drain()
    assert seen == ["b1"]
    broken.clear()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1)):
        drain()
    assert seen == ["b1", "a1", "a2"]


def test_after_eight_attempts_an_operator_decides():
    subject = Ref("thing", ids.new_id())
    broken.add("a")
    say("a", subject)
    moment = datetime.now(UTC)
    for attempt in range(9):
        with time_machine.travel(moment + timedelta(hours=attempt)):
            drain()
    delivery = Delivery.objects.get()
    assert delivery.status == "failed" and delivery.attempts == 8 and "kaputt" in delivery.error
    clerk = Actor("staff", ids.new_id(), "Jemand")
    with pytest.raises(Denied):
        event_services.retry(clerk, delivery.id)
    broken.clear()
    operator = Actor("staff", ids.new_id(), "Betrieb", (Grant("operator", "/", ids.new_id()),))
    event_services.retry(operator, delivery.id)
    drain()
    assert seen == ["a"] and not Delivery.objects.exists()


def test_events_that_everybody_got_are_forgotten_after_a_month():
    broken.add("owed")
    say("told", Ref("thing", ids.new_id()))
    say("owed", Ref("thing", ids.new_id()))
    drain()
    event_tasks.forget()
    assert StoredEvent.objects.count() == 2
    with time_machine.travel(datetime.now(UTC) + timedelta(days=31)):
        say("new", Ref("thing", ids.new_id()))
        event_tasks.forget()
        assert {event.payload["word"] for event in StoredEvent.objects.all()} == {"owed", "new"}
        broken.clear()
        drain()
    assert "owed" in seen


@task()
def write_down(word: str) -> None:
    if word in broken:
        raise RuntimeError("kaputt")
    seen.append(word)


def test_a_job_runs_again_after_a_failure_and_is_given_up_at_last():
    broken.add("job")
    with act(SYSTEM, "test.enqueue", Ref("thing", ids.new_id())) as current:
        current.enqueue(write_down, word="job")
    moment = datetime.now(UTC)
    for attempt in range(9):
        with time_machine.travel(moment + timedelta(hours=attempt)):
            worker.run_until_idle()
    assert DBTaskResult.objects.get().status == "FAILED"
    assert seen == []


def test_a_job_of_a_dead_worker_is_taken_up_again():
    with act(SYSTEM, "test.enqueue", Ref("thing", ids.new_id())) as current:
        current.enqueue(write_down, word="job")
    job = DBTaskResult.objects.get()
    job.claim("dead")
    assert worker.run_until_idle() == 0
    assert worker.recover() == 1
    worker.run_until_idle()
    assert seen == ["job"]


def test_a_job_whose_end_could_not_be_written_runs_again(monkeypatch):
    """The database was away for a moment: the worker lives on, and nobody else would take up its job."""
    with act(SYSTEM, "test.enqueue", Ref("thing", ids.new_id())) as current:
        current.enqueue(write_down, word="job")

    def away(*_):
        raise OperationalError("database is locked")

    worker._beat("living")
    with monkeypatch.context() as broken:
        broken.setattr(DBTaskResult, "set_successful", away)
        broken.setattr(DBTaskResult, "set_failed", away)
        with pytest.raises(OperationalError):
            worker.run_one_job("living")
    assert worker.recover("another") == 0
    assert worker.recover("living") == 1
    worker.run_until_idle()
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_a_job_that_kills_its_workers_is_given_up_and_shown():
    with act(SYSTEM, "test.enqueue", Ref("thing", ids.new_id())) as current:
        current.enqueue(write_down, word="job")
    for number in range(8):
        DBTaskResult.objects.get().claim(f"dead {number}")
        assert worker.recover() == (number < 7)
    job = jobs_queries.failed().get()
    assert "Worker" in job.traceback
    operator = Actor("staff", ids.new_id(), "Betrieb", (Grant("operator", "/", ids.new_id()),))
    assert job_services.retry(operator, job.id)
    worker.run_until_idle()
    assert seen == ["job"]


def test_a_failed_job_whose_worker_died_before_the_next_attempt_is_tried_again(monkeypatch):
    broken.add("job")
    with act(SYSTEM, "test.enqueue", Ref("thing", ids.new_id())) as current:
        current.enqueue(write_down, word="job")

    def killed(*_):
        raise SystemExit

    with monkeypatch.context() as dying, pytest.raises(SystemExit):
        dying.setattr(worker, "pause_after", killed)
        worker.run_one_job("dead")
    broken.clear()
    assert worker.recover() == 0
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
        assert worker.recover() == 1
        worker.run_until_idle()
    assert seen == ["job"]


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_a_worker_outlives_a_database_that_is_away(monkeypatch, fault):
    stop = threading.Event()
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)  # it would end the test's transaction
    tries = []

    def away():
        tries.append(1)
        if len(tries) == 1:
            raise fault("connection is closed")
        stop.set()
        return False

    monkeypatch.setattr(worker, "deliver_one", away)
    worker.run_forever(stop)
    assert len(tries) == 2


def test_a_schedule_runs_when_due_and_keeps_its_error():
    def fail() -> None:
        seen.append("ran")
        raise RuntimeError("kaputt")

    schedule("test.fail", every=timedelta(minutes=5))(fail)
    try:
        moment = datetime.now(UTC)
        with time_machine.travel(moment, tick=False):
            worker.run_due_schedules()
        with time_machine.travel(moment + timedelta(minutes=4), tick=False):
            worker.run_due_schedules()
        assert seen == []
        with time_machine.travel(moment + timedelta(minutes=6), tick=False):
            worker.run_due_schedules()
            worker.run_due_schedules()
        assert seen == ["ran"]
        assert "kaputt" in ScheduleState.objects.get(name="test.fail").last_error
    finally:
        _schedules.pop("test.fail")
