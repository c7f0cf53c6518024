"""Who may do what with projects and mandates."""

from __future__ import annotations

from leineweber.domains.portfolio.models import Mandate, Project
from leineweber.kernel.access import Actor, policy
from leineweber.people.organisation.roles import AUDITOR, LEADERSHIP, PORTFOLIO_APPROVER, PORTFOLIO_MANAGER


def manages(actor: Actor) -> bool:
    """Tell whether somebody runs the portfolio; the program itself may, too."""
    return actor.kind == "system" or (actor.kind == "staff" and actor.has_role(PORTFOLIO_MANAGER))


@policy("portfolio.view")
def view(actor: Actor, thing: object | None) -> bool:
    """All staff: which projects the city has concerns everybody who works for it."""
    return actor.kind in {"staff", "system"}


@policy("portfolio.manage")
def manage(actor: Actor, thing: object | None) -> bool:
    """Making projects, moving all of them, capacities: who runs the portfolio."""
    return manages(actor)


@policy("portfolio.project.edit")
def edit(actor: Actor, thing: object | None) -> bool:
    """A project: its lead and who runs the portfolio. Without a thing: whether there is anything to edit, all staff."""
    if manages(actor):
        return True
    if actor.kind != "staff":
        return False
    return thing is None or (
        isinstance(thing, Project) and actor.id is not None and thing.lead_id == actor.id
    )


@policy("portfolio.gate.decide")
def decide_gate(actor: Actor, thing: object | None) -> bool:
    """Gates and exceptions: the sponsor of the project and who approves projects; never who leads it."""
    if actor.kind == "system":
        return True
    if actor.kind != "staff":
        return False
    if isinstance(thing, Project) and actor.id is not None and thing.lead_id == actor.id:
        return False
    if actor.has_role(PORTFOLIO_APPROVER) or thing is None:
        return True
    return isinstance(thing, Project) and actor.id is not None and thing.sponsor_id == actor.id


@policy("portfolio.mandate.write")
def write_mandate(actor: Actor, thing: object | None) -> bool:
    """All staff write ideas and mandates; a certain one is its author's and theirs who run the portfolio."""
    if manages(actor):
        return True
    if actor.kind != "staff":
        return False
    return thing is None or (
        isinstance(thing, Mandate) and actor.id is not None and thing.author_id == actor.id
    )


@policy("portfolio.mandate.decide")
def decide_mandate(actor: Actor, thing: object | None) -> bool:
    """Who approves projects; never about one's own mandate."""
    if actor.kind == "system":
        return True
    if actor.kind != "staff" or not actor.has_role(PORTFOLIO_APPROVER):
        return False
    return not isinstance(thing, Mandate) or thing.author_id != actor.id


def sees_drafts(actor: Actor) -> bool:
    """Tell whether somebody sees the mandates of others before they are submitted: steering and audit."""
    return manages(actor) or actor.has_any_role((PORTFOLIO_APPROVER, LEADERSHIP, AUDITOR))
