"""Figures against counting by hand, over cities drawn at random."""

from __future__ import annotations

import statistics
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domains.applications.many import fill
from domains.conftest import City
from leineweber.domains.applications.models import Application, Case, CaseState, Channel, Need
from leineweber.kernel.indicators import Figure, IndicatorQuery, compute

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 10, 1), date(2026, 11, 15)
DAYS = st.dates(FIRST - timedelta(days=10), LAST + timedelta(days=10))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "opened_on": DAYS,
            "state": st.sampled_from(CaseState.values),
            "channel": st.sampled_from(Channel.values),
            "wished_area": st.sampled_from(["", "heepen", "senne", "mitte"]),
            "procedure_key": st.sampled_from(["wahlhelfer", "wahlhelfer", "anderes"]),
            "days_to_notice": st.none() | st.integers(0, 40),
        }
    ),
    max_size=25,
)
ANY_CITY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def figure(name: str, procedure: str | None = "wahlhelfer") -> Figure:
    """Return a figure over the period."""
    return compute(f"applications.{name}", IndicatorQuery(start=FIRST, end=LAST, procedure=procedure))


def renew(city: City, rows: list[dict[str, Any]]) -> None:
    """Keep just these cases."""
    Case.objects.all().delete()
    Application.objects.all().delete()
    fill(city.procedure, [dict(row) for row in rows])


@ANY_CITY
@given(rows=ROWS, procedure=st.sampled_from(["wahlhelfer", "anderes", "keines", None]))
def test_figures_are_what_counting_gives(
    city: City, rows: list[dict[str, Any]], procedure: str | None
) -> None:
    renew(city, rows)
    within = [
        row
        for row in rows
        if FIRST <= row["opened_on"] <= LAST and (procedure is None or row["procedure_key"] == procedure)
    ]
    counted = [row for row in within if row["state"] != "withdrawn"]

    registrations = figure("registrations", procedure)
    assert registrations.value == len(counted)
    assert registrations.series[-1].on == LAST
    for point in registrations.series:
        assert point.on == LAST or point.on.weekday() == 6
        assert point.value == sum(row["opened_on"] <= point.on for row in counted)
    if procedure == "wahlhelfer":
        per_area = {part.key: (part.value, part.need) for part in registrations.breakdown}
        for area in {need.area for need in Need.objects.all()}:
            number = sum(row["wished_area"] == area for row in counted)
            need = sum(need.required for need in Need.objects.filter(area=area))
            assert per_area[area] == (number, need)
            (part,) = (part for part in registrations.breakdown if part.key == area)
            assert [point.on for point in part.series] == [point.on for point in registrations.series]
            for point in part.series:
                there = [row for row in counted if row["wished_area"] == area]
                assert point.value == sum(row["opened_on"] <= point.on for row in there)
        assert registrations.target == sum(need.required for need in Need.objects.all())
        assert {part.label for part in registrations.breakdown} >= {"Jöllenbeck", "Heepen"}

    share = figure("online_share", procedure)
    if within:
        online = sum(row["channel"] != "paper" for row in within)
        assert share.value is not None
        assert abs(share.value - Decimal(100 * online) / len(within)) <= Decimal("0.05")
        assert sum(part.value for part in share.breakdown) == len(within)
    else:
        assert share.value is None

    days = [row["days_to_notice"] for row in within if row["days_to_notice"] is not None]
    expected = Decimal(str(statistics.median(days))) if days else None
    assert figure("days_to_notice", procedure).value == expected


def test_figures_of_a_city_in_which_nothing_happened(city: City) -> None:
    assert figure("registrations").value == 0
    assert figure("online_share").value is None
    assert figure("days_to_notice").value is None


def test_the_cost_does_not_grow(city: City, django_assert_max_num_queries: Any) -> None:
    fill(
        city.procedure,
        [{"opened_on": FIRST + timedelta(days=n % 40), "days_to_notice": n % 9} for n in range(500)],
    )
    figure("registrations")
    for name in ("registrations", "online_share", "days_to_notice"):
        with django_assert_max_num_queries(4):
            figure(name)
