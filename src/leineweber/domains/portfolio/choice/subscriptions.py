"""What the choice does when a body has decided."""

from __future__ import annotations

from datetime import datetime

from leineweber.domains.portfolio.choice import services
from leineweber.kernel.access import Actor
from leineweber.kernel.events import Event, subscribe
from leineweber.kernel.refs import Ref


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text or ""))
    except ValueError:
        return None


@subscribe("resolution.passed", name="choice.follow_resolution")
def follow_resolution(event: Event) -> None:
    """Take the scenario over that a resolution adopts; a second delivery finds it taken over.

    One that comes too late, because the scenario has no result any more, is kept in the trail.
    """
    try:
        subject = Ref.parse(str(event.payload.get("subject", "")))
    except ValueError:
        return
    if subject.kind == "scenario" and event.payload.get("effect") == "adopt":
        number = str(event.payload.get("number", "")) or str(event.payload.get("resolution", ""))
        body = Actor.system(f"Beschluss {number}")
        try:
            noted = _moment(event.payload.get("facts_at"))
            services.take_over(body, subject.id, resolution=number, facts_at=noted)
        except services.ChoiceError as error:
            # It would fail again and again, and keep later resolutions about the same scenario waiting.
            services.without_effect(body, subject.id, number=number, why=str(error))
