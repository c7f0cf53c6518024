"""Pure: trajectory, traffic light and the sentence that says how a goal stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Light = Literal["green", "yellow", "red", "grey"]
TOLERANCE = Decimal("0.10")


def expected_on(start: date, end: date, target: Decimal, on: date) -> Decimal:
    """Return what should be reached on a day: linear by days from zero on the first day to the target on the last."""
    if on <= start:
        return Decimal(0)
    if on >= end:
        return target
    return target * (on - start).days / (end - start).days


@dataclass(frozen=True, slots=True)
class Course:
    """The way from baseline to target: evenly, in steps, or by a table; `points` are in order of days."""

    kind: str
    start: date
    end: date
    baseline: Decimal
    target: Decimal
    points: tuple[tuple[date, Decimal], ...] = ()


def _between(first: tuple[date, Decimal], last: tuple[date, Decimal], on: date) -> Decimal:
    """Return the value of a day on the straight line between two others; outside of them the nearer one."""
    if on <= first[0]:
        return first[1]
    if on >= last[0]:
        return last[1]
    return first[1] + (last[1] - first[1]) * (on - first[0]).days / (last[0] - first[0]).days


def planned(course: Course, on: date) -> Decimal:
    """Return what should be reached on a day.

    `linear`: by days from the baseline to the target. `steps`: the last point that is not later than the day, before
    it the baseline. `table`: by days between the points, from the baseline on the first day. On the last day it is
    the target, whatever the points say.
    """
    if on >= course.end:
        return course.target
    begin = (course.start, course.baseline)
    if course.kind == "steps":
        return max(((day, value) for day, value in course.points if day <= on), default=begin)[1]
    way = [begin]
    if course.kind == "table":
        way += [point for point in course.points if course.start < point[0] < course.end]
    way.append((course.end, course.target))
    after = next((index for index, point in enumerate(way) if point[0] > on), len(way) - 1)
    return _between(way[max(0, after - 1)], way[after], on)


def light(value: Decimal | None, expected: Decimal | None, direction: str) -> Light:
    """Return the traffic light: green if what is expected is reached, yellow within a tenth of it, else red.

    Grey where nothing is measured yet or nothing is expected.
    """
    if value is None or expected is None:
        return "grey"
    slack = abs(expected) * TOLERANCE
    if direction == "down":
        return "green" if value <= expected else "yellow" if value <= expected + slack else "red"
    return "green" if value >= expected else "yellow" if value >= expected - slack else "red"


_ORDER: tuple[Light, ...] = ("red", "yellow", "green", "grey")


def worst(lights: Sequence[Light]) -> Light:
    """Return the most urgent of several lights; grey only if all are."""
    return min(lights, key=_ORDER.index, default="grey")


def sentence(lights: Sequence[Light]) -> str:
    """Return the sentence with which the cockpit begins."""
    total = len(lights)
    if total == 0:
        return "Es ist noch kein Ziel angelegt."
    needing = sum(one in {"red", "yellow"} for one in lights)
    if needing == 0:
        return "Das eine Ziel ist auf Kurs." if total == 1 else f"Alle {total} Ziele sind auf Kurs."
    if total == 1:
        return "Das eine Ziel braucht Sie."
    verb = "braucht" if needing == 1 else "brauchen"
    return f"{needing} von {total} Zielen {verb} Sie."
