"""Who may look at the steering."""

from __future__ import annotations

from leineweber.kernel.access import Actor, policy


@policy("strategy.view")
def view(actor: Actor, thing: object | None) -> bool:
    """All staff: what the city wants concerns everybody who works for it."""
    return actor.kind == "staff"
