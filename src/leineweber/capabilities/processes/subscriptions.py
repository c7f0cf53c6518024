"""What this room listens to: the organisation changes under running courses."""

from __future__ import annotations

from leineweber.kernel.events import Event, subscribe

from . import services


@subscribe("organisation.unit_moved", name="processes.follow_unit")
def follow_unit(event: Event) -> None:
    """Move the scope of courses and tasks along with the unit; a second delivery finds nothing to move."""
    services.follow_unit(event.payload["old_path"], event.payload["new_path"])


@subscribe("organisation.post_left", name="processes.return_orphaned")
def return_orphaned(event: Event) -> None:
    """Put back what lies with somebody who has left the post."""
    services.return_orphaned()
