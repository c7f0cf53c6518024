"""Reading what was typed: German numbers, a value for each year, faults at their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from leineweber.domains.portfolio.choice.model import Amounts, Limits, Order
from leineweber.kernel.ui.jinja import number

MOST = Decimal(10) ** 12
SPACES = str.maketrans("", "", " \u00a0\u202f€%")


def typed_amount(text: str) -> Decimal | None:
    """Return a number written as in German, `1.250.000,50`; None for nothing.

    Raises:
        ValueError: it is no number from 0 up to a million millions.
    """
    plain = text.strip().translate(SPACES)
    if not plain:
        return None
    if "," in plain or plain.count(".") > 1 or (plain.count(".") == 1 and len(plain.rpartition(".")[2]) == 3):
        plain = plain.replace(".", "").replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite() or not 0 <= value <= MOST:
        raise ValueError(text)
    return value.quantize(Decimal("0.0001")).normalize() if value else Decimal(0)


def shown(value: Decimal | None) -> str:
    """Return a number as it is typed; nothing for no limit."""
    return "" if value is None else number(value)


@dataclass(slots=True)
class Form:
    """What was typed, and what is wrong with it."""

    values: Mapping[str, str]
    errors: list[dict[str, str]] = field(default_factory=list)

    def text(self, name: str, most: int) -> str:
        """Return a text without its outer blanks."""
        return self.values.get(name, "")[:most].strip()

    def fault(self, name: str, message: str) -> None:
        """Note a fault at a field."""
        self.errors.append({"message": message, "href": f"#{name}", "field": name})

    @property
    def faults(self) -> dict[str, str]:
        """Return the messages by field."""
        return {one["field"]: one["message"] for one in self.errors}

    def amount(self, name: str, label: str, *, most: Decimal = MOST) -> Decimal | None:
        """Return a number, None for nothing or a fault."""
        try:
            value = typed_amount(self.values.get(name, "")[:40])
        except ValueError:
            self.fault(
                name,
                f"{label}: Geben Sie eine Zahl ein, zum Beispiel 1.250.000, oder lassen Sie das Feld leer.",
            )
            return None
        if value is not None and value > most:
            self.fault(name, f"{label}: Geben Sie höchstens {number(most)} ein.")
            return None
        return value

    def whole(self, name: str, label: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number within bounds; what is empty is `default`, if there is one."""
        text = self.values.get(name, "").strip()
        if not text and default is not None:
            return default
        if text.isascii() and text.isdigit() and len(text) < 7 and low <= int(text) <= high:
            return int(text)
        self.fault(name, f"{label}: Geben Sie eine ganze Zahl von {low} bis {high} ein.")
        return low

    def series(self, prefix: str, label: str, first_year: int, years: int) -> Amounts:
        """Return a value for each year of the period."""
        return tuple(
            self.amount(f"{prefix}-{offset}", f"{label} {first_year + offset}") for offset in range(years)
        )


def keys_of(values: Mapping[str, str], prefix: str, known: Sequence[str]) -> list[tuple[int, str]]:
    """Return the rows of a group that were sent: position and key, only keys that are known."""
    found = []
    for position in range(200):
        key = values.get(f"{prefix}-{position}-key")
        if key is not None and key in known:
            found.append((position, key))
    return found


def read_limits(form: Form, now: Limits, skills: Sequence[str], fields: Sequence[str]) -> Limits:
    """Return the limits that were typed for the period of the present ones; faults are noted in the form."""
    values = form.values
    capacity: dict[str, Amounts] = {}
    for position, skill in keys_of(values, "kapazitaet", skills):
        amounts = form.series(f"kapazitaet-{position}", skill, now.first_year, now.years)
        if any(one is not None for one in amounts):
            capacity[skill] = amounts
    minimums: dict[str, int] = {}
    weights: dict[str, Decimal] = {}
    for position, key in keys_of(values, "feld", fields):
        least = form.whole(f"feld-{position}-mindestens", "Mindestens", 0, 999, 0)
        if least:
            minimums[key] = least
        weight = form.amount(f"feld-{position}-gewicht", "Gewicht", most=Decimal(100))
        if weight is not None and weight != 1:
            weights[key] = weight
    order: Order = "start" if values.get("reihenfolge") == "start" else "finish"
    return Limits(
        first_year=now.first_year,
        years=now.years,
        money=form.series("geld", "Geld", now.first_year, now.years),
        capacity=capacity,
        minimums=minimums,
        weights=weights,
        discount=(form.amount("abschlag", "Abschlag", most=Decimal(99)) or Decimal(0)) / 100,
        order=order,
        beyond=values.get("ueberhang") == "true",
    )


def limit_values(limits: Limits, skills: Sequence[str], fields: Sequence[str]) -> dict[str, Any]:
    """Return limits as the values of the form's fields."""
    found: dict[str, Any] = {
        **{f"geld-{year}": shown(value) for year, value in enumerate(limits.money)},
        "abschlag": shown(limits.discount * 100),
        "reihenfolge": limits.order,
        "ueberhang": "true" if limits.beyond else "",
    }
    for position, skill in enumerate(skills):
        for year, value in enumerate(limits.capacity.get(skill, (None,) * limits.years)):
            found[f"kapazitaet-{position}-{year}"] = shown(value)
    for position, key in enumerate(fields):
        found[f"feld-{position}-mindestens"] = str(limits.minimums.get(key, 0) or "")
        found[f"feld-{position}-gewicht"] = shown(limits.weights.get(key, Decimal(1)))
    return found
