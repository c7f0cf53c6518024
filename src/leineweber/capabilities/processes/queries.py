"""What can be asked: the inbox, one task, the tasks and the history of a subject, disturbed courses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref
from leineweber.people.organisation import queries as organisation
from leineweber.people.organisation.rules import fold

from . import rules
from .models import HistoryEntry, ProcessDefinition, ProcessInstance, TableDecision, Task

View = Literal["mine", "unassigned", "all", "overdue", "later"]
Sort = Literal["due", "newest"]
PAGE_SIZE = 25
COUNT_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What the inbox shows. `view`: whose tasks; `later` are those put aside until a day to come."""

    view: View = "mine"
    procedure: str = ""
    text: str = ""
    sort: Sort = "due"


@dataclass(frozen=True, slots=True)
class TaskItem:
    """A task as lists and pages show it, seen by an actor."""

    id: UUID
    instance_id: UUID
    element: str
    name: str
    note: str
    form: str
    procedure: str
    subject: Ref
    title: str
    role: str
    unit_path: str
    status: str
    assignee: UUID | None
    assignee_label: str
    due: datetime | None
    overdue: bool
    reminder_on: date | None
    reminder_note: str
    opened_at: datetime
    finished_at: datetime | None
    completed_by_label: str
    mine: bool
    deputising: bool
    may_work: bool
    four_eyes_barred: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of tasks. `total` is exact up to `COUNT_LIMIT`; beyond that `more` is true."""

    items: Sequence[TaskItem]
    total: int
    more: bool
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers for the navigation, each counted up to `COUNT_LIMIT`."""

    mine: int
    unassigned: int
    overdue: int


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """A step of the story: who, what, when."""

    at: datetime
    kind: str
    element: str
    name: str
    actor_kind: str
    actor_id: UUID | None
    actor_label: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MadeByTable:
    """A decision made by table: the step, the decision, and its explanation as `engine.explain` left it."""

    id: UUID
    at: datetime
    element: str
    name: str
    decision: str
    explanation: dict[str, Any]


def _scope(actor: Actor) -> Q:
    """Return the tasks of the actor's roles and units; nothing for an actor without grants."""
    scope = Q(pk__in=[])
    for role, unit_path in {(grant.role, grant.unit_path) for grant in actor.grants}:
        scope |= Q(role=role, unit_path__startswith=unit_path) if unit_path != "/" else Q(role=role)
    posts = {grant.post_id for grant in actor.grants}
    return scope & (Q(post_id__isnull=True) | Q(post_id__in=posts))


def visible(actor: Actor) -> QuerySet[Task]:
    """Return the tasks an actor may see: those of her roles and units."""
    if actor.kind != "staff" or actor.id is None:
        return Task.objects.none()
    return Task.objects.filter(_scope(actor))


def _held(actor: Actor) -> Q:
    """Return what is in the actor's hands: her own, and as a deputy what lies with the post's holder in that role.

    A role that has gone takes its tasks along, so the scope counts here too.
    """
    held = Q(assignee=actor.id) & _scope(actor)
    for grant in actor.grants:
        if grant.deputising_for is not None:
            held |= Q(assignee=grant.deputising_for, role=grant.role, unit_path__startswith=grant.unit_path)
    return held


def _select(actor: Actor, filters: Filters) -> QuerySet[Task]:
    today = clock.today()
    present = Q(reminder_on__isnull=True) | Q(reminder_on__lte=today)
    if actor.kind != "staff" or actor.id is None:
        return Task.objects.none()
    match filters.view:
        case "mine":
            found = Task.objects.filter(_held(actor), present, live=True)
        case "later":
            found = Task.objects.filter(_held(actor), live=True, reminder_on__gt=today)
        case "unassigned":
            found = Task.objects.filter(_scope(actor), live=True, assignee__isnull=True)
            found = found.exclude(barred=actor.id, barred__isnull=False)
        case "overdue":
            found = Task.objects.filter(_scope(actor), live=True, overdue=True)
        case _:
            found = Task.objects.filter(_scope(actor), live=True)
    if filters.procedure:
        found = found.filter(procedure=filters.procedure)
    for word in fold(filters.text[:200]).split()[:8]:
        found = found.filter(search_text__contains=word)
    return found


def inbox(actor: Actor, filters: Filters | None = None, page: int = 1, *, page_size: int = PAGE_SIZE) -> Page:
    """Return one page of the inbox, two queries for any number of tasks. A page past the end is the last.

    Only the first `COUNT_LIMIT` tasks in the chosen order can be paged through; who has more narrows the filter.
    """
    chosen = filters or Filters()
    order = ("-opened_at", "-id") if chosen.sort == "newest" else ("sort_due", "id")
    found = list(_select(actor, chosen).order_by(*order).values_list("id", flat=True)[: COUNT_LIMIT + 1])
    total = min(len(found), COUNT_LIMIT)
    pages = max(1, -(-total // page_size))
    number = min(max(1, page), pages)
    wanted = found[(number - 1) * page_size : min(number * page_size, COUNT_LIMIT)]
    rows = {row.id: row for row in Task.objects.filter(id__in=wanted)}
    items = [_item(rows[task_id], actor) for task_id in wanted if task_id in rows]
    return Page(items, total, len(found) > COUNT_LIMIT, number, pages)


def counts(actor: Actor) -> Counts:
    """Return the numbers beside the navigation, three queries bounded by `COUNT_LIMIT` rows each."""

    def count(view: View) -> int:
        return _select(actor, Filters(view=view)).order_by()[:COUNT_LIMIT].count()

    return Counts(count("mine"), count("unassigned"), count("overdue"))


def task(actor: Actor, task_id: UUID) -> TaskItem | None:
    """Return a task, or None if there is none that the actor may see."""
    row = visible(actor).filter(id=task_id).first()
    return None if row is None else _item(row, actor)


def tasks_of(subject: Ref, actor: Actor | None = None) -> list[TaskItem]:
    """Return all tasks of a subject in order of opening. Who may see the subject is the caller's question."""
    seen_by = actor or Actor.system()
    rows = Task.objects.filter(subject=str(subject)).order_by("opened_at", "id")
    return [_item(row, seen_by) for row in rows]


def history(subject: Ref) -> list[HistoryStep]:
    """Return the story of a subject, oldest first. Who may see the subject is the caller's question."""
    return [
        HistoryStep(
            row.at,
            row.kind,
            row.element,
            row.name,
            row.actor_kind,
            row.actor_id,
            row.actor_label,
            row.detail,
        )
        for row in HistoryEntry.objects.filter(subject=str(subject)).order_by("id")
    ]


def decisions_of(subject: Ref) -> list[MadeByTable]:
    """Return the decisions made by table about a subject, oldest first. Who may see it is the caller's question."""
    rows = TableDecision.objects.filter(subject=str(subject)).order_by("at", "id")
    return [MadeByTable(row.id, row.at, row.element, row.name, row.decision, row.explanation) for row in rows]


def candidates(task_id: UUID) -> list[organisation.RoleHolder]:
    """Return who could take a task: holders of its role for its unit and their deputies, without who is barred."""
    row = Task.objects.get(id=task_id)
    holders = organisation.role_holders(row.role, row.unit_path)
    return [holder for holder in holders if holder.person.id != row.barred]


def latest(key: str) -> ProcessDefinition | None:
    """Return the process of a procedure that was put in force last, without its files."""
    found = ProcessDefinition.objects.defer("bpmn", "decisions").filter(key=key)
    return found.order_by("-deployed_at", "-id").first()


def instances_of(subject: Ref) -> list[ProcessInstance]:
    """Return the courses about a subject, oldest first."""
    return list(ProcessInstance.objects.filter(subject=str(subject)).order_by("id"))


def disturbed(limit: int = 100) -> list[ProcessInstance]:
    """Return the courses that cannot go on, oldest first, for the operator."""
    failed = ProcessInstance.objects.filter(status=ProcessInstance.Status.FAILED)
    return list(failed.defer("state").order_by("started_at")[:limit])


def open_by_procedure() -> dict[str, int]:
    """Return how many tasks are open per procedure; no figure about persons."""
    rows = Task.objects.filter(live=True).values("procedure").annotate(number=Count("id")).order_by()
    return {row["procedure"]: row["number"] for row in rows}


def _item(row: Task, actor: Actor) -> TaskItem:
    post = rules.Post(row.role, row.unit_path, row.post_id, row.barred)
    mine = row.assignee is not None and row.assignee == actor.id
    deputising = not mine and rules.acts_for(actor, post, row.assignee)
    free = row.status == Task.Status.OPEN or (row.status == Task.Status.CLAIMED and (mine or deputising))
    barred = row.barred is not None and row.barred == actor.id
    return TaskItem(
        id=row.id,
        instance_id=row.instance_id,
        element=row.element,
        name=row.name,
        note=row.note,
        form=row.form,
        procedure=row.procedure,
        subject=Ref.parse(row.subject),
        title=row.title,
        role=row.role,
        unit_path=row.unit_path,
        status=row.status,
        assignee=row.assignee,
        assignee_label=row.assignee_label,
        due=row.due,
        overdue=row.overdue,
        reminder_on=row.reminder_on,
        reminder_note=row.reminder_note,
        opened_at=row.opened_at,
        finished_at=row.finished_at,
        completed_by_label=row.completed_by_label,
        mine=mine,
        deputising=deputising,
        may_work=free and rules.may_work(actor, post),
        four_eyes_barred=barred,
    )
