"""The figures this room publishes, computed from the cases."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, QuerySet

from leineweber.domains.applications import queries, rules
from leineweber.domains.applications.models import Case, Channel, Need
from leineweber.domains.applications.procedures import registry
from leineweber.kernel.indicators import Figure, IndicatorQuery, Point, Slice, indicator


def _cases(query: IndicatorQuery) -> QuerySet[Case]:
    return queries.opened_between(query.start, query.end, query.procedure)


def _cases_page(query: IndicatorQuery) -> str:
    """Return where the cases behind the figures are listed."""
    return "/arbeit/vorgaenge/"


def _procedures() -> dict[str, str]:
    """Return the procedures in force by key: each figure is kept for every one of them as well."""
    return {key: procedure.title for key, procedure in registry.in_force().items()}


def _required(query: IndicatorQuery) -> Decimal | None:
    if not query.procedure:
        return None
    total = sum(Need.objects.filter(procedure_key=query.procedure).values_list("required", flat=True))
    return Decimal(total) or None


@indicator(
    "applications.registrations",
    label="Meldungen",
    unit="Anzahl",
    direction="up",
    source="Vorgänge nach Eingangsdatum, ohne zurückgezogene",
    definition="Wie viele Meldungen in den letzten zwölf Monaten eingegangen sind; zurückgezogene zählen nicht.",
    owner="Bürgeramt, Wahlen",
    window=365,
    past="approximate",
    drill=_cases_page,
    drill_policy="applications.case.view",
    scopes=_procedures,
)
def registrations(query: IndicatorQuery) -> Figure:
    """Count registrations; the series add up by weeks, the breakdown sets areas against their need."""
    per_day: Counter[date] = Counter()
    per_area: dict[str, Counter[date]] = defaultdict(Counter)
    for area, day, number in queries.registered_by_area_and_day(query.start, query.end, query.procedure):
        per_day[day] += number
        per_area[area][day] += number
    breakdown: tuple[Slice, ...] = ()
    if query.procedure:
        procedure = registry.in_force().get(query.procedure)
        labels = registry.package_of(procedure).areas if procedure else {}
        registered = {area: days.total() for area, days in per_area.items()}
        breakdown = tuple(
            Slice(
                balance.area,
                labels.get(balance.area, balance.area),
                Decimal(balance.registered),
                Decimal(balance.required),
                _weekly(query, per_area.get(balance.area, Counter())),
            )
            for balance in queries.area_balances(
                query.procedure, query.start, query.end, registered=registered
            )
        )
    return Figure(Decimal(per_day.total()), _required(query), _weekly(query, per_day), breakdown)


def _weekly(query: IndicatorQuery, per_day: Counter[date]) -> tuple[Point, ...]:
    """Return the running total at the end of every week and on the last day."""
    points = []
    total = 0
    day = query.start
    while day <= query.end:
        total += per_day.get(day, 0)
        if day.weekday() == 6 or day == query.end:
            points.append(Point(day, Decimal(total)))
        day += timedelta(days=1)
    return tuple(points)


@indicator(
    "applications.online_share",
    label="Anteil online",
    unit="Prozent",
    direction="up",
    source="Vorgänge nach Eingangsweg",
    definition=(
        "Wie viele von hundert Anträgen der letzten 28 Tage online oder über die Schnittstelle kamen. "
        "Ohne Anträge gibt es keinen Wert."
    ),
    owner="Bürgeramt, Wahlen",
    window=28,
    drill=_cases_page,
    drill_policy="applications.case.view",
    scopes=_procedures,
)
def online_share(query: IndicatorQuery) -> Figure:
    """Return the share of applications that came online or through the interface, in percent."""
    per_channel = dict(
        _cases(query).values_list("channel").annotate(number=Count("*")).values_list("channel", "number")
    )
    total = sum(per_channel.values())
    if not total:
        return Figure(None)
    online = total - per_channel.get(Channel.PAPER.value, 0)
    labels = dict(Channel.choices)
    return Figure(
        (Decimal(100 * online) / total).quantize(Decimal("0.1")),
        breakdown=tuple(
            Slice(channel, str(labels[channel]), Decimal(number))
            for channel, number in sorted(per_channel.items())
        ),
        base=total,
    )


@indicator(
    "applications.days_to_notice",
    label="Tage bis zum Bescheid (Median)",
    unit="Tage",
    direction="down",
    source="Kalendertage vom Eingang bis zum Versand des Bescheids",
    definition=(
        "Von den Anträgen der letzten 90 Tage, die schon beschieden sind: Die Hälfte bekam den Bescheid schneller, "
        "die Hälfte langsamer."
    ),
    owner="Bürgeramt, Wahlen",
    window=90,
    past="approximate",
    drill=_cases_page,
    drill_policy="applications.case.view",
    scopes=_procedures,
)
def days_to_notice(query: IndicatorQuery) -> Figure:
    """Return the median number of calendar days from receipt to the notice being sent."""
    counts = [
        (int(days or 0), number)
        for days, number in _cases(query)
        .filter(days_to_notice__isnull=False)
        .values_list("days_to_notice")
        .annotate(number=Count("*"))
        .values_list("days_to_notice", "number")
    ]
    median = rules.median_of_counts(counts)
    return Figure(None if median is None else Decimal(str(median)), base=sum(number for _, number in counts))
