"""Any order of claims, completions, messages and passing time keeps the promises of the process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)  # fmt: skip

from capabilities.processes.building import ACTIONS, ROOT, UNIT, staff
from leineweber.capabilities import processes
from leineweber.capabilities.processes import actions, queries, services
from leineweber.capabilities.processes.models import ProcessInstance, Task
from leineweber.kernel import ids
from leineweber.kernel.access import Actor, Grant
from leineweber.kernel.refs import Ref

pytestmark = pytest.mark.django_db
POST = ids.new_id()
CLERKS = [staff("Anna", "elections.clerk"), staff("Bert", "elections.clerk")]
HEADS = [staff("Helga", "elections.head")]
BOTH = Actor(
    "staff",
    ids.new_id(),
    "Doppelrolle",
    (Grant("elections.clerk", UNIT, POST), Grant("elections.head", UNIT, POST)),
)
ACTORS = [*CLERKS, *HEADS, BOTH]
OUTPUTS: dict[str, list[dict[str, Any]]] = {
    "pruefen": [
        {"entscheidung": "annehmen"},
        {"entscheidung": "rueckfragen", "frage": "?"},
        {"entscheidung": "ablehnen", "begruendung": "x"},
    ],
    "einsetzen": [{"district": "012", "function": "beisitz"}],
    "schlusszeichnung": [{"freigabe": True}, {"freigabe": False, "bemerkung": "x"}],
    "schlusszeichnung_ablehnung": [{"freigabe": True}, {"freigabe": False, "bemerkung": "x"}],
}
REFUSALS = (services.Conflict, services.Denied, services.OutputsRefused)


class Wahlhelfer(RuleBasedStateMachine):
    """One application in the hands of four persons, a citizen and the calendar."""

    @initialize()
    def begin(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.clock: Any = time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=UTC), tick=False)
        self.traveller = self.clock.start()
        folder = Path(ROOT / "procedures" / "wahlhelfer")
        files = [(folder / name).read_bytes() for name in ("process.bpmn", "decisions.dmn")]
        self.subject = Ref("application", ids.new_id())
        services.start(
            processes.deploy("wahlhelfer", *files),
            self.subject,
            {"wunschfunktion": "egal"},
            UNIT,
            Actor.system(),
        )
        self.withdrawn = False
        self.signed: list[Task] = []

    @property
    def task(self) -> Task | None:
        return Task.objects.filter(subject=str(self.subject), status__in=["open", "claimed"]).first()

    @property
    def instance(self) -> ProcessInstance:
        return ProcessInstance.objects.get(subject=str(self.subject))

    @rule(actor=st.sampled_from(ACTORS))
    def claim(self, actor: Actor) -> None:
        task = self.task
        if task is None:
            return
        allowed = actor.has_role(task.role) and actor.id != task.barred
        free = task.assignee in (None, actor.id)
        try:
            services.claim(task.id, actor)
        except REFUSALS:
            assert not (allowed and free)
        else:
            assert allowed
            assert free

    @rule(actor=st.sampled_from(ACTORS))
    def release(self, actor: Actor) -> None:
        task = self.task
        if task is None:
            return
        try:
            services.release(task.id, actor)
        except REFUSALS:
            assert task.assignee != actor.id
        else:
            assert task.assignee == actor.id

    @rule(actor=st.sampled_from(ACTORS), data=st.data())
    def complete(self, actor: Actor, data: st.DataObject) -> None:
        task = self.task
        if task is None:
            return
        outputs = data.draw(st.sampled_from(OUTPUTS[task.element]))
        able = actor.has_role(task.role) and actor.id != task.barred and task.assignee in (None, actor.id)
        try:
            services.complete(task.id, actor, outputs)
        except REFUSALS:
            assert not able
        else:
            assert able
            if task.four_eyes:
                self.signed.append(Task.objects.get(id=task.id))

    @rule(message=st.sampled_from(["antwort", "berichtigt", "hinweis"]))
    def hear(self, message: str) -> None:
        running = self.instance.status == "running"
        waiting = running and self.task is None
        taken = services.receive(self.subject, message)
        assert taken == (running and (message == "berichtigt" or (message == "antwort" and waiting)))

    @precondition(lambda self: not self.withdrawn)
    @rule()
    def withdraw(self) -> None:
        running = self.instance.status == "running"
        assert services.receive(self.subject, "zurueckgezogen") is running
        self.withdrawn = running

    @rule(days=st.integers(0, 20))
    def wait(self, days: int) -> None:
        self.traveller.shift(timedelta(days=days))
        services.fire_timers()
        services.mark_overdue()

    @invariant()
    def promises(self) -> None:
        instance = self.instance
        tasks = list(Task.objects.filter(subject=str(self.subject)))
        live = [task for task in tasks if task.status in ("open", "claimed")]
        assert instance.status in ("running", "ended")
        if instance.status == "ended":
            assert not live
            assert instance.next_timer is None
        else:
            # Either one person is to act, or the citizen is to answer within a deadline.
            assert len(live) + (instance.next_timer is not None) == 1
            assert len(instance.state) < 1_200
        for task in live:
            assert not task.overdue or (task.due is not None and task.due < datetime.now(UTC))
        for signed in self.signed:
            # Keys are given in order, so what was checked is the last one done that was opened before.
            checked = [
                task
                for task in sorted(tasks, key=lambda task: task.id)
                if task.element == signed.four_eyes and task.status == "done" and task.id < signed.id
            ]
            assert signed.completed_by != checked[-1].completed_by
        if self.withdrawn:
            assert instance.outcome == "Zurückgezogen"

    def teardown(self) -> None:
        if not hasattr(self, "atomic"):
            return
        story = queries.history(self.subject)
        opened = sum(step.kind == "task_opened" for step in story)
        finished = sum(step.kind in ("task_completed", "task_cancelled") for step in story)
        live = Task.objects.filter(subject=str(self.subject), status__in=["open", "claimed"]).count()
        assert opened == finished + live
        self.clock.stop()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(actions, "_handlers", {f"applications.{name}": lambda call: {} for name in ACTIONS})
    return


@pytest.mark.slow
def test_any_order_keeps_the_promises(noted: None) -> None:
    run_state_machine_as_test(
        Wahlhelfer,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
