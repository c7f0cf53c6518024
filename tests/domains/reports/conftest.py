"""A city with figures: three readings of measured ones, one by hand, one formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine

from faces.conftest import City, city, site
from leineweber.domains.reports import services
from leineweber.domains.reports.models import FrozenReport, ReportDraft
from leineweber.kernel import links
from leineweber.kernel.access import Actor
from leineweber.kernel.ids import new_id
from leineweber.kernel.indicators.services import capture, figures
from leineweber.kernel.links import Brief, Card
from leineweber.kernel.links import registry as link_registry

__all__ = ["City", "city", "site"]
TODAY = date(2026, 11, 23)
COURSES = "manual.kurse"
DOUBLE = "formula.doppelt"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """It is Monday, noon."""
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def keeper(city: City) -> Actor:
    """Who keeps the figures in the demo."""
    return city.actor("wiebke.")


@pytest.fixture
def filled(city: City, keeper: Actor) -> Actor:
    """Figures with values; returns who keeps them."""
    capture.backfill(Actor.system(), TODAY - timedelta(days=3), TODAY)
    figures.define_manual(
        keeper,
        slug="kurse",
        label="Digitale Kurse",
        unit="Anzahl",
        direction="up",
        definition="Kurse im Quartal.",
        source="Kursliste",
        owner="Stadtbibliothek",
        refresh_days=100,
    )
    for day, value in ((date(2026, 3, 31), 10), (date(2026, 6, 30), 12), (date(2026, 9, 30), 15)):
        figures.enter(keeper, COURSES, on=day, value=Decimal(value), source="Kursliste")
    figures.save_formula(
        keeper,
        slug="doppelt",
        label="Doppelte Kurse",
        unit="Anzahl",
        direction="up",
        definition="Zwei mal.",
        owner="BIE-Digital",
        inputs={"Kurse": COURSES},
        expression="Kurse * 2",
    )
    return keeper


GOALS = {new_id(): "B.3 Wahlhelfer online", new_id(): "C.1 Papierlose Akte"}


@pytest.fixture
def goals(monkeypatch: pytest.MonkeyPatch) -> dict[UUID, str]:
    """Two goals of a made-up room; the second tells nothing but its title."""
    ids = list(GOALS)

    def resolve(keys: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
        return {key: Card(GOALS[key], "/steuerung/ziele/x/") for key in keys if key in GOALS}

    def brief(key: UUID, actor: Actor) -> Brief | None:
        if key != ids[0]:
            return None
        return Brief(
            GOALS[key],
            "/steuerung/ziele/x/",
            "Alle melden sich online.",
            "Bürgeramt",
            (("Stand", "61 von 258"),),
        )

    monkeypatch.setattr(link_registry, "_kinds", dict(link_registry._kinds))
    link_registry._kinds.pop("goal", None)
    links.register("goal", label="Ziel", resolve=resolve, brief=brief, every=lambda actor: ids)
    return GOALS


Freeze = Callable[..., FrozenReport]


def write(actor: Actor, draft: ReportDraft, **texts: str) -> ReportDraft:
    """Write a draft's texts and leave the choice as it is."""
    return services.write(
        actor,
        draft.id,
        title=draft.title,
        texts={"summary": "Es ging voran."} | texts,
        figures=draft.figures,
        goals=draft.goals,
        version=draft.version,
    )


@pytest.fixture
def freeze(keeper: Actor) -> Freeze:
    """Freeze a report for a half-year: `freeze(2026, 1, outlook="Weiter so.")`."""

    def run(year: int, half: int, **texts: str) -> FrozenReport:
        draft = write(keeper, services.begin(keeper, year=year, half=half), **texts)
        return services.freeze(keeper, draft.id, version=draft.version)

    return run
