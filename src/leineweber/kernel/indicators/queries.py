"""What can be asked: readings, series and overrides by key, and what each figure is. All kinds of figures alike.

A formula has no readings of its own: it is evaluated with those of the figures it reads, so a corrected value is in
every formula at once. Queries are constant in number, whatever is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, cast

from django.db.models import OuterRef, Q, QuerySet, Subquery

from leineweber.kernel import clock
from leineweber.kernel.indicators import formulas, registry, rules
from leineweber.kernel.indicators.models import (
    DailyReading,
    FormulaVersion,
    KeptIndicator,
    LightOverride,
    ManualEntry,
)
from leineweber.kernel.indicators.registry import Figure, Indicator
from leineweber.kernel.indicators.rules import Light, Quality, Tolerance, Trajectory

Kind = KeptIndicator.Kind


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


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure is, whoever says so: the room that computes it, or the city that keeps it.

    `key` may name a procedure, `label` then does as well. `id` is None as long as nothing was kept of the figure.
    """

    key: str
    kind: str
    label: str
    unit: str
    direction: str
    definition: str
    source: str
    owner: str
    refresh: int
    tolerance: Tolerance = rules.USUAL
    trajectory: Trajectory | None = None
    retired_on: date | None = None
    version: int = 0
    id: Any = None
    expression: str = ""
    inputs: Mapping[str, str] | None = None
    code: Indicator | None = None

    @property
    def kind_label(self) -> str:
        """Where its values come from, in German."""
        return str(Kind(self.kind).label)


def _trajectory(row: KeptIndicator) -> Trajectory | None:
    if not row.shape or not row.points:
        return None
    points = tuple((date.fromisoformat(day), Decimal(value)) for day, value in row.points)
    return Trajectory(cast(rules.Shape, row.shape), points)


def _tolerance(row: KeptIndicator) -> Tolerance:
    return Tolerance(
        rules.USUAL.share if row.tolerance_share is None else row.tolerance_share,
        rules.USUAL.amount if row.tolerance_amount is None else row.tolerance_amount,
    )


def _definition(
    key: str, code: Indicator | None, row: KeptIndicator | None, scope: str = ""
) -> Definition | None:
    if code is not None:
        return Definition(
            key,
            Kind.LIVE.value,
            f"{code.label}: {scope}" if scope else code.label,
            code.unit,
            code.direction,
            code.definition,
            code.source,
            (row.owner if row else "") or code.owner,
            code.refresh,
            _tolerance(row) if row else rules.USUAL,
            _trajectory(row) if row else None,
            row.retired_on if row else None,
            row.version if row else 0,
            row.id if row else None,
            code=code,
        )
    if row is None or row.kind == Kind.LIVE:
        return None
    return Definition(
        key,
        row.kind,
        row.label,
        row.unit,
        row.direction,
        row.definition,
        row.source,
        row.owner,
        row.refresh_days,
        _tolerance(row),
        _trajectory(row),
        row.retired_on,
        row.version,
        row.id,
        row.expression,
        row.inputs,
    )


def _code(key: str) -> tuple[Indicator | None, str]:
    """Return who computes a key, and the German label of the procedure it names."""
    base, scope = registry.split(key)
    try:
        code = registry.get(base)
    except KeyError:
        return None, ""
    if not scope:
        return code, ""
    label = (code.scopes() if code.scopes is not None else {}).get(scope)
    return (code, label) if label is not None else (None, "")


def definitions(*, retired: bool = False) -> dict[str, Definition]:
    """Return every figure by key, in the order of labels, those of single procedures left out; one query.

    A figure whose room is gone from this installation is left out as well; its readings stay.
    """
    rows = {row.key: row for row in KeptIndicator.objects.all()}
    codes: dict[str, Indicator | None] = {one.key: one for one in registry.all_indicators()}
    found = [
        _definition(key, codes.get(key), rows.get(key))
        for key in codes | dict.fromkeys(rows)
        if registry.SCOPE not in key
    ]
    shown = [one for one in found if one is not None and (retired or one.retired_on is None)]
    return {one.key: one for one in sorted(shown, key=lambda one: (one.label.casefold(), one.key))}


def definitions_of(keys: Iterable[str]) -> dict[str, Definition]:
    """Return what some figures are, by key, also retired ones; unknown keys are left out; one query."""
    wanted = list(dict.fromkeys(keys))
    rows = {row.key: row for row in KeptIndicator.objects.filter(key__in=wanted)}
    found = {}
    for key in wanted:
        code, scope = _code(key)
        one = _definition(key, code, rows.get(key), scope)
        if one is not None:
            found[key] = one
    return found


def definition(key: str) -> Definition | None:
    """Return what a figure is, None if nobody gives it."""
    return definitions_of([key]).get(key)


def kept(key: str) -> QuerySet[KeptIndicator]:
    """Return the row of a figure, to be read or locked by a service."""
    return KeptIndicator.objects.filter(key=key)


# Readings.


def _formulas() -> dict[str, KeptIndicator]:
    return {row.key: row for row in KeptIndicator.objects.filter(kind=Kind.FORMULA)}


def inputs_of_formulas() -> dict[str, list[str]]:
    """Return which figures each formula in use reads, by its key."""
    return {key: list(row.inputs.values()) for key, row in _formulas().items() if row.retired_on is None}


def _refresh(row: KeptIndicator) -> int:
    if row.kind != Kind.LIVE:
        return row.refresh_days
    code, _ = _code(row.key)
    return code.refresh if code is not None else row.refresh_days


def _target(row: KeptIndicator, computed: Decimal | None) -> Decimal | None:
    trajectory = _trajectory(row)
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


# Lights.


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


# The list.

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Narrow:
    """How the list of figures is narrowed; every part comes from the address of the page."""

    text: str = ""
    owner: str = ""
    kind: str = ""
    quality: str = ""
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, who owns figures at all, and how many figures there are without narrowing."""

    rows: tuple[Standing, ...]
    owners: tuple[str, ...]
    total: int
    number: int
    pages: int
    everything: int


def _fits(one: Definition, narrow: Narrow) -> bool:
    words = narrow.text.casefold().split()
    said = " ".join((one.label, one.key, one.unit, one.source, one.definition, one.owner)).casefold()
    return (
        all(word in said for word in words)
        and (not narrow.owner or one.owner == narrow.owner)
        and (not narrow.kind or one.kind == narrow.kind)
    )


def page_of(narrow: Narrow, number: int, on: date) -> Page:
    """Return a page of the list; as many queries whatever is narrowed.

    Half of the figures stand in code and half in rows, so they are narrowed here and not by the database; a city has
    some hundreds of them.
    """
    told = definitions(retired=narrow.retired)
    keys = [key for key, one in told.items() if _fits(one, narrow)]
    if narrow.quality:
        read = readings(keys, on)
        keys = [key for key in keys if (read[key].quality if key in read else "none") == narrow.quality]
    pages = max(1, -(-len(keys) // PAGE_SIZE))
    number = min(max(1, number), pages)
    shown = standings(keys[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], on, told)
    owners = sorted({one.owner for one in told.values() if one.owner}, key=str.casefold)
    return Page(tuple(shown.values()), tuple(owners), len(keys), number, pages, len(told))


# What needs somebody.


@dataclass(frozen=True, slots=True)
class Due:
    """A figure that needs somebody until a day: id, key, label, owner, the day; `last`: the day of its last reading."""

    id: Any
    key: str
    label: str
    owner: str
    due: date
    last: date | None = None


def expiring(on: date, days: int, limit: int) -> list[Due]:
    """Return the figures whose set light ends within some days, the first to end first; two queries."""
    rows = (
        LightOverride.objects.filter(
            ended_at__isnull=True,
            until__range=(on, on + timedelta(days=days)),
            indicator__retired_on__isnull=True,
        )
        .select_related("indicator")
        .order_by("until", "id")[:limit]
    )
    placed = [(row.indicator.key, row.until) for row in rows]
    told = definitions_of(key for key, _ in placed)
    return [
        Due(told[key].id, key, told[key].label, told[key].owner, until)
        for key, until in placed
        if key in told
    ]


def overdue(on: date, limit: int) -> list[Due]:
    """Return the figures by hand that lack a reading, the longest overdue first; one query.

    Of a figure without any reading the day itself is when it is due.
    """
    last = DailyReading.objects.filter(indicator=OuterRef("pk")).order_by("-on").values("on")[:1]
    rows = KeptIndicator.objects.filter(kind=Kind.MANUAL, retired_on__isnull=True).annotate(
        last=Subquery(last)
    )
    found = [
        Due(
            row.id,
            row.key,
            row.label,
            row.owner,
            row.last + timedelta(days=row.refresh_days) if row.last is not None else on,
            row.last,
        )
        for row in rows
        if row.last is None or (on - row.last).days > row.refresh_days
    ]
    return sorted(found, key=lambda one: (one.due, one.label))[:limit]


@dataclass(frozen=True, slots=True)
class Entry:
    """A value somebody typed, with what stood there before (`replaced`: a later revision goes before it)."""

    on: date
    revision: int
    value: Decimal
    quality: Quality
    source: str
    reason: str
    entered_by: str
    entered_at: datetime
    replaced: bool


def entries(key: str, limit: int = 100) -> list[Entry]:
    """Return what was typed for a figure, the newest days first, each day's last revision first; one query."""
    rows = ManualEntry.objects.filter(indicator__key=key).order_by("-on", "-revision")[:limit]
    seen: set[date] = set()
    found = []
    for row in rows:
        found.append(
            Entry(
                row.on,
                row.revision,
                row.value,
                cast(Quality, row.quality),
                row.source,
                row.reason,
                row.entered_by,
                row.entered_at,
                row.on in seen,
            )
        )
        seen.add(row.on)
    return found


def entry_on(key: str, on: date) -> Entry | None:
    """Return the value that holds for a day of a figure by hand, None if none was typed."""
    row = ManualEntry.objects.filter(indicator__key=key, on=on).order_by("-revision").first()
    if row is None:
        return None
    quality = cast(Quality, row.quality)
    return Entry(
        on, row.revision, row.value, quality, row.source, row.reason, row.entered_by, row.entered_at, False
    )


def formula_versions(key: str) -> list[FormulaVersion]:
    """Return the texts a formula had, the newest first, at most fifty."""
    return list(FormulaVersion.objects.filter(indicator__key=key).order_by("-number")[:50])
