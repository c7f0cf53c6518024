"""Who may do what in participation. For which unit somebody acts is asked of the organisation (`queries.units`)."""

from __future__ import annotations

from leineweber.kernel.access import Actor, policy
from leineweber.people.organisation.roles import LEADERSHIP, PARTICIPATION_MANAGER


@policy("participation.view")
def view(actor: Actor, thing: object | None) -> bool:
    """All staff: every unit takes part. What is hidden (drafts of others, scores until their time) the queries know."""
    return actor.kind in {"staff", "system"}


@policy("participation.take_part")
def take_part(actor: Actor, thing: object | None) -> bool:
    """All staff propose, comment and rate, each for the unit she works in; the program loads the demo."""
    return actor.kind in {"staff", "system"}


@policy("participation.manage")
def manage(actor: Actor, thing: object | None) -> bool:
    """Rounds, phases and criteria: whoever coordinates participation."""
    return actor.kind == "system" or (actor.kind == "staff" and actor.has_role(PARTICIPATION_MANAGER))


@policy("participation.decide")
def decide(actor: Actor, thing: object | None) -> bool:
    """The leadership decides; whoever coordinates records what a body has decided."""
    return manage(actor, None) or (actor.kind == "staff" and actor.has_role(LEADERSHIP))
