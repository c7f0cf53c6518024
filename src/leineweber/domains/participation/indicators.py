"""The figures this room publishes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from leineweber.domains.participation.queries import figures
from leineweber.kernel.indicators import Figure, IndicatorQuery, Point, indicator


@indicator(
    "participation.units_share",
    label="Einheiten, die sich beteiligen",
    unit="Prozent",
    direction="up",
    source="Einheiten mit eingereichtem Vorschlag, Kommentar oder Bewertung, an allen Ämtern und Dezernaten",
)
def units_share(query: IndicatorQuery) -> Figure:
    """Return the share of units that proposed, commented or rated in the period."""
    active, every = figures.active_units(query.start, query.end), figures.unit_count(query.end)
    if not every:
        return Figure(None)
    return Figure((Decimal(active) * 100 / every).quantize(Decimal("0.1")))


@indicator(
    "participation.accepted",
    label="Angenommene Vorschläge",
    unit="Anzahl",
    direction="up",
    source="Entscheidungen „angenommen“ nach Tag der Entscheidung",
)
def accepted(query: IndicatorQuery) -> Figure:
    """Count accepted proposals; the series adds up by weeks."""
    days = figures.accepted_days(query.start, query.end)
    series = []
    day = query.start
    while day < query.end:
        series.append(Point(day, Decimal(sum(one <= day for one in days))))
        day += timedelta(days=7)
    series.append(Point(query.end, Decimal(len(days))))
    return Figure(Decimal(len(days)), series=tuple(series))
