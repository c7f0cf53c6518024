"""Pure: half-years, the canonical bytes of a report and their seal, the comparison of two reports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

FORMAT = "leineweber-halbjahresbericht-1"
SECTIONS: tuple[tuple[str, str], ...] = (
    ("summary", "Zusammenfassung"),
    ("goals", "Ziele und Maßnahmen"),
    ("figures", "Zu den Kennzahlen"),
    ("risks", "Risiken"),
    ("outlook", "Ausblick"),
)
FIRST_YEAR, LAST_YEAR = 2000, 2100


def period(year: int, half: int) -> tuple[date, date]:
    """Return the first and the last day of a half-year.

    Raises:
        ValueError: no such half-year.
    """
    if half not in (1, 2) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError("No such half-year.")
    return (date(year, 1, 1), date(year, 6, 30)) if half == 1 else (date(year, 7, 1), date(year, 12, 31))


def half_of(day: date) -> tuple[int, int]:
    """Return year and half-year of a day."""
    return day.year, 1 if day.month <= 6 else 2


def before(year: int, half: int) -> tuple[int, int]:
    """Return the half-year before one."""
    return (year, 1) if half == 2 else (year - 1, 2)


def name_of(year: int, half: int) -> str:
    """Return a half-year in German."""
    return f"{half}. Halbjahr {year}"


def canonical(content: Mapping[str, Any]) -> str:
    """Return content as the one text it has: JSON with sorted keys, no spaces, no escapes but the needed ones.

    Numbers stand in it as texts, so that no reader rounds them.

    Raises:
        TypeError: a value is no text, whole number, truth, list or mapping.
    """
    _plain(content)
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError("A key is a text.")
            _plain(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _plain(item)
    elif not (value is None or isinstance(value, str | bool | int)):
        raise TypeError(f"A report cannot hold {type(value).__name__}.")


def seal(content: str) -> str:
    """Return the SHA-512 over the bytes of a canonical content, in hexadecimal digits."""
    return hashlib.sha512(content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """A figure in two reports; None where a report has none or no value. `difference`: the second less the first."""

    key: str
    label: str
    unit: str
    first: Decimal | None
    second: Decimal | None
    first_light: str
    second_light: str

    @property
    def difference(self) -> Decimal | None:
        """By how much the figure went up."""
        return None if self.first is None or self.second is None else self.second - self.first


def _value(figure: Mapping[str, Any] | None) -> Decimal | None:
    return None if figure is None or figure["value"] is None else Decimal(figure["value"])


def compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Change]:
    """Return all figures of two reports side by side, in the order of the second, then those only the first has."""
    of_first = {figure["key"]: figure for figure in first["figures"]}
    of_second = {figure["key"]: figure for figure in second["figures"]}
    changes = []
    for key in [*of_second, *(key for key in of_first if key not in of_second)]:
        one, other = of_first.get(key), of_second.get(key)
        told = other or one
        assert told is not None
        changes.append(
            Change(
                key,
                told["label"],
                told["unit"],
                _value(one),
                _value(other),
                one["light"] if one else "",
                other["light"] if other else "",
            )
        )
    return changes


def texts_of(content: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Return the sections of a report that say something, with their titles."""
    return [(section["title"], section["text"]) for section in content["texts"] if section["text"]]
