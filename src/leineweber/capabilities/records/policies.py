"""Who may: the records manager sees the file plan and every file; a case's own file follows the case's policy."""

from __future__ import annotations

from leineweber.kernel.access import Actor, policy


@policy("records.manage")
def may_manage(actor: Actor, thing: object | None) -> bool:
    """Look after the file plan and the files of the house."""
    return actor.kind == "staff" and actor.has_role("records.manager")
