"""Real threads on PostgreSQL: one claim wins, one completion counts, messages and timers keep their order."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from capabilities.processes.building import UNIT, staff
from leineweber.capabilities import processes
from leineweber.capabilities.processes import queries, services
from leineweber.capabilities.processes.models import ProcessInstance, Task
from leineweber.kernel import ids
from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref
from together import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
THREADS = 8


@pytest.fixture
def subject(wahlhelfer_files: tuple[bytes, bytes], done: list[Any]) -> Ref:
    if connection.vendor != "postgresql":
        pytest.skip(
            "Row locks between connections exist on PostgreSQL; SQLite has one writer at a time by design."
        )
    ref = Ref("application", ids.new_id())
    definition = processes.deploy("wahlhelfer", *wahlhelfer_files)
    services.start(definition, ref, {}, UNIT, Actor.system())
    return ref


def live(subject: Ref) -> Task:
    return Task.objects.get(subject=str(subject), status__in=["open", "claimed"])


def test_one_of_many_claims_wins(subject: Ref) -> None:
    task_id = live(subject).id
    clerks = [staff(f"Clerk {number}", "elections.clerk") for number in range(THREADS)]
    results = at_once([lambda clerk=clerk: services.claim(task_id, clerk) for clerk in clerks])  # type: ignore[misc]
    winners = [result for result in results if isinstance(result, Task)]
    conflicts = [result for result in results if isinstance(result, services.Conflict)]
    assert (len(winners), len(conflicts)) == (1, THREADS - 1), results
    holder = live(subject).assignee_label
    assert {conflict.holder for conflict in conflicts} == {holder}
    assert [step.kind for step in queries.history(subject)].count("task_claimed") == 1


def test_one_of_many_completions_counts(subject: Ref, done: list[Any]) -> None:
    task_id = live(subject).id
    clerk = staff("Anna", "elections.clerk")
    outputs = {"entscheidung": "rueckfragen", "frage": "?"}
    results = at_once([lambda: services.complete(task_id, clerk, outputs) for _ in range(THREADS)])
    assert sum(isinstance(result, ProcessInstance) for result in results) == 1, results
    assert sum(isinstance(result, services.Conflict) for result in results) == THREADS - 1
    assert [name for name, _ in done] == ["applications.ask"]


def test_a_completion_and_a_withdrawal_do_not_both_happen(subject: Ref) -> None:
    clerk = staff("Anna", "elections.clerk")
    for _ in range(5):
        definition = ProcessInstance.objects.get(subject=str(subject)).definition
        ref = Ref("application", ids.new_id())
        services.start(definition, ref, {}, UNIT, Actor.system())
        task_id = live(ref).id
        results = at_once(
            [
                lambda task_id=task_id: services.complete(task_id, clerk, {"entscheidung": "annehmen"}),  # type: ignore[misc]
                lambda ref=ref: services.receive(ref, "zurueckgezogen"),  # type: ignore[misc]
            ]
        )
        assert results[1] is True
        assert isinstance(results[0], (ProcessInstance, services.Conflict)), results
        instance = ProcessInstance.objects.get(subject=str(ref))
        assert (instance.status, instance.outcome) == ("ended", "Zurückgezogen")
        assert not Task.objects.filter(subject=str(ref), status__in=["open", "claimed"]).exists()


def test_corrections_from_many_sides_are_all_heard(subject: Ref) -> None:
    results = at_once([lambda: services.receive(subject, "berichtigt") for _ in range(THREADS)])
    assert results == [True] * THREADS
    assert [step.kind for step in queries.history(subject)].count("message") == THREADS
    assert live(subject).element == "pruefen"
