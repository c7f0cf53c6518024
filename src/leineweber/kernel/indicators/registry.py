"""The registry of figures and the shape in which they are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Direction = Literal["up", "down", "none"]


@dataclass(frozen=True, slots=True)
class IndicatorQuery:
    """What is asked: one procedure or all, from the first day to the last, both included."""

    start: date
    end: date
    procedure: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A value on a day."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the whole, such as one district; `need` is what should be reached there, if there is one."""

    key: str
    label: str
    value: Decimal
    need: Decimal | None = None
    series: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A computed figure. `value` is None when there is nothing to compute from.

    `base` is how many cases a share, a median or a mean rests on, None where it is not told.
    """

    value: Decimal | None
    target: Decimal | None = None
    series: tuple[Point, ...] = ()
    breakdown: tuple[Slice, ...] = ()
    base: int | None = None


Compute = Callable[[IndicatorQuery], Figure]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure's definition: German label and unit, the good direction, and where it comes from."""

    key: str
    label: str
    unit: str
    direction: Direction
    source: str
    compute: Compute


_indicators: dict[str, Indicator] = {}


def indicator(
    key: str, *, label: str, unit: str, direction: Direction, source: str
) -> Callable[[Compute], Compute]:
    """Register a function as an indicator; it asks a constant number of queries.

    Raises:
        ValueError: the key is taken.
    """

    def register(compute: Compute) -> Compute:
        if key in _indicators:
            raise ValueError(f"The indicator {key} exists twice.")
        _indicators[key] = Indicator(key, label, unit, direction, source, compute)
        return compute

    return register


def get(key: str) -> Indicator:
    """Return an indicator.

    Raises:
        KeyError: nobody publishes it.
    """
    return _indicators[key]


def all_indicators() -> tuple[Indicator, ...]:
    """Return all indicators by key."""
    return tuple(_indicators[key] for key in sorted(_indicators))


def compute(key: str, query: IndicatorQuery) -> Figure:
    """Compute one figure.

    Raises:
        KeyError: nobody publishes it.
    """
    return get(key).compute(query)
