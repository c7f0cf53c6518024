"""Figures of the portfolio."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum

from leineweber.domains.portfolio.models import Cost, Project
from leineweber.domains.portfolio.queries import pages
from leineweber.kernel.indicators import Figure, IndicatorQuery, Slice, indicator

SOURCE = "Portfolio der Vorhaben, jederzeit aus den Plänen gerechnet"


@indicator("portfolio.projects", label="Laufende Vorhaben", unit="Anzahl", direction="none", source=SOURCE)
def projects(query: IndicatorQuery) -> Figure:
    """Projects under way today."""
    return Figure(Decimal(Project.objects.filter(status__in=["running", "paused"]).count()))


@indicator("portfolio.on_course", label="Vorhaben im Plan", unit="Prozent", direction="up", source=SOURCE)
def on_course(query: IndicatorQuery) -> Figure:
    """Share of the projects under way with a green light; nothing while none runs."""
    found = pages.standing()
    if not found.running:
        return Figure(None)
    green = found.running - found.red - found.yellow
    share = (Decimal(green * 100) / found.running).quantize(Decimal("0.1"))
    return Figure(
        share,
        breakdown=(
            Slice("green", "im Plan", Decimal(green)),
            Slice("yellow", "Termin überschritten", Decimal(found.yellow)),
            Slice("red", "Toleranz verletzt", Decimal(found.red)),
        ),
    )


@indicator("portfolio.committed", label="Gebundene Mittel", unit="Euro", direction="none", source=SOURCE)
def committed(query: IndicatorQuery) -> Figure:
    """Euros committed and paid in the fiscal years of the query, beside what is planned there."""
    years = range(query.start.year, query.end.year + 1)
    sums = dict(
        Cost.objects.filter(year__in=years)
        .exclude(project__status=Project.Status.STOPPED, stage=Cost.Stage.PLANNED)
        .order_by()
        .values_list("stage")
        .annotate(total=Sum("amount"))
    )
    bound = sums.get("committed", Decimal(0)) + sums.get("actual", Decimal(0))
    return Figure(bound, target=sums.get("planned"))
