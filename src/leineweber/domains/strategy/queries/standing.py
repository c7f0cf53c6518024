"""How the goals stand, read from live operation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from leineweber.domains.strategy import rules
from leineweber.domains.strategy.models import GoalMeasurement, SmartGoal
from leineweber.kernel import clock
from leineweber.kernel.indicators import Figure, Indicator, IndicatorQuery, get
from leineweber.kernel.indicators.queries import overrides

_SHORT = (
    "id", "slug", "number", "sort_key", "title", "status", "purpose", "result", "indicator", "unit", "direction",
    "baseline", "target", "trajectory", "points", "unit_path", "responsible", "participants", "start", "end",
    "procedure_key",
    "field__number", "field__title", "field__slug",
)  # fmt: skip


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
    """Return the lights that somebody set against what the figures say, by key of the figure; one query."""
    return {key: placed.light for key, placed in overrides(keys, on).items()}


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
    # A light set for the figure of the goal's own procedure says more than one for the figure of the whole city.
    scoped = by_hand.get(f"{measurement.indicator}@{goal.procedure_key}") if goal.procedure_key else None
    light = scoped or by_hand.get(measurement.indicator)
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


def _views(
    goals: Collection[SmartGoal], measurements: Iterable[GoalMeasurement], day: date
) -> list[GoalView]:
    """Return goals with their figures computed; which goal a measurement belongs to, it says itself."""
    of_goal: dict[UUID, list[GoalMeasurement]] = {}
    for one in measurements:
        of_goal.setdefault(one.goal_id, []).append(one)
    keys = {one.indicator for own in of_goal.values() for one in own}
    scopes = {goal.procedure_key for goal in goals if goal.procedure_key}
    keys |= {f"{key}@{scope}" for key in keys for scope in scopes}
    by_hand = lights_by_hand(sorted(keys), day) if keys else {}
    views = []
    for goal in goals:
        found = (measure(goal, one, day, by_hand) for one in of_goal.get(goal.id, ()))
        measured = tuple(one for one in found if one is not None)
        views.append(GoalView(goal, measured, rules.worst([one.light for one in measured])))
    return views


def goal_views(on: date | None = None, *, measured: bool = False) -> list[GoalView]:
    """Return the adopted goals as they stand on a day (None: today); `measured`: only those that a figure measures.

    Two queries, and those of each live figure: a goal that none measures costs nothing. What only the profile tells
    is not loaded.
    """
    adopted = SmartGoal.objects.filter(status=SmartGoal.Status.ADOPTED).select_related("field").only(*_SHORT)
    measurements = GoalMeasurement.objects.filter(goal__status=SmartGoal.Status.ADOPTED).order_by("position")
    if measured:
        adopted = adopted.filter(id__in=GoalMeasurement.objects.values("goal_id"))
    return _views(adopted, measurements, on or clock.today())


def goal_view(slug: str, on: date | None = None) -> GoalView | None:
    """Return one goal as it stands, whatever its status; None if there is none of that address."""
    rows = SmartGoal.objects.filter(slug=slug).select_related("field")
    measurements = GoalMeasurement.objects.filter(goal__slug=slug).order_by("position")
    return next(iter(_views(rows, measurements, on or clock.today())), None)
