"""How a goal stands, said in words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from leineweber.domains.strategy.queries import GoalView, Measured
from leineweber.kernel.ui.jinja import date_de, number

_URGENCY = {"red": 0, "yellow": 1}


def how_many(lights: Sequence[str]) -> str:
    """Return the sentence with which the cockpit begins: how many goals need somebody, and how many tell nothing."""
    total, needing = len(lights), sum(one in {"red", "yellow"} for one in lights)
    silent = sum(one == "grey" for one in lights)
    if not total:
        return "Es ist noch kein Ziel angelegt."
    if total == 1:
        only = {"green": "Das eine Ziel ist auf Kurs.", "grey": "Das eine Ziel hat noch keine laufende Zahl."}
        return only.get(lights[0], "Das eine Ziel braucht Sie.")
    if needing:
        return f"{needing} von {total} Zielen {'braucht' if needing == 1 else 'brauchen'} Sie."
    if silent == total:
        return f"Noch hat keines der {total} Ziele eine laufende Zahl."
    if silent:
        verb = "hat" if silent == 1 else "haben"
        return f"Kein Ziel braucht Sie; {silent} von {total} {verb} noch keine laufende Zahl."
    return f"Alle {total} Ziele sind auf Kurs."


def amount(measured: Measured, value: Decimal | None, places: int | None = None) -> str:
    """Return a value with the unit of its indicator; things that are counted have none."""
    unit = "" if measured.indicator.unit == "Anzahl" else f" {measured.indicator.unit}"
    return f"{number(value, places)}{unit}"


def target_words(measured: Measured) -> str:
    """Return what is wanted: `heute erwartet: 103, Ziel: 258`, `Ziel: höchstens 10 Tage`; empty without a target."""
    if measured.target is None:
        return ""
    if measured.figure.series:
        return f"heute erwartet: {amount(measured, measured.expected, 0)}, Ziel: {amount(measured, measured.target)}"
    bound = "höchstens" if measured.indicator.direction == "down" else "mindestens"
    today = (
        ""
        if measured.expected in {None, measured.target}
        else f"heute erwartet: {amount(measured, measured.expected, 0)}, "
    )
    return f"{today}Ziel: {bound} {amount(measured, measured.target)}"


def mark(measured: Measured) -> str:
    """Return where a value comes from that no room computes: `von Hand, Stand 30.09.2026`; empty for a live figure."""
    if measured.on is None:
        return ""
    how = "von Hand" if measured.manual else "berechnet"
    return f"{how}, Stand {date_de(measured.on)}{', neuer Wert überfällig' if measured.outdated else ''}"


def headline(view: GoalView) -> str:
    """Return how a goal stands in one or two sentences: what is most urgent, and where most of it is missing.

    A value that somebody typed says so, with its day.
    """
    said = _headline(view)
    told = [one for one in view.measured if one.light != "grey"]
    where = mark(min(told, key=lambda one: _URGENCY.get(one.light, 2))) if told else ""
    return f"{said.removesuffix('.')} ({where})." if where else said


def _headline(view: GoalView) -> str:
    told = [one for one in view.measured if one.light != "grey"]
    if not told:
        return "Zu diesem Ziel gibt es noch keine Werte."
    urgent = min(told, key=lambda one: _URGENCY.get(one.light, 2))
    if urgent.light == "green":
        return (
            "Die Kennzahl ist auf Kurs." if len(told) == 1 else f"Alle {len(told)} Kennzahlen sind auf Kurs."
        )
    value = amount(urgent, urgent.figure.value)
    if urgent.figure.series or urgent.expected != urgent.target:
        said = (
            f"{urgent.indicator.label}: {value} von {amount(urgent, urgent.target)}; "
            f"heute sollten es {amount(urgent, urgent.expected, 0)} sein."
        )
    else:
        bound = "höchstens" if urgent.indicator.direction == "down" else "mindestens"
        said = f"{urgent.indicator.label}: {value}; das Ziel ist {bound} {amount(urgent, urgent.target)}."
    short = [part for part in urgent.figure.breakdown if part.need is not None and part.need > part.value]
    if not short:
        return said
    widest = max(short, key=lambda part: (part.need or Decimal(0)) - part.value)
    return f"{said} Am größten ist die Lücke in {widest.label}: {number((widest.need or Decimal(0)) - widest.value)}."
