"""Figures said in words."""

from __future__ import annotations

from decimal import Decimal

from leineweber.kernel.ui.jinja import number

LIGHT_WORDS = {"green": "auf Kurs", "yellow": "knapp", "red": "gefährdet", "grey": "ohne Ampel"}
QUALITY_WORDS = {
    "complete": "vollständig",
    "estimated": "geschätzt",
    "provisional": "vorläufig",
    "outdated": "veraltet",
}
QUALITY_KINDS = {"complete": "success", "estimated": "info", "provisional": "info", "outdated": "warning"}
DIRECTION_WORDS = {"up": "mehr ist besser", "down": "weniger ist besser", "none": "Nähe zum Ziel zählt"}
SHAPE_WORDS = {
    "linear": "gleichmäßig vom ersten bis zum letzten Tag",
    "table": "gleichmäßig von Stützwert zu Stützwert",
    "steps": "in Stufen: jeder Wert gilt bis zum nächsten",
}
COUNTED = "Anzahl"
NO_VALUE = "ohne Wert"


def quality_of(value: object | None, quality: str | None) -> str:
    """Return how good a value is, in German; a reading without a value is of no quality."""
    return QUALITY_WORDS[quality] if quality and value is not None else NO_VALUE


def with_unit(value: Decimal | None, unit: str) -> str:
    """Return a value with its unit; things that are counted have none, and no value is a dash."""
    if value is None:
        return "–"
    return number(value) if unit == COUNTED else f"{number(value)}\u00a0{unit}"
