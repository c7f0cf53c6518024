"""What cases do when others speak."""

from __future__ import annotations

from leineweber.domains.applications import services
from leineweber.kernel.events import Event, subscribe


@subscribe("task.claimed", name="applications.begin_review")
def begin_review(event: Event) -> None:
    """A case is in review as soon as somebody has taken a task of it."""
    if event.subject.kind == "case":
        services.begin_review(event.subject.id)


@subscribe("organisation.unit_moved", name="applications.follow_unit")
def follow_unit(event: Event) -> None:
    """Move the scope of procedures and cases along with the unit; a second delivery finds nothing to move."""
    services.follow_unit(event.payload["old_path"], event.payload["new_path"])
