"""Who may do what with bodies, papers and resolutions. Which rows somebody sees is a filter in the queries."""

from __future__ import annotations

from leineweber.domains.resolutions.models import DecisionPaper
from leineweber.kernel.access import Actor, policy
from leineweber.people.organisation.committee_queries import acts_alone
from leineweber.people.organisation.models import Committee
from leineweber.people.organisation.roles import AUDITOR, COMMITTEE_OFFICE, LEADERSHIP

OVERSIGHT = (COMMITTEE_OFFICE, LEADERSHIP, AUDITOR)


@policy("resolutions.view")
def may_view(actor: Actor, thing: object | None) -> bool:
    """Bodies, responsibilities and resolutions that are not restricted: all staff, as the paper wants them known."""
    return actor.kind == "staff"


@policy("resolutions.manage")
def may_manage(actor: Actor, thing: object | None) -> bool:
    """Meetings, agenda, minutes, resolutions of meetings, responsibilities and rules: the office of the bodies."""
    return actor.kind == "system" or (actor.kind == "staff" and actor.has_role(COMMITTEE_OFFICE))


@policy("resolutions.paper.write")
def may_write(actor: Actor, thing: object | None) -> bool:
    """Anybody of the staff begins a paper; one that exists is changed by its author or the office."""
    if actor.kind == "system":
        return True
    if actor.kind != "staff":
        return False
    return not isinstance(thing, DecisionPaper) or thing.author_id == actor.id or may_manage(actor, None)


@policy("resolutions.paper.decide")
def may_decide(actor: Actor, thing: object | None) -> bool:
    """A paper without a meeting: who holds the office that decides alone. Without a paper: anybody of the staff."""
    if thing is None:
        return actor.kind == "staff"
    return isinstance(thing, Committee) and acts_alone(actor, thing)
