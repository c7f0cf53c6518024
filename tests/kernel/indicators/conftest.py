"""Figures made for the tests, in a registry of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from leineweber.kernel.access import Actor, Grant
from leineweber.kernel.ids import new_id
from leineweber.kernel.indicators import Figure, IndicatorQuery, indicator, registry

NOW = "2026-11-23T12:00:00+01:00"
TODAY = date(2026, 11, 23)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """It is Monday, noon."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def figures(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[IndicatorQuery]]:
    """Two figures of a made-up room; what they were asked, by key."""
    asked: dict[str, list[IndicatorQuery]] = {"shop.days": [], "shop.open": []}
    monkeypatch.setattr(registry, "_indicators", {})

    @indicator(
        "shop.days",
        label="Tag des Jahres",
        unit="Tage",
        direction="up",
        source="Kalender",
        owner="Kalenderamt",
        past="approximate",
        scopes=lambda: {"markt": "Wochenmarkt"},
    )
    def days(query: IndicatorQuery) -> Figure:
        asked["shop.days"].append(query)
        return Figure(Decimal((query.end - query.start).days + 1), Decimal(365) if query.procedure else None)

    @indicator(
        "shop.open", label="Offene", unit="Anzahl", direction="down", source="Laden", past="none", window=7
    )
    def still_open(query: IndicatorQuery) -> Figure:
        asked["shop.open"].append(query)
        return Figure(Decimal(12))

    return asked


@pytest.fixture
def keeper() -> Actor:
    """Somebody who keeps the figures."""
    return Actor("staff", new_id(), "Wiebke Zwirnhagen", (Grant("indicators.manager", "/", new_id()),))


@pytest.fixture
def clerk() -> Actor:
    """Somebody who does not."""
    return Actor("staff", new_id(), "Jasper Spulenhoff", ())


Make = Callable[..., str]


@pytest.fixture
def manual(keeper: Actor) -> Make:
    """Make a figure by hand: `manual("kurse", refresh_days=90)`."""
    from leineweber.kernel.indicators.services import figures as services

    def make(slug: str, **changes: object) -> str:
        told = {
            "label": slug.capitalize(),
            "unit": "Anzahl",
            "direction": "up",
            "definition": "Was gezählt wird.",
            "source": "Jahresbericht",
            "owner": "Stadtbibliothek",
            "refresh_days": 90,
        }
        return services.define_manual(keeper, slug=slug, **(told | changes))  # type: ignore[arg-type]

    return make
