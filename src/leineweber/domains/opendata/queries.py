"""What can be asked: what is public, and the figures in the form in which everybody may have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from leineweber.domains.opendata import rules
from leineweber.domains.opendata.models import Publication
from leineweber.kernel import clock, indicators
from leineweber.kernel.indicators import Indicator


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
    """Return the published indicators as they stand today, over the period that each of them defines.

    Each indicator asks its constant number of queries. One that nobody publishes any more is left out.
    """
    known = {one.key: one for one in indicators.all_indicators()}
    today = clock.today()
    found = []
    for row in rows:
        one = known.get(row.key) if row.subject == Publication.Subject.INDICATOR else None
        if one is not None:
            figure = one.compute(one.query_on(today))
            found.append(PublicFigure(row, one, rules.shown(figure, unit=one.unit, smallest=smallest())))
    return found


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
