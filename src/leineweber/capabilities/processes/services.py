"""What can be done: put a process in force, start it, work on its tasks, tell it what happened, let time pass.

Whoever changes an instance holds its row locked; tasks are claimed by one conditional update. A process that cannot
go on (an endless round, no way that fits) is marked as disturbed with the input that is still owed to it, shown to
an operator, and goes on by `retry`; what an action raises undoes the whole step instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr

from leineweber.kernel import clock
from leineweber.kernel.access import Actor, Denied
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import Act, act
from leineweber.people.organisation import queries as organisation
from leineweber.people.organisation.rules import fold

from . import actions, engine, rules
from .engine import values
from .models import NEVER, HistoryEntry, ProcessDefinition, ProcessInstance, TableDecision, Task

Kind = HistoryEntry.Kind
Status = Task.Status
_loaded: dict[UUID, engine.Definition] = {}
BATCH = 100
_NO_ID = UUID(int=0)


class Conflict(Exception):
    """Somebody else was quicker, or the thing is no longer as it was shown. The text is German, for the person.

    `holder` is the label of who has the task, if that is the reason.
    """

    def __init__(self, message: str, holder: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.holder = holder


class FourEyes(Denied):
    """The actor did the work that this task checks (four-eyes principle)."""

    def __init__(self) -> None:
        super().__init__("processes.task.four_eyes")
        self.message = "Sie haben den Schritt selbst bearbeitet, der hier geprüft wird (Vier-Augen-Prinzip)."


class OutputsRefused(ValueError):
    """What was put in is not what the task needs. `missing` and `unknown` are names of outputs."""

    def __init__(
        self, message: str, missing: list[str] | None = None, unknown: list[str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.missing = missing or []
        self.unknown = unknown or []


# -- definitions -----------------------------------------------------------------------------------------------


def deploy(key: str, bpmn: bytes, decisions: bytes = b"", actor: Actor | None = None) -> ProcessDefinition:
    """Store a process under the key of its procedure; the same content is stored once and returned again.

    Raises:
        engine.Refused: the files have findings.
    """
    compiled = engine.compile_definition(bpmn, decisions)
    digest = engine.digest(bpmn, decisions)
    with transaction.atomic():
        definition, created = ProcessDefinition.objects.get_or_create(
            key=key,
            digest=digest,
            defaults={
                "name": compiled.model.name[:200],
                "bpmn": bpmn,
                "decisions": decisions,
                "deployed_at": clock.now(),
            },
        )
        if created:
            with act(
                actor or Actor.system(),
                "process.deployed",
                Ref("process_definition", definition.id),
                {"key": key},
            ):
                pass
    return definition


def load(definition_id: UUID) -> engine.Definition:
    """Return the compiled definition of a row, compiled once per operating system process."""
    found = _loaded.get(definition_id)
    if found is None:
        row = ProcessDefinition.objects.get(pk=definition_id)
        found = _loaded[definition_id] = engine.compile_definition(bytes(row.bpmn), bytes(row.decisions))
    return found


# -- one step of an instance -----------------------------------------------------------------------------------


class _Step:
    """One step of one locked instance: the world the engine sees, and what is written afterwards."""

    def __init__(self, instance: ProcessInstance, actor: Actor, current: Act) -> None:
        self.instance = instance
        self.actor = actor
        self.current = current
        self.subject = Ref.parse(instance.subject)
        self.definition = load(instance.definition_id)
        self.entries: list[HistoryEntry] = []
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.live: list[Task] | None = None
        self.post_id: UUID | None = None
        self.now = clock.now()
        self._savepoint: str | None = None

    # the engine's world

    def perform(
        self, element: engine.Element, variables: dict[str, Any], parameters: dict[str, Any]
    ) -> Mapping[str, Any]:
        """Do an action in this transaction, after a savepoint in case the process cannot go on behind it."""
        self._protect()
        call = actions.ActionCall(
            self.subject, variables, self.instance.id, parameters, self.actor, element.id
        )
        return actions.perform(element.action, call)

    def decided(self, element: engine.Element, explanation: dict[str, Any]) -> None:
        """Keep why a table decided so, at once: an action behind it may put it into a letter."""
        self._protect()
        TableDecision(
            instance_id=self.instance.id,
            subject=self.instance.subject,
            at=self.now,
            element=element.id,
            name=element.label[:200],
            decision=element.decision[:200],
            explanation=explanation,
        ).save(force_insert=True)

    def _protect(self) -> None:
        if self._savepoint is None:
            self._savepoint = transaction.savepoint()

    def thrown(self, name: str, kind: str) -> None:
        """Tell others of a message or signal that the process sends."""
        self.events.append((f"process.{kind}", {"name": name, "instance_id": str(self.instance.id)}))

    # writing

    def tell(
        self, kind: str, element: str = "", name: str = "", detail: dict[str, Any] | None = None
    ) -> None:
        """Add an entry to the history."""
        self.entries.append(_entry(self.instance, self.actor, kind, element, name, detail, self.now))

    def run(self, attempt: dict[str, Any], go: Callable[[], engine.Run], *, fresh: bool = False) -> bool:
        """Let the engine run and write what came of it; return False if the process is disturbed now."""
        entries, events = list(self.entries), list(self.events)
        try:
            run = go()
        except engine.ProcessError as error:
            if self._savepoint is not None:
                transaction.savepoint_rollback(self._savepoint)
            self.entries, self.events = entries, events
            self._fail(error, attempt)
            return False
        if self._savepoint is not None:
            transaction.savepoint_commit(self._savepoint)
        self._settle(run, fresh)
        return True

    def _settle(self, run: engine.Run, fresh: bool) -> None:
        instance = self.instance
        for step in run.steps:
            self.tell(step.kind, step.element.id, step.element.name, dict(step.detail))
        wanted = {task.token: task for task in run.open_tasks()}
        live = [] if fresh else self.live_tasks()
        existing = {task.token for task in live}
        self._cancel([task for task in live if task.token not in wanted])
        opened = [self._task(task) for token, task in wanted.items() if token not in existing]
        for task in opened:
            self.tell(Kind.TASK_OPENED, task.element, task.name)
            self.events.append(("task.opened", _payload(task)))
        instance.next_timer = min((timer.due for timer in run.timers()), default=None)
        if run.ended:
            instance.status = ProcessInstance.Status.ENDED
            instance.ended_at = self.now
            instance.outcome = run.outcome.label[:200] if run.outcome else ""
            instance.state = ""
            ended = {
                "instance_id": str(instance.id),
                "procedure": instance.procedure,
                "outcome": run.outcome.id if run.outcome else "",
            }
            self.events.append(("process.ended", ended))
        else:
            instance.status = ProcessInstance.Status.RUNNING
            instance.state = run.text
        self.write(opened)

    def live_tasks(self) -> list[Task]:
        """Return the tasks of the instance that are not finished, locked."""
        if self.live is None:
            found = Task.objects.select_for_update().filter(instance=self.instance, live=True)
            self.live = list(found.order_by("token"))
        return self.live

    def write(self, opened: list[Task] | None = None) -> None:
        """Write the instance, new tasks, the history and the events."""
        instance = self.instance
        instance.revision += 1
        if instance._state.adding:
            instance.save(force_insert=True)
        else:
            instance.save(
                update_fields=[
                    "status", "state", "revision", "next_timer", "outcome", "failure", "pending", "ended_at"
                ]
            )  # fmt: skip
        if opened:
            self._bar(opened)
            Task.objects.bulk_create(opened)
        HistoryEntry.objects.bulk_create(self.entries)
        for name, payload in self.events:
            self.current.emit(name, payload, subject=self.subject)
        self.entries, self.events = [], []

    def _fail(self, error: engine.ProcessError, attempt: dict[str, Any]) -> None:
        instance = self.instance
        instance.status = ProcessInstance.Status.FAILED
        instance.failure = f"{error.element}: {error.reason}"
        if attempt not in instance.pending:
            instance.pending = [*instance.pending, attempt]
        self.tell(Kind.FAILED, error.element)
        self.events.append(
            (
                "process.failed",
                {"instance_id": str(instance.id), "element": error.element, "reason": error.reason},
            )
        )
        self.write()

    def _cancel(self, gone: list[Task]) -> None:
        if not gone:
            return
        Task.objects.filter(id__in=[task.id for task in gone]).update(
            status=Status.CANCELLED, live=False, finished_at=self.now
        )
        for task in gone:
            self.tell(Kind.TASK_CANCELLED, task.element, task.name)
            self.events.append(("task.cancelled", _payload(task)))

    def cancel_tasks(self) -> None:
        """Cancel every task that is still open."""
        self._cancel(self.live_tasks())

    def _task(self, open_task: engine.OpenTask) -> Task:
        element, instance = open_task.element, self.instance
        due = rules.timer_at(open_task.due, element.due_in, self.now) if open_task.due else None
        return Task(
            instance=instance,
            token=open_task.token,
            element=element.id,
            name=element.label[:200],
            note=open_task.note[:500],
            form=element.form,
            procedure=instance.procedure,
            subject=instance.subject,
            title=instance.title,
            search_text=_search_text(instance.title, element.label),
            role=element.role,
            unit_path=element.unit or instance.unit_path,
            post_id=self.post_id,
            four_eyes=element.four_eyes,
            due=due,
            sort_due=due or NEVER,
            opened_at=self.now,
        )

    def _bar(self, tasks: list[Task]) -> None:
        """Bar whoever completed the task that is to be checked."""
        if not any(task.four_eyes for task in tasks):
            return
        done = dict(
            Task.objects.filter(
                instance=self.instance,
                element__in={task.four_eyes for task in tasks if task.four_eyes},
                status=Status.DONE,
            )
            .order_by("finished_at", "id")
            .values_list("element", "completed_by")
        )
        elements = self.definition.model.elements
        if any(task.four_eyes and elements[task.four_eyes].kind == "startEvent" for task in tasks):
            starter = self._starter()
            done |= {element.id: starter for element in elements.values() if element.kind == "startEvent"}
        for task in tasks:
            task.barred = done.get(task.four_eyes)

    def _starter(self) -> UUID | None:
        """Return who set the course off, None if the program did."""
        first = next((entry for entry in self.entries if entry.kind == Kind.STARTED), None)
        if first is None:
            first = HistoryEntry.objects.filter(instance=self.instance, kind=Kind.STARTED).first()
        return first.actor_id if first else None


def _search_text(title: str, name: str) -> str:
    return fold(f"{title} {name}")[:420]


def _payload(task: Task) -> dict[str, Any]:
    return {
        "task_id": str(task.id),
        "instance_id": str(task.instance_id),
        "element": task.element,
        "name": task.name,
        "role": task.role,
        "unit_path": task.unit_path,
        "procedure": task.procedure,
    }


def _entry(
    instance: ProcessInstance,
    actor: Actor,
    kind: str,
    element: str,
    name: str,
    detail: dict[str, Any] | None,
    at: datetime,
) -> HistoryEntry:
    return HistoryEntry(
        instance=instance,
        subject=instance.subject,
        at=at,
        kind=kind,
        element=element,
        name=name[:200],
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:200],
        detail=detail or {},
    )


def _locked(instance_id: UUID) -> ProcessInstance:
    """Lock a course, and before it the subject it is about: the order of whoever works on the subject."""
    subject = ProcessInstance.objects.values_list("subject", flat=True).get(pk=instance_id)
    actions.lock_subject(Ref.parse(subject))
    return ProcessInstance.objects.select_for_update().get(pk=instance_id)


# -- courses ---------------------------------------------------------------------------------------------------


def start(
    definition: ProcessDefinition,
    subject: Ref,
    variables: Mapping[str, Any],
    unit_path: str,
    actor: Actor,
    *,
    title: str = "",
    post_id: UUID | None = None,
) -> ProcessInstance:
    """Start a process about a subject for a unit and run it until it waits.

    Args:
        definition: the process in force.
        subject: what it is about; events carry it.
        variables: JSON values the expressions may use; what is not needed should not be given.
        unit_path: the unit whose posts do the work.
        actor: who set it off.
        title: what the inbox shows, such as reference and name; searchable.
        post_id: the post to which the first tasks go, None for all posts that carry their role.

    The instance may come back as disturbed (`status`) if its first steps cannot run.
    """
    with act(actor, "process.started", subject, {"procedure": definition.key}) as current:
        instance = ProcessInstance(
            definition=definition,
            procedure=definition.key,
            subject=str(subject),
            title=title[:200],
            unit_path=unit_path,
            started_at=clock.now(),
        )
        step = _Step(instance, actor, current)
        step.post_id = post_id
        step.tell(Kind.STARTED)
        packed = values.pack(dict(variables))
        _begin(step, packed)
    return instance


def _begin(step: _Step, packed: dict[str, Any]) -> bool:
    return step.run(
        {"do": "start", "variables": packed},
        lambda: engine.Run.start(step.definition, values.unpack(packed), step),
        fresh=True,
    )


def retitle(subject: Ref, title: str) -> None:
    """Change what the inbox shows for a subject, for instance after a correction. Joins the open act."""
    with transaction.atomic():
        ProcessInstance.objects.filter(subject=str(subject)).update(title=title[:200])
        tasks = list(Task.objects.filter(subject=str(subject)))
        for task in tasks:
            task.title = title[:200]
            task.search_text = _search_text(title[:200], task.name)
        Task.objects.bulk_update(tasks, ["title", "search_text"])


def receive(
    subject: Ref, message: str, payload: Mapping[str, Any] | None = None, actor: Actor | None = None
) -> bool:
    """Tell the courses of a subject that something happened; return whether one of them took it.

    A message nobody waits for is kept in the history. A disturbed course takes it when it goes on.
    """
    who = actor or Actor.system()
    taken = False
    with act(who, "process.message", subject, {"message": message}) as current:
        packed = values.pack(dict(payload or {}))
        attempt = {"do": "receive", "message": message, "payload": packed}
        running = ProcessInstance.objects.select_for_update().filter(
            subject=str(subject),
            status__in=[ProcessInstance.Status.RUNNING, ProcessInstance.Status.FAILED],
        )
        for instance in running.order_by("id"):
            step = _Step(instance, who, current)
            if instance.status == ProcessInstance.Status.FAILED:
                instance.pending = [*instance.pending, attempt]
                step.write()
                taken = True
            else:
                taken = _deliver(step, attempt) or taken
    return taken


def _deliver(step: _Step, attempt: dict[str, Any]) -> bool:
    message, payload = attempt["message"], values.unpack(attempt["payload"])
    run = engine.Run.resume(step.definition, step.instance.state, step)
    if message not in run.waits_for():
        step.tell(Kind.UNEXPECTED, "", message)
        step.write()
        return False

    def go() -> engine.Run:
        run.receive(message, payload)
        return run

    step.run(attempt, go)
    return True


def broadcast(signal: str, actor: Actor | None = None, *, unit_path: str = "/") -> int:
    """Give a signal to every running course of a unit and below; return how many took it."""
    who, taken = actor or Actor.system(), 0
    found = ProcessInstance.objects.filter(
        status=ProcessInstance.Status.RUNNING, unit_path__startswith=unit_path
    )
    for instance_id in list(found.order_by("id").values_list("id", flat=True)):
        with act(who, "process.signal", Ref("process", instance_id), {"signal": signal}) as current:
            instance = _locked(instance_id)
            if instance.status == ProcessInstance.Status.RUNNING:
                taken += _signal(_Step(instance, who, current), signal)
    return taken


def _signal(step: _Step, signal: str) -> bool:
    run = engine.Run.resume(step.definition, step.instance.state, step)
    caught = False

    def go() -> engine.Run:
        nonlocal caught
        caught = run.receive(signal, {}, "signal")
        return run

    step.run({"do": "signal", "signal": signal}, go)
    return caught


def cancel(subject: Ref, actor: Actor, reason: str) -> int:
    """End the courses of a subject without further steps; return how many there were."""
    with act(actor, "process.cancelled", subject) as current:
        live = ProcessInstance.objects.select_for_update().filter(
            subject=str(subject),
            status__in=[ProcessInstance.Status.RUNNING, ProcessInstance.Status.FAILED],
        )
        found = list(live.order_by("id"))
        for instance in found:
            step = _Step(instance, actor, current)
            step.cancel_tasks()
            instance.status = ProcessInstance.Status.CANCELLED
            instance.state, instance.next_timer, instance.pending = "", None, []
            instance.ended_at = step.now
            step.tell(Kind.CANCELLED, detail={"reason": reason[:500]})
            step.events.append(
                ("process.cancelled", {"instance_id": str(instance.id), "procedure": instance.procedure})
            )
            step.write()
    return len(found)


def retry(instance_id: UUID, actor: Actor) -> bool:
    """Let a disturbed course go on with what is still owed to it; return whether it runs again.

    Raises:
        Conflict: the course is not disturbed.
    """
    with act(actor, "process.retried", Ref("process", instance_id)) as current:
        instance = _locked(instance_id)
        if instance.status != ProcessInstance.Status.FAILED:
            raise Conflict("Dieser Ablauf ist nicht gestört.")
        owed, instance.pending, instance.failure = list(instance.pending), [], ""
        instance.status = ProcessInstance.Status.RUNNING
        for number, attempt in enumerate(owed):
            step = _Step(instance, actor, current)
            if number == 0:
                step.tell(Kind.RETRIED)
                step.write()
            if not _again(step, attempt):
                instance.pending = [attempt, *owed[number + 1 :]]
                instance.save(update_fields=["pending"])
                return False
            if instance.status != ProcessInstance.Status.RUNNING:
                break
    return True


def _again(step: _Step, attempt: dict[str, Any]) -> bool:
    """Repeat an input; return whether the course still runs (or has ended)."""
    match attempt["do"]:
        case "start":
            return _begin(step, attempt["variables"])
        case "receive":
            _deliver(step, attempt)
        case "signal":
            _signal(step, attempt["signal"])
        case "complete":
            # The task is still open in the inbox; whoever has it completes it again.
            step.write()
        case _:
            _timers(step)
    return step.instance.status != ProcessInstance.Status.FAILED


# -- time ------------------------------------------------------------------------------------------------------


def fire_timers() -> int:
    """Let the timers fire that are due; each course in a transaction of its own. Return how many courses moved.

    A course whose action raises stays as it was and is tried again the next time; the others go on meanwhile.

    Raises:
        ExceptionGroup: what the actions raised, when all others have moved.
    """
    moved = 0
    faults: list[Exception] = []
    due = ProcessInstance.objects.filter(
        status=ProcessInstance.Status.RUNNING, next_timer__lte=clock.now()
    ).order_by("next_timer")
    for instance_id in list(due.values_list("id", flat=True)):
        try:
            moved += _fire(instance_id)
        except Exception as fault:
            fault.add_note(f"Ablauf {instance_id}")
            faults.append(fault)
    if faults:
        raise ExceptionGroup(
            f"{len(faults)} Abläufe können nach Ablauf ihrer Frist nicht weitergehen.", faults
        )
    return moved


def _fire(instance_id: UUID) -> bool:
    actor = Actor.system()
    with act(actor, "process.timer", Ref("process", instance_id)) as current:
        instance = _locked(instance_id)
        waiting = instance.status == ProcessInstance.Status.RUNNING and instance.next_timer is not None
        if not waiting or cast(datetime, instance.next_timer) > clock.now():
            return False
        _timers(_Step(instance, actor, current))
    return True


def _timers(step: _Step) -> bool:
    def go() -> engine.Run:
        run = engine.Run.resume(step.definition, step.instance.state, step)
        run.let_time_pass()
        return run

    return step.run({"do": "timers"}, go)


def mark_overdue() -> int:
    """Mark the tasks whose deadline has passed, tell the history and others; return how many there were."""
    now, actor, marked = clock.now(), Actor.system(), 0
    due = Task.objects.filter(live=True, overdue=False, sort_due__lt=now).order_by("sort_due")
    for task_id, subject in list(due.values_list("id", "subject")[:BATCH]):
        with act(actor, "task.overdue", Ref("task", task_id)) as current:
            if not Task.objects.filter(id=task_id, live=True, overdue=False).update(overdue=True):
                continue
            task = Task.objects.select_related("instance").get(id=task_id)
            _entry(
                task.instance,
                actor,
                Kind.TASK_OVERDUE,
                task.element,
                task.name,
                {"task_id": str(task.id)},
                now,
            ).save()
            current.emit("task.overdue", _payload(task), subject=Ref.parse(subject))
            marked += 1
    return marked


# -- tasks -----------------------------------------------------------------------------------------------------


def _post_of(task: Task) -> rules.Post:
    return rules.Post(task.role, task.unit_path, task.post_id, task.barred)


def _may(actor: Actor, task: Task) -> None:
    if actor.id is not None and actor.id == task.barred:
        raise FourEyes
    if not rules.may_work(actor, _post_of(task)):
        raise Denied("processes.task.work")


def _taken(task: Task, actor: Actor) -> Conflict:
    if task.status == Status.CLAIMED:
        holder = task.assignee_label
        return Conflict(f"Diese Aufgabe hat bereits {holder} übernommen.", holder)
    if task.status == Status.DONE:
        if task.completed_by == actor.id:
            return Conflict("Diese Aufgabe haben Sie schon erledigt.", task.completed_by_label)
        return Conflict(
            f"Diese Aufgabe hat {task.completed_by_label} schon erledigt.", task.completed_by_label
        )
    return Conflict("Diese Aufgabe ist entfallen.")


def _on_behalf(actor: Actor, task: Task, holder: UUID | None) -> dict[str, Any]:
    """Say in the history when somebody worked for another whose post she looks after."""
    if holder is not None and holder != actor.id:
        return {"task_id": str(task.id), "on_behalf_of": task.assignee_label}
    return {"task_id": str(task.id)}


def _task_entry(task: Task, actor: Actor, kind: str, detail: dict[str, Any]) -> None:
    instance = ProcessInstance(id=task.instance_id, subject=task.subject)
    _entry(instance, actor, kind, task.element, task.name, detail, clock.now()).save(force_insert=True)


def claim(task_id: UUID, actor: Actor) -> Task:
    """Take a task into one's own work. Claiming one's own again changes nothing; a deputy may take over.

    Raises:
        Task.DoesNotExist: no such task.
        Denied: the actor does not hold the role for the unit (`FourEyes`: she did the work that is checked).
        Conflict: somebody else has it, or it is done; the text says who.
    """
    with act(actor, "task.claimed", Ref("task", task_id)) as current:
        task = Task.objects.get(id=task_id)
        _may(actor, task)
        if task.status == Status.CLAIMED and task.assignee == actor.id:
            return task
        free = Q(status=Status.OPEN)
        if task.assignee is not None and rules.acts_for(actor, _post_of(task), task.assignee):
            free |= Q(status=Status.CLAIMED, assignee=task.assignee)
        holder = task.assignee
        won = Task.objects.filter(free, id=task_id).update(
            status=Status.CLAIMED, assignee=actor.id, assignee_label=actor.label[:200]
        )
        before = task
        task = Task.objects.get(id=task_id)
        if not won:
            raise _taken(task, actor)
        _task_entry(task, actor, Kind.TASK_CLAIMED, _on_behalf(actor, before, holder))
        current.emit("task.claimed", _payload(task), subject=Ref.parse(task.subject))
    return task


def release(task_id: UUID, actor: Actor) -> Task:
    """Put a task back for all who hold its role.

    Raises:
        Task.DoesNotExist: no such task.
        Conflict: it is not in the actor's hands.
    """
    with act(actor, "task.released", Ref("task", task_id)) as current:
        task = _held(task_id, actor)
        task.status, task.assignee, task.assignee_label = Status.OPEN, None, ""
        task.post_id = None
        task.save(update_fields=["status", "assignee", "assignee_label", "post_id"])
        _task_entry(task, actor, Kind.TASK_RELEASED, {"task_id": str(task.id)})
        current.emit("task.released", _payload(task), subject=Ref.parse(task.subject))
    return task


def _held(task_id: UUID, actor: Actor) -> Task:
    """Return a task locked, held by the actor or by whom she deputises for."""
    task = Task.objects.select_for_update().get(id=task_id)
    if not task.live:
        raise _taken(task, actor)
    if task.status == Status.OPEN:
        raise Conflict("Übernehmen Sie diese Aufgabe zuerst.")
    if not rules.acts_for(actor, _post_of(task), task.assignee):
        raise _taken(task, actor)
    return task


def return_orphaned() -> int:
    """Put back the tasks of persons who no longer hold the role (left the post, were moved); return how many."""
    held = Task.objects.filter(live=True, status=Status.CLAIMED).order_by()
    returned, actor = 0, Actor.system()
    for person_id in list(held.values_list("assignee", flat=True).distinct()):
        person = Actor("staff", person_id, "", organisation.standing(cast(UUID, person_id)).grants)
        for task_id in [
            task.id
            for task in held.filter(assignee=person_id)
            if not rules.may_work(person, rules.Post(task.role, task.unit_path))
        ]:
            with act(actor, "task.released", Ref("task", task_id)) as current:
                task = Task.objects.select_for_update().get(id=task_id)
                if task.status != Status.CLAIMED or task.assignee != person_id:
                    continue
                task.status, task.assignee, task.assignee_label = Status.OPEN, None, ""
                task.save(update_fields=["status", "assignee", "assignee_label"])
                _task_entry(task, actor, Kind.TASK_RELEASED, {"task_id": str(task.id)})
                current.emit("task.released", _payload(task), subject=Ref.parse(task.subject))
                returned += 1
    return returned


def follow_unit(old_path: str, new_path: str) -> None:
    """Keep the scopes of running courses and their tasks when a unit moves in the organisation."""
    moved = Concat(Value(new_path), Substr("unit_path", len(old_path) + 1))
    with act(Actor.system(), "process.scope_moved", Ref("process_scope", _NO_ID), {"new_path": new_path}):
        ProcessInstance.objects.filter(unit_path__startswith=old_path).update(unit_path=moved)
        Task.objects.filter(unit_path__startswith=old_path).update(unit_path=moved)


def hand_over(
    task_id: UUID, actor: Actor, *, person_id: UUID | None = None, post_id: UUID | None = None, note: str = ""
) -> Task:
    """Give a task to another person, or to a post, of the same role. Exactly one of the two is given.

    A task nobody has may be handed over by anybody who could claim it; otherwise by its holder or her deputy.

    Raises:
        Task.DoesNotExist: no such task.
        Denied: the actor may not work on it.
        Conflict: somebody else has it, or the receiver does not hold the role (or is barred by four eyes).
        ValueError: not exactly one receiver.
    """
    if (person_id is None) == (post_id is None):
        raise ValueError("A task is handed over to one person or one post.")
    with act(actor, "task.handed_over", Ref("task", task_id)) as current:
        task = Task.objects.select_for_update().get(id=task_id)
        if not task.live:
            raise _taken(task, actor)
        _may(actor, task)
        if task.status == Status.CLAIMED and not rules.acts_for(actor, _post_of(task), task.assignee):
            raise _taken(task, actor)
        holders = organisation.role_holders(task.role, task.unit_path)
        if person_id is not None:
            receiver = next((holder for holder in holders if holder.person.id == person_id), None)
            if receiver is None or person_id == task.barred:
                raise Conflict("Diese Person darf die Aufgabe nicht bearbeiten.")
            label = receiver.person.name
            task.status, task.assignee, task.assignee_label = Status.CLAIMED, person_id, label[:200]
            task.post_id = None
        else:
            at_post = [
                holder for holder in holders if holder.post.id == post_id and holder.person.id != task.barred
            ]
            if not at_post:
                raise Conflict("Auf dieser Stelle darf zurzeit niemand die Aufgabe bearbeiten.")
            label = str(at_post[0].post)
            task.status, task.assignee, task.assignee_label = Status.OPEN, None, ""
            task.post_id = post_id
        task.save(update_fields=["status", "assignee", "assignee_label", "post_id"])
        _task_entry(
            task, actor, Kind.TASK_HANDED_OVER, {"task_id": str(task.id), "to": label, "note": note[:500]}
        )
        current.emit("task.handed_over", _payload(task), subject=Ref.parse(task.subject))
    return task


def remind(task_id: UUID, actor: Actor, on: date | None, note: str = "") -> Task:
    """Put a task aside until a day (Wiedervorlage), or take it up again with None.

    Raises:
        Task.DoesNotExist: no such task.
        Conflict: it is not in the actor's hands.
    """
    with act(actor, "task.reminder", Ref("task", task_id)):
        task = _held(task_id, actor)
        task.reminder_on, task.reminder_note = on, note[:500]
        task.save(update_fields=["reminder_on", "reminder_note"])
        _task_entry(
            task,
            actor,
            Kind.REMINDER,
            {"task_id": str(task.id), "on": on.isoformat() if on else None},
        )
    return task


def complete(task_id: UUID, actor: Actor, outputs: Mapping[str, Any]) -> ProcessInstance:
    """Complete a task with its outputs and let the process run on.

    A task nobody has is taken and completed at once. Returns the instance; its `status` tells if it ended or is
    disturbed (then the task is still there).

    Raises:
        Task.DoesNotExist: no such task.
        Denied: the actor may not work on it (`FourEyes`: she did the work that is checked).
        Conflict: somebody else has it, it is done, or the course is disturbed.
        OutputsRefused: outputs are missing, unknown, or do not meet the condition of the task.
    """
    with act(actor, "task.completed", Ref("task", task_id), {"outputs": sorted(outputs)}) as current:
        found = ProcessInstance.objects.select_for_update(of=("self",)).filter(tasks__id=task_id).first()
        step = None if found is None else _Step(found, actor, current)
        task = next((task for task in step.live_tasks() if task.id == task_id), None) if step else None
        if step is None or task is None:
            raise _taken(Task.objects.get(id=task_id), actor)
        if step.instance.status == ProcessInstance.Status.FAILED:
            raise Conflict("Der Ablauf ist gestört. Die Betriebsleitung sieht die Störung und kümmert sich.")
        _may(actor, task)
        holder = task.assignee
        if holder is not None and not rules.acts_for(actor, _post_of(task), holder):
            raise _taken(task, actor)
        _complete(step, task, actor, outputs, holder)
    return step.instance


def _complete(step: _Step, task: Task, actor: Actor, outputs: Mapping[str, Any], holder: UUID | None) -> None:
    element = step.definition.model.elements[task.element]
    declared = [(output.name, output.optional) for output in element.outputs]
    missing, unknown = rules.missing_outputs(declared, outputs), rules.unknown_outputs(declared, outputs)
    if missing or unknown:
        raise OutputsRefused("Die Angaben zu dieser Aufgabe sind nicht vollständig.", missing, unknown)
    run = engine.Run.resume(step.definition, step.instance.state, step)
    if not run.accepts(element.id, outputs):
        raise OutputsRefused(
            "Die Angaben passen nicht zusammen. Prüfen Sie Entscheidung, Begründung und Frage."
        )

    told = {name: outputs[name] for name in element.story if outputs.get(name) is not None}
    detail = {**_on_behalf(actor, task, holder), "outputs": values.pack(told)}

    def go() -> engine.Run:
        step.tell(Kind.TASK_COMPLETED, element.id, task.name, detail)
        step.events.append(("task.completed", _payload(task)))
        run.complete(task.token, outputs)
        task.status, task.live, task.finished_at = Status.DONE, False, step.now
        task.completed_by, task.completed_by_label = actor.id, actor.label[:200]
        task.save(update_fields=["status", "live", "finished_at", "completed_by", "completed_by_label"])
        others = [other for other in step.live_tasks() if other is not task]
        if any(other.four_eyes == element.id for other in others):
            Task.objects.filter(
                id__in=[other.id for other in others if other.four_eyes == element.id]
            ).update(barred=actor.id)
        step.live = others
        return run

    step.run({"do": "complete", "task_id": str(task.id)}, go)
