"""Who may decide what is public."""

from __future__ import annotations

from leineweber.kernel.access import Actor, policy
from leineweber.people.organisation.roles import PUBLISHER


@policy("opendata.publish")
def may_publish(actor: Actor, thing: object | None) -> bool:
    """Whoever holds the role for it, and the program itself (demo, import)."""
    return actor.kind == "system" or (actor.kind == "staff" and actor.has_role(PUBLISHER))
