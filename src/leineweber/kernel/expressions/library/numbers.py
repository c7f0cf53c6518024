"""Numeric functions (DMN 1.5, 10.3.4.5)."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from ..errors import Fault
from ..temporal import DaysDuration, MonthsDuration
from ..values import CTX, Run, Value
from .registry import builtin

_MIN_SCALE, _MAX_SCALE = -6111, 6176


def _round(value: Decimal, scale: Decimal | None, rounding: str) -> Decimal:
    """Return the value with so many decimal places (none if scale is None). Raises Fault for an unfit scale."""
    places = 0 if scale is None else int(scale)
    if not _MIN_SCALE <= places <= _MAX_SCALE:
        raise Fault(
            f"Die Zahl der Nachkommastellen liegt nicht zwischen {_MIN_SCALE} und {_MAX_SCALE}.",
            f"The scale is not between {_MIN_SCALE} and {_MAX_SCALE}.",
        )
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return value
    wide = CTX.copy()
    wide.prec = max(34, value.adjusted() + 2 + max(places, 0))
    rounded = value.quantize(Decimal((0, (1,), -places)), rounding=rounding, context=wide)
    return CTX.plus(rounded if rounded else rounded.copy_abs())


@builtin("decimal", "n: number, scale: number")
def decimal(run: Run, n: Decimal, scale: Decimal) -> Value:
    """Return n with so many decimal places, halves to the even neighbour."""
    return _round(n, scale, ROUND_HALF_EVEN)


@builtin("floor", "n: number, scale?: number")
def floor(run: Run, n: Decimal, scale: Decimal | None) -> Value:
    """Return n rounded down."""
    return _round(n, scale, ROUND_FLOOR)


@builtin("ceiling", "n: number, scale?: number")
def ceiling(run: Run, n: Decimal, scale: Decimal | None) -> Value:
    """Return n rounded up."""
    return _round(n, scale, ROUND_CEILING)


@builtin("round up", "n: number, scale: number")
def round_up(run: Run, n: Decimal, scale: Decimal) -> Value:
    """Return n rounded away from zero."""
    return _round(n, scale, ROUND_UP)


@builtin("round down", "n: number, scale: number")
def round_down(run: Run, n: Decimal, scale: Decimal) -> Value:
    """Return n rounded towards zero."""
    return _round(n, scale, ROUND_DOWN)


@builtin("round half up", "n: number, scale: number")
def round_half_up(run: Run, n: Decimal, scale: Decimal) -> Value:
    """Return n rounded, halves away from zero."""
    return _round(n, scale, ROUND_HALF_UP)


@builtin("round half down", "n: number, scale: number")
def round_half_down(run: Run, n: Decimal, scale: Decimal) -> Value:
    """Return n rounded, halves towards zero."""
    return _round(n, scale, ROUND_HALF_DOWN)


@builtin("abs", "n: Any")
def absolute(run: Run, n: Value) -> Value:
    """Return the amount of a number or duration."""
    if type(n) is Decimal:
        return CTX.abs(n)
    if isinstance(n, DaysDuration):
        return DaysDuration(abs(n.nanos))
    if isinstance(n, MonthsDuration):
        return MonthsDuration(abs(n.months))
    raise Fault("Erwartet wird eine Zahl oder eine Dauer.", "A number or duration is expected.")


@builtin("modulo", "dividend: number, divisor: number")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Value:
    """Return the remainder with the divisor's sign: dividend - divisor * floor(dividend / divisor)."""
    remainder = CTX.remainder(dividend, divisor)
    if remainder and (remainder < 0) != (divisor < 0):
        remainder = CTX.add(remainder, divisor)
    return remainder


@builtin("sqrt", "number: number")
def square_root(run: Run, number: Decimal) -> Value:
    """Return the square root."""
    return CTX.sqrt(number)


@builtin("log", "number: number")
def logarithm(run: Run, number: Decimal) -> Value:
    """Return the natural logarithm."""
    if number <= 0:
        raise Fault("Erwartet wird eine Zahl über null.", "A number above zero is expected.")
    return CTX.ln(number)


@builtin("exp", "number: number")
def exponential(run: Run, number: Decimal) -> Value:
    """Return e to the power of the number."""
    return CTX.exp(number)


@builtin("odd", "number: number")
def odd(run: Run, number: Decimal) -> Value:
    """Return whether a whole number is odd."""
    return CTX.remainder(number, Decimal(2)).copy_abs() == 1


@builtin("even", "number: number")
def even(run: Run, number: Decimal) -> Value:
    """Return whether a whole number is even."""
    return CTX.remainder(number, Decimal(2)) == 0
