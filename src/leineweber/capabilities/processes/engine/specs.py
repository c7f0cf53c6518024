"""SpiffWorkflow's task specifications, made from our model and taught our rules.

SpiffWorkflow carries the tokens; everything with meaning (conditions, scripts, decisions, actions, times) is asked
of the run that the workflow belongs to. Its own BPMN parser and Python script engine are not used.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec, defaults
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions import (
    MessageEventDefinition,
    NoneEventDefinition,
    SignalEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.operators import Operator
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from leineweber.kernel import clock

from .model import Element, Model

if TYPE_CHECKING:
    from .running import Run

# The library builds its log records even when nobody listens, unless its loggers say so themselves.
for _name in ("spiff.workflow", "spiff.task"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Workflow(BpmnWorkflow):  # type: ignore[misc]  # the library is untyped
    """A running workflow that knows the run it belongs to."""

    def __init__(self, spec: Any, subprocess_specs: Any, run: Run, **options: Any) -> None:
        self.run = run
        super().__init__(spec, subprocess_specs, script_engine=run, **options)


def _run(task: Task) -> Run:
    return task.workflow.top_workflow.run  # type: ignore[no-any-return]


class Condition(Operator):  # type: ignore[misc]
    """The condition of a sequence flow, evaluated as FEEL."""

    def __init__(self, flow: str) -> None:
        super().__init__(flow)
        self.flow = flow

    def _matches(self, task: Task) -> bool:
        return _run(task).condition(self.flow)


class Automatic(defaults.ServiceTask):  # type: ignore[misc]
    """A service, script or business rule task: the program does it."""

    def _execute(self, task: Task) -> bool:
        _run(task).execute(self.name)
        return True


class Timer(TimerEventDefinition):  # type: ignore[misc]
    """A moment, computed when the token arrives and kept with it."""

    def has_fired(self, my_task: Task) -> bool:
        """Compute the moment once, and tell whether it has come."""
        due = my_task._get_internal_data("due")
        if due is None:
            due = _run(my_task).due(self.name).isoformat()
            my_task._set_internal_data(due=due)
        if datetime.fromisoformat(due) <= clock.now():
            my_task._set_internal_data(event_fired=True)
        return bool(my_task._get_internal_data("event_fired", False))


class Message(MessageEventDefinition):  # type: ignore[misc]
    """A message by name; its payload goes into the variables of the run, not into the token."""

    def throw(self, my_task: Task) -> None:
        """Send the message out of the process."""
        _run(my_task).thrown(self.name, "message")

    def update_internal_data(self, my_task: Task, event: Any) -> None:
        """Keep nothing with the token."""


class Signal(SignalEventDefinition):  # type: ignore[misc]
    """A signal by name; inside the process it reaches whoever waits, outside it is told as an event."""

    def throw(self, my_task: Task) -> None:
        """Reach who waits in this process, then everybody else."""
        my_task.workflow.top_workflow.event_manager.catch(BpmnEvent(self, {}), internal=False)
        _run(my_task).thrown(self.name, "signal")


class Boundary(defaults.BoundaryEvent):  # type: ignore[misc]
    """A boundary event; one that does not interrupt is armed again for the next message (BPMN 2.0, 10.5.4)."""

    def _run_hook(self, my_task: Task) -> Any:
        result = super()._run_hook(my_task)
        if not self.cancel_activity and isinstance(self.event_definition, (Message, Signal)):
            again = my_task.parent._add_child(self, TaskState.WAITING)
            again.triggered = True
            self._update(again)
        return result


class Parallel(defaults.ParallelGateway):  # type: ignore[misc]
    """A parallel gateway that takes one token from each incoming flow, also when it lies in a loop.

    The library's own looks for completed inputs anywhere in the tree, so leftovers of an earlier round let the next
    one pass too early. Here tokens that have arrived are the instances of this gateway that wait or were put aside,
    and firing consumes them.
    """

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        arrived = {
            task.parent.task_spec.name
            for task in my_task.workflow.tasks.values()
            if task.task_spec is self
            and (task is my_task or task.has_state(TaskState.WAITING | TaskState.CANCELLED))
            and task.parent.has_state(TaskState.COMPLETED)
        }
        return arrived.issuperset(self._inputs)

    def _run_hook(self, my_task: Task) -> bool:
        workflow = my_task.workflow
        consumed = [
            task
            for task in workflow.tasks.values()
            if task.task_spec is self and task is not my_task and task.has_state(TaskState.CANCELLED)
        ]
        for task in consumed:
            workflow._remove_task(task.id)
        return True


_CLASSES: dict[str, Any] = {
    "userTask": defaults.UserTask,
    "manualTask": defaults.ManualTask,
    "serviceTask": Automatic,
    "scriptTask": Automatic,
    "businessRuleTask": Automatic,
    "exclusiveGateway": defaults.ExclusiveGateway,
    "parallelGateway": Parallel,
}
_EVENTS: dict[str, Any] = {
    "startEvent": defaults.StartEvent,
    "endEvent": defaults.EndEvent,
    "intermediateCatchEvent": defaults.IntermediateCatchEvent,
    "intermediateThrowEvent": defaults.IntermediateThrowEvent,
    "receiveTask": defaults.ReceiveTask,
}


def _event_definition(element: Element) -> Any:
    match element.event:
        case "message":
            return Message(element.event_name)
        case "signal":
            return Signal(element.event_name)
        case "timer":
            return Timer(element.id, element.timer)
        case "terminate":
            return TerminateEventDefinition()
        case _:
            return NoneEventDefinition()


def _spec(process: BpmnProcessSpec, element: Element) -> Any:
    if element.kind == "subProcess":
        return defaults.SubWorkflowTask(process, element.id, element.id)
    if element.kind == "boundaryEvent":
        return Boundary(process, element.id, _event_definition(element), element.interrupting)
    if element.kind in _EVENTS:
        return _EVENTS[element.kind](process, element.id, event_definition=_event_definition(element))
    return _CLASSES[element.kind](process, element.id)


def _build(model: Model, scope: str) -> BpmnProcessSpec:
    process = BpmnProcessSpec(name=scope)
    members = model.members(scope)
    specs = {element.id: _spec(process, element) for element in members}
    entries = dict(specs)
    for element in members:
        events = model.boundary.get(element.id, [])
        if not events:
            continue
        split = BoundaryEventSplit(process, f"{element.id}.split")
        join = BoundaryEventJoin(process, f"{element.id}.join", split_task=split.name, cancel=True)
        split.connect(specs[element.id])
        specs[element.id].connect(join)
        for event in events:
            split.connect(specs[event.id])
            specs[event.id].connect(join)
        entries[element.id] = split
    for element in members:
        if element.kind == "startEvent":
            process.start.connect(specs[element.id])
        elif element.kind == "endEvent":
            specs[element.id].connect(process.end)
        flows = model.outgoing.get(element.id, [])
        for flow in flows:
            conditional = element.kind == "exclusiveGateway" and flow.condition and flow.id != element.default
            if conditional:
                specs[element.id].connect_if(Condition(flow.id), entries[flow.target])
            else:
                specs[element.id].connect(entries[flow.target])
    return process


def build(model: Model) -> tuple[BpmnProcessSpec, dict[str, BpmnProcessSpec]]:
    """Return the library's specifications of a process and of its sub-processes.

    The model must have passed the check. Specifications are not changed by running and are shared by all instances.
    """
    subprocesses = {scope: _build(model, scope) for scope in model.scopes() if scope != model.id}
    return _build(model, model.id), subprocesses
