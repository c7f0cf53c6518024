"""What the operators of FEEL do with values (DMN 1.5, 10.3.2.11 ff.). Each returns a value or raises Fault."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from .errors import Fault, LimitReached
from .temporal import (
    DAY,
    NANO,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    add_months,
    civil_from_days,
    shift,
)
from .values import CTX, Range, Run, Value, compare, equal, kind_de, kind_en


def no_number() -> Fault:
    """Return the fault of an operation without a result, as a division by zero."""
    return Fault(
        "Die Rechnung hat kein Ergebnis (Division durch null, zu groß oder nicht definiert).",
        "The operation has no result (division by zero, overflow or undefined).",
    )


def no_boolean(value: Value) -> Fault:
    """Return the fault that a boolean is missing."""
    return Fault(
        f"Erwartet wird ein Wahrheitswert, gegeben ist {kind_de(value)}.",
        f"A boolean is expected, {kind_en(value)} is given.",
    )


def no_function(value: Value) -> Fault:
    """Return the fault that something that is no function was called."""
    return Fault(
        f"Aufgerufen werden kann nur eine Funktion, gegeben ist {kind_de(value)}.",
        f"Only a function can be called, {kind_en(value)} is given.",
    )


def _unfit(sign: str, a: Value, b: Value) -> Fault:
    return Fault(
        f"„{sign}“ ist nicht möglich: {kind_de(a)} und {kind_de(b)}.",
        f"“{sign}” is not possible: {kind_en(a)} and {kind_en(b)}.",
    )


def _beyond() -> Fault:
    return Fault("Das Datum liegt außerhalb des Kalenders.", "The date is beyond the calendar.")


# --- arithmetic ---------------------------------------------------------------------------------------


def _moved(moment: Value, duration: Value, sign: int) -> Value:
    """Return a date, time or moment moved by a duration; None if the types do not fit."""
    if isinstance(duration, MonthsDuration):
        if isinstance(moment, Date):
            day = add_months(moment, sign * duration.months)
        elif isinstance(moment, DateTime):
            day = add_months(moment.date, sign * duration.months)
        else:
            return None
        if day is None:
            raise _beyond()
        return (
            day if isinstance(moment, Date) else DateTime(day.days, moment.nanos, moment.offset, moment.zone)
        )
    if not isinstance(duration, DaysDuration):
        return None
    nanos = sign * duration.nanos
    if isinstance(moment, Time):
        return Time((moment.nanos + nanos) % DAY, moment.offset, moment.zone)
    if isinstance(moment, Date):
        moved = shift(DateTime(moment.days, 0), nanos)
        if moved is None:
            raise _beyond()
        return moved.date
    if isinstance(moment, DateTime):
        moved = shift(moment, nanos)
        if moved is None:
            raise _beyond()
        return moved
    return None


def add(a: Value, b: Value) -> Value:
    """Return a + b for anything but two numbers."""
    if type(a) is str and type(b) is str:
        return a + b
    if isinstance(a, DaysDuration) and isinstance(b, DaysDuration):
        return DaysDuration(a.nanos + b.nanos)
    if isinstance(a, MonthsDuration) and isinstance(b, MonthsDuration):
        return MonthsDuration(a.months + b.months)
    moved = _moved(a, b, 1) or _moved(b, a, 1)
    if moved is None:
        raise _unfit("+", a, b)
    return moved


def _moment(value: Value) -> DateTime | None:
    if isinstance(value, Date):
        return DateTime(value.days, 0, 0)
    return value if isinstance(value, DateTime) else None


def subtract(a: Value, b: Value) -> Value:
    """Return a - b for anything but two numbers."""
    if isinstance(a, DaysDuration) and isinstance(b, DaysDuration):
        return DaysDuration(a.nanos - b.nanos)
    if isinstance(a, MonthsDuration) and isinstance(b, MonthsDuration):
        return MonthsDuration(a.months - b.months)
    if isinstance(a, Time) and isinstance(b, Time) and a.zoned == b.zoned:
        return DaysDuration(a.instant - b.instant)
    first, second = _moment(a), _moment(b)
    if first and second and first.zoned == second.zoned:
        return DaysDuration(first.instant - second.instant)
    moved = _moved(a, b, -1)
    if moved is None:
        raise _unfit("-", a, b)
    return moved


def _scaled(duration: Value, factor: Callable[[Decimal], Decimal]) -> Value:
    if isinstance(duration, DaysDuration):
        return DaysDuration(_whole(factor(Decimal(duration.nanos))))
    if isinstance(duration, MonthsDuration):
        return MonthsDuration(_whole(factor(Decimal(duration.months))))
    return None


def _whole(value: Decimal) -> int:
    if value.adjusted() > 40:
        raise no_number()
    return int(value)


def multiply(a: Value, b: Value) -> Value:
    """Return a * b for a duration and a number."""
    duration, factor = (b, a) if type(a) is Decimal else (a, b)
    result = (
        _scaled(duration, lambda amount: CTX.multiply(amount, factor)) if type(factor) is Decimal else None
    )
    if result is None:
        raise _unfit("*", a, b)
    return result


def divide(a: Value, b: Value) -> Value:
    """Return a / b for a duration and a number, or for two durations of one kind."""
    if isinstance(a, DaysDuration) and isinstance(b, DaysDuration):
        return CTX.divide(Decimal(a.nanos), Decimal(b.nanos))
    if isinstance(a, MonthsDuration) and isinstance(b, MonthsDuration):
        return CTX.divide(Decimal(a.months), Decimal(b.months))
    result = _scaled(a, lambda amount: CTX.divide(amount, b)) if type(b) is Decimal else None
    if result is None:
        raise _unfit("/", a, b)
    return result


def power(a: Value, b: Value) -> Value:
    """Raise Fault: only numbers have powers."""
    raise _unfit("**", a, b)


def negate(value: Value) -> Value:
    """Return -value for a number or duration."""
    if type(value) is Decimal:
        return CTX.minus(value)
    if isinstance(value, DaysDuration):
        return DaysDuration(-value.nanos)
    if isinstance(value, MonthsDuration):
        return MonthsDuration(-value.months)
    raise Fault(f"„-“ ist nicht möglich: {kind_de(value)}.", f"“-” is not possible: {kind_en(value)}.")


def _number_power(a: Decimal, b: Decimal) -> Decimal:
    """Return a ** b for numbers as IEEE 754 has it: 1 for an exponent of zero, nothing for a division by zero."""
    if not b:
        return Decimal(1)
    if not a and b < 0:
        raise ZeroDivisionError
    return CTX.power(a, b)


Quick = Callable[[Decimal, Decimal], Decimal]
ARITHMETIC: dict[str, tuple[Quick, Callable[[Value, Value], Value]]] = {
    "+": (CTX.add, add),
    "-": (CTX.subtract, subtract),
    "*": (CTX.multiply, multiply),
    "/": (CTX.divide, divide),
    "**": (_number_power, power),
}
ORDER: dict[str, tuple[Callable[[Value, Value], bool], Callable[[int], bool]]] = {
    "<": (operator.lt, lambda order: order < 0),
    "<=": (operator.le, lambda order: order <= 0),
    ">": (operator.gt, lambda order: order > 0),
    ">=": (operator.ge, lambda order: order >= 0),
}


# --- tests --------------------------------------------------------------------------------------------


def meets(value: Value, test: Value) -> bool | None:
    """Return whether a value equals the test, lies in the range, or is one of the list (or in a range of it)."""
    if type(test) is Range:
        return None if value is None else test.holds(value)
    if type(test) is list:
        if type(value) is list and equal(value, test):
            return True
        return any(
            item.holds(value) is True
            if type(item) is Range and type(value) is not Range
            else equal(value, item)
            for item in test
        )
    return equal(value, test)


def range_of(low: Value, high: Value, low_closed: bool, high_closed: bool) -> Range:
    """Return the range. Raises Fault unless its ends have an order."""
    if compare(low, high) is None:
        raise Fault(
            f"Ein Bereich braucht zwei vergleichbare Enden; gegeben sind {kind_de(low)} und {kind_de(high)}.",
            f"A range needs two comparable ends; {kind_en(low)} and {kind_en(high)} are given.",
        )
    return Range(low, high, low_closed, high_closed)


def index_of(items: Sequence[Value], position: Decimal) -> Value:
    """Return the element at a position, from 1, or from -1 backwards."""
    if position == position.to_integral_value() and 1 <= abs(position) <= len(items):
        index = int(position)
        return items[index - 1 if index > 0 else index]
    raise Fault(
        f"Die Liste hat keine Stelle {position}; sie hat {len(items)} Elemente.",
        f"The list has no position {position}; it has {len(items)} elements.",
    )


# --- iteration ----------------------------------------------------------------------------------------


def _integer(value: Value) -> int | None:
    whole = type(value) is Decimal and value.adjusted() < 30 and value == value.to_integral_value()
    return int(value) if whole else None


def _steps(low: int, high: int, run: Run) -> range:
    size = abs(high - low) + 1
    if size > run.limits.iterations - run.rounds:
        raise LimitReached(
            f"Die Berechnung wurde abgebrochen: {size} Durchläufe, erlaubt sind {run.limits.iterations}.",
            f"The evaluation was stopped: {size} iterations, {run.limits.iterations} are allowed.",
        )
    return range(low, high + 1) if low <= high else range(low, high - 1, -1)


def iterate(domain: Value, ranged: bool, end: Value, run: Run) -> Iterable[Value]:
    """Return what a loop runs through: a list, whole numbers or days from one to another, or a single value.

    Raises Fault for anything else, LimitReached if it is longer than the evaluation may be.
    """
    if type(domain) is list and not ranged:
        return domain
    low, high, shrink_low, shrink_high = domain, end, False, False
    if not ranged:
        if domain is None:
            raise Fault(
                "Durchlaufen wird eine Liste; gegeben ist null.", "A list is expected; null is given."
            )
        if type(domain) is not Range:
            return [domain]
        low, high = domain.low, domain.high
        if (compare(low, high) or 0) > 0:
            raise Fault("Der Bereich endet vor seinem Anfang.", "The range ends before it begins.")
        shrink_low, shrink_high = not domain.low_closed, not domain.high_closed
    if isinstance(low, Date) and isinstance(high, Date):
        first, last = low.days + shrink_low, high.days - shrink_high
        if last < first and not ranged:
            return []
        return (Date(*civil_from_days(day)) for day in _steps(first, last, run))
    start, stop = _integer(low), _integer(high)
    if start is None or stop is None:
        raise Fault(
            "Durchlaufen werden können nur ganze Zahlen oder Tage von … bis ….",
            "Only whole numbers or days from … to … can be run through.",
        )
    start, stop = start + shrink_low, stop - shrink_high
    if stop < start and not ranged:
        return []
    return map(Decimal, _steps(start, stop, run))


# --- properties ---------------------------------------------------------------------------------------


def _offset(value: Time | DateTime) -> Value:
    offset = value.utc_offset
    return None if offset is None else DaysDuration(offset * NANO)


def _zone(value: Time | DateTime) -> Value:
    return value.zone


def _part(size: int, modulus: int) -> Callable[[Time | DateTime], Value]:
    return lambda value: Decimal(value.nanos // size % modulus)


def _signed(nanos: int, size: int, modulus: int | None) -> Decimal:
    amount = abs(nanos) // size
    amount = amount if modulus is None else amount % modulus
    return Decimal(-amount if nanos < 0 else amount)


_CLOCK: dict[str, Callable[..., Value]] = {
    "hour": _part(3600 * NANO, 24),
    "minute": _part(60 * NANO, 60),
    "second": _part(NANO, 60),
    "time offset": _offset,
    "timezone": _zone,
}
_CALENDAR: dict[str, Callable[..., Value]] = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal((day.days + 3) % 7 + 1),
}


def _of_day(read: Callable[..., Value]) -> Callable[..., Value]:
    return lambda moment: read(moment.date)


_PROPERTIES: dict[type, dict[str, Callable[..., Value]]] = {
    Date: _CALENDAR
    | {"hour": lambda _: Decimal(0), "minute": lambda _: Decimal(0), "second": lambda _: Decimal(0)}
    | {"time offset": lambda _: DaysDuration(0), "timezone": lambda _: "UTC"},
    Time: _CLOCK,
    DateTime: _CLOCK | {name: _of_day(read) for name, read in _CALENDAR.items()},
    DaysDuration: {
        "days": lambda value: _signed(value.nanos, DAY, None),
        "hours": lambda value: _signed(value.nanos, 3600 * NANO, 24),
        "minutes": lambda value: _signed(value.nanos, 60 * NANO, 60),
        "seconds": lambda value: _signed(value.nanos, NANO, 60),
    },
    MonthsDuration: {
        "years": lambda value: _signed(value.months, 12, None),
        "months": lambda value: _signed(value.months, 1, 12),
    },
    Range: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_closed,
        "end included": lambda value: value.high_closed,
    },
}


def property_of(value: Value, name: str) -> Value:
    """Return an entry or property; of a list, that of each element (null where it has none).

    Raises Fault when there is none.
    """
    if type(value) is list:
        result: list[Value] = []
        for item in value:
            try:
                result.append(item[name] if type(item) is dict and name in item else property_of(item, name))
            except Fault:
                result.append(None)
        return result
    read = _PROPERTIES.get(type(value), {}).get(name)
    if read is not None:
        return read(value)
    if type(value) is dict:
        raise Fault(f"Der Kontext hat keinen Eintrag „{name}“.", f"The context has no entry “{name}”.")
    raise Fault(
        f"„{name}“ gibt es hier nicht: {kind_de(value)}.", f"There is no “{name}” here: {kind_en(value)}."
    )
