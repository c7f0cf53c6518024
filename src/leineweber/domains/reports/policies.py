"""Who may look at figures and reports, and who may keep them."""

from __future__ import annotations

from leineweber.kernel.access import Actor, policy
from leineweber.people.organisation.roles import AUDITOR, INDICATORS_MANAGER, LEADERSHIP


@policy("indicators.view")
def view_indicators(actor: Actor, thing: object | None) -> bool:
    """All staff: figures tell nothing of single persons."""
    return actor.kind == "staff"


@policy("indicators.manage")
def manage_indicators(actor: Actor, thing: object | None) -> bool:
    """Figures by hand, formulas, lights, trajectories: whoever keeps the city's figures, and the program itself."""
    return actor.kind == "system" or (actor.kind == "staff" and actor.has_role(INDICATORS_MANAGER))


@policy("reports.view")
def view_reports(actor: Actor, thing: object | None) -> bool:
    """Frozen reports are for all staff."""
    return actor.kind == "staff"


@policy("reports.draft.view")
def view_drafts(actor: Actor, thing: object | None) -> bool:
    """Drafts are for those who write them, for the leadership, and for the auditors."""
    roles = (INDICATORS_MANAGER, LEADERSHIP, AUDITOR)
    return actor.kind == "staff" and actor.has_any_role(roles)


@policy("reports.manage")
def manage_reports(actor: Actor, thing: object | None) -> bool:
    """Writing, freezing and throwing away: whoever keeps the figures of the city, and the program itself."""
    return manage_indicators(actor, thing)
