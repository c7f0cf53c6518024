"""Processes: BPMN runs, tasks come into one inbox, deadlines are kept, decisions are made by table.

A process definition is stored by its content and never changed; an instance holds the state of one case's course;
a task is what a person has to do; the history tells who did what and when. Conditions, scripts, times and
decisions are FEEL. What the program does by itself is an action that a domain registers by name.

    @processes.action("applications.ask")
    def ask(call: ActionCall) -> dict: ...

    findings = processes.check(bpmn, roles=…, actions=processes.action_names(), decisions=dmn)
    definition = processes.deploy("wahlhelfer", bpmn, dmn)
    services.start(definition, subject, variables, unit_path, actor)
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from .actions import ActionCall, action, action_names, locked_first

if TYPE_CHECKING:
    from .engine import Finding
    from .models import ProcessDefinition

__all__ = ["ActionCall", "action", "action_names", "check", "deploy", "locked_first"]


def check(
    bpmn: bytes,
    *,
    roles: Collection[str] | None = None,
    actions: Collection[str] | None = None,
    variables: Collection[str] = (),
    decisions: bytes = b"",
) -> list[Finding]:
    """Return what is wrong with a process, with line and German reason; an empty list means it can run.

    Args:
        bpmn: the file.
        roles: the roles that exist, None to accept any.
        actions: the actions that exist (`action_names()`), None to accept any.
        variables: names that instances are started with, besides those the file declares (lw:variables).
        decisions: the DMN file whose decisions business rule tasks name.
    """
    from . import engine

    return engine.check(bpmn, roles=roles, actions=actions, variables=variables, decisions=decisions)


def deploy(key: str, bpmn: bytes, decisions: bytes = b"") -> ProcessDefinition:
    """Store a process under the key of its procedure and return it; the same content is stored once.

    Raises:
        engine.Refused: the files have findings.
    """
    from . import services

    return services.deploy(key, bpmn, decisions)
