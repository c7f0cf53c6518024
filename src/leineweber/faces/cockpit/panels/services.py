"""How the services run: what came in, how fast it was answered, how much of it online; counts, never persons."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from leineweber.domains.applications.figures import ProcedureFigures, by_procedure
from leineweber.faces.cockpit.panels.shapes import Block, Panel, Table, Tile, Tiles
from leineweber.faces.cockpit.scope import Scope
from leineweber.kernel import clock
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.ui.jinja import NO_BREAK, number, plural

ORDER = 50
POLICY = "strategy.view"
DAYS = 30
COLUMNS = (
    {"key": "title", "label": "Leistung"},
    {"key": "received", "label": "eingegangen", "numeric": True},
    {"key": "days", "label": "Tage (Median)", "numeric": True},
    {"key": "online", "label": "online", "numeric": True},
    {"key": "open", "label": "offen", "numeric": True},
)


def _share(value: Decimal | None) -> str:
    return "–" if value is None else f"{number(value, 0)}{NO_BREAK}%"


def _days(value: Decimal | None) -> str:
    return "–" if value is None else number(value)


def _row(one: ProcedureFigures, href: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "cells": {
            "title": one.title,
            "received": number(one.received),
            "days": _days(one.median_days),
            "online": _share(one.online_share),
            "open": number(one.open),
        }
    }
    return {**row, "href": href} if href else row


def _change(now: int, before: int) -> str:
    if now == before:
        return f"so viele wie in den {DAYS} Tagen davor"
    return (
        f"{number(abs(now - before))} {'mehr' if now > before else 'weniger'} als in den {DAYS} Tagen davor"
    )


def panel(actor: Actor, scope: Scope) -> Panel | None:
    """Return the procedures of the scope's unit over the last `DAYS` days; fields of action have no procedures."""
    if scope.field and not scope.unit_path:
        return None
    today = clock.today()
    found = by_procedure(today - timedelta(days=DAYS - 1), today, scope.unit_path)
    if not found and not scope.whole:
        return None
    received, before = sum(one.received for one in found), sum(one.received_before for one in found)
    blocks: list[Block] = []
    if found:
        one = found[0] if len(found) == 1 else None
        tiles = [
            Tile("Eingegangen", number(received), note=_change(received, before)),
            Tile("Offen", number(sum(entry.open for entry in found))),
        ]
        if one is not None:
            tiles.append(Tile("Tage bis zum Bescheid", _days(one.median_days), note="Median"))
            tiles.append(Tile("Anteil online", _share(one.online_share)))
        blocks.append(Tiles(tiles))
        # The list of cases shows each reader only the cases he or she may see.
        href = "/arbeit/vorgaenge/" if allowed(actor, "applications.case.view") else ""
        blocks.append(
            Table("Leistungen in den letzten 30 Tagen", COLUMNS, [_row(entry, href) for entry in found])
        )
    sentence = (
        f"In den letzten {DAYS} Tagen {'ging' if received == 1 else 'gingen'} "
        f"{plural(received, 'Antrag', 'Anträge')} ein, {_change(received, before)}."
        if found
        else "Noch ist keine Leistung online."
    )
    return Panel(
        "leistungen",
        "Wie laufen die Leistungen?",
        sentence,
        blocks,
        source="Vorgänge nach Eingangsdatum, im Augenblick gezählt",
    )
