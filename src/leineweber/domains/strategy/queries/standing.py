"""How the goals stand, read from live operation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import cast
from uuid import UUID

from leineweber.domains.strategy import rules
from leineweber.domains.strategy.models import GoalMeasurement, SmartGoal
from leineweber.kernel import clock
from leineweber.kernel.indicators import Figure, Indicator, IndicatorQuery, Point, get
from leineweber.kernel.indicators.queries import Definition, Reading, definitions_of, overrides, series
from leineweber.kernel.indicators.registry import Direction

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
    with a reason, in the room of the indicators. Of a figure that no room computes (typed by somebody, or a formula)
    `on` is the day of its value, `manual` tells that a value was typed, and `outdated` that a new one is overdue.
    """

    indicator: Indicator
    figure: Figure
    target: Decimal | None
    expected: Decimal | None
    light: rules.Light
    start: date
    end: date
    by_hand: bool = False
    on: date | None = None
    manual: bool = False
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A figure that no room computes: what it is, and its readings in the order of days."""

    definition: Definition
    course: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal with its computed measurements; one that no figure measures is grey."""

    goal: SmartGoal
    measured: tuple[Measured, ...]
    light: rules.Light


def lights_by_hand(keys: Iterable[str], on: date) -> Mapping[str, rules.Light]:
    """Return the lights that somebody set against what the figures say, by key of the figure; one query."""
    return {key: placed.light for key, placed in overrides(keys, on).items()}


def points_of(goal: SmartGoal) -> tuple[tuple[date, Decimal], ...]:
    """Return the points of a goal's trajectory."""
    return tuple((date.fromisoformat(day), Decimal(value)) for day, value in goal.points)


def _own_course(goal: SmartGoal, measurement: GoalMeasurement, target: Decimal) -> rules.Course | None:
    """Return the way the goal's profile plans; it is that of its first figure, if that has the profile's target."""
    if measurement.position or goal.target != target or goal.start is None or goal.end is None:
        return None
    baseline = goal.baseline or Decimal(0)
    return rules.Course(goal.trajectory, goal.start, goal.end, baseline, target, points_of(goal))


def kept_figures(measurements: Iterable[GoalMeasurement], start: date, on: date) -> dict[str, Kept]:
    """Return the figures among those of goals that no room computes, with their readings of a period, by key.

    No query if all are computed by a room, else at most five.
    """
    keys = sorted({one.indicator for one in measurements if not _computed(one.indicator)})
    if not keys:
        return {}
    courses = series(keys, start, on)
    return {key: Kept(one, tuple(courses[key])) for key, one in definitions_of(keys).items()}


def _computed(key: str) -> bool:
    try:
        get(key)
    except KeyError:
        return False
    return True


def _measure_kept(goal: SmartGoal, measurement: GoalMeasurement, kept: Kept, on: date) -> Measured:
    """Return a figure that somebody types, or a formula: its last value in the goal's period."""
    assert goal.start is not None and goal.end is not None
    one = kept.definition
    period = [row for row in kept.course if goal.start <= row.on <= min(on, goal.end)]
    points = tuple(Point(row.on, row.value) for row in period if row.value is not None)
    target = measurement.target
    if target is None and one.trajectory is not None:
        target = one.trajectory.target
    expected = None
    if target is not None:
        own = _own_course(goal, measurement, target)
        expected = rules.planned(own, on) if own else rules.expected_on(goal.start, goal.end, target, on)
    if one.trajectory is not None and (measurement.target is None or one.trajectory.target == target):
        expected = one.trajectory.expected(on)
    last = points[-1] if points else None
    figure = Figure(last.value if last else None, target=target, series=points)
    told = Indicator(
        one.key,
        one.label,
        one.unit,
        cast(Direction, one.direction),
        one.source,
        lambda _: figure,
        one.definition,
        one.owner,
        one.refresh,
    )
    return Measured(
        told,
        figure,
        target,
        expected,
        rules.light(figure.value, expected, one.direction),
        goal.start,
        goal.end,
        on=last.on if last else None,
        manual=any(row.manual for row in period) or one.kind == "manual",
        outdated=last is not None and (on - last.on).days > one.refresh,
    )


def _measure_live(goal: SmartGoal, measurement: GoalMeasurement, on: date) -> Measured | None:
    assert goal.start is not None and goal.end is not None
    try:
        indicator = get(measurement.indicator)
    except KeyError:
        return None
    query = IndicatorQuery(goal.start, max(goal.start, min(on, goal.end)), goal.procedure_key or None)
    figure = indicator.compute(query)
    target = measurement.target if measurement.target is not None else figure.target
    expected = target
    if target is not None:
        own = _own_course(goal, measurement, target)
        if own is not None and (goal.points or not figure.series):
            expected = rules.planned(own, on)
        elif figure.series:
            expected = rules.expected_on(goal.start, goal.end, target, on)
    light = rules.light(figure.value, expected, indicator.direction)
    return Measured(indicator, figure, target, expected, light, goal.start, goal.end)


def measure(
    goal: SmartGoal,
    measurement: GoalMeasurement,
    on: date,
    by_hand: Mapping[str, rules.Light],
    kept: Mapping[str, Kept],
) -> Measured | None:
    """Return one figure of a goal on a day; None if it has no period or nobody gives the figure any more.

    `kept` are the figures that no room computes (`kept_figures`), `by_hand` the lights that somebody set.
    """
    if goal.start is None or goal.end is None:
        return None
    if measurement.indicator in kept:
        found: Measured | None = _measure_kept(goal, measurement, kept[measurement.indicator], on)
    else:
        found = _measure_live(goal, measurement, on)
    # A light set for the figure of the goal's own procedure says more than one for the figure of the whole city.
    scoped = by_hand.get(f"{measurement.indicator}@{goal.procedure_key}") if goal.procedure_key else None
    light = scoped or by_hand.get(measurement.indicator)
    return replace(found, light=light, by_hand=True) if found and light else found


def _views(
    goals: Collection[SmartGoal], measurements: Iterable[GoalMeasurement], day: date
) -> list[GoalView]:
    """Return goals with their figures computed; which goal a measurement belongs to, it says itself."""
    of_goal: dict[UUID, list[GoalMeasurement]] = {}
    rows = list(measurements)
    for one in rows:
        of_goal.setdefault(one.goal_id, []).append(one)
    keys = {one.indicator for own in of_goal.values() for one in own}
    scopes = {goal.procedure_key for goal in goals if goal.procedure_key}
    keys |= {f"{key}@{scope}" for key in keys for scope in scopes}
    by_hand = lights_by_hand(sorted(keys), day) if keys else {}
    begun = min((goal.start for goal in goals if goal.start is not None), default=day)
    kept = kept_figures(rows, begun, day)
    views = []
    for goal in goals:
        found = (measure(goal, one, day, by_hand, kept) for one in of_goal.get(goal.id, ()))
        measured = tuple(one for one in found if one is not None)
        views.append(GoalView(goal, measured, rules.worst([one.light for one in measured])))
    return views


def goal_views(on: date | None = None, *, measured: bool = False) -> list[GoalView]:
    """Return the adopted goals as they stand on a day (None: today); `measured`: only those that a figure measures.

    Two queries, at most six for figures kept by the city, and those of each live figure. What only the profile tells
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
