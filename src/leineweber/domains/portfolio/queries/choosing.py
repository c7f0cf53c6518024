"""Projects as the choice under limits takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from leineweber.domains.portfolio.models import Cost, Need, Project
from leineweber.domains.portfolio.rules import plan
from leineweber.kernel import links
from leineweber.kernel.access import Actor, allowed


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that can be chosen, as it is planned now.

    `field` is the reference of its field of action (`field:<uuid>`) or empty; `costs` are planned euros by fiscal year
    at the present `start`; `effort` is days by (name of the skill, years after the fiscal year of the start); `benefit`
    is the score of the ranking. `earliest` and `latest` are the calendar years in which it may start, None for no
    limit. `must` is a duty or a project that runs: then both are the year of its start.
    """

    id: UUID
    title: str
    field: str
    start: date
    costs: Mapping[int, Decimal]
    effort: Mapping[tuple[str, int], Decimal]
    duration_years: int
    benefit: Decimal
    depends_on: tuple[UUID, ...]
    excludes: tuple[UUID, ...]
    must: bool
    earliest: int | None
    latest: int | None


def candidates(actor: Actor) -> list[Candidate]:
    """Return the projects that are planned or under way, by number; four queries for any number.

    Dependencies on projects that have ended are left out: they hold no more.
    """
    if not allowed(actor, "portfolio.view"):
        return []
    projects = list(Project.objects.filter(status__in=["planned", "running", "paused"]).order_by("number"))
    known = {project.id for project in projects}
    costs: dict[UUID, dict[int, Decimal]] = {}
    planned = (
        Cost.objects.filter(project_id__in=known, stage=Cost.Stage.PLANNED)
        .order_by()
        .values_list("project_id", "year")
        .annotate(total=Sum("amount"))
    )
    for project_id, year, total in planned:
        costs.setdefault(project_id, {})[year] = total
    starts = {project.id: project.start.year for project in projects}
    effort: dict[UUID, dict[tuple[str, int], Decimal]] = {}
    needs = Need.objects.filter(project_id__in=known).values_list(
        "project_id", "skill__name", "first_month", "last_month", "days"
    )
    for project_id, skill, first, last, days in needs:
        own = effort.setdefault(project_id, {})
        for month in plan.months(first, last):
            key = (skill, month.year - starts[project_id])
            own[key] = own.get(key, Decimal(0)) + days
    waits: dict[UUID, list[UUID]] = {}
    against: dict[UUID, list[UUID]] = {}
    for edge in links.edges(["depends", "excludes"]):
        if edge.source.kind == edge.target.kind == "project" and {edge.source.id, edge.target.id} <= known:
            if edge.kind == "depends":
                waits.setdefault(edge.source.id, []).append(edge.target.id)
            else:
                against.setdefault(edge.source.id, []).append(edge.target.id)
                against.setdefault(edge.target.id, []).append(edge.source.id)
    return [
        Candidate(
            id=project.id,
            title=project.title,
            field=project.field,
            start=project.start,
            costs=costs.get(project.id, {}),
            effort=effort.get(project.id, {}),
            duration_years=plan.duration_years(project.start, project.end),
            benefit=project.score,
            depends_on=tuple(waits.get(project.id, ())),
            excludes=tuple(dict.fromkeys(against.get(project.id, ()))),
            must=project.must or project.status != Project.Status.PLANNED,
            earliest=_year(project, project.earliest),
            latest=_year(project, project.latest),
        )
        for project in projects
    ]


def _year(project: Project, bound: date | None) -> int | None:
    """Return the year of a bound; a project under way is bound to the year in which it began."""
    if project.status != Project.Status.PLANNED:
        return project.start.year
    return bound.year if bound else None
