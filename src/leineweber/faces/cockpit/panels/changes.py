"""What has changed: the figures of the scope against thirty days ago, as they were kept day by day."""

from __future__ import annotations

from django.urls import reverse

from leineweber.faces.cockpit import goals
from leineweber.faces.cockpit.changes import Changed, amount, changes, said
from leineweber.faces.cockpit.panels.shapes import Panel, Table
from leineweber.faces.cockpit.scope import Scope
from leineweber.kernel import clock
from leineweber.kernel.access import Actor

ORDER = 45
POLICY = "strategy.view"
DAYS = 30
SHOWN = 6
COLUMNS = (
    {"key": "label", "label": "Kennzahl"},
    {"key": "now", "label": "heute", "numeric": True},
    {"key": "then", "label": f"vor {DAYS} Tagen", "numeric": True},
    {"key": "change", "label": "Veränderung", "nowrap": True},
)
_ORDER = {"worse": 0, "better": 1, "other": 2, "same": 3, "unknown": 4}


def _keys(scope: Scope) -> list[str]:
    return list(dict.fromkeys(key for one in goals.standings(scope) for key in one.indicators))


def panel(actor: Actor, scope: Scope) -> Panel | None:
    """Return the figures by which the goals of the scope are measured, those that got worse first."""
    found: list[Changed] = [one for one in changes(_keys(scope), clock.today()) if one.now is not None]
    if not found:
        return None
    found.sort(key=lambda one: _ORDER[one.then(DAYS).turn])
    turns = [one.then(DAYS).turn for one in found]
    worse, better = turns.count("worse"), turns.count("better")
    if turns.count("unknown") == len(found):
        sentence = f"Vor {DAYS} Tagen wurde noch nichts gemessen."
    else:
        sentence = (
            f"Gegen den Stand vor {DAYS} Tagen {'ist' if worse < 2 else 'sind'} {worse or 'keine'} von {len(found)} "
            f"Kennzahlen schlechter, {better or 'keine'} besser."
        )
    rows = [
        {
            "href": one.url,
            "cells": {
                "label": one.label,
                "now": amount(one.now, one.unit),
                "then": amount(one.then(DAYS).value, one.unit),
                "change": said(one.then(DAYS)),
            },
        }
        for one in found[:SHOWN]
    ]
    return Panel(
        "veraendert",
        "Was hat sich verändert?",
        sentence,
        [Table(f"Kennzahlen gegen den Stand vor {DAYS} Tagen", COLUMNS, rows)],
        source="Tageswerte der Kennzahlen",
        more=[("Vergleich über ein Jahr", reverse("cockpit:comparison"))],
    )
