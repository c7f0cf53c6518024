"""What is typed on the pages of the strategy: read, bounded, and told back with what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import QueryDict

from leineweber.domains.strategy.models import SmartGoal
from leineweber.domains.strategy.queries.standing import points_of
from leineweber.domains.strategy.services import GoalValues
from leineweber.kernel.ui.jinja import number

LONG, SHORT = 4000, 200
TEXTS: Mapping[str, tuple[str, str, int]] = {
    "titel": ("title", "Titel", SHORT),
    "nummer": ("number", "Nummer", 20),
    "zweck": ("purpose", "Zweck", LONG),
    "ergebnis": ("result", "Ergebnis", LONG),
    "kennzahl": ("indicator", "Kennzahl", SHORT),
    "masseinheit": ("unit", "Einheit", 40),
    "quelle": ("source", "Quelle", 300),
    "erreichbar": ("attainable", "Warum erreichbar", LONG),
    "beteiligt": ("participants", "Beteiligt", LONG),
    "finanzierung": ("funding", "Finanzierung", LONG),
    "risiken": ("risks", "Risiken", LONG),
    "abhaengigkeiten": ("dependencies", "Abhängigkeiten", LONG),
    "beitrag": ("contribution", "Beitrag zu Zielen und Prinzipien", LONG),
    "buergerschaft": ("on_citizens", "Wirkung auf Bürgerschaft und Wirtschaft", LONG),
    "beschaeftigte": ("on_staff", "Wirkung auf Beschäftigte", LONG),
    "klima": ("on_climate", "Wirkung auf das Klima", LONG),
    "barrierefreiheit": ("on_accessibility", "Wirkung auf die Barrierefreiheit", LONG),
    "datenethik": ("on_data_ethics", "Datenethik", LONG),
}
"""Field of the form → attribute of the goal, German label, longest text."""
DATES = {
    "beginn": ("start", "Beginn"),
    "ende": ("end", "Ende"),
    "ausgangstag": ("baseline_on", "Ausgangswert vom"),
}
DECIMALS = {"ausgangswert": ("baseline", "Ausgangswert"), "zielwert": ("target", "Zielwert")}
LIMIT = Decimal(10) ** 12


@dataclass
class Form:
    """What was typed (`values`, for showing it again), what it means (`clean`), and what is wrong with it."""

    data: QueryDict
    values: dict[str, Any] = field(default_factory=dict)
    clean: dict[str, Any] = field(default_factory=dict)
    errors: list[dict[str, str]] = field(default_factory=list)

    @property
    def faults(self) -> dict[str, str]:
        """The messages by field, the first of each."""
        return {error["field"]: error["message"] for error in reversed(self.errors)}

    def fault(self, name: str, message: str, href: str = "") -> None:
        """Note a fault at a field."""
        self.errors.append({"field": name, "message": message, "href": href or f"#{name}"})

    def text(self, name: str, label: str, longest: int, *, required: bool = False) -> str:
        """Read a text; line ends become one kind, what no reader sees is taken out."""
        typed = self.data.get(name, "").replace("\r\n", "\n").replace("\x00", "")
        self.values[name] = typed
        if len(typed) > longest:
            self.fault(name, f"{label}: höchstens {number(longest)} Zeichen.")
        elif required and not typed.strip():
            self.fault(name, f"Geben Sie an: {label}.")
        return typed.strip()

    def day(self, name: str, label: str) -> date | None:
        """Read a day of three fields; nothing typed is nothing."""
        typed = {part: self.data.get(f"{name}.{part}", "").strip()[:4] for part in ("tag", "monat", "jahr")}
        self.values[name] = typed
        if not any(typed.values()):
            return None
        try:
            found = date(int(typed["jahr"]), int(typed["monat"]), int(typed["tag"]))
        except ValueError:
            found = None
        if found is None or not 2000 <= found.year <= 2100:
            self.fault(name, f"{label}: Tag, Monat und Jahr, zum Beispiel 24 11 2026.", f"#{name}-tag")
            return None
        return found

    def decimal(self, name: str, label: str) -> Decimal | None:
        """Read a number as Germans write it; nothing typed is nothing."""
        typed = self.data.get(name, "").strip()[:30]
        self.values[name] = typed
        if not typed:
            return None
        found = decimal_of(typed)
        if found is None:
            self.fault(name, f"{label}: Geben Sie eine Zahl an, zum Beispiel 1.250 oder 12,5.")
        return found

    def choice(self, name: str, label: str, allowed: Iterable[str], *, required: bool = False) -> str:
        """Read one of several; what is not among them is a fault."""
        typed = self.data.get(name, "")
        self.values[name] = typed[:200]
        if not typed and not required:
            return ""
        if typed not in set(allowed):
            self.fault(name, f"{label}: Wählen Sie aus der Liste.")
            return ""
        return typed

    def several(self, name: str, label: str, allowed: Iterable[str]) -> list[str]:
        """Read any of several, in the order of the list."""
        typed = set(self.data.getlist(name)[:500])
        known = list(allowed)
        self.values[name] = [one for one in known if one in typed]
        if typed - set(known):
            self.fault(name, f"{label}: Wählen Sie aus der Liste.")
        return list(self.values[name])

    def lines(self, name: str, label: str, read: Callable[[str, str], Any], example: str) -> tuple[Any, ...]:
        """Read lines of `left: right`; the first wrong line is told."""
        typed = self.data.get(name, "").replace("\r\n", "\n")[:2000]
        self.values[name] = typed
        found = []
        for count, line in enumerate((line for line in typed.split("\n") if line.strip()), 1):
            left, colon, right = line.partition(":")
            value = read(left.strip(), right.strip()) if colon else None
            if value is None:
                self.fault(name, f"{label}, Zeile {count}: Schreiben Sie zum Beispiel „{example}“.")
                return ()
            found.append(value)
        if len({one[0] for one in found}) < len(found) or len(found) > 40:
            self.fault(name, f"{label}: höchstens 40 Zeilen, jede mit einem anderen Anfang.")
            return ()
        return tuple(sorted(found))


def decimal_of(typed: str) -> Decimal | None:
    """Return a number that was typed the German way, None if it is none or beyond a billion billions."""
    plain = typed.replace("\u00a0", "").replace(" ", "").replace("€", "")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    elif plain.count(".") and all(len(part) == 3 for part in plain.lstrip("-").split(".")[1:]):
        plain = plain.replace(".", "")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) >= LIMIT:
        return None
    return value.quantize(Decimal("0.01"))


def _point(left: str, right: str) -> tuple[date, Decimal] | None:
    parts = left.split(".")
    value = decimal_of(right)
    if len(parts) != 3 or value is None:
        return None
    try:
        day = date(int(parts[2]), int(parts[1]), int(parts[0]))
    except (ValueError, OverflowError):
        return None
    return (day, value) if 2000 <= day.year <= 2100 else None


def _cost(left: str, right: str) -> tuple[int, Decimal] | None:
    value = decimal_of(right.removesuffix("Euro").removesuffix("EUR").strip())
    if value is None or value < 0 or not (left.isascii() and left.isdigit()) or not 2000 <= int(left) <= 2100:
        return None
    return int(left), value


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form of a goal offers: by field, as (value, label)."""

    fields: list[tuple[str, str]]
    measures: list[tuple[str, str]]
    principles: list[tuple[str, str]]
    units: list[Any]
    unit_paths: Mapping[str, str]
    posts: list[tuple[str, str]]
    indicators: list[tuple[str, str]]


def read_goal(data: QueryDict, choices: Choices, goal: SmartGoal | None) -> tuple[Form, GoalValues | None]:
    """Read a goal's form; without values if something is wrong with it."""
    form = Form(data)
    found: dict[str, Any] = {}
    for name, (attribute, label, longest) in TEXTS.items():
        found[attribute] = form.text(name, label, longest, required=name == "titel")
    for name, (attribute, label) in DATES.items():
        found[attribute] = form.day(name, label)
    for name, (attribute, label) in DECIMALS.items():
        found[attribute] = form.decimal(name, label)
    if found["start"] and found["end"] and found["end"] <= found["start"]:
        form.fault("ende", "Das Ende liegt nach dem Beginn.", "#ende-tag")
    found["direction"] = form.choice("richtung", "Richtung", SmartGoal.Direction.values, required=True)
    found["trajectory"] = form.choice("sollpfad", "Sollpfad", SmartGoal.Trajectory.values, required=True)
    found["points"] = form.lines("punkte", "Punkte des Sollpfads", _point, "31.12.2027: 40")
    found["costs"] = form.lines("kosten", "Kosten je Jahr", _cost, "2027: 45.000")
    effort = form.decimal("aufwand", "Aufwand")
    if effort is not None and (effort < 0 or effort > 100_000 or effort != int(effort)):
        form.fault("aufwand", "Aufwand: Geben Sie ganze Personentage an.")
    found["effort_days"] = int(effort) if effort is not None else None
    chosen = form.choice("handlungsfeld", "Handlungsfeld", [key for key, _ in choices.fields])
    found["field"] = UUID(chosen) if chosen else None
    found["unit_path"] = choices.unit_paths.get(form.choice("einheit", "Einheit", choices.unit_paths), "")
    post = form.choice("stelle", "Stelle", [key for key, _ in choices.posts])
    found["post"] = UUID(post) if post else None
    measures = form.several("massnahmen", "Maßnahmen", [key for key, _ in choices.measures])
    principles = form.several("prinzipien", "Prinzipien", [key for key, _ in choices.principles])
    figures = form.several("kennzahlen", "Kennzahlen", [key for key, _ in choices.indicators])
    if form.errors:
        return form, None
    kept = {one.indicator: one.target for one in goal.measurements.all()} if goal else {}
    labels = dict(choices.indicators)
    return form, GoalValues(
        **found,
        procedure_key=goal.procedure_key if goal else "",
        measures=[UUID(one) for one in measures],
        principles=[UUID(one) for one in principles],
        indicators={
            key: kept.get(key, found["target"] if labels[key] == found["indicator"] else None)
            for key in figures
        },
    )


def values_of(
    goal: SmartGoal, unit: str, measures: Iterable[UUID], principles: Iterable[UUID]
) -> dict[str, Any]:
    """Return a goal as the form shows it; `unit` is the code of the responsible unit."""
    shown: dict[str, Any] = {name: getattr(goal, attribute) for name, (attribute, _, _) in TEXTS.items()}
    shown |= {name: getattr(goal, attribute) for name, (attribute, _) in DATES.items()}
    shown |= {name: number(getattr(goal, attribute)) for name, (attribute, _) in DECIMALS.items()}
    return shown | {
        "richtung": goal.direction,
        "sollpfad": goal.trajectory,
        "punkte": "\n".join(f"{day:%d.%m.%Y}: {number(value)}" for day, value in points_of(goal)),
        "kosten": "\n".join(f"{year}: {number(Decimal(amount))}" for year, amount in goal.costs),
        "aufwand": number(goal.effort_days),
        "handlungsfeld": str(goal.field_id or ""),
        "einheit": unit,
        "stelle": str(goal.post or ""),
        "massnahmen": [str(one) for one in measures],
        "prinzipien": [str(one) for one in principles],
        "kennzahlen": [one.indicator for one in goal.measurements.all()],
    }
