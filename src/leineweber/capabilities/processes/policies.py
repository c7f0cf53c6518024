"""Who may do what with tasks and courses."""

from __future__ import annotations

from leineweber.kernel.access import Actor, policy

from . import rules
from .models import Task


@policy("processes.inbox")
def has_inbox(actor: Actor, thing: object | None) -> bool:
    """Everybody of the staff has an inbox; what is in it is decided by grants in the query."""
    return actor.kind == "staff"


@policy("processes.task.work")
def may_work(actor: Actor, task: object | None) -> bool:
    """Whoever holds the role for the unit and is not barred; without a task: anybody of the staff."""
    if not isinstance(task, Task):
        return actor.kind == "staff"
    return rules.may_work(actor, rules.Post(task.role, task.unit_path, task.post_id, task.barred))


@policy("processes.operate")
def may_operate(actor: Actor, thing: object | None) -> bool:
    """Operators see disturbed courses and let them go on."""
    return actor.kind == "staff" and actor.has_role("operator")
