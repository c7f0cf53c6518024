"""Date and time functions (DMN 1.5, 10.3.4.7 and 10.3.4.8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ..errors import Fault
from ..temporal import Date, DateTime, days_from_civil, from_python
from ..values import Run, Value
from .registry import builtin

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _day(value: Value) -> Date:
    if isinstance(value, Date):
        return value
    if isinstance(value, DateTime):
        return value.date
    raise Fault("Erwartet wird ein Datum.", "A date is expected.")


@builtin("now", "")
def now(run: Run) -> Value:
    """Return the present moment in Berlin."""
    return from_python(run.now())


@builtin("today", "")
def today(run: Run) -> Value:
    """Return the present day in Berlin."""
    moment = run.now()
    return from_python(date(moment.year, moment.month, moment.day))


@builtin("day of year", "date: Any")
def day_of_year(run: Run, value: Value) -> Value:
    """Return the number of the day in its year, from 1."""
    day = _day(value)
    return Decimal(day.days - days_from_civil(day.year, 1, 1) + 1)


@builtin("day of week", "date: Any")
def day_of_week(run: Run, value: Value) -> Value:
    """Return the English name of the weekday."""
    return _WEEKDAYS[(_day(value).days + 3) % 7]


@builtin("month of year", "date: Any")
def month_of_year(run: Run, value: Value) -> Value:
    """Return the English name of the month."""
    return _MONTHS[_day(value).month - 1]


@builtin("week of year", "date: Any")
def week_of_year(run: Run, value: Value) -> Value:
    """Return the number of the week by ISO 8601."""
    day = _day(value)
    thursday = day.days - (day.days + 3) % 7 + 3
    year = day.year + (-1 if thursday < days_from_civil(day.year, 1, 1) else 0)
    if thursday >= days_from_civil(day.year + 1, 1, 1):
        year += 1
    return Decimal((thursday - days_from_civil(year, 1, 1)) // 7 + 1)
