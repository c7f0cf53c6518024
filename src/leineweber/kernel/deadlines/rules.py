"""Pure: how legal periods run.

Sources: §§ 187, 188, 193 BGB (through § 31 VwVfG NRW also for administrative periods); Feiertagsgesetz NW § 2 for
the holidays, as the `holidays` library keeps them; § 41 Abs. 2 VwVfG for the fiction of notification, whose number
of days is an argument because the federal and the state acts have changed it at different times.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import holidays

Unit = Literal["days", "weeks", "months", "years"]
_PERIOD = re.compile(r"P(\d{1,4})([DWMY])\Z")
_UNITS: dict[str, Unit] = {"D": "days", "W": "weeks", "M": "months", "Y": "years"}
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as laws give it: so many days, weeks, months or years."""

    count: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period of an ISO 8601 duration of one part (`P10D`, `P4W`, `P1M`, `P2Y`).

        Raises:
            ValueError: another form.
        """
        match = _PERIOD.match(text)
        if match is None:
            raise ValueError(f"Keine Frist: {text!r}. Erwartet wird zum Beispiel P10D, P4W, P1M oder P2Y.")
        return cls(int(match[1]), _UNITS[match[2]])


@lru_cache(maxsize=64)
def holidays_nrw(year: int) -> frozenset[date]:
    """Return the public holidays of North Rhine-Westphalia in a year (Feiertagsgesetz NW § 2)."""
    return frozenset(holidays.country_holidays("DE", subdiv="NW", years=year).keys())


def is_working_day(day: date) -> bool:
    """Tell whether a day is neither Saturday, Sunday nor a public holiday (the days that § 193 BGB spares)."""
    return day.weekday() < _SATURDAY and day not in holidays_nrw(day.year)


def next_working_day(day: date) -> date:
    """Return the day itself if it is a working day, else the next one (§ 193 BGB)."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int) -> date:
    """Return the working day that lies `count` working days after a day, which itself is not counted.

    Raises:
        ValueError: a negative count.
    """
    if count < 0:
        raise ValueError("Working days are counted forward only.")
    while count:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def _add_months(day: date, count: int) -> date:
    """Return the same day `count` months later, or the last day of that month if it lacks it (§ 188 Abs. 3 BGB)."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def period_end(start: date, period: Period, *, event: bool = True, shift: bool = True) -> date:
    """Return the last day of a period.

    Args:
        start: the day of the event (§ 187 Abs. 1), or the first day of the period if `event` is False (Abs. 2).
        period: how long it runs.
        event: whether the period is set off by an event in the course of the start day.
        shift: whether an end on a Saturday, Sunday or holiday moves to the next working day (§ 193).
    """
    if period.unit == "days":
        end = start + timedelta(days=period.count)
    elif period.unit == "weeks":
        end = start + timedelta(weeks=period.count)
    else:
        end = _add_months(start, period.count * (12 if period.unit == "years" else 1))
    if not event:
        # § 188 Abs. 2, second case: the day before the one that matches the first day in name or number.
        # A month that lacks the matching day ends the period with its last day (Abs. 3), which is not moved back.
        matches = period.unit in {"days", "weeks"} or end.day == start.day
        if matches:
            end -= timedelta(days=1)
    return next_working_day(end) if shift else end


def deemed_notified(posted: date, days: int, *, shift: bool = True) -> date:
    """Return the day on which a notice sent by post counts as notified (§ 41 Abs. 2 VwVfG).

    Args:
        posted: when it was given to the post or sent electronically.
        days: the number of days of the fiction in force.
        shift: whether an end on a Saturday, Sunday or holiday moves to the next working day.
    """
    day = posted + timedelta(days=days)
    return next_working_day(day) if shift else day
