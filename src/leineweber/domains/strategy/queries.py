"""What can be asked: how the goals stand, read from live operation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from leineweber.domains.strategy import rules
from leineweber.domains.strategy.models import SmartGoal
from leineweber.kernel import clock
from leineweber.kernel.indicators import Figure, Indicator, IndicatorQuery, get


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator of a goal, computed: the figure, what should be reached today, and the light."""

    indicator: Indicator
    figure: Figure
    target: Decimal | None
    expected: Decimal | None
    light: rules.Light


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal with its computed measurements."""

    goal: SmartGoal
    measured: tuple[Measured, ...]
    light: rules.Light


def _measured(goal: SmartGoal, key: str, own_target: Decimal | None, on: date) -> Measured:
    indicator = get(key)
    query = IndicatorQuery(goal.start, max(goal.start, min(on, goal.end)), goal.procedure_key or None)
    figure = indicator.compute(query)
    target = own_target if own_target is not None else figure.target
    expected = target
    if target is not None and figure.series:
        expected = rules.expected_on(goal.start, goal.end, target, on)
    return Measured(
        indicator, figure, target, expected, rules.light(figure.value, expected, indicator.direction)
    )


def goal_views(on: date | None = None) -> list[GoalView]:
    """Return all goals as they stand on a day (None: today)."""
    day = on or clock.today()
    views = []
    for goal in SmartGoal.objects.prefetch_related("measurements"):
        measured = tuple(
            _measured(goal, measurement.indicator, measurement.target, day)
            for measurement in goal.measurements.all()
        )
        views.append(GoalView(goal, measured, rules.worst([one.light for one in measured])))
    return views


def goal_view(slug: str, on: date | None = None) -> GoalView | None:
    """Return one goal as it stands, None if there is none of that address."""
    return next((view for view in goal_views(on) if view.goal.slug == slug), None)
