"""Pure: what of a figure may be shown to everybody, and how it is written down for machines.

Small numbers are held back, so that nobody can be recognised in a count of a few (cell suppression: primary, for the
small cells themselves, and secondary, so that they cannot be computed as what is missing from a total).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from leineweber.kernel.indicators import Figure, Point

SMALLEST = 5
COUNTED = "Anzahl"


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence of open data: its identifier, name and address."""

    key: str
    name: str
    url: str


LICENCES: Mapping[str, Licence] = {
    one.key: one
    for one in (
        Licence(
            "dl-de/by-2-0",
            "Datenlizenz Deutschland – Namensnennung – Version 2.0",
            "https://www.govdata.de/dl-de/by-2-0",
        ),
        Licence(
            "dl-de/zero-2-0",
            "Datenlizenz Deutschland – Zero – Version 2.0",
            "https://www.govdata.de/dl-de/zero-2-0",
        ),
        Licence(
            "cc-by/4.0",
            "Creative Commons Namensnennung 4.0 International",
            "https://creativecommons.org/licenses/by/4.0/",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the whole as everybody may see it; `value` is None where it is held back."""

    key: str
    label: str
    value: Decimal | None
    need: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as everybody may see it. `held_back` tells that the value exists and is too small to be shown."""

    value: Decimal | None
    held_back: bool
    series: tuple[Point, ...]
    cells: tuple[Cell, ...]


def small(value: Decimal | None, smallest: int) -> bool:
    """Tell whether a count is too small to be shown: at least one, fewer than `smallest`. Nothing at all is shown."""
    return value is not None and 0 < value < smallest


def held_back(values: Sequence[Decimal], smallest: int, *, total_known: bool) -> frozenset[int]:
    """Return the positions of counts that must not be shown.

    Primary: every count from one to below `smallest`. Secondary, where the total is known: the next smallest counts
    join until at least two are missing and together they reach `smallest`; else the missing one would be the rest.
    """
    hidden = {index for index, value in enumerate(values) if small(value, smallest)}
    if not hidden or not total_known:
        return frozenset(hidden)
    others = sorted((index for index in range(len(values)) if index not in hidden), key=lambda i: values[i])
    candidates = [index for index in others if values[index] > 0]
    while candidates and (len(hidden) < 2 or sum(values[index] for index in hidden) < smallest):
        hidden.add(candidates.pop(0))
    return frozenset(hidden)


def thinned(series: Sequence[Point], smallest: int) -> tuple[Point, ...]:
    """Return the points of a running total that tell nothing of a few: each at least `smallest` above the one before.

    A point with the same total as the one before stays, for it tells that nothing happened; the first may be zero.
    """
    kept: list[Point] = []
    last = Decimal(0)
    for point in series:
        grown = point.value - last
        if grown < 0 or small(grown, smallest):
            continue
        kept.append(point)
        last = point.value
    return tuple(kept)


def shown(figure: Figure, *, unit: str, smallest: int = SMALLEST) -> Shown:
    """Return a figure without its small numbers.

    Counts: small values and small cells are held back, running totals are thinned. Other figures (shares, days):
    nothing is shown if they rest on fewer than `smallest` cases, or if one of the counts they are made of is small;
    where the number of cases is not told, it is taken as too small.
    """
    parts = figure.breakdown
    counts = [part.value for part in parts]
    if unit == COUNTED:
        hidden = held_back(counts, smallest, total_known=True)
        if small(figure.value, smallest):
            return Shown(None, True, (), tuple(Cell(part.key, part.label, None, part.need) for part in parts))
        cells = tuple(
            Cell(part.key, part.label, None if index in hidden else part.value, part.need)
            for index, part in enumerate(parts)
        )
        return Shown(figure.value, False, thinned(figure.series, smallest), cells)
    base = figure.base if figure.base is not None else (sum(counts) if parts else None)
    if figure.value is not None and (
        base is None or base < smallest or any(small(one, smallest) for one in counts)
    ):
        return Shown(None, True, (), ())
    return Shown(
        figure.value,
        False,
        figure.series,
        tuple(Cell(part.key, part.label, part.value, part.need) for part in parts),
    )


def plain(value: Decimal | None) -> str:
    """Return a number as machines read it: point, no thousands, no needless zeros; empty where it is held back."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file of open data says about a figure."""

    key: str
    title: str
    note: str
    unit: str
    source: str
    publisher: str
    as_of: date
    licence: Licence
    smallest: int
    figure: Shown


def as_csv(sheet: Sheet) -> str:
    """Return a figure as CSV (RFC 4180, UTF-8): one row per value; `art` is gesamt, teil or verlauf."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["kennzahl", "art", "teil", "tag", "wert", "bedarf", "einheit"])
    day = sheet.as_of.isoformat()
    writer.writerow([sheet.key, "gesamt", "", day, plain(sheet.figure.value), "", sheet.unit])
    for cell in sheet.figure.cells:
        row = [sheet.key, "teil", _safe(cell.label), day, plain(cell.value), plain(cell.need), sheet.unit]
        writer.writerow(row)
    for point in sheet.figure.series:
        writer.writerow([sheet.key, "verlauf", "", point.on.isoformat(), plain(point.value), "", sheet.unit])
    return out.getvalue()


def _safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def as_json(sheet: Sheet) -> str:
    """Return a figure as JSON; numbers are texts, so that no reader rounds them, and null where held back."""

    def number(value: Decimal | None) -> str | None:
        return None if value is None else plain(value)

    content: dict[str, Any] = {
        "kennzahl": sheet.key,
        "titel": sheet.title,
        "erlaeuterung": sheet.note,
        "einheit": sheet.unit,
        "quelle": sheet.source,
        "herausgeber": sheet.publisher,
        "stand": sheet.as_of.isoformat(),
        "lizenz": {"id": sheet.licence.key, "name": sheet.licence.name, "url": sheet.licence.url},
        "zurueckgehalten_unter": sheet.smallest,
        "wert": number(sheet.figure.value),
        "wert_zurueckgehalten": sheet.figure.held_back,
        "teile": [
            {
                "key": cell.key,
                "name": cell.label,
                "wert": number(cell.value),
                "bedarf": number(cell.need),
                "zurueckgehalten": cell.value is None,
            }
            for cell in sheet.figure.cells
        ],
        "verlauf": [
            {"tag": point.on.isoformat(), "wert": number(point.value)} for point in sheet.figure.series
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
