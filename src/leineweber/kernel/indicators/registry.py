"""The registry of figures and the shape in which they are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

Direction = Literal["up", "down", "none"]
Past = Literal["exact", "approximate", "none"]
MANUAL, FORMULA = "manual.", "formula."
SCOPE = "@"


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
Drill = Callable[[IndicatorQuery], str]
Scopes = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure's definition: German label and unit, the good direction, and where it comes from.

    `definition` says in a German sentence what is counted, `owner` who answers for it, `refresh` after how many days
    without a reading the figure is outdated. The reading of a day looks back `window` days (that day included), or to
    the first of January if there is none. `past` tells whether the figure can be computed for a day gone by: exactly,
    approximately (the data has changed since), or not at all. `drill` gives the address of the cases behind the figure,
    for those whom the policy `drill_policy` allows. `scopes` names the procedures (key → German label) for which the
    figure is kept apart as well.
    """

    key: str
    label: str
    unit: str
    direction: Direction
    source: str
    compute: Compute
    definition: str = ""
    owner: str = ""
    refresh: int = 1
    window: int | None = None
    past: Past = "exact"
    drill: Drill | None = None
    drill_policy: str = ""
    scopes: Scopes | None = None

    def query_on(self, day: date, procedure: str | None = None) -> IndicatorQuery:
        """Return what is asked for the reading of a day."""
        start = date(day.year, 1, 1) if self.window is None else day - timedelta(days=self.window - 1)
        return IndicatorQuery(start, day, procedure)


_indicators: dict[str, Indicator] = {}


def indicator(
    key: str,
    *,
    label: str,
    unit: str,
    direction: Direction,
    source: str,
    definition: str = "",
    owner: str = "",
    refresh: int = 1,
    window: int | None = None,
    past: Past = "exact",
    drill: Drill | None = None,
    drill_policy: str = "",
    scopes: Scopes | None = None,
) -> Callable[[Compute], Compute]:
    """Register a function as an indicator; it asks a constant number of queries. The arguments: see `Indicator`.

    Raises:
        ValueError: the key is taken or kept for figures by hand and formulas, or a way down names no policy.
    """
    if key.startswith((MANUAL, FORMULA)) or SCOPE in key:
        raise ValueError(f"The key {key} is kept for another kind of figure.")
    if drill is not None and not drill_policy:
        raise ValueError(f"The way down from {key} needs a policy.")
    if refresh < 1 or (window is not None and window < 1):
        raise ValueError(f"The days of {key} are at least one.")

    def register(compute: Compute) -> Compute:
        if key in _indicators:
            raise ValueError(f"The indicator {key} exists twice.")
        _indicators[key] = Indicator(
            key,
            label,
            unit,
            direction,
            source,
            compute,
            definition,
            owner,
            refresh,
            window,
            past,
            drill,
            drill_policy,
            scopes,
        )
        return compute

    return register


def split(key: str) -> tuple[str, str]:
    """Return a key without the procedure it names, and that procedure (empty: all)."""
    base, _, procedure = key.partition(SCOPE)
    return base, procedure


def live_keys(one: Indicator) -> dict[str, str | None]:
    """Return under which keys a figure is kept and of which procedure each is: all, and each of its scopes."""
    scopes = one.scopes() if one.scopes is not None else {}
    return {one.key: None} | {f"{one.key}{SCOPE}{name}": name for name in scopes}


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
