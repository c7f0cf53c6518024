"""The SMART check of a goal as it stands in the tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from leineweber.domains.strategy import rules
from leineweber.domains.strategy.kinds import ref_of
from leineweber.domains.strategy.models import SmartGoal
from leineweber.domains.strategy.queries.standing import Measured, kept_figures, measure, points_of
from leineweber.kernel import clock, links

_OVER = {SmartGoal.Status.COMPLETED, SmartGoal.Status.DROPPED}


def history_of(goal: SmartGoal, measured: Sequence[Measured]) -> tuple[tuple[date, Decimal], ...]:
    """Return what was measured so far of the goal's own indicator: its baseline, and the figure of that name."""
    points: dict[date, Decimal] = {}
    if goal.baseline is not None and goal.baseline_on is not None:
        points[goal.baseline_on] = goal.baseline
    own = next((one for one in measured if one.indicator.label == goal.indicator), None)
    if own is not None:
        points.update((point.on, point.value) for point in own.figure.series)
    return tuple(sorted(points.items()))


def findings_of(
    goal: SmartGoal, *, measured: Sequence[Measured] | None = None, on: date | None = None
) -> list[rules.Finding]:
    """Return what is open in a goal on a day (None: today). `measured` saves computing what is known already."""
    day = on or clock.today()
    if measured is None:
        rows = list(goal.measurements.all())
        kept = kept_figures(rows, goal.start or day, day)
        found = (measure(goal, one, day, {}, kept) for one in rows)
        measured = [one for one in found if one is not None]
    serves = sum(
        target.kind in {"measure", "strategic_goal"} for _, target in links.targets(ref_of(goal), "serves")
    )
    facts = rules.Facts(
        title=goal.title,
        result=goal.result,
        owner=bool(goal.unit_path),
        indicator=goal.indicator,
        unit=goal.unit,
        direction=goal.direction,
        baseline=goal.baseline,
        baseline_on=goal.baseline_on,
        target=goal.target,
        source=goal.source,
        attainable=goal.attainable,
        serves=serves,
        start=goal.start,
        end=goal.end,
        trajectory=goal.trajectory,
        points=points_of(goal),
        history=history_of(goal, measured),
        finished=goal.status in _OVER,
    )
    return rules.check_goal(facts, day)
