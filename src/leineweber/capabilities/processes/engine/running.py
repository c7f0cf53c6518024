"""Running an instance: start, complete a task, receive a message, let time pass; and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from leineweber.kernel import clock

from .. import rules
from . import state, values
from .explaining import explain
from .model import Element
from .specs import Message, Signal, Timer, Workflow

if TYPE_CHECKING:
    from .definition import Definition

ROUNDS = 200
_TRIM_EVERY = 100

StepKind = Literal["message", "signal", "timer", "action", "decision", "script", "ended"]
_STEPS: dict[str, StepKind] = {"message": "message", "signal": "signal", "timer": "timer"}


class ProcessError(Exception):
    """A process cannot go on. `reason` is German, for the operator; `element` says where."""

    def __init__(self, element: str, reason: str) -> None:
        super().__init__(f"{element}: {reason}")
        self.element = element
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened in a run, for the history."""

    kind: StepKind
    element: Element
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that waits for a person. `token` stays the same until it is done."""

    token: int
    element: Element
    note: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class PendingTimer:
    """A timer that runs."""

    token: int
    element: Element
    due: datetime


class World(Protocol):
    """What a run needs of the program around it."""

    def perform(
        self, element: Element, variables: dict[str, Any], parameters: dict[str, Any]
    ) -> Mapping[str, Any]:
        """Do the action of a service task and return its outputs."""

    def thrown(self, name: str, kind: str) -> None:
        """Hear of a message or signal that the process sends out."""

    def decided(self, element: Element, explanation: dict[str, Any]) -> None:
        """Hear of a decision made by table, and why it came out so."""


class Run:
    """One run of one instance in one transaction. Not for use by several threads."""

    def __init__(self, definition: Definition, world: World) -> None:
        self.definition = definition
        self.world = world
        self.variables: dict[str, Any] = {}
        self.steps: list[Step] = []
        self.outcome: Element | None = None
        self._last_token = 0
        self._rounds: Counter[str] = Counter()
        self._count = 0
        self._tokens: dict[Any, int] | None = None
        self._text = ""
        self._workflow: Workflow

    # -- what the outside does -------------------------------------------------------------------------------

    @classmethod
    def start(cls, definition: Definition, variables: Mapping[str, Any], world: World) -> Run:
        """Begin an instance and run it until it waits.

        Raises:
            ProcessError: it cannot run.
        """
        run = cls(definition, world)
        run.variables = values.pack(dict(variables))
        run._workflow = Workflow(definition.spec, definition.subprocesses, run)
        run._advance()
        return run

    @classmethod
    def resume(cls, definition: Definition, text: str, world: World) -> Run:
        """Take up an instance from its stored state."""
        run = cls(definition, world)
        run._workflow = Workflow(definition.spec, definition.subprocesses, run, deserializing=True)
        run.variables, run._last_token = state.load(text, run._workflow)
        return run

    def complete(self, token: int, outputs: Mapping[str, Any]) -> None:
        """Complete a task with what the person put in, and run on. Declared outputs that are absent become null.

        Raises:
            KeyError: no task with this token is open.
            ProcessError: the process cannot go on.
        """
        task = self._task(token)
        element = self.definition.model.elements[task.task_spec.name]
        self.variables.update({output.name: None for output in element.outputs})
        self.variables.update(values.pack(dict(outputs)))
        self._guarded(element.id, task.run)
        self._advance()

    def receive(
        self, name: str, payload: Mapping[str, Any], kind: Literal["message", "signal"] = "message"
    ) -> bool:
        """Hand a message or signal to whoever waits for it; return whether somebody did.

        Raises:
            ProcessError: the process cannot go on.
        """
        event = BpmnEvent(Message(name) if kind == "message" else Signal(name), {})
        manager = self._workflow.event_manager
        if not any(task.task_spec.catches(task, event) for task in manager.tasks.values()):
            return False
        self.variables.update(values.pack(dict(payload)))
        self._guarded(name, lambda: manager.catch(event, internal=False))
        self._advance()
        return True

    def let_time_pass(self) -> None:
        """Let timers fire that are due now, and run on.

        Raises:
            ProcessError: the process cannot go on.
        """
        self._guarded(self.definition.model.id, self._workflow.refresh_timers)
        self._advance()

    def waits_for(self) -> frozenset[str]:
        """Return the names of the messages that the instance would take now."""
        return frozenset(
            task.task_spec.event_definition.name
            for task in self._workflow.event_manager.tasks.values()
            if isinstance(task.task_spec.event_definition, Message)
        )

    @property
    def ended(self) -> bool:
        """Tell whether nothing is left to do."""
        return bool(self._workflow.completed)

    @property
    def text(self) -> str:
        """The state to store."""
        self._dump()
        return self._text

    def open_tasks(self) -> list[OpenTask]:
        """Return the tasks that wait for persons."""
        tokens = self._dump()
        return [
            OpenTask(
                tokens[task.id],
                self.definition.model.elements[task.task_spec.name],
                self._note(task.task_spec.name),
                self._due(task.task_spec.name),
            )
            for workflow in self._active()
            for task in workflow.tasks.values()
            if task.state == TaskState.READY and task.task_spec.manual
        ]

    def accepts(self, element_id: str, outputs: Mapping[str, Any]) -> bool:
        """Tell whether outputs meet the condition that their task sets (lw:require)."""
        requirement = self.definition.requirements.get(element_id)
        if requirement is None:
            return True
        element = self.definition.model.elements[element_id]
        known = {output.name: None for output in element.outputs}
        return self._evaluate(requirement, {**known, **values.pack(dict(outputs))}) is True

    def timers(self) -> list[PendingTimer]:
        """Return the timers that run."""
        tokens = self._dump()
        return [
            PendingTimer(
                tokens[task.id],
                self.definition.model.elements[task.task_spec.name],
                datetime.fromisoformat(task.internal_data["due"]),
            )
            for task in self._workflow.event_manager.tasks.values()
            if isinstance(task.task_spec.event_definition, Timer) and task.state == TaskState.WAITING
        ]

    # -- what the specifications ask -----------------------------------------------------------------------

    def condition(self, flow: str) -> bool:
        """Evaluate the condition of a sequence flow; only true counts."""
        return self._evaluate(self.definition.conditions[flow]) is True

    def execute(self, element_id: str) -> None:
        """Do a service, script or business rule task."""
        element = self.definition.model.elements[element_id]
        if element.kind == "serviceTask":
            parameters = {
                name: self._evaluate(expression)
                for name, expression in self.definition.parameters[element_id].items()
            }
            outputs = self.world.perform(element, values.unpack(self.variables), parameters)
            self.variables.update(values.pack(dict(outputs or {})))
            self.steps.append(Step("action", element))
        elif element.kind == "scriptTask":
            self._keep(element, element.result, self._evaluate(self.definition.scripts[element_id]))
            self.steps.append(Step("script", element))
        else:
            result = self.definition.decide(element, values.unpack(self.variables))
            self._keep(element, element.result or element.decision, result.value)
            if self.definition.written is not None:
                self.world.decided(element, explain(element.decision, result, self.definition.written))
            self.steps.append(Step("decision", element, {"rules": list(result.fired)}))

    def due(self, element_id: str) -> datetime:
        """Return when a timer event that is reached now will fire."""
        element = self.definition.model.elements[element_id]
        value: Any = element.timer
        expression = self.definition.timers.get(element_id)
        if expression is not None:
            value = self._evaluate(expression)
        return moment(value, element)

    def thrown(self, name: str, kind: str) -> None:
        """Pass on what the process sends."""
        self.world.thrown(name, kind)

    # -- inside --------------------------------------------------------------------------------------------

    def _evaluate(self, expression: Any, more: Mapping[str, Any] | None = None) -> Any:
        known = dict.fromkeys(self.definition.names)
        known.update(values.unpack({**self.variables, **(more or {})}))
        return expression.evaluate(known)

    def _keep(self, element: Element, name: str, value: Any) -> None:
        try:
            self.variables[name] = values.pack(value)
        except TypeError as error:
            raise ProcessError(
                element.id,
                f"Das Ergebnis „{name}“ ist weder Text noch Zahl, Wahrheitswert, Zeitangabe, Dauer, Liste oder "
                "Kontext und kann nicht behalten werden.",
            ) from error

    def _due(self, element_id: str) -> str:
        """Return the deadline of a task: as it is written, or what its expression (`=…`) gives now."""
        expression = self.definition.dues.get(element_id)
        if expression is None:
            written = self.definition.model.elements[element_id].due
            return "" if written.startswith("=") else written
        due = self._evaluate(expression)
        return due if isinstance(due, str) else ""

    def _note(self, element_id: str) -> str:
        expression = self.definition.notes.get(element_id)
        note = None if expression is None else self._evaluate(expression)
        return note if isinstance(note, str) else ""

    def _active(self) -> list[Any]:
        subprocesses = self._workflow.subprocesses
        if not subprocesses:
            return [self._workflow]
        deepest_first = sorted(subprocesses.values(), key=lambda sub: sub.depth, reverse=True)
        return [*(sub for sub in deepest_first if not sub.completed), self._workflow]

    def _task(self, token: int) -> Task:
        for workflow in self._active():
            task = workflow.tasks.get(token)
            if task is not None and task.state == TaskState.READY and task.task_spec.manual:
                return task
        raise KeyError(token)

    def _advance(self) -> None:
        self._tokens = None
        while (task := self._next()) is not None:
            element = self.definition.model.elements.get(task.task_spec.name)
            name = task.task_spec.name
            self._rounds[name] += 1
            if self._rounds[name] > ROUNDS:
                raise ProcessError(
                    name,
                    f"Der Prozess dreht sich im Kreis: mehr als {ROUNDS} Runden, ohne dass jemand etwas tut.",
                )
            self._guarded(name, task.run)
            if element is not None:
                self._record(element)
            self._count += 1
            if self._count % _TRIM_EVERY == 0:
                state.trim(self._workflow)
        if self.ended and self.outcome is not None:
            self.steps.append(Step("ended", self.outcome))

    def _next(self) -> Task | None:
        for workflow in self._active():
            for task in workflow.tasks.values():
                if task.state == TaskState.READY and not task.task_spec.manual:
                    return task
        return None

    @staticmethod
    def _guarded(where: str, step: Callable[[], Any]) -> None:
        try:
            step()
        except (SpiffWorkflowException, RecursionError) as error:
            reason = (
                "Keine Bedingung der Verzweigung trifft zu." if "No conditions" in str(error) else str(error)
            )
            raise ProcessError(where, reason) from error

    def _record(self, element: Element) -> None:
        if element.kind in {"boundaryEvent", "intermediateCatchEvent", "receiveTask"} and element.event:
            self.steps.append(Step(_STEPS[element.event], element))
        elif element.kind == "endEvent" and element.parent == self.definition.model.id:
            self.outcome = element

    def _dump(self) -> dict[Any, int]:
        if self._tokens is None:
            self._text, self._tokens = state.dump(self._workflow, self.variables, self._last_token)
        return self._tokens


def moment(value: Any, element: Element) -> datetime:
    """Return when something is due: a moment, a day (its end) or a duration from now.

    Raises:
        ProcessError: the value is none of these.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=clock.BERLIN)
    if isinstance(value, date):
        return rules.end_of_day(value)
    if value is None:
        raise ProcessError(element.id, "Die Zeitangabe hat keinen Wert.")
    try:
        return rules.timer_at(str(value), element.due_in, clock.now())
    except ValueError as error:
        raise ProcessError(element.id, str(error)) from error
