"""Pure: trajectory, traffic light and the sentence that says how a goal stands."""

from __future__ import annotations

from collections.abc import Sequence
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
