"""The figure of the catalogue: how many services can be used online."""

from __future__ import annotations

from decimal import Decimal

from leineweber.domains.services.models import Service
from leineweber.kernel.indicators import Figure, IndicatorQuery, indicator


@indicator(
    "services.online",
    label="Dienste im Serviceportal",
    unit="Anzahl",
    direction="up",
    source="Katalog der Leistungen, gezählt vom Programm",
    definition="Leistungen des Katalogs, die sich heute online beantragen lassen.",
    owner="BIE-Digital",
    past="none",
)
def online(query: IndicatorQuery) -> Figure:
    """Count the services that are online now; the catalogue does not tell since when, so the past has none."""
    return Figure(Decimal(Service.objects.filter(online=True).count()))
