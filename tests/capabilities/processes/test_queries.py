"""The inbox: right rows for each actor, constant queries, fast with a hundred thousand tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection

from capabilities.processes.building import UNIT, bpmn, flow, staff, user
from leineweber.capabilities import processes
from leineweber.capabilities.processes import queries, services
from leineweber.capabilities.processes.models import NEVER, ProcessInstance, Task
from leineweber.capabilities.processes.queries import Filters
from leineweber.kernel import ids
from leineweber.kernel.access import Actor, Grant, allowed
from leineweber.kernel.refs import Ref

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def frozen() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def instance() -> ProcessInstance:
    data = bpmn(f'<startEvent id="s"/>{flow("s", "t")}{user("t")}{flow("t", "e")}<endEvent id="e"/>')
    definition = processes.deploy("wahlhelfer", data)
    return services.start(definition, Ref("application", ids.new_id()), {}, "/nirgends/", Actor.system())


def add(instance: ProcessInstance, number: int = 1, **columns: Any) -> list[Task]:
    """Write tasks straight into the table, as many as asked."""
    highest = Task.objects.filter(instance=instance).count() + 10
    values: dict[str, Any] = {
        "role": "elections.clerk", "unit_path": UNIT, "procedure": "wahlhelfer", "name": "Meldung prüfen",
        "element": "pruefen", "subject": f"application:{ids.new_id()}", "opened_at": NOW,
    }  # fmt: skip
    values |= columns
    due = values.get("due")
    values.setdefault("sort_due", due or NEVER)
    return Task.objects.bulk_create(
        Task(instance=instance, token=highest + offset, **values) for offset in range(number)
    )


def ids_of(actor: Actor, **filters: Any) -> list[UUID]:
    return [item.id for item in queries.inbox(actor, Filters(**filters)).items]


def claimed_by(actor: Actor, **columns: Any) -> dict[str, Any]:
    return {"status": "claimed", "assignee": actor.id, "assignee_label": actor.label, **columns}


def test_views_of_the_inbox(
    instance: ProcessInstance, clerk: Actor, second_clerk: Actor, head: Actor
) -> None:
    [free] = add(instance)
    [mine] = add(instance, **claimed_by(clerk))
    [theirs] = add(instance, **claimed_by(second_clerk))
    [late] = add(instance, overdue=True, due=NOW - timedelta(days=1))
    [later] = add(instance, **claimed_by(clerk, reminder_on=date(2026, 11, 24)))
    [today] = add(instance, **claimed_by(clerk, reminder_on=date(2026, 11, 23)))
    add(instance, role="elections.head")
    add(instance, unit_path="/d4/600/")
    add(instance, status="done", live=False)
    add(instance, status="cancelled", live=False)
    [barred] = add(instance, barred=clerk.id)
    assert ids_of(clerk) == [mine.id, today.id]
    assert ids_of(clerk, view="unassigned") == [late.id, free.id]
    assert ids_of(clerk, view="overdue") == [late.id]
    assert ids_of(clerk, view="later") == [later.id]
    assert ids_of(clerk, view="all") == [late.id, free.id, mine.id, theirs.id, later.id, today.id, barred.id]
    assert queries.counts(clerk) == queries.Counts(mine=2, unassigned=2, overdue=1)
    assert len(ids_of(head, view="all")) == 1
    assert ids_of(second_clerk) == [theirs.id]
    items = {item.id: item for item in queries.inbox(clerk, Filters(view="all")).items}
    assert items[mine.id].mine
    assert items[mine.id].may_work
    assert not items[theirs.id].may_work
    assert items[free.id].may_work
    assert items[barred.id].four_eyes_barred
    assert not items[barred.id].may_work


def test_nobody_else_has_an_inbox(instance: ProcessInstance, clerk: Actor) -> None:
    [task] = add(instance)
    for stranger in (
        Actor.anonymous(),
        Actor.system(),
        Actor("citizen", ids.new_id(), "x", clerk.grants),
        Actor("staff", ids.new_id(), "Ohne Stelle"),
        staff("Fremd", "elections.clerk", "/d4/"),
    ):
        for view in ("mine", "unassigned", "all", "overdue", "later"):
            assert ids_of(stranger, view=view) == []
        assert queries.task(stranger, task.id) is None
    assert queries.task(clerk, task.id) is not None
    assert queries.task(clerk, ids.new_id()) is None
    assert allowed(clerk, "processes.inbox")
    assert not allowed(Actor.anonymous(), "processes.inbox")
    assert allowed(clerk, "processes.task.work")
    assert not allowed(clerk, "processes.operate")
    assert allowed(staff("Betrieb", "operator", "/"), "processes.operate")


def test_what_lies_with_somebody_without_the_role_is_gone_for_her(
    instance: ProcessInstance, clerk: Actor
) -> None:
    [task] = add(instance, **claimed_by(clerk))
    left = Actor("staff", clerk.id, clerk.label, (Grant("andere.rolle", UNIT, ids.new_id()),))
    assert ids_of(left) == []
    assert queries.task(left, task.id) is None


def test_a_deputy_sees_what_lies_with_the_absent(instance: ProcessInstance, clerk: Actor) -> None:
    deputy = staff("Dora", "elections.clerk", deputising_for=clerk.id)
    [task] = add(instance, **claimed_by(clerk))
    add(instance, **claimed_by(clerk, role="elections.head"))
    [item] = queries.inbox(deputy).items
    assert (item.id, item.mine, item.deputising, item.may_work) == (task.id, False, True, True)


def test_a_task_for_a_post_is_seen_at_that_post_only(
    instance: ProcessInstance, clerk: Actor, second_clerk: Actor
) -> None:
    [task] = add(instance, post_id=second_clerk.grants[0].post_id)
    assert ids_of(clerk, view="unassigned") == []
    assert ids_of(second_clerk, view="unassigned") == [task.id]


def test_a_grant_for_the_whole_city_covers_every_unit(instance: ProcessInstance) -> None:
    add(instance)
    add(instance, unit_path="/d4/600/")
    assert len(ids_of(staff("Alle", "elections.clerk", "/"), view="all")) == 2


def test_filters_sorting_and_pages(instance: ProcessInstance, clerk: Actor) -> None:
    first = add(instance, 3, due=NOW + timedelta(days=2), title="WH-7K3F-92QD-5 Erika Müster")
    Task.objects.filter(id__in=[task.id for task in first]).update(search_text="wh-7k3f-92qd-5 erika muester")
    second = add(
        instance, 2, due=NOW + timedelta(days=1), procedure="anderes", opened_at=NOW + timedelta(hours=1)
    )
    order = [task.id for task in [*second, *first]]
    assert ids_of(clerk, view="all") == order
    assert ids_of(clerk, view="all", sort="newest") == [task.id for task in [*second[::-1], *first[::-1]]]
    assert ids_of(clerk, view="all", procedure="anderes") == order[:2]
    assert ids_of(clerk, view="all", text="müster WH-7K3F") == order[2:]
    assert ids_of(clerk, view="all", text="100%") == []
    page = queries.inbox(clerk, Filters(view="all"), 2, page_size=2)
    assert ([item.id for item in page.items], page.number, page.pages, page.total) == (order[2:4], 2, 3, 5)
    assert queries.inbox(clerk, Filters(view="all"), 99, page_size=2).number == 3
    assert queries.inbox(clerk, Filters(view="all"), -1, page_size=2).number == 1


def test_the_number_of_queries_does_not_grow(
    instance: ProcessInstance, clerk: Actor, django_assert_num_queries: Any
) -> None:
    for number in (1, 40):
        add(instance, number)
        with django_assert_num_queries(2):
            queries.inbox(clerk, Filters(view="all"))
        with django_assert_num_queries(3):
            queries.counts(clerk)


def test_tasks_and_instances_of_a_subject(instance: ProcessInstance) -> None:
    subject = Ref.parse(instance.subject)
    [item] = queries.tasks_of(subject)
    assert (item.element, item.may_work) == ("t", False)
    assert [found.id for found in queries.instances_of(subject)] == [instance.id]
    assert [step.kind for step in queries.history(subject)] == ["started", "task_opened"]
    add(instance, 2, procedure="x")
    assert queries.open_by_procedure() == {"wahlhelfer": 1, "x": 2}


@pytest.mark.slow
def test_a_hundred_thousand_tasks(
    instance: ProcessInstance, clerk: Actor, django_assert_max_num_queries: Any
) -> None:
    """Half the tasks are another office's, some are claimed: every view is one page in two queries."""
    for batch in range(100):
        due = NOW + timedelta(minutes=batch)
        other = {"unit_path": "/d4/600/600.1/"} if batch % 2 else {}
        add(instance, 990, due=due, search_text=f"wh-{batch:04} erika muester meldung pruefen", **other)
        add(instance, 10, due=due, **claimed_by(clerk), **other)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "ANALYZE processes_task")
    two = Actor("staff", clerk.id, "Zwei", (*clerk.grants, Grant("elections.head", "/d5/", ids.new_id())))
    for actor in (clerk, two):
        for filters in (
            Filters(),
            Filters(view="unassigned"),
            Filters(view="all"),
            Filters(view="all", sort="newest"),
            Filters(view="overdue"),
            Filters(view="all", text="wh-0042"),
            Filters(view="all", procedure="gibt-es-nicht"),
        ):
            with django_assert_max_num_queries(2):
                assert len(queries.inbox(actor, filters).items) <= queries.PAGE_SIZE
    assert queries.inbox(clerk, Filters(view="all")).more
