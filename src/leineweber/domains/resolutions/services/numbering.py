"""Numbers without gaps: one row a series and year, locked while a number is given."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from leineweber.domains.resolutions.models import NumberSeries


def next_serial(series: str, year: int) -> int:
    """Return the next number of a series in a year, in the open transaction: what is undone leaves no gap."""
    if not NumberSeries.objects.filter(series=series, year=year).exists():
        try:
            with transaction.atomic():
                NumberSeries.objects.create(series=series, year=year)
        except IntegrityError:
            pass  # somebody else has just begun the series
    row = NumberSeries.objects.select_for_update().get(series=series, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last
