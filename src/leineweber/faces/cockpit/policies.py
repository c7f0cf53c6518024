"""Who may see which part of the steering. Goals are for all staff (`strategy.view`); these are the narrower ones."""

from __future__ import annotations

from leineweber.kernel.access import Actor, policy
from leineweber.people.organisation.roles import AUDITOR, LEADERSHIP, OPERATOR


@policy("cockpit.money.view")
def sees_money(actor: Actor, thing: object | None) -> bool:
    """Leadership, and the auditors, who read along."""
    return actor.kind == "staff" and actor.has_any_role((LEADERSHIP, AUDITOR))


@policy("cockpit.security.view")
def sees_security(actor: Actor, thing: object | None) -> bool:
    """Leadership, auditors, and those who run the program."""
    return actor.kind == "staff" and actor.has_any_role((LEADERSHIP, AUDITOR, OPERATOR))
