"""Two at once, on PostgreSQL: each thing is done once, and whoever comes second is told so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from leineweber.domains.reports import queries, services
from leineweber.domains.reports.models import FrozenReport, ReportDraft
from leineweber.kernel.access import Actor
from leineweber.kernel.indicators import all_indicators, rules
from leineweber.kernel.indicators import queries as indicators
from leineweber.kernel.indicators.models import DailyReading, LightOverride, ManualEntry
from leineweber.kernel.indicators.services import capture, figures, steering
from together import at_once

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time by design"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
]
KEEPER = Actor.system("Wiebke Zwirnhagen")
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def emptied_afterwards() -> Iterator[None]:
    """Empty the table that refuses to be emptied, as the end of the test would."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reports_frozenreport DISABLE TRIGGER USER")
        cursor.execute("TRUNCATE reports_frozenreport")
        cursor.execute("ALTER TABLE reports_frozenreport ENABLE TRIGGER USER")


def kinds(found: list[object]) -> list[str]:
    """What each of the threads returned or raised, by its kind."""
    return sorted(type(one).__name__ for one in found)


def by_hand(slug: str = "kurse") -> str:
    return figures.define_manual(
        KEEPER,
        slug=slug,
        label=slug.capitalize(),
        unit="Anzahl",
        direction="up",
        definition="Kurse.",
        source="Liste",
        owner="Stadtbibliothek",
        refresh_days=90,
    )


def formula(slug: str, reads: str, version: int = 0) -> str:
    return figures.save_formula(
        KEEPER,
        slug=slug,
        label=slug.capitalize(),
        unit="Anzahl",
        direction="up",
        definition="Nichts.",
        owner="BIE-Digital",
        inputs={"A": reads},
        expression="A",
        version=version,
    )


def test_a_day_is_kept_once() -> None:
    found = at_once([lambda: capture.capture(KEEPER, TODAY - timedelta(days=1))] * 4)
    assert all(isinstance(one, int) for one in found), found
    assert DailyReading.objects.count() == len(all_indicators())


def test_a_value_a_light_and_a_name_are_given_once() -> None:
    found = at_once([by_hand] * 3)
    assert kinds(found) == ["IndicatorError", "IndicatorError", "str"], found
    key = "manual.kurse"
    found = at_once([lambda: figures.enter(KEEPER, key, on=TODAY, value=Decimal(5), source="Liste")] * 3)
    assert kinds(found) == ["Changed", "Changed", "ManualEntry"], found
    assert ManualEntry.objects.count() == 1
    reason = "Zwei Kursräume sind gesperrt."
    found = at_once([lambda: steering.override(KEEPER, key, light="red", reason=reason, until=TODAY)] * 3)
    assert kinds(found) == ["NoneType"] * 3, found
    assert LightOverride.objects.filter(ended_at__isnull=True).count() == 1


def test_two_formulas_do_not_come_to_read_each_other() -> None:
    key = by_hand()
    one, two = formula("eins", key), formula("zwei", key)
    found = at_once([lambda: formula("eins", two, 1), lambda: formula("zwei", one, 1)])
    assert kinds(found) == ["FormulaError", "str"], found
    assert rules.circle(indicators.inputs_of_formulas()) == []


def test_a_report_is_begun_and_frozen_once() -> None:
    found = at_once([lambda: services.begin(KEEPER, year=2026, half=1)] * 3)
    assert kinds(found) == ["ReportDraft", "ReportError", "ReportError"], found
    draft = ReportDraft.objects.get()
    draft = services.write(
        KEEPER, draft.id, title="x", texts={"summary": "x"}, figures=[], goals=[], version=1
    )
    found = at_once([lambda: services.freeze(KEEPER, draft.id, version=draft.version)] * 3)
    assert kinds(found) == ["DraftChanged", "DraftChanged", "FrozenReport"], found
    assert queries.findings(FrozenReport.objects.get()) == []
