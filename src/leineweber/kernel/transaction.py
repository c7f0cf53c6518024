"""One act: one database transaction, one audit entry, its events and its jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from leineweber.kernel.access.actors import Actor
from leineweber.kernel.refs import Ref


@dataclass(slots=True)
class Act:
    """What is being done, while it is being done. Rooms use it to tell others and to leave work for later."""

    actor: Actor
    name: str
    subject: Ref
    detail: dict[str, Any] = field(default_factory=dict)

    def emit(self, name: str, payload: Mapping[str, Any], subject: Ref | None = None) -> None:
        """Write an event to the outbox in this transaction; subscribers get it after commit."""
        from leineweber.kernel.events.outbox import write

        write(self.actor, name, subject or self.subject, dict(payload))

    def enqueue(self, task: Any, **arguments: Any) -> None:
        """Write a job of this transaction: `task` is a function decorated by `jobs.task`."""
        from leineweber.kernel.jobs import enqueue

        enqueue(task, **arguments)


@contextmanager
def act(actor: Actor, name: str, subject: Ref, detail: Mapping[str, Any] | None = None) -> Iterator[Act]:
    """Run the body as one act.

    Opens a transaction (or joins the one that is open), and writes the audit entry when the body ends
    without an exception. `detail` holds ids and names of fields, never what a person answered; the body
    may add to `act.detail`.
    """
    from leineweber.kernel.audit.services import record

    with transaction.atomic():
        current = Act(actor, name, subject, dict(detail or {}))
        yield current
        record(actor, name, subject, current.detail)
