"""Who may do what in the organisation."""

from __future__ import annotations

from leineweber.kernel.access import Actor, policy
from leineweber.people.organisation.models import Person, Post
from leineweber.people.organisation.roles import COMMITTEE_OFFICE, OPERATOR, ORGANISATION_MANAGER


@policy("organisation.manage")
def may_manage(actor: Actor, thing: object | None) -> bool:
    """Units, posts, persons and appointments: the office for organisation, operators, the program itself."""
    return actor.kind == "system" or (
        actor.kind == "staff" and actor.has_any_role((ORGANISATION_MANAGER, OPERATOR))
    )


@policy("organisation.committee.manage")
def may_manage_committees(actor: Actor, thing: object | None) -> bool:
    """Bodies and their members: their office, and who manages the organisation."""
    return may_manage(actor, None) or (actor.kind == "staff" and actor.has_role(COMMITTEE_OFFICE))


@policy("organisation.directory.view")
def may_view_directory(actor: Actor, thing: object | None) -> bool:
    """The directory is for all staff."""
    return actor.kind == "staff"


@policy("organisation.post.name_deputy")
def may_name_deputy(actor: Actor, thing: object | None) -> bool:
    """The holder for her own post (whoever deputises may not pass it on); else those who manage."""
    if may_manage(actor, None):
        return True
    if actor.kind != "staff" or not isinstance(thing, Post):
        return actor.kind == "staff" and thing is None
    from leineweber.people.organisation.queries import holds

    return actor.id is not None and holds(actor.id, thing.id)


@policy("organisation.absence.record")
def may_record_absence(actor: Actor, thing: object | None) -> bool:
    """Each for herself; else those who manage."""
    if may_manage(actor, None) or thing is None:
        return actor.kind in {"staff", "system"}
    return actor.kind == "staff" and isinstance(thing, Person) and thing.id == actor.id
