"""Who may look at the steering, and who may write, decide and evaluate."""

from __future__ import annotations

from leineweber.kernel.access import Actor, policy
from leineweber.people.organisation.roles import LEADERSHIP, STRATEGY_EDITOR


@policy("strategy.view")
def view(actor: Actor, thing: object | None) -> bool:
    """All staff, and the program itself: what the city wants concerns everybody who works for it."""
    return actor.kind in {"staff", "system"}


@policy("strategy.edit")
def edit(actor: Actor, thing: object | None) -> bool:
    """Whoever keeps the strategy paper, and the program itself."""
    return actor.kind == "system" or (actor.kind == "staff" and actor.has_role(STRATEGY_EDITOR))


@policy("strategy.adopt")
def adopt(actor: Actor, thing: object | None) -> bool:
    """Leadership, and the program when a resolution says so."""
    return actor.kind == "system" or (actor.kind == "staff" and actor.has_role(LEADERSHIP))


@policy("strategy.overrule")
def overrule(actor: Actor, thing: object | None) -> bool:
    """Leadership may adopt a goal in spite of open findings, against a reason."""
    return adopt(actor, thing)


@policy("strategy.act")
def act(actor: Actor, thing: object | None) -> bool:
    """Whoever edits or decides: what exactly may be done, the service asks."""
    return edit(actor, thing) or adopt(actor, thing)


@policy("strategy.evaluate")
def evaluate(actor: Actor, thing: object | None) -> bool:
    """Leadership and the keepers of the paper write down what the evaluation shows."""
    return act(actor, thing)
