"""Actions: what the program does by itself in a process, registered by name where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref


@dataclass(frozen=True, slots=True)
class ActionCall:
    """What an action is told: whose case it is, the variables of the process, and the parameters of the task."""

    subject: Ref
    variables: Mapping[str, Any]
    instance_id: UUID
    parameters: Mapping[str, Any]
    actor: Actor
    element_id: str


Handler = Callable[[ActionCall], Mapping[str, Any] | None]
Lock = Callable[[UUID], None]
_handlers: dict[str, Handler] = {}
_locks: dict[str, Lock] = {}


class UnknownAction(LookupError):
    """A process names an action that no room has registered."""


def action(name: str) -> Callable[[Handler], Handler]:
    """Register a handler for service tasks with `lw:action="name"`.

    It runs in the transaction of the step that reaches it, must not talk to the outside (leave a job for that), and
    returns variables to set. What it raises undoes the whole step.

    Raises:
        ValueError: the name is taken by another handler.
    """

    def register(handler: Handler) -> Handler:
        if _handlers.setdefault(name, handler) is not handler:
            raise ValueError(f"The action {name} exists twice.")
        return handler

    return register


def locked_first(kind: str) -> Callable[[Lock], Lock]:
    """Register how a subject's row is locked, for courses about subjects of this kind.

    Whoever works on a subject locks it before its course; what moves a course by itself (a timer) has to as well, or
    the two could wait for each other.

    Raises:
        ValueError: the kind has another lock.
    """

    def register(lock: Lock) -> Lock:
        if _locks.setdefault(kind, lock) is not lock:
            raise ValueError(f"Subjects of the kind {kind} are locked twice.")
        return lock

    return register


def lock_subject(subject: Ref) -> None:
    """Lock a subject in the open transaction, if its room has said how."""
    lock = _locks.get(subject.kind)
    if lock is not None:
        lock(subject.id)


def action_names() -> frozenset[str]:
    """Return the names of all actions."""
    return frozenset(_handlers)


def perform(name: str, call: ActionCall) -> Mapping[str, Any]:
    """Do an action and return the variables it sets.

    Raises:
        UnknownAction: nobody registered it.
    """
    handler = _handlers.get(name)
    if handler is None:
        raise UnknownAction(name)
    return handler(call) or {}
