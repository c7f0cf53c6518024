"""What can be asked: what is public, and the figures in the form in which everybody may have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from leineweber.domains.opendata import rules
from leineweber.domains.opendata.models import Publication
from leineweber.kernel import clock, indicators
from leineweber.kernel.indicators import Indicator, IndicatorQuery

PERIOD_DAYS = 365


def licence() -> rules.Licence:
    """Return the licence of the city's open data (setting `LEINEWEBER_OPEN_DATA_LICENCE`).

    A licence this room does not know is named by its identifier alone.
    """
    key = str(settings.LEINEWEBER_OPEN_DATA_LICENCE)
    return rules.LICENCES.get(key, rules.Licence(key, key, ""))


def smallest() -> int:
    """Return the least count that is shown (setting `LEINEWEBER_OPEN_DATA_SMALLEST`)."""
    return int(settings.LEINEWEBER_OPEN_DATA_SMALLEST)


def published() -> list[Publication]:
    """Return what is public now, by title; one query."""
    return list(Publication.objects.filter(until__isnull=True))


def publication(subject: str, key: str) -> Publication | None:
    """Return what is public under a key, None if nothing is."""
    return Publication.objects.filter(until__isnull=True, subject=subject, key=key).first()


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """A published indicator with what may be shown of it."""

    publication: Publication
    indicator: Indicator
    shown: rules.Shown


def figures(rows: Iterable[Publication]) -> list[PublicFigure]:
    """Return the published indicators as they stand today, over the last `PERIOD_DAYS` days.

    Each indicator asks its constant number of queries. One that nobody publishes any more is left out.
    """
    known = {one.key: one for one in indicators.all_indicators()}
    today = clock.today()
    query = IndicatorQuery(today - timedelta(days=PERIOD_DAYS - 1), today)
    return [
        PublicFigure(
            row,
            known[row.key],
            rules.shown(known[row.key].compute(query), unit=known[row.key].unit, smallest=smallest()),
        )
        for row in rows
        if row.subject == Publication.Subject.INDICATOR and row.key in known
    ]


def sheet(key: str, publisher: str) -> rules.Sheet | None:
    """Return what the files of a published indicator say, None if it is not public."""
    row = publication(Publication.Subject.INDICATOR, key)
    found = figures([row]) if row else []
    if not found:
        return None
    (one,) = found
    return rules.Sheet(
        key=key,
        title=one.publication.title,
        note=one.publication.note,
        unit=one.indicator.unit,
        source=one.indicator.source,
        publisher=publisher,
        as_of=clock.today(),
        licence=licence(),
        smallest=smallest(),
        figure=one.shown,
    )
