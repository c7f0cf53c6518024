"""Who may do what with applications and cases."""

from __future__ import annotations

from leineweber.kernel.access import Actor, policy
from leineweber.people.organisation.roles import OPERATOR


def works_cases(actor: Actor) -> bool:
    """Tell whether the actor holds a role of any procedure in force, or one that may look into every case."""
    from leineweber.domains.applications.procedures.registry import case_roles

    return actor.kind == "staff" and bool(actor.roles) and actor.has_any_role(case_roles())


@policy("applications.case.view")
def view_case(actor: Actor, thing: object | None) -> bool:
    """Staff with a role of a procedure; which cases is a filter in the queries."""
    return works_cases(actor)


@policy("applications.case.work")
def work_case(actor: Actor, thing: object | None) -> bool:
    """Staff who do tasks; whoever only looks (auditor, records) does not."""
    from leineweber.domains.applications.procedures.registry import working_roles

    return actor.kind == "staff" and bool(actor.roles) and actor.has_any_role(working_roles())


@policy("applications.need.edit")
def edit_need(actor: Actor, thing: object | None) -> bool:
    """Staff who do tasks."""
    return work_case(actor, thing)


@policy("applications.decision.view")
def view_decisions(actor: Actor, thing: object | None) -> bool:
    """Staff who see cases, and the operator: tables of procedures hold no personal data. Which ones: the queries."""
    return works_cases(actor) or (actor.kind == "staff" and actor.has_any_role({OPERATOR}))
