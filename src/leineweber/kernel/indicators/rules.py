"""Pure: trajectories, the traffic light with its tolerance, data quality, thinning of series, the order of formulas."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal, Protocol, TypeVar

Light = Literal["green", "yellow", "red", "grey"]
Quality = Literal["complete", "estimated", "provisional", "outdated"]
Shape = Literal["linear", "steps", "table"]

LIGHTS: tuple[Light, ...] = ("green", "yellow", "red", "grey")
SHAPES: tuple[Shape, ...] = ("linear", "steps", "table")
QUALITIES: tuple[Quality, ...] = ("complete", "estimated", "provisional", "outdated")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far beside what is expected is still yellow: a share of it, or an amount in its unit, whichever is more."""

    share: Decimal = Decimal("0.10")
    amount: Decimal = ZERO

    def slack(self, expected: Decimal) -> Decimal:
        """Return how far a value may be off; never negative."""
        return max(abs(expected) * self.share, self.amount)


USUAL = Tolerance()


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The course that was planned (Sollpfad): values on days, and how the days between are read.

    `linear`: a straight line by days from the first point to the last, whatever lies between. `table`: a straight line
    from each point to the next. `steps`: each value holds from its day until the next. After the last point the last
    value holds; before the first nothing is expected.
    """

    shape: Shape
    points: tuple[tuple[date, Decimal], ...]

    def __post_init__(self) -> None:
        days = [day for day, _ in self.points]
        if not days or any(later <= earlier for earlier, later in pairwise(days)):
            raise ValueError("A trajectory has points in the order of their days.")

    @property
    def target(self) -> Decimal:
        """What is to be reached in the end."""
        return self.points[-1][1]

    def expected(self, on: date) -> Decimal | None:
        """Return what should be reached on a day, exact; None before the first point."""
        points = (self.points[0], self.points[-1]) if self.shape == "linear" else self.points
        place = bisect_right([day for day, _ in points], on)
        if place == 0:
            return None
        before, value = points[place - 1]
        if place == len(points) or self.shape == "steps":
            return value
        after, following = points[place]
        return value + (following - value) * (on - before).days / (after - before).days


def light(
    value: Decimal | None, expected: Decimal | None, direction: str, tolerance: Tolerance = USUAL
) -> Light:
    """Return the traffic light: green if what is expected is reached, yellow within the tolerance beside it, else red.

    `up`: more is better; `down`: less is better; `none`: nearness counts, green within the tolerance and yellow within
    twice as much. Grey where nothing is measured yet or nothing is expected.
    """
    if value is None or expected is None:
        return "grey"
    slack = tolerance.slack(expected)
    if direction == "none":
        off = abs(value - expected)
        return "green" if off <= slack else "yellow" if off <= 2 * slack else "red"
    missing = value - expected if direction == "down" else expected - value
    return "green" if missing <= 0 else "yellow" if missing <= slack else "red"


def quality_on(kept: Quality, taken_for: date, on: date, refresh: int) -> Quality:
    """Return the quality of a reading as seen on a day: outdated once it is older than `refresh` days."""
    return "outdated" if (on - taken_for).days > refresh else kept


def worst_quality(qualities: Iterable[Quality]) -> Quality:
    """Return the poorest of several qualities; complete if there is none."""
    return max(qualities, key=QUALITIES.index, default="complete")


class Dated(Protocol):
    """Anything that stands on a day."""

    @property
    def on(self) -> date:
        """The day."""


D = TypeVar("D", bound=Dated)


def thinned(rows: Sequence[D], most: int = 120) -> list[D]:
    """Return at most about so many of the rows: the last of every week, or of every month if that is too many.

    Rows are in the order of their days; the last one of all always stays, so that a picture ends where the figure does.
    """
    if len(rows) <= most:
        return list(rows)
    weekly = {row.on.isocalendar()[:2]: row for row in rows}
    if len(weekly) <= most:
        return list(weekly.values())
    return list({(row.on.year, row.on.month): row for row in rows}.values())


def in_order(inputs: Mapping[str, Sequence[str]]) -> list[str]:
    """Return formulas so that each comes after those it reads. Those of a circle, and what reads them, are left out."""
    left = dict(inputs)
    result: list[str] = []
    while True:
        ready = [key for key, reads in left.items() if not any(other in left for other in reads)]
        if not ready:
            return result
        result += ready
        for key in ready:
            del left[key]


def circle(inputs: Mapping[str, Sequence[str]]) -> list[str]:
    """Return a circle among formulas (formula → the figures it reads), its first also as its last; empty if none is."""
    sound = set(in_order(inputs))
    left = {
        key: [other for other in reads if other in inputs]
        for key, reads in inputs.items()
        if key not in sound
    }
    walked: list[str] = []
    key = next(iter(left), "")
    while key:
        if key in walked:
            return [*walked[walked.index(key) :], key]
        walked.append(key)
        # Every formula that is left over reads another that is.
        key = next(other for other in left[key] if other in left)
    return []


def reads(inputs: Mapping[str, Sequence[str]], keys: Iterable[str]) -> set[str]:
    """Return all figures that some figures read, directly or through formulas, themselves among them."""
    found: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += inputs.get(key, ())
    return found
