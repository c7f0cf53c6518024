"""Access: who is acting, and whether they may. What no policy allows is refused.

An `Actor` carries grants (a role in a scope of units); a policy is a predicate by name; every view
names the policy it `requires`. Which rows an actor sees is a filter in a room's queries, never a
check per row.
"""

from leineweber.kernel.access.actors import Actor, Grant
from leineweber.kernel.access.policies import (
    Denied,
    actor_of,
    allowed,
    check,
    policy,
    policy_names,
    requires,
)

__all__ = [
    "Actor",
    "Denied",
    "Grant",
    "actor_of",
    "allowed",
    "check",
    "policy",
    "policy_names",
    "requires",
]
