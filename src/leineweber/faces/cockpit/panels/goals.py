"""Are we where we wanted to be: all goals at one glance, then those that are behind, the others folded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from leineweber.faces.cockpit.goals import LIGHT_WORDS, Standing, standings
from leineweber.faces.cockpit.goals import ORDER as LIGHTS
from leineweber.faces.cockpit.panels.shapes import Block, Chip, Chips, Panel, Table
from leineweber.faces.cockpit.scope import Scope
from leineweber.faces.cockpit.wording import how_many
from leineweber.kernel.access import Actor
from leineweber.kernel.ui.jinja import plural

ORDER = 20
POLICY = "strategy.view"
SHOWN = 8
GLANCE = 60
COLUMNS = (
    {"key": "goal", "label": "Ziel"},
    {"key": "light", "label": "Ampel", "nowrap": True},
    {"key": "said", "label": "Wie es steht"},
    {"key": "responsible", "label": "Verantwortlich"},
)


def row(one: Standing) -> dict[str, Any]:
    """Return a goal as a row of a table."""
    return {
        "href": one.url,
        "cells": {
            "goal": f"{one.number} {one.title}",
            "light": {"text": LIGHT_WORDS[one.light], "light": one.light},
            "said": one.said,
            "responsible": one.responsible,
        },
    }


def blocks(found: Sequence[Standing], shown: int = SHOWN) -> list[Block]:
    """Return the goals worst first: a glance at all of them (if it is one), those behind, the others folded."""
    by_light = {light: [one for one in found if one.light == light] for light in LIGHTS}
    made: list[Block] = []
    for light, goals in by_light.items():
        if goals:
            chips = [Chip(one.number, one.title, one.url, light) for one in goals[:GLANCE]]
            made.append(Chips(f"{len(goals)} {LIGHT_WORDS[light]}", light, chips))
    behind = [*by_light["red"], *by_light["yellow"]]
    if behind:
        made.append(Table("Ziele, die Sie brauchen", COLUMNS, [row(one) for one in behind[:shown]]))
    if by_light["green"]:
        rows = [row(one) for one in by_light["green"][:GLANCE]]
        words = f"{plural(len(by_light['green']), 'Ziel', 'Ziele')} auf Kurs"
        made.append(Table("Ziele auf Kurs", COLUMNS, rows, folded=words))
    if by_light["grey"]:
        rows = [row(one) for one in by_light["grey"][:GLANCE]]
        words = f"{plural(len(by_light['grey']), 'Ziel', 'Ziele')} ohne laufende Zahl"
        made.append(Table("Ziele ohne laufende Zahl", COLUMNS, rows, folded=words))
    return made


def panel(actor: Actor, scope: Scope) -> Panel:
    """Return the goals of the scope; the page begins with how many need somebody, the panel with the most urgent."""
    found = standings(scope)
    headline = how_many([one.light for one in found])
    sentence = "Hier stehen die Ziele der Strategie mit Ampel und Zahl, sobald sie beschlossen sind."
    if not found and not scope.whole:
        headline = "Zu dieser Auswahl gehört kein Ziel."
    if found:
        first = found[0]
        sentence = {
            "green": "Keines liegt hinter dem, was heute erreicht sein soll.",
            "grey": "Noch hat keines eine Zahl aus dem laufenden Betrieb.",
        }.get(first.light, f"Am dringendsten ist {first.number} {first.title}. {first.said}")
    return Panel(
        "ziele",
        "Sind wir, wo wir sein wollten?",
        sentence,
        blocks(found),
        headline=headline,
        source="laufender Betrieb und Meldungen von Hand, je Ziel auf seiner Seite genannt",
        more=[("Alle Ziele nach Ampel", reverse("cockpit:goals"))] if found else [],
        wide=True,
    )
