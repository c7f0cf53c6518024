"""Outbox and jobs: nothing is dropped, nothing overtakes, failures wait and are shown."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import InterfaceError, OperationalError, connection, transaction
from django_tasks_db.models import DBTaskResult

from leineweber.kernel import clock, ids
from leineweber.kernel.access import Actor, Denied, Grant
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.events import queries as events_queries
from leineweber.kernel.events import services as event_services
from leineweber.kernel.events import tasks as event_tasks
from leineweber.kernel.events.models import Delivery, StoredEvent
from leineweber.kernel.events.registry import _by_event, _by_name, subscribe
from leineweber.kernel.events.rules import ATTEMPTS, pause_after
from leineweber.kernel.events.worker import drain
from leineweber.kernel.jobs import enqueue, schedule, task, worker
from leineweber.kernel.jobs import queries as jobs_queries
from leineweber.kernel.jobs import services as job_services
from leineweber.kernel.jobs.models import ScheduleState, WorkerBeat
from leineweber.kernel.jobs.registry import _schedules
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
CLERK = Actor("staff", ids.new_id(), "Jemand")
OPERATOR = Actor("staff", ids.new_id(), "Betrieb", (Grant("operator", "/", ids.new_id()),))
seen: list[str] = []
broken: set[str] = set()
begun, may_end = threading.Event(), threading.Event()


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


def test_pauses_grow_to_ten_minutes_and_last_for_a_day():
    pauses = [pause_after(attempts) for attempts in range(1, ATTEMPTS)]
    assert pauses[:3] == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8)]
    assert set(pauses[9:]) == {timedelta(minutes=10)}
    assert timedelta(hours=20) < sum(pauses, timedelta()) < timedelta(hours=28)
    assert pause_after(ATTEMPTS) is None


def _fail_for(span: timedelta, step) -> datetime:
    """Let time pass in steps of eleven minutes; return the moment after."""
    moment = datetime.now(UTC)
    end = moment + span
    while moment < end:
        with time_machine.travel(moment, tick=False):
            step()
        moment += timedelta(minutes=11)
    return moment


def test_after_an_outage_of_hours_what_was_owed_is_delivered_by_itself_and_was_shown():
    broken.add("a")
    say("a", Ref("thing", ids.new_id()))
    _fail_for(timedelta(minutes=75), drain)
    assert not events_queries.failing().exists()
    moment = _fail_for(timedelta(hours=6), drain)
    assert "kaputt" in events_queries.failing().get().error
    assert not events_queries.failed().exists()
    broken.clear()
    with time_machine.travel(moment, tick=False):
        drain()
    assert seen == ["a"] and not Delivery.objects.exists()


def test_after_a_day_an_operator_decides():
    subject = Ref("thing", ids.new_id())
    broken.add("a")
    say("a", subject)
    _fail_for(timedelta(hours=30), drain)
    delivery = events_queries.failed().get()
    assert delivery.attempts == ATTEMPTS and "kaputt" in delivery.error
    with pytest.raises(Denied):
        event_services.retry(CLERK, delivery.id)
    broken.clear()
    event_services.retry(OPERATOR, delivery.id)
    drain()
    assert seen == ["a"] and not Delivery.objects.exists()


def test_an_operator_lets_everything_run_again_at_once():
    broken.update(("event", "job"))
    for _ in range(3):
        say("event", Ref("thing", ids.new_id()))
        with act(SYSTEM, "test.enqueue", Ref("thing", ids.new_id())) as current:
            current.enqueue(write_down, word="job")
    with time_machine.travel(
        _fail_for(timedelta(hours=2), lambda: (drain(), worker.run_until_idle())), tick=False
    ):
        say("healthy", Ref("thing", ids.new_id()))
        for retry_all in (event_services.retry_all, job_services.retry_all):
            with pytest.raises(Denied):
                retry_all(CLERK)
        broken.clear()
        assert (event_services.retry_all(OPERATOR), job_services.retry_all(OPERATOR)) == (3, 3)
        assert (event_services.retry_all(OPERATOR), job_services.retry_all(OPERATOR)) == (0, 0)
        worker.run_until_idle()
    assert sorted(seen) == ["event"] * 3 + ["healthy"] + ["job"] * 3
    entries = Entry.objects.filter(name__in=["events.retry_all", "jobs.retry_all"]).order_by("name")
    assert [entry.detail for entry in entries] == [{"deliveries": 3}, {"jobs": 3}]


def test_ten_thousand_failed_rows_are_retried_in_batches():
    subject = Ref("thing", ids.new_id())
    event = StoredEvent.objects.create(
        at=clock.now(), name="test.spoken", subject=str(subject), actor_label="x"
    )
    Delivery.objects.bulk_create(
        Delivery(event=event, subscriber=f"s{n}", subject=str(subject), due=clock.now(), status="failed")
        for n in range(10_000)
    )
    assert event_services.retry_all(OPERATOR) == 10_000
    counts = [entry.detail["deliveries"] for entry in Entry.objects.filter(name="events.retry_all")]
    assert sum(counts) == 10_000 and max(counts) <= event_services.BATCH


def test_a_delivery_that_nobody_takes_any_more_is_discarded_with_a_reason():
    subject = Ref("thing", ids.new_id())
    broken.add("a")
    say("a", subject)
    delivery = Delivery.objects.get()
    with pytest.raises(event_services.StillWanted):
        event_services.discard(OPERATOR, delivery.id, "stört")
    Delivery.objects.update(subscriber="test.gone")
    with pytest.raises(Denied):
        event_services.discard(CLERK, delivery.id, "Der Raum ist ausgebaut.")
    for reason in (" ", "x" * (event_services.REASON_LIMIT + 1)):
        with pytest.raises(ValueError):
            event_services.discard(OPERATOR, delivery.id, reason)
    event_services.discard(OPERATOR, delivery.id, " Der Raum ist ausgebaut. ")
    assert not Delivery.objects.exists()
    assert Entry.objects.get(name="events.discard").detail == {
        "delivery": delivery.id,
        "event": "test.spoken",
        "subscriber": "test.gone",
        "reason": "Der Raum ist ausgebaut.",
    }


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
    moment = _fail_for(timedelta(hours=6), worker.run_until_idle)
    assert jobs_queries.failing().get().status == "READY"
    with time_machine.travel(moment, tick=False):
        _fail_for(timedelta(hours=24), worker.run_until_idle)
    assert jobs_queries.failed().get().status == "FAILED"
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


def test_a_job_that_kills_its_workers_waits_and_is_shown():
    with act(SYSTEM, "test.enqueue", Ref("thing", ids.new_id())) as current:
        current.enqueue(write_down, word="job")
    for number in range(8):
        DBTaskResult.objects.get().claim(f"dead {number}")
        assert worker.recover() == 1
    job = jobs_queries.failing().get()
    assert "Worker" in job.traceback
    assert worker.run_until_idle() == 0
    assert job_services.retry(OPERATOR, job.id)
    assert not job_services.retry(OPERATOR, job.id)
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


@task()
def take_long() -> None:
    begun.set()
    assert may_end.wait(30)


@pytest.mark.django_db(transaction=True)
def test_nobody_repeats_what_takes_long_and_the_worker_is_seen_to_live_but_not_to_get_on(monkeypatch):
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(worker, "DEAD_AFTER", timedelta(seconds=0.6))
    begun.clear()
    may_end.clear()
    with transaction.atomic():  # no act: what this test writes has to go again, and the audit trail stays
        enqueue(take_long)
    stop = threading.Event()

    def work() -> None:
        try:
            worker.run_forever(stop)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert begun.wait(30)
        first = WorkerBeat.objects.get()
        pause = threading.Event()
        end = time.monotonic() + 30
        while (now := WorkerBeat.objects.get()).seen < first.seen + timedelta(seconds=1):
            assert time.monotonic() < end, "no sign of life"
            pause.wait(0.02)
            assert worker.recover("another") == 0
        assert now.turned == first.turned
        assert DBTaskResult.objects.get().status == "RUNNING"
    finally:
        stop.set()
        may_end.set()
        thread.join(30)
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    assert not WorkerBeat.objects.exists()


def test_a_daily_schedule_whose_worker_died_runs_again_soon_and_once():
    @schedule("test.daily", daily_at=clock.local(datetime(2026, 3, 2, 3, tzinfo=UTC)).time())
    def daily() -> None:
        seen.append("ran")
        if "killed" in broken:
            raise SystemExit

    try:
        with time_machine.travel(datetime(2026, 3, 2, 2, tzinfo=UTC), tick=False) as traveller:
            worker.run_due_schedules("first")
            traveller.move_to(datetime(2026, 3, 2, 3, 1, tzinfo=UTC))
            broken.add("killed")
            worker._beat("first")
            with pytest.raises(SystemExit):
                worker.run_due_schedules("first")
            broken.clear()
            assert worker.recover("second") == 0
            worker.run_due_schedules("second")
            assert seen == ["ran"]
            traveller.shift(timedelta(minutes=2))
            assert worker.recover("second") == 1
            traveller.shift(timedelta(minutes=6))
            worker.run_due_schedules("second")
            assert seen == ["ran", "ran"]
            assert worker.recover("third") == 0
            state = ScheduleState.objects.get(name="test.daily")
            assert (state.due, state.runner) == (datetime(2026, 3, 3, 3, tzinfo=UTC), "")
    finally:
        _schedules.pop("test.daily")


def test_a_frequent_schedule_whose_worker_died_does_not_wait_longer_for_that():
    moment = clock.now()
    ScheduleState.objects.create(name="test.often", due=moment + timedelta(seconds=20), runner="dead")
    assert worker.recover("another") == 1
    assert ScheduleState.objects.get(name="test.often").due == moment + timedelta(seconds=20)


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
