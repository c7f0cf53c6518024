"""The state of an instance as stored: its variables and the tokens that still matter, nothing else.

SpiffWorkflow keeps every step ever taken as a tree that grows with each round of a loop, and stops silently when
the tree is a thousand deep. So finished steps are cut out of the tree after every run (the history is kept by the
room itself, as rows), predicted ones are left out and predicted anew when the state is read, and the specification
is never stored with the state.
"""

from __future__ import annotations

import json
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from .specs import Boundary, Parallel, Workflow

VERSION = 1
_KEPT = ~(TaskState.PREDICTED_MASK | TaskState.FUTURE)


def _is_open_split(task: Task) -> bool:
    """Tell whether boundary events of this split can still fire or its main task still runs."""
    if not isinstance(task.task_spec, BoundaryEventSplit):
        return False
    main_name = task.task_spec.outputs[0].name
    main = next((child for child in task.children if child.task_spec.name == main_name), None)
    if main is None or main.has_state(TaskState.FINISHED_MASK):
        return False
    return not any(
        isinstance(child.task_spec, Boundary)
        and child.task_spec.cancel_activity
        and child.has_state(TaskState.COMPLETED)
        for child in task.children
    )


def _is_spent_event(task: Task) -> bool:
    """Tell whether a task is a boundary event that has fired without interrupting and left nothing running."""
    return (
        isinstance(task.task_spec, Boundary)
        and not task.task_spec.cancel_activity
        and task.has_state(TaskState.COMPLETED)
        and not task._children
    )


def _is_idle_join(task: Task) -> bool:
    """Tell whether a task is the join below an event that does not interrupt; the main task's own join suffices."""
    return (
        isinstance(task.task_spec, BoundaryEventJoin)
        and isinstance(task.parent.task_spec, Boundary)
        and not task.parent.task_spec.cancel_activity
    )


def _post_order(root: Task) -> list[Task]:
    order, pending = [], [root]
    while pending:
        task = pending.pop()
        order.append(task)
        pending.extend(task.children)
    order.reverse()
    return order


def _trim_workflow(workflow: Any) -> None:
    tasks = workflow.tasks
    for task in _post_order(workflow.task_tree):
        parent = task.parent
        if parent is None:
            continue
        if _is_idle_join(task):
            workflow._remove_task(task.id)
            continue
        if not task.has_state(TaskState.FINISHED_MASK) or _is_open_split(task):
            continue
        if _is_open_split(parent) and not _is_spent_event(task):
            continue
        joins = isinstance(task.task_spec, Parallel)
        if joins and task.has_state(TaskState.CANCELLED):
            continue
        children = task.children
        if not children:
            parent._children.remove(task.id)
            del tasks[task.id]
        elif len(children) == 1 and not (
            isinstance(children[0].task_spec, Parallel)
            and children[0].has_state(TaskState.WAITING | TaskState.CANCELLED)
        ):
            parent._children[parent._children.index(task.id)] = children[0].id
            children[0].parent = parent
            del tasks[task.id]


def trim(workflow: Workflow) -> None:
    """Cut finished steps out of the trees of a workflow and its sub-processes."""
    _trim_workflow(workflow)
    for workflow_task in list(workflow.subprocesses):
        sub = workflow.subprocesses[workflow_task]
        owner = _find(workflow, workflow_task)
        if owner is None or owner.has_state(TaskState.FINISHED_MASK):
            del workflow.subprocesses[workflow_task]
        else:
            _trim_workflow(sub)


def _find(workflow: Workflow, task_id: Any) -> Task | None:
    for candidate in (workflow, *workflow.subprocesses.values()):
        if task_id in candidate.tasks:
            return candidate.tasks[task_id]
    return None


def _dump_workflow(workflow: Any, tokens: dict[Any, int]) -> list[list[Any]]:
    rows = []
    for task in workflow.tasks.values():
        if not task.state & _KEPT:
            continue
        internal = {key: value for key, value in task.internal_data.items() if key == "due"}
        parent = task._parent
        rows.append(
            [
                tokens[task.id],
                tokens[parent] if parent is not None else 0,
                task.task_spec.name,
                task.state,
                1 if task.triggered else 0,
                *([internal] if internal else []),
            ]
        )
    return rows


def dump(workflow: Workflow, variables: dict[str, Any], last_token: int) -> tuple[str, dict[Any, int]]:
    """Return the state as text, and the number that each kept task of the tree has in it.

    Numbers once given to a token stay with it; `last_token` is the highest that was ever given.
    """
    trim(workflow)
    tokens: dict[Any, int] = {}
    workflows = [workflow, *workflow.subprocesses.values()]
    for each in workflows:
        for task in each.tasks.values():
            if task.state & _KEPT:
                if isinstance(task.id, int):
                    tokens[task.id] = task.id
                else:
                    last_token += 1
                    tokens[task.id] = last_token
    state = {
        "v": VERSION,
        "n": last_token,
        "vars": variables,
        "tree": _dump_workflow(workflow, tokens),
        "sub": [
            [tokens[owner], sub.spec.name, _dump_workflow(sub, tokens)]
            for owner, sub in workflow.subprocesses.items()
        ],
    }
    return json.dumps(state, ensure_ascii=False, separators=(",", ":")), tokens


def _load_workflow(workflow: Any, rows: list[list[Any]]) -> None:
    specs = workflow.spec.task_specs
    manager = workflow.top_workflow.event_manager
    for token, parent, name, state, triggered, *internal in rows:
        task = Task(workflow, specs[name], state=state, id=token)
        task._parent = parent or None
        task.triggered = bool(triggered)
        if internal:
            task.internal_data.update(internal[0])
        if not parent:
            workflow.task_tree = task
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            manager.add_task(task)
    for token, parent, *_ in rows:
        if parent:
            workflow.tasks[parent]._children.append(token)
    for token, *_ in rows:
        task = workflow.tasks[token]
        if task.has_state(TaskState.DEFINITE_MASK):
            task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)


def load(text: str, workflow: Workflow) -> tuple[dict[str, Any], int]:
    """Fill a new workflow from a stored state; return the variables and the last number given to a token.

    Raises:
        ValueError: the state is of a version this program does not know.
    """
    state = json.loads(text)
    if state.get("v") != VERSION:
        raise ValueError(f"State of version {state.get('v')} cannot be read.")
    _load_workflow(workflow, state["tree"])
    # Owners come before what they own: a sub-process is entered after the one around it.
    for owner_token, name, rows in state["sub"]:
        owner = _find(workflow, owner_token)
        if owner is None:
            raise ValueError("State with a sub-process that nobody owns.")
        sub = BpmnSubWorkflow(
            workflow.subprocess_specs[name],
            parent_task_id=owner.id,
            top_workflow=workflow,
            deserializing=True,
        )
        workflow.subprocesses[owner.id] = sub
        _load_workflow(sub, rows)
        sub.completed_event.connect(owner.task_spec._on_subworkflow_completed, owner)
    return state["vars"], state["n"]
