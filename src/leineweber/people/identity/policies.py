"""Who may do what with accounts."""

from __future__ import annotations

from leineweber.kernel.access import Actor, policy
from leineweber.people.organisation.policies import may_manage


@policy("account")
def has_account(actor: Actor, thing: object | None) -> bool:
    """Whoever is logged in, staff or citizen."""
    return actor.kind in {"staff", "citizen"}


@policy("identity.manage")
def may_manage_accounts(actor: Actor, thing: object | None) -> bool:
    """Invite, block and reset colleagues: whoever manages the organisation, and operators."""
    return may_manage(actor, thing)
