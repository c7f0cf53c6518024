"""Values between FEEL and the stored state: JSON with tags for what JSON does not know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from leineweber.kernel.expressions import DaysDuration, MonthsDuration

_TAG = "$"
_PLAIN = "plain"  # a mapping that itself has a key like the tag


def pack(value: Any) -> Any:
    """Return a value as JSON can hold it: decimals, dates and durations are tagged, sequences become lists.

    Raises:
        TypeError: a value of another kind; only data goes into a process.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Decimal):
        integral = value.is_finite() and value == value.to_integral_value() and abs(value) < 10**15
        return int(value) if integral else {_TAG: "decimal", "v": str(value)}
    if isinstance(value, float):
        return {_TAG: "decimal", "v": repr(value)}
    if isinstance(value, datetime):
        return {_TAG: "datetime", "v": value.isoformat()}
    if isinstance(value, date):
        return {_TAG: "date", "v": value.isoformat()}
    if isinstance(value, time):
        return {_TAG: "time", "v": value.isoformat()}
    if isinstance(value, DaysDuration):
        return {_TAG: "days", "v": str(value.nanos)}
    if isinstance(value, MonthsDuration):
        return {_TAG: "months", "v": str(value.months)}
    if isinstance(value, dict):
        packed = {str(key): pack(item) for key, item in value.items()}
        return {_TAG: _PLAIN, "v": packed} if _TAG in packed else packed
    if isinstance(value, (list, tuple)):
        return [pack(item) for item in value]
    raise TypeError(f"A process cannot keep a {type(value).__name__}.")


_UNPACK: dict[str, Callable[[str], Any]] = {
    "decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "days": lambda text: DaysDuration(int(text)),
    "months": lambda text: MonthsDuration(int(text)),
}


def unpack(value: Any) -> Any:
    """Return a packed value as FEEL and actions see it; whole numbers as int."""
    if isinstance(value, dict):
        kind = value.get(_TAG)
        if isinstance(kind, str) and kind in _UNPACK:
            return _UNPACK[kind](value["v"])
        if kind == _PLAIN:
            value = value["v"]
        return {key: unpack(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unpack(item) for item in value]
    return value
