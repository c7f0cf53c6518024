"""Lists: all figures narrowed, those that need somebody, what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from django.db.models import OuterRef, Subquery

from leineweber.kernel.indicators.models import (
    DailyReading,
    FormulaVersion,
    KeptIndicator,
    LightOverride,
    ManualEntry,
)
from leineweber.kernel.indicators.queries.courses import readings
from leineweber.kernel.indicators.queries.defined import Definition, Kind, definitions, definitions_of
from leineweber.kernel.indicators.queries.lights import Standing, standings
from leineweber.kernel.indicators.rules import Quality

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
