"""Figures of the bodies' work."""

from __future__ import annotations

from decimal import Decimal

from leineweber.domains.resolutions.queries.resolutions import open_numbers
from leineweber.kernel.indicators import Figure, IndicatorQuery, indicator


@indicator(
    "resolutions.overdue_follow_ups",
    label="Überfällige Wiedervorlagen",
    unit="Anzahl",
    direction="down",
    source="Beschlüsse: Wiedervorlagen, deren Tag vorbei ist und die nicht erledigt sind",
)
def overdue(query: IndicatorQuery) -> Figure:
    """Follow-ups of resolutions that are not done although their day has passed."""
    return Figure(Decimal(open_numbers(query.end)[1]))
