"""Traffic lights: what figures say, and what somebody set against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from django.db.models import Q

from leineweber.kernel.indicators import rules
from leineweber.kernel.indicators.models import LightOverride
from leineweber.kernel.indicators.queries.courses import Reading, readings
from leineweber.kernel.indicators.queries.defined import Definition, definitions_of
from leineweber.kernel.indicators.rules import Light


@dataclass(frozen=True, slots=True)
class Override:
    """A light somebody set: what, why, who, when and until which day."""

    key: str
    light: Light
    reason: str
    start: date
    until: date
    set_by: str
    set_at: datetime
    ended_on: date | None = None
    ended_by: str = ""


def _override(key: str, row: LightOverride) -> Override:
    return Override(
        key,
        cast(Light, row.light),
        row.reason,
        row.start,
        row.until,
        row.set_by,
        row.set_at,
        row.ended_on,
        row.ended_by,
    )


def overrides(keys: Iterable[str], on: date) -> dict[str, Override]:
    """Return the lights that hold on a day against what the figures say, by key; one query."""
    rows = (
        LightOverride.objects.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=on),
            indicator__key__in=set(keys),
            start__lte=on,
            until__gte=on,
        )
        .select_related("indicator")
        .order_by("set_at", "id")
    )
    return {row.indicator.key: _override(row.indicator.key, row) for row in rows}


def past_overrides(key: str) -> list[Override]:
    """Return all lights that were ever set for a figure, the newest first, at most a hundred."""
    rows = LightOverride.objects.filter(indicator__key=key).order_by("-set_at", "-id")[:100]
    return [_override(key, row) for row in rows]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a figure stands on a day. `light` is what is shown: the override if one holds, else `measured_light`."""

    definition: Definition
    reading: Reading | None
    expected: Decimal | None
    measured_light: Light
    override: Override | None

    @property
    def light(self) -> Light:
        """The light that is shown."""
        return self.override.light if self.override is not None else self.measured_light

    @property
    def target(self) -> Decimal | None:
        """What is to be reached in the end."""
        if self.definition.trajectory is not None:
            return self.definition.trajectory.target
        return self.reading.target if self.reading is not None else None


def standings(
    keys: Iterable[str], on: date, known: Mapping[str, Definition] | None = None
) -> dict[str, Standing]:
    """Return how figures stand on a day, by key; five queries, four with `known` definitions."""
    wanted = list(dict.fromkeys(keys))
    told = known if known is not None else definitions_of(wanted)
    read, placed = readings(wanted, on), overrides(wanted, on)
    return {key: _standing(told[key], read.get(key), placed.get(key), on) for key in wanted if key in told}


def _standing(one: Definition, reading: Reading | None, override: Override | None, on: date) -> Standing:
    expected = reading.target if reading is not None else None
    if one.trajectory is not None:
        expected = one.trajectory.expected(on)
    value = reading.value if reading is not None else None
    return Standing(
        one, reading, expected, rules.light(value, expected, one.direction, one.tolerance), override
    )
