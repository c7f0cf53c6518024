"""A project's money and earned value, read from its activities, costs and the newest baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum

from leineweber.domains.portfolio.models import Activity, Baseline, Cost, Project
from leineweber.domains.portfolio.rules import plan, value
from leineweber.domains.portfolio.rules.value import EarnedValue

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CostLine:
    """Euros of a project in a fiscal year for one kind of cost (key and German label)."""

    year: int
    kind: str
    label: str
    planned: Decimal
    committed: Decimal
    actual: Decimal


def outline_row(row: Activity) -> plan.Row:
    """Return an activity as the outline takes it."""
    return plan.Row(
        row.id,
        row.parent_id,
        row.start,
        row.end,
        row.progress,
        row.budget,
        row.kind == Activity.Kind.MILESTONE,
    )


def costs_of(project_id: UUID) -> list[CostLine]:
    """Return a project's costs by year and kind, in order; one query."""
    sums: dict[tuple[int, str], dict[str, Decimal]] = {}
    rows = (
        Cost.objects.filter(project_id=project_id)
        .order_by("year", "kind")
        .values_list("year", "kind", "stage")
        .annotate(total=Sum("amount"))
    )
    for year, kind, stage, total in rows:
        sums.setdefault((year, kind), {})[stage] = total
    labels = dict(Cost.Kind.choices)
    return [
        CostLine(
            year,
            kind,
            str(labels[kind]),
            stages.get("planned", ZERO),
            stages.get("committed", ZERO),
            stages.get("actual", ZERO),
        )
        for (year, kind), stages in sorted(sums.items())
    ]


def forecast_cost(lines: Sequence[CostLine]) -> Decimal:
    """Return what a project will probably cost: by year and kind what is planned, or bound if that is more already."""
    return sum((max(one.planned, one.committed + one.actual) for one in lines), ZERO)


def forecast_end(project: Project, on: date, rows: Sequence[Activity] | None = None) -> date:
    """Return when a project will probably end: its last activity, at least a day on which something is still undone.

    Only a project under way is held to the day; a planned one has its planned end.
    """
    found = list(Activity.objects.filter(project=project)) if rows is None else rows
    leaves = [one for one in plan.outline([outline_row(row) for row in found]) if not one.summary]
    end = max([project.end, *(one.end for one in leaves)])
    if project.status in {"running", "paused"} and any(one.progress < 100 for one in leaves):
        end = max(end, on)
    return end


def earned_value(project_id: UUID, on: date) -> EarnedValue:
    """Return the earned value at the end of a day; three queries.

    Budget and planned value come from the newest baseline (ANSI/EIA-748), without one from the plan as it is; earned is
    budget times progress; the actual cost is what was paid until the day.
    """
    rows = list(Activity.objects.filter(project_id=project_id))
    leaves = [one for one in plan.outline([outline_row(row) for row in rows]) if not one.summary]
    baseline = Baseline.objects.filter(project_id=project_id).order_by("-number").first()
    if baseline is not None:
        budgets = {
            UUID(one["id"]): (
                date.fromisoformat(one["start"]),
                date.fromisoformat(one["end"]),
                Decimal(one["budget"]),
            )
            for one in baseline.content["activities"]
            if not one["summary"]
        }
    else:
        budgets = {one.id: (one.start, one.end, one.budget) for one in leaves}
    progress = {one.id: one.progress for one in leaves}
    bac = sum((budget for _, _, budget in budgets.values()), ZERO)
    planned = sum(
        (budget * value.planned_share(start, end, on) for start, end, budget in budgets.values()), ZERO
    )
    earned = sum((budget * progress.get(key, 0) / 100 for key, (_, _, budget) in budgets.items()), ZERO)
    paid = Cost.objects.filter(
        Q(booked_on__lte=on) | Q(booked_on__isnull=True, year__lte=on.year),
        project_id=project_id,
        stage=Cost.Stage.ACTUAL,
    ).aggregate(total=Sum("amount"))["total"]
    return EarnedValue(bac, planned, earned, paid or ZERO)
