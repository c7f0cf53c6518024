"""What needs whoever keeps the figures: lights that follow the figure again soon, values that are overdue."""

from __future__ import annotations

from django.urls import reverse

from leineweber.kernel import attention, clock
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.attention import Matter
from leineweber.kernel.indicators import queries
from leineweber.kernel.indicators.queries import Due
from leineweber.kernel.refs import Ref
from leineweber.kernel.ui.jinja import date_de

SOON = 14


def _address(one: Due) -> str:
    return reverse("reports:figure", args=[one.key])


def matters(actor: Actor, limit: int) -> list[Matter]:
    """Return set lights that end within two weeks and figures by hand without a new value; three queries."""
    if not (allowed(actor, "indicators.manage") or allowed(actor, "reports.draft.view")):
        return []
    today = clock.today()
    lights = [
        Matter(
            Ref("indicator", one.id),
            "deadline",
            f"Gesetzte Ampel läuft aus: {one.label}",
            _address(one),
            one.due,
            note=f"Am {date_de(one.due)} ist der letzte Tag; danach zeigt die Ampel wieder, was die Kennzahl sagt.",
        )
        for one in queries.expiring(today, SOON, limit)
    ]
    values = [
        Matter(
            Ref("indicator", one.id),
            "deadline",
            f"Wert fehlt: {one.label}",
            _address(one),
            one.due,
            note=(
                f"Der letzte Wert ist vom {date_de(one.last)}. Verantwortlich: {one.owner}."
                if one.last
                else f"Es gibt noch keinen Wert. Verantwortlich: {one.owner}."
            ),
        )
        for one in queries.overdue(today, limit)
    ]
    return sorted([*lights, *values], key=lambda one: (one.due or today, one.title))[:limit]


attention.register("indicators", matters)
