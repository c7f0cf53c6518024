"""Who may do what with scenarios."""

from __future__ import annotations

from leineweber.kernel.access import Actor, policy
from leineweber.people.organisation.roles import AUDITOR, LEADERSHIP, PORTFOLIO_MANAGER


@policy("choice.view")
def may_view(actor: Actor, thing: object | None) -> bool:
    """Who manages the portfolio, leads the city or audits it: a scenario is a plan, not yet a decision."""
    return actor.kind == "system" or (
        actor.kind == "staff" and actor.has_any_role((PORTFOLIO_MANAGER, LEADERSHIP, AUDITOR))
    )


@policy("choice.manage")
def may_manage(actor: Actor, thing: object | None) -> bool:
    """Who manages the portfolio, and the program itself (demo, a resolution that takes a choice over)."""
    return actor.kind == "system" or (actor.kind == "staff" and actor.has_role(PORTFOLIO_MANAGER))
