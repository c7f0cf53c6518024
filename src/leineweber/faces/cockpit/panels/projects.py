"""Which projects work for a field or a unit; for the whole city the portfolio has its own pages."""

from __future__ import annotations

from typing import Any

from leineweber.faces.cockpit import projects
from leineweber.faces.cockpit.panels.shapes import Panel, Table
from leineweber.faces.cockpit.scope import Scope
from leineweber.kernel.access import Actor
from leineweber.kernel.ui.jinja import plural

ORDER = 25
POLICY = "portfolio.view"
COLUMNS = (
    {"key": "title", "label": "Vorhaben"},
    {"key": "light", "label": "Ampel", "nowrap": True},
    {"key": "unit", "label": "Einheit"},
    {"key": "end", "label": "bis", "nowrap": True},
)


def _row(one: projects.Listed) -> dict[str, Any]:
    return {
        "href": one.url,
        "cells": {
            "title": one.title,
            "light": {"text": one.said, "light": one.light},
            "unit": one.unit,
            "end": one.end,
        },
    }


def panel(actor: Actor, scope: Scope) -> Panel | None:
    """Return the living projects of a field or a unit."""
    if scope.whole:
        return None
    found = projects.listed(scope)
    broken = sum(one.light == "red" for one in found)
    if not found:
        sentence = "Gerade arbeitet kein Vorhaben dafür."
    else:
        sentence = f"{plural(len(found), 'Vorhaben arbeitet', 'Vorhaben arbeiten')} dafür"
        sentence += f", {broken} davon über einer Grenze." if broken else ", alle in ihren Grenzen."
    blocks = [Table("Vorhaben", COLUMNS, [_row(one) for one in found])] if found else []
    return Panel(
        "vorhaben",
        "Was wird dafür getan?",
        sentence,
        blocks,
        more=[("Alle Vorhaben", "/steuerung/portfolio/")],
        wide=True,
    )
