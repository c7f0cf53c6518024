"""Where candidates come from and where a choice goes: the only place that knows the portfolio's own shapes.

Imported lazily, so that the solver's process needs no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from leineweber.domains.portfolio.choice.model import Amounts, Candidate, Limits
from leineweber.kernel import links
from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref

if TYPE_CHECKING:
    from leineweber.domains.portfolio.queries import Candidate as PortfolioCandidate

NOTHING = Decimal(0)


def candidates(actor: Actor, limits: Limits) -> list[Candidate]:
    """Return the projects of the portfolio that may be chosen, in the years of a period; a constant number of queries.

    A project that is under way is a must with what is left of it from the first year on; one that ends before the
    period is no candidate, and who depends on it need not wait.
    """
    from leineweber.domains.portfolio import queries

    found = (_mapped(one, limits) for one in queries.candidates(actor))
    return [one for one in found if one is not None]


def _mapped(one: PortfolioCandidate, limits: Limits) -> Candidate | None:
    began = one.start.year
    skills = sorted({skill for skill, _ in one.effort})
    costs = {max(0, year - began): NOTHING for year in one.costs}
    for year, amount in one.costs.items():
        costs[max(0, year - began)] += amount
    effort = {
        skill: {max(0, offset): NOTHING for name, offset in one.effort if name == skill} for skill in skills
    }
    for (skill, offset), days in one.effort.items():
        effort[skill][max(0, offset)] += days
    duration, earliest, latest = one.duration_years, one.earliest, one.latest
    gone = 0
    if one.must and earliest == latest == began and began < limits.first_year:
        gone = limits.first_year - began
        duration -= gone
        if duration <= 0:
            return None
        earliest = latest = limits.first_year
    under_way = one.must and earliest == latest and earliest == max(began, limits.first_year)
    if under_way and earliest is not None:
        # What runs on after the period does not stand against it: it has begun.
        duration = max(1, min(duration, limits.first_year + limits.years - earliest))
    return Candidate(
        id=str(one.id),
        title=one.title,
        field=one.field,
        costs=_series(costs, gone),
        effort={skill: _series(days, gone) for skill, days in effort.items()},
        duration_years=duration,
        benefit=one.benefit,
        depends_on=tuple(map(str, one.depends_on)),
        excludes=tuple(map(str, one.excludes)),
        must=one.must,
        earliest=earliest,
        latest=latest,
    )


def _series(amounts: Mapping[int, Decimal], gone: int) -> tuple[Decimal, ...]:
    """Return amounts by position, without the years that are gone."""
    last = max(amounts, default=-1)
    return tuple(amounts.get(position, NOTHING) for position in range(gone, last + 1))


def capacities(actor: Actor, first_year: int, years: int) -> dict[str, Amounts]:
    """Return the days that the portfolio has of each skill in the years of a period; None where nothing is noted."""
    from leineweber.domains.portfolio import queries

    found: dict[str, list[Decimal | None]] = {}
    for position in range(years):
        for load in queries.capacity(actor, first_year + position):
            if load.available or load.needed:
                series = found.setdefault(load.skill, [None] * years)
                series[position] = load.available or None
    return {skill: tuple(series) for skill, series in sorted(found.items())}


def field_names(refs: set[str], actor: Actor) -> dict[str, str]:
    """Return the titles of fields of action by their references."""
    known: dict[str, Ref] = {}
    for text in refs:
        try:
            known[text] = Ref.parse(text)
        except ValueError:
            continue
    cards = links.resolve(set(known.values()), actor)
    return {
        text: cards[known[text]].title
        if text in known and known[text] in cards
        else "Handlungsfeld ohne Namen"
        for text in sorted(refs)
    }


def plan(actor: Actor, project_id: UUID, year: int, source: str) -> bool:
    """Let a chosen project begin in a year, on the day and month it is planned for; return whether it is still open.

    A project under way stays as it is.

    Raises:
        Denied: the actor does not run the portfolio.
    """
    from leineweber.domains.portfolio import services
    from leineweber.domains.portfolio.models import Project

    project = Project.objects.filter(id=project_id).first()
    if project is None or project.status in {Project.Status.CLOSED, Project.Status.STOPPED}:
        return False
    if project.status == Project.Status.PLANNED:
        services.plan_start(actor, project_id, _in_year(project.start, year), source)
    return True


def _in_year(day: date, year: int) -> date:
    """Return the same day in another year, the 28th for the 29th of February."""
    return day.replace(year=year, day=28 if (day.month, day.day) == (2, 29) else day.day)
