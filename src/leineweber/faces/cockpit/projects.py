"""The projects of a scope: which they are, how they stand, what they cost; each question in one or two queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Sum

from leineweber.domains.portfolio.models import Breach, Cost, Project
from leineweber.faces.cockpit import goals
from leineweber.faces.cockpit.charts import Year
from leineweber.faces.cockpit.scope import Scope
from leineweber.kernel import links
from leineweber.kernel.refs import Ref

ZERO = Decimal(0)
ALIVE = (Project.Status.PLANNED, Project.Status.RUNNING, Project.Status.PAUSED)
LIMIT = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A project as the cockpit lists it: `light` is red where a limit is broken, grey where it does not run."""

    id: UUID
    title: str
    status: str
    light: str
    said: str
    unit: str
    end: str
    url: str


def _of_field(scope: Scope) -> list[UUID]:
    """Return the projects that serve a goal of the field; one query beside that of the goals."""
    if "projects" not in scope.memo:
        whole = replace(scope, unit_path="", memo={}) if scope.unit_path else scope
        served = [Ref("goal", one.id) for one in goals.standings(whole)]
        scope.memo["projects"] = sorted(links.sources_among("project", "serves", served))
    return list(scope.memo["projects"])


def of_scope(scope: Scope) -> QuerySet[Project]:
    """Return the projects of a field (those that serve its goals) and of a unit and below."""
    found = Project.objects.all()
    if scope.field:
        found = found.filter(id__in=_of_field(scope))
    if scope.unit_path:
        found = found.filter(unit_path__startswith=scope.unit_path)
    return found


def listed(scope: Scope) -> list[Listed]:
    """Return the living projects of a scope, those with a broken limit first, then by their end; at most `LIMIT`."""
    broken = Breach.objects.filter(project=OuterRef("pk"), open=True)
    rows = (
        of_scope(scope)
        .filter(status__in=ALIVE)
        .annotate(broken=Exists(broken))
        .order_by("-broken", "end", "number")[:LIMIT]
    )
    made = []
    for row in rows:
        light = "red" if row.broken else "green" if row.status == Project.Status.RUNNING else "grey"
        said = {"red": "Grenze überschritten", "green": "in den Grenzen", "grey": row.get_status_display()}
        made.append(
            Listed(
                row.id,
                str(row),
                row.get_status_display(),
                light,
                str(said[light]),
                row.unit_name,
                f"{row.end:%d.%m.%Y}",
                f"/steuerung/portfolio/vorhaben/{row.id}/",
            )
        )
    return made


def money(scope: Scope, years: Iterable[int]) -> list[Year]:
    """Return the money of a scope's projects for each year, in order; what stopped projects planned does not count."""
    wanted = sorted(set(years))
    costs = Cost.objects.filter(year__in=wanted).exclude(
        project__status=Project.Status.STOPPED, stage=Cost.Stage.PLANNED
    )
    if not scope.whole:
        costs = costs.filter(project__in=of_scope(scope))
    sums: dict[tuple[int, str], Decimal] = {
        (year, stage): total
        for year, stage, total in costs.order_by().values_list("year", "stage").annotate(total=Sum("amount"))
    }
    return [
        Year(year, *(sums.get((year, stage), ZERO) for stage in ("planned", "committed", "actual")))
        for year in wanted
    ]
