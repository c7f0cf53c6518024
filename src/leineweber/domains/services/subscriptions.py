"""What the catalogue does when others speak."""

from __future__ import annotations

from leineweber.domains.services import services
from leineweber.kernel.access import Actor
from leineweber.kernel.events import Event, subscribe


@subscribe("procedure.published", name="services.bring_online")
def bring_online(event: Event) -> None:
    """Describe the service in the words of its package and bring it online."""
    payload = event.payload
    services.describe(
        Actor.system(),
        slug=payload["service_slug"],
        key=payload["service_key"],
        texts=payload["texts"],
        procedure_key=payload["key"],
    )
