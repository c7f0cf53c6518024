"""What figures said, on a day and over time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import cast

from django.db.models import OuterRef, Subquery

from leineweber.kernel import clock
from leineweber.kernel.indicators import formulas, registry, rules
from leineweber.kernel.indicators.models import DailyReading, KeptIndicator
from leineweber.kernel.indicators.queries.defined import Definition, Kind, code_of, trajectory_of
from leineweber.kernel.indicators.registry import Figure
from leineweber.kernel.indicators.rules import Quality


@dataclass(frozen=True, slots=True)
class Reading:
    """A value on a day. `target`: what is to be reached in the end, if anything; `manual`: typed, or computed of such.

    `why` says in German why there is no value, where that is known.
    """

    key: str
    on: date
    value: Decimal | None
    target: Decimal | None
    quality: Quality
    manual: bool
    why: str = ""


def _formulas() -> dict[str, KeptIndicator]:
    return {row.key: row for row in KeptIndicator.objects.filter(kind=Kind.FORMULA)}


def inputs_of_formulas() -> dict[str, list[str]]:
    """Return which figures each formula in use reads, by its key."""
    return {key: list(row.inputs.values()) for key, row in _formulas().items() if row.retired_on is None}


def _refresh(row: KeptIndicator) -> int:
    if row.kind != Kind.LIVE:
        return row.refresh_days
    code, _ = code_of(row.key)
    return code.refresh if code is not None else row.refresh_days


def _target(row: KeptIndicator, computed: Decimal | None) -> Decimal | None:
    trajectory = trajectory_of(row)
    return trajectory.target if trajectory is not None else computed


def _latest(keys: Collection[str], on: date) -> dict[str, Reading]:
    """Return the last reading of kept figures up to a day; two queries, one look into an index per figure."""
    last = DailyReading.objects.filter(indicator=OuterRef("pk"), on__lte=on).order_by("-on").values("pk")[:1]
    rows = KeptIndicator.objects.filter(key__in=keys).annotate(last=Subquery(last))
    of = {row.last: row for row in rows if row.last is not None}
    found = {}
    for entry in DailyReading.objects.filter(pk__in=list(of)):
        row = of[entry.pk]
        quality = rules.quality_on(cast(Quality, entry.quality), entry.on, on, _refresh(row))
        target = _target(row, entry.target)
        found[row.key] = Reading(row.key, entry.on, entry.value, target, quality, row.kind == Kind.MANUAL)
    return found


def _by_formula(row: KeptIndicator, on: date, known: Mapping[str, Reading]) -> Reading:
    read = [known[key] for key in row.inputs.values() if key in known]
    result = formulas.evaluate(row.expression, row.inputs, {one.key: one.value for one in read})
    return Reading(
        row.key,
        max((one.on for one in read), default=on),
        result.value,
        _target(row, None),
        rules.worst_quality(one.quality for one in read),
        any(one.manual for one in read),
        result.why,
    )


def readings(keys: Iterable[str], on: date) -> dict[str, Reading]:
    """Return the last reading of each figure up to a day, with its quality as of that day; three queries.

    A figure without any reading is left out; a formula is left out if none of its figures has one.
    """
    wanted = list(dict.fromkeys(keys))
    by_formula = _formulas()
    inputs = {key: list(row.inputs.values()) for key, row in by_formula.items()}
    needed = rules.reads(inputs, wanted)
    known = _latest(needed - by_formula.keys(), on)
    for key in rules.in_order(inputs):
        if key in needed and any(other in known for other in inputs[key]):
            known[key] = _by_formula(by_formula[key], on, known)
    return {key: known[key] for key in wanted if key in known}


def series(keys: Iterable[str], start: date, end: date) -> dict[str, list[Reading]]:
    """Return the readings of each figure from the first day to the last, both included, in order; at most four queries.

    A formula has a reading on every day on which one of its figures has one; of the others the last one before counts.
    """
    wanted = list(dict.fromkeys(keys))
    by_formula = _formulas()
    inputs = {key: list(row.inputs.values()) for key, row in by_formula.items()}
    needed = rules.reads(inputs, wanted)
    base = needed - by_formula.keys()
    rows = DailyReading.objects.filter(indicator__key__in=base, on__range=(start, end)).order_by(
        "indicator_id", "on"
    )
    columns = rows.values_list("indicator__key", "on", "value", "target", "quality", "indicator__kind")
    found: dict[str, list[Reading]] = {
        key: [
            Reading(key, on, value, target, cast(Quality, quality), kind == Kind.MANUAL)
            for _, on, value, target, quality, kind in group
        ]
        for key, group in groupby(columns, key=lambda column: column[0])
    }
    asked = [key for key in rules.in_order(inputs) if key in needed]
    if asked:
        read = {other for key in asked for other in inputs[key]} - by_formula.keys()
        known = _latest(read, start - timedelta(days=1))
        for key in asked:
            found[key] = _course(by_formula[key], found, known, start)
    return {key: found.get(key, []) for key in wanted}


def _course(
    row: KeptIndicator, found: Mapping[str, list[Reading]], before: dict[str, Reading], start: date
) -> list[Reading]:
    """Return the course of a formula; `before` holds the last readings before the first day, and gets its own."""
    own = list(dict.fromkeys(row.inputs.values()))
    state = {key: before[key] for key in own if key in before}
    if state:
        before[row.key] = _by_formula(row, start, state)
    changes = sorted((one for key in own for one in found.get(key, ())), key=lambda one: one.on)
    course = []
    for on, group in groupby(changes, key=lambda one: one.on):
        state.update((one.key, one) for one in group)
        one = _by_formula(row, on, state)
        if len(state) == len(own):
            course.append(one)
    return course


def first_day(key: str) -> date | None:
    """Return the first day of which a figure (of a formula: one of its figures) has a reading."""
    by_formula = {one: list(row.inputs.values()) for one, row in _formulas().items()}
    base = rules.reads(by_formula, [key]) - by_formula.keys()
    return (
        DailyReading.objects.filter(indicator__key__in=base)
        .order_by("on")
        .values_list("on", flat=True)
        .first()
    )


def now(one: Definition) -> Figure | None:
    """Return what a figure that a room computes says at this moment; None for the other kinds."""
    if one.code is None:
        return None
    return one.code.compute(one.code.query_on(clock.today(), registry.split(one.key)[1] or None))
