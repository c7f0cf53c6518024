"""What needs somebody: exceptions, decisions and deadlines that the rooms tell of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from leineweber.faces.cockpit import goals
from leineweber.faces.cockpit.panels.shapes import Panel, Table
from leineweber.faces.cockpit.scope import Scope
from leineweber.kernel import clock, links
from leineweber.kernel.access import Actor
from leineweber.kernel.attention import Matter, matters
from leineweber.kernel.refs import Ref
from leineweber.kernel.ui.jinja import date_de, plural

ORDER = 10
POLICY = "strategy.view"
SHOWN = 8
ASKED = 200
KINDS = {"exception": "Ausnahme", "decision": "Entscheidung", "deadline": "Frist"}
BADGES = {"exception": "danger", "decision": "info", "deadline": "neutral"}


def matters_of(actor: Actor, scope: Scope) -> list[Matter]:
    """Return the matters of a scope, most urgent first: by their unit, or by the field of the goal they are about."""
    found = matters(actor, ASKED)
    if scope.unit_path:
        found = [one for one in found if one.unit_path.startswith(scope.unit_path)]
    if scope.field:
        whole = replace(scope, unit_path="", memo={}) if scope.unit_path else scope
        here = {Ref("goal", one.id) for one in goals.standings(whole)}
        served = links.sources_among("project", "serves", here)
        found = [
            one
            for one in found
            if one.subject in here or (one.subject.kind == "project" and one.subject.id in served)
        ]
    return found


def row(matter: Matter, today: date) -> dict[str, Any]:
    """Return a matter as a row of a table; what is late says so in words."""
    due: Any = date_de(matter.due)
    if matter.due is not None and matter.due < today:
        due = {"text": "", "badge": "überfällig", "badge_kind": "danger", "note": date_de(matter.due)}
    return {
        "href": matter.url,
        "cells": {
            "title": {"text": matter.title, "note": matter.note},
            "kind": {"text": "", "badge": KINDS[matter.kind], "badge_kind": BADGES[matter.kind]},
            "due": due or "ohne Frist",
        },
    }


COLUMNS = (
    {"key": "title", "label": "Worum es geht"},
    {"key": "kind", "label": "Was es ist"},
    {"key": "due", "label": "Bis wann", "nowrap": True},
)


def tables(found: list[Matter], shown: int = SHOWN) -> list[Table]:
    """Return the most urgent matters as a table, the others folded."""
    today = clock.today()
    made = (
        [Table("Ausnahmen, Entscheidungen und Fristen", COLUMNS, [row(one, today) for one in found[:shown]])]
        if found
        else []
    )
    if found[shown:]:
        rest = [row(one, today) for one in found[shown:]]
        made.append(
            Table(
                "Weiteres", COLUMNS, rest, folded=f"{plural(len(rest), 'weiterer Punkt', 'weitere Punkte')}"
            )
        )
    return made


def sentence(found: list[Matter], today: date) -> str:
    """Return what needs somebody in one or two sentences."""
    if not found:
        return "Gerade wartet nichts auf eine Entscheidung, und keine Grenze ist überschritten."
    counted = {kind: sum(one.kind == kind for one in found) for kind in KINDS}
    words = {
        "exception": ("Ausnahme", "Ausnahmen"),
        "decision": ("Entscheidung", "Entscheidungen"),
        "deadline": ("Frist", "Fristen"),
    }
    parts = [plural(number, *words[kind]) for kind, number in counted.items() if number]
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} und {parts[-1]}"
    late = sum(one.due is not None and one.due < today for one in found)
    dated = [one.due for one in found if one.due is not None and one.due >= today]
    said = f"{listed} {'steht' if len(found) == 1 else 'stehen'} an"
    if late:
        said += f", {late} davon {'ist' if late == 1 else 'sind'} überfällig"
    return f"{said}; die nächste Frist endet am {date_de(min(dated))}." if dated else f"{said}."


def panel(actor: Actor, scope: Scope) -> Panel:
    """Return the matters of the scope."""
    found = matters_of(actor, scope)
    said = sentence(found, clock.today())
    return Panel(
        "braucht-sie",
        "Was Sie braucht",
        "Das Dringendste steht oben." if found else said,
        tables(found),
        brief=said if found else "",
        wide=True,
    )
