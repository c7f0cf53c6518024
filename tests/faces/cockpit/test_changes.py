"""Figures against earlier days, as they were kept; the page and the panel, and how many queries they cost."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from faces.cockpit.conftest import adopt
from faces.conftest import City
from faces.helpers import main_text
from leineweber.faces.cockpit import changes
from leineweber.kernel import clock
from leineweber.kernel.indicators.models import DailyReading, KeptIndicator

PAGE = "/steuerung/vergleich/"
KEYS = ("applications.online_share", "applications.days_to_notice", "applications.registrations")


def keep(key: str, values: dict[int, int], kind: str = "live", label: str = "") -> None:
    """Keep what a figure said so many days ago."""
    row = KeptIndicator.objects.create(
        key=key, kind=kind, label=label, unit="Anzahl" if label else "", direction="up" if label else ""
    )
    DailyReading.objects.bulk_create(
        DailyReading(
            indicator=row,
            on=clock.today() - timedelta(days=days),
            value=Decimal(value),
            quality="complete",
            taken_at=clock.now(),
        )
        for days, value in values.items()
    )


@pytest.mark.parametrize(
    ("direction", "now", "before", "turn"),
    [
        ("up", 5, 3, "better"),
        ("up", 3, 5, "worse"),
        ("down", 3, 5, "better"),
        ("down", 5, 3, "worse"),
        ("none", 5, 3, "other"),
        ("up", 3, 3, "same"),
        ("up", None, 3, "unknown"),
        ("up", 3, None, "unknown"),
    ],
)
def test_a_change_is_good_in_the_wanted_direction(
    direction: str, now: int | None, before: int | None, turn: str
) -> None:
    def exact(value: int | None) -> Decimal | None:
        return None if value is None else Decimal(value)

    assert changes.turn(direction, exact(now), exact(before)) == turn


@pytest.mark.django_db
def test_the_last_value_kept_until_the_day_counts(city: City) -> None:
    keep(KEYS[0], {400: 50, 95: 60, 31: 70, 0: 80})
    (found,) = changes.changes([KEYS[0], "niemand.zaehlt"], clock.today())
    assert [(one.days, one.value, one.turn) for one in found.before] == [
        (30, 70, "better"), (90, 60, "better"), (365, 50, "better"),
    ]  # fmt: skip
    assert changes.said(found.then(30)) == "+10, besser" and found.url == f"/steuerung/kennzahlen/{KEYS[0]}/"


@pytest.mark.django_db
def test_the_page_and_its_filters(city: City) -> None:
    keep(KEYS[0], {30: 90, 0: 80})
    keep(KEYS[1], {90: 12, 0: 8})
    keep("manual.wlan", {30: 5, 0: 9}, "manual", "Orte mit freiem WLAN")
    head = city.browser("henrike.")
    text = main_text(head.get(PAGE))
    assert "Gegen den Stand vor 30 Tagen: 2 von 3 Kennzahlen besser, 1 schlechter." in text
    assert "Orte mit freiem WLAN von Hand 9 5 +4, besser" in text
    assert f'href="/steuerung/kennzahlen/{KEYS[0]}/"' in head.get(PAGE).content.decode()
    worse = main_text(head.get(f"{PAGE}?richtung=worse"))
    assert "Anteil online" in worse and "WLAN" not in worse.split("Seitdem")[1]
    assert "Gegen den Stand vor 90 Tagen: 1 von 1 Kennzahlen besser" in main_text(head.get(f"{PAGE}?tage=90"))
    assert "Nichts gefunden" in main_text(head.get(f"{PAGE}?q=nirgends"))
    for strange in ("?tage=x", "?seite=99999999999", "?seite=0", "?richtung=x", "?q=%00"):
        assert head.get(PAGE + strange).status_code == 200, strange


@pytest.mark.django_db
def test_the_overview_says_what_got_worse_first(city: City) -> None:
    adopt()
    keep(KEYS[0], {30: 70, 0: 80})
    keep(KEYS[1], {30: 8, 0: 12})
    text = main_text(city.browser("henrike.").get("/steuerung/"))
    assert "Gegen den Stand vor 30 Tagen ist 1 von 2 Kennzahlen schlechter, 1 besser." in text
    part = text.split("Was hat sich verändert?")[1]
    assert part.index("Tage bis zum Bescheid") < part.index("Anteil online")
    # A field that is measured by nothing has no such panel.
    adopt("anderes", number="X.1", field="Ohne Zahlen", measurements={})
    page = city.browser("henrike.").get("/steuerung/felder/ohne-zahlen/")
    assert "Was hat sich verändert?" not in main_text(page)


@pytest.mark.django_db
def test_a_long_past_and_many_figures_cost_no_more_queries(
    city: City, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    keep(KEYS[0], {0: 80})
    with django_assert_max_num_queries(13):
        changes.changes(KEYS, clock.today())
    for number in range(20):
        keep(f"manual.n{number}", {days: days for days in range(0, 500, 5)}, "manual", f"Nummer {number}")
    keys = [*KEYS, *(f"manual.n{number}" for number in range(20))]
    with django_assert_num_queries(13):
        assert len(changes.changes(keys, clock.today())) == 23
