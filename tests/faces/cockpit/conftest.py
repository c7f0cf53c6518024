"""What the tests of the cockpit share: a city with goals, and rooms that tell matters and kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest

from leineweber.domains.strategy import services
from leineweber.domains.strategy.models import SmartGoal
from leineweber.kernel import attention, clock, links
from leineweber.kernel.access import Actor
from leineweber.kernel.attention import Matter
from leineweber.kernel.links import registry

ALL: Mapping[str, Decimal | None] = {
    "applications.registrations": None,
    "applications.online_share": Decimal(90),
    "applications.days_to_notice": Decimal(10),
}


def adopt(
    slug: str = "wahlhelfer-online",
    *,
    number: str = "B.3",
    title: str = "Wahlhelfer online",
    field: str = "Digitale Dienste",
    responsible: str = "Bürgeramt",
    start: date | None = None,
    end: date | None = None,
    measurements: Mapping[str, Decimal | None] = ALL,
) -> SmartGoal:
    """Adopt a goal that began four weeks ago and ends in four."""
    today = clock.today()
    return services.adopt_goal(
        Actor.system(),
        slug=slug,
        number=number,
        title=title,
        purpose="Alle Wahlvorstände sind besetzt.",
        field_of_action=field,
        responsible=responsible,
        procedure_key="wahlhelfer",
        start=start or today - timedelta(weeks=4),
        end=end or today + timedelta(weeks=4),
        measurements=measurements,
    )


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let one room tell these matters, and no other room any."""
    monkeypatch.setattr(attention, "_sources", {})

    def told(*matters: Matter) -> None:
        attention._sources.clear()
        attention.register("test", lambda actor, limit: list(matters)[:limit])

    told()
    return told


@pytest.fixture
def fresh_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test register kinds and expectations of its own, beside none."""
    monkeypatch.setattr(registry, "_kinds", {})
    monkeypatch.setattr(registry, "_expectations", [])
    assert links.kinds() == ()
