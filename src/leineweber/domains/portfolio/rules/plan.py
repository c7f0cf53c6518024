"""Pure: outline numbers and roll-up, points in time, tolerances, lights, months, safe cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

Light = Literal["green", "yellow", "red", "grey"]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """An activity as the outline takes it, in the order of its siblings."""

    id: UUID
    parent: UUID | None
    start: date
    end: date
    progress: int
    budget: Decimal
    milestone: bool = False


@dataclass(frozen=True, slots=True)
class Outlined:
    """An activity in its place: number such as `1.2`, depth from 0; summaries carry what lies below them.

    `progress` of a summary is weighted by the days of what lies below; `budget` is the sum.
    """

    id: UUID
    number: str
    depth: int
    summary: bool
    start: date
    end: date
    progress: int
    budget: Decimal
    milestone: bool


def outline(rows: Sequence[Row]) -> list[Outlined]:
    """Return the activities as an outline, parents before children; rows whose parent is missing stand at the top."""
    known = {row.id for row in rows}
    below: dict[UUID | None, list[Row]] = {}
    for row in rows:
        below.setdefault(row.parent if row.parent in known else None, []).append(row)

    def walk(row: Row, number: str, depth: int) -> list[Outlined]:
        inner: list[Outlined] = []
        for index, child in enumerate(below.get(row.id, []), 1):
            inner.extend(walk(child, f"{number}.{index}", depth + 1))
        leaves = [one for one in inner if not one.summary]
        if not leaves:
            own = Outlined(
                row.id, number, depth, False, row.start, row.end, row.progress, row.budget, row.milestone
            )
            return [own]
        weights = [(0 if one.milestone else (one.end - one.start).days + 1, one.progress) for one in leaves]
        total = sum(weight for weight, _ in weights)
        progress = (
            round(sum(weight * share for weight, share in weights) / total)
            if total
            else round(sum(share for _, share in weights) / len(weights))
        )
        summary = Outlined(
            row.id,
            number,
            depth,
            True,
            min(one.start for one in leaves),
            max(one.end for one in leaves),
            progress,
            sum((one.budget for one in leaves), Decimal(0)),
            False,
        )
        return [summary, *inner]

    found: list[Outlined] = []
    for index, row in enumerate(below.get(None, []), 1):
        found.extend(walk(row, str(index), 0))
    return found


def is_below(candidate: UUID | None, top: UUID, parents: Mapping[UUID, UUID | None]) -> bool:
    """Tell whether a place in the outline is an activity or lies below it."""
    seen: set[UUID] = set()
    while candidate is not None and candidate not in seen:
        if candidate == top:
            return True
        seen.add(candidate)
        candidate = parents.get(candidate)
    return False


def placed(start: date, end: date, milestone: bool, origin: date) -> tuple[int, int]:
    """Return an activity's start and finish as points in days from the origin; a milestone is the end of its day."""
    finish = (end - origin).days + 1
    return (finish, finish) if milestone else ((start - origin).days, finish)


def months(first: date, last: date) -> Iterator[date]:
    """Yield the first day of each month from the month of one day to that of another."""
    at = first.replace(day=1)
    while at <= last:
        yield at
        at = date(at.year + at.month // 12, at.month % 12 + 1, 1)


def duration_years(start: date, end: date) -> int:
    """Return how many fiscal years (calendar years, § 78 GO NRW) a project touches."""
    return end.year - start.year + 1


@dataclass(frozen=True, slots=True)
class Planned:
    """What a tolerance looks at: end, cost in euros, ids of the work packages."""

    end: date
    cost: Decimal
    packages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What a project may deviate from its baseline: days, percent of cost, percent of work packages."""

    days: int
    cost: Decimal
    scope: Decimal


@dataclass(frozen=True, slots=True)
class Deviation:
    """How far a project is from its baseline in one dimension, and how far it may be."""

    dimension: Literal["time", "cost", "scope"]
    value: Decimal
    limit: Decimal

    @property
    def broken(self) -> bool:
        """Whether the tolerance is exceeded; at the limit it still holds."""
        return self.value > self.limit


def deviations(baseline: Planned, forecast: Planned, tolerance: Tolerance) -> list[Deviation]:
    """Return how a forecast deviates from the baseline: days late, percent dearer, percent of packages changed."""
    late = max(0, (forecast.end - baseline.end).days)
    dearer = Decimal(0)
    if forecast.cost > baseline.cost:
        dearer = Decimal(100) if baseline.cost == 0 else (forecast.cost - baseline.cost) * 100 / baseline.cost
    changed = Decimal(0)
    if baseline.packages:
        changed = Decimal(len(baseline.packages ^ forecast.packages)) * 100 / len(baseline.packages)
    two = Decimal("0.01")
    return [
        Deviation("time", Decimal(late), Decimal(tolerance.days)),
        Deviation("cost", dearer.quantize(two), tolerance.cost),
        Deviation("scope", changed.quantize(two), tolerance.scope),
    ]


def light(status: str, breaches: int, late_milestones: int, late_gates: int) -> Light:
    """Return the light of a project: red: a tolerance is broken; yellow: something is late; grey: it does not run."""
    if status not in {"running", "paused"}:
        return "grey"
    if breaches:
        return "red"
    return "yellow" if late_milestones or late_gates else "green"


LIGHT_WORDS: Mapping[str, str] = {
    "green": "im Plan",
    "yellow": "Termin überschritten",
    "red": "Toleranz verletzt",
    "grey": "läuft nicht",
}


def moved(day: date, days: int) -> date:
    """Return a day moved by days."""
    return day + timedelta(days=days)


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def bare_cell(text: str) -> str:
    """Return a cell as it was before `safe_cell`."""
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@", "\t", "\r"} else text


FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def fold(text: str) -> str:
    """Return text as searches compare it: lower case, umlauts written out."""
    return text.lower().translate(FOLDED)
