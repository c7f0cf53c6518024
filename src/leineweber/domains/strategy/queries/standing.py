"""How the goals stand, read from live operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from leineweber.domains.strategy import rules
from leineweber.domains.strategy.models import GoalMeasurement, SmartGoal
from leineweber.kernel import clock
from leineweber.kernel.indicators import Figure, Indicator, IndicatorQuery, get


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator of a goal, computed: the figure, what should be reached today, and the light.

    `start` and `end` are the goal's period. `by_hand` tells that somebody set the light
    with a reason, in the room of the indicators.
    """

    indicator: Indicator
    figure: Figure
    target: Decimal | None
    expected: Decimal | None
    light: rules.Light
    start: date
    end: date
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal with its computed measurements; one that no live figure measures is grey."""

    goal: SmartGoal
    measured: tuple[Measured, ...]
    light: rules.Light


def lights_by_hand(keys: Iterable[str], on: date) -> Mapping[str, rules.Light]:
    """Return the lights that somebody set by hand, by indicator; a place for the indicators room's overrides."""
    return {}


def points_of(goal: SmartGoal) -> tuple[tuple[date, Decimal], ...]:
    """Return the points of a goal's trajectory."""
    return tuple((date.fromisoformat(day), Decimal(value)) for day, value in goal.points)


def _expected(
    goal: SmartGoal, start: date, end: date, measurement: GoalMeasurement, target: Decimal, on: date
) -> Decimal:
    """Return what should be reached on a day; the goal's own trajectory is that of its first figure."""
    if measurement.position == 0 and goal.points and goal.target == target:
        course = rules.Course(
            goal.trajectory, start, end, goal.baseline or Decimal(0), target, points_of(goal)
        )
        return rules.planned(course, on)
    return rules.expected_on(start, end, target, on)


def measure(
    goal: SmartGoal, measurement: GoalMeasurement, on: date, by_hand: Mapping[str, rules.Light]
) -> Measured | None:
    """Return one figure of a goal on a day; None if it has no period or nobody publishes the indicator any more."""
    if goal.start is None or goal.end is None:
        return None
    try:
        indicator = get(measurement.indicator)
    except KeyError:
        return None
    query = IndicatorQuery(goal.start, max(goal.start, min(on, goal.end)), goal.procedure_key or None)
    figure = indicator.compute(query)
    target = measurement.target if measurement.target is not None else figure.target
    expected = target
    if target is not None and figure.series:
        expected = _expected(goal, goal.start, goal.end, measurement, target, on)
    computed = rules.light(figure.value, expected, indicator.direction)
    light = by_hand.get(measurement.indicator)
    return Measured(
        indicator,
        figure,
        target,
        expected,
        light or computed,
        goal.start,
        goal.end,
        by_hand=light is not None,
    )


def _views(goals: Iterable[SmartGoal], day: date) -> list[GoalView]:
    rows = list(goals)
    keys = {one.indicator for goal in rows for one in goal.measurements.all()}
    by_hand = lights_by_hand(sorted(keys), day) if keys else {}
    views = []
    for goal in rows:
        found = (measure(goal, one, day, by_hand) for one in goal.measurements.all())
        measured = tuple(one for one in found if one is not None)
        views.append(GoalView(goal, measured, rules.worst([one.light for one in measured])))
    return views


def goal_views(on: date | None = None) -> list[GoalView]:
    """Return the adopted goals as they stand on a day (None: today).

    Two queries, and those of each live figure: a goal that none measures costs nothing.
    """
    adopted = SmartGoal.objects.filter(status=SmartGoal.Status.ADOPTED)
    rows = adopted.select_related("field").prefetch_related("measurements").defer("search_text")
    return _views(rows, on or clock.today())


def goal_view(slug: str, on: date | None = None) -> GoalView | None:
    """Return one goal as it stands, whatever its status; None if there is none of that address."""
    rows = SmartGoal.objects.filter(slug=slug).select_related("field").prefetch_related("measurements")
    return next(iter(_views(rows, on or clock.today())), None)
