"""Skills and capacities: what posts can do in a year for projects."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from leineweber.domains.portfolio.models import Capacity, Skill
from leineweber.domains.portfolio.services.common import PortfolioError, fresh
from leineweber.kernel import ids
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.organisation.models import Post

YEARS = (2000, 2100)


def define_skill(actor: Actor, name: str) -> Skill:
    """Make a skill known, or return the one of that name.

    Raises:
        Denied: the actor does not run the portfolio.
        PortfolioError: no name.
    """
    check(actor, "portfolio.manage")
    name = " ".join(name.split())[:80]
    if not name:
        raise PortfolioError("Geben Sie der Fähigkeit einen Namen.", "name")
    known = Skill.objects.filter(name=name).first()
    if known is not None:
        return known
    skill = Skill(id=ids.new_id(), name=name)
    with act(actor, "portfolio.skill_defined", Ref("skill", skill.id)):
        skill.save(force_insert=True)
    return skill


def put_capacity(
    actor: Actor, *, skill: Skill, post: Post, year: int, days: Decimal, version: int | None = None
) -> Capacity:
    """Say how many days in a year a post has for projects with a skill; a second time replaces the first.

    Raises:
        Denied: the actor does not run the portfolio.
        StaleError: somebody else was quicker.
        PortfolioError: days or a year out of bounds.
    """
    check(actor, "portfolio.manage")
    if not YEARS[0] <= year <= YEARS[1]:
        raise PortfolioError("Geben Sie ein Jahr zwischen 2000 und 2100 an.", "year")
    if not 0 <= days <= 20000:
        raise PortfolioError("Geben Sie Tage von 0 bis 20.000 an.", "days")
    known: UUID | None = (
        Capacity.objects.filter(skill=skill, post_id=post.id, year=year).values_list("id", flat=True).first()
    )
    with act(actor, "portfolio.capacity_put", Ref("capacity", known or ids.new_id()), {"year": year}):
        row = Capacity.objects.select_for_update().filter(skill=skill, post_id=post.id, year=year).first()
        if row is None:
            row = Capacity(skill=skill, post_id=post.id, year=year, version=0)
        else:
            fresh(row.version, version)
        row.post_title = f"{post.title}, {post.unit}"[:450]
        row.days = days
        row.version += 1
        row.save()
    return row
