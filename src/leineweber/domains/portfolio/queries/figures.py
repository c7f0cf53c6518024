"""Money and capacity over all projects, for the cockpit and the pages of the portfolio."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from leineweber.domains.portfolio.models import Capacity, Cost, Need, Project
from leineweber.domains.portfolio.rules import plan
from leineweber.kernel.access import Actor, allowed

ZERO = Decimal(0)
COUNTED = ("planned", "running", "paused")
"""Projects that need people: those to come and those under way."""


@dataclass(frozen=True, slots=True)
class YearMoney:
    """Euros of all projects in a fiscal year: planned, committed, paid."""

    year: int
    planned: Decimal
    committed: Decimal
    actual: Decimal


@dataclass(frozen=True, slots=True)
class SkillLoad:
    """Days of a skill in a year: what posts have, what projects need."""

    skill: str
    year: int
    available: Decimal
    needed: Decimal

    @property
    def share(self) -> Decimal | None:
        """Need as a share of what there is (1 is full); None where there is none."""
        return None if self.available == 0 else self.needed / self.available


def money(actor: Actor, years: Iterable[int]) -> list[YearMoney]:
    """Return the money of all projects but those stopped, for each year asked for, in order; one query."""
    wanted = sorted(set(years))
    if not allowed(actor, "portfolio.view"):
        return []
    sums: dict[tuple[int, str], Decimal] = {
        (year, stage): total
        for year, stage, total in Cost.objects.filter(year__in=wanted)
        .exclude(project__status=Project.Status.STOPPED, stage=Cost.Stage.PLANNED)
        .order_by()
        .values_list("year", "stage")
        .annotate(total=Sum("amount"))
    }
    return [
        YearMoney(year, *(sums.get((year, stage), ZERO) for stage in ("planned", "committed", "actual")))
        for year in wanted
    ]


def _needs(first: date, last: date) -> list[tuple[str, date, date, Decimal]]:
    return list(
        Need.objects.filter(project__status__in=COUNTED, first_month__lte=last, last_month__gte=first)
        .order_by()
        .values_list("skill__name", "first_month", "last_month", "days")
    )


def capacity(actor: Actor, year: int) -> list[SkillLoad]:
    """Return for each skill what there is and what is needed in a year, by name; two queries."""
    if not allowed(actor, "portfolio.view"):
        return []
    there: dict[str, Decimal] = dict(
        Capacity.objects.filter(year=year).order_by().values_list("skill__name").annotate(total=Sum("days"))
    )
    needed: dict[str, Decimal] = {}
    for skill, first, last, days in _needs(date(year, 1, 1), date(year, 12, 31)):
        inside = sum(month.year == year for month in plan.months(first, last))
        needed[skill] = needed.get(skill, ZERO) + days * inside
    return [
        SkillLoad(skill, year, there.get(skill, ZERO), needed.get(skill, ZERO))
        for skill in sorted(there.keys() | needed.keys())
    ]


@dataclass(frozen=True, slots=True)
class PostLoad:
    """Days of a post in a year: what it has for projects, what projects have asked of it by name."""

    post: str
    available: Decimal
    needed: Decimal


def post_loads(actor: Actor, year: int) -> list[PostLoad]:
    """Return capacity and named need by post in a year, by title; two queries. Posts, never persons."""
    if not allowed(actor, "portfolio.view"):
        return []
    found: dict[UUID, tuple[str, Decimal, Decimal]] = {}
    for post_id, title, days in Capacity.objects.filter(year=year).values_list(
        "post_id", "post_title", "days"
    ):
        known = found.get(post_id, (title, ZERO, ZERO))
        found[post_id] = (title, known[1] + days, known[2])
    first, last = date(year, 1, 1), date(year, 12, 31)
    needs = Need.objects.filter(
        post_id__isnull=False, project__status__in=COUNTED, first_month__lte=last, last_month__gte=first
    )
    for need in needs:
        assert need.post_id is not None
        known = found.get(need.post_id, (need.post_title, ZERO, ZERO))
        inside = sum(month.year == year for month in plan.months(need.first_month, need.last_month))
        found[need.post_id] = (known[0], known[1], known[2] + need.days * inside)
    return sorted((PostLoad(*row) for row in found.values()), key=lambda row: row.post)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A skill in a month: days there are (a twelfth of the year's), days needed."""

    month: date
    available: Decimal
    needed: Decimal

    @property
    def level(self) -> str:
        """`free` up to 80 percent, `full` up to 100, `over` above, `none` without any need."""
        if self.needed == 0:
            return "none"
        if self.available == 0 or self.needed > self.available:
            return "over"
        return "full" if self.needed > self.available * Decimal("0.8") else "free"


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A skill over months."""

    skill: str
    cells: Sequence[HeatCell]


def heat(actor: Actor, first: date, months: int = 12) -> list[HeatRow]:
    """Return need against capacity by skill and month, from the month of a day on; two queries."""
    if not allowed(actor, "portfolio.view"):
        return []
    shown = []
    at = first.replace(day=1)
    for _ in range(months):
        shown.append(at)
        at = date(at.year + at.month // 12, at.month % 12 + 1, 1)
    there: dict[tuple[str, int], Decimal] = {
        (skill, year): total
        for skill, year, total in Capacity.objects.filter(year__in={month.year for month in shown})
        .order_by()
        .values_list("skill__name", "year")
        .annotate(total=Sum("days"))
    }
    needed: dict[tuple[str, date], Decimal] = {}
    for skill, begin, last, days in _needs(shown[0], shown[-1]):
        for month in plan.months(max(begin, shown[0]), min(last, shown[-1])):
            needed[skill, month] = needed.get((skill, month), ZERO) + days
    skills = sorted({skill for skill, _ in there} | {skill for skill, _ in needed})
    return [
        HeatRow(
            skill,
            [
                HeatCell(month, there.get((skill, month.year), ZERO) / 12, needed.get((skill, month), ZERO))
                for month in shown
            ],
        )
        for skill in skills
    ]


def projects_for(unit_path: str) -> list[Project]:
    """Return the projects of a unit and below that have not ended, by their end; one query."""
    return list(
        Project.objects.filter(unit_path__startswith=unit_path, status__in=COUNTED).order_by("end", "number")
    )
