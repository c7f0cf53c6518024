"""Dates, times and durations of FEEL (DMN 1.5, 10.3.2.3): any year to nine digits, nanoseconds, zones.

Python's own types end at year 9999 and at microseconds, so FEEL has its own; at the border of the room they
become Python's wherever Python can hold the value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as PyDate
from datetime import datetime as PyDateTime
from datetime import time as PyTime
from datetime import timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

NANO = 1_000_000_000
DAY = 86_400 * NANO
MAX_YEAR = 999_999_999
MAX_OFFSET = 18 * 3600
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year: int) -> bool:
    """Return whether a year of the proleptic Gregorian calendar has 366 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """Return the number of days of a month (1 to 12)."""
    return 29 if month == 2 and is_leap(year) else _MONTH_DAYS[month - 1]


def days_from_civil(year: int, month: int, day: int) -> int:
    """Return the days since 1970-01-01 in the proleptic Gregorian calendar, for any year."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Return (year, month, day) of a count of days since 1970-01-01."""
    era, of_era = divmod(days + 719_468, 146_097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    day = of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + (3 if shifted < 10 else -9)
    return year_of_era + era * 400 + (month <= 2), month, day


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class MonthsDuration:
    """A duration in years and months; `months` may be negative."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if self.months < 0 else "") + "P" + (text or "0M")


@dataclass(frozen=True, slots=True)
class DaysDuration:
    """A duration in days and time, in nanoseconds; may be negative."""

    nanos: int

    @property
    def timedelta(self) -> timedelta:
        """Return it as Python's timedelta, cut to microseconds. Raises OverflowError beyond 2.7 million years."""
        return timedelta(microseconds=self.nanos // 1000)

    def __str__(self) -> str:
        days, rest = divmod(abs(self.nanos), DAY)
        hours, rest = divmod(rest, 3600 * NANO)
        minutes, rest = divmod(rest, 60 * NANO)
        seconds, nanos = divmod(rest, NANO)
        clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        if seconds or nanos:
            clock += f"{seconds}{_fraction(nanos)}S"
        text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
        return ("-" if self.nanos < 0 else "") + "P" + (text or "T0S")


Duration = MonthsDuration | DaysDuration


def _fraction(nanos: int) -> str:
    return ("." + f"{nanos:09d}".rstrip("0")) if nanos else ""


def _year_text(year: int) -> str:
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """A day of the proleptic Gregorian calendar."""

    year: int
    month: int
    day: int

    @property
    def days(self) -> int:
        """Return the days since 1970-01-01."""
        return days_from_civil(self.year, self.month, self.day)

    def __str__(self) -> str:
        return f"{_year_text(self.year)}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day in nanoseconds since midnight, with an offset in seconds, a named zone, or neither."""

    nanos: int
    offset: int | None = None
    zone: str | None = None

    @property
    def zoned(self) -> bool:
        """Return whether it is tied to a zone or offset."""
        return self.offset is not None or self.zone is not None

    @property
    def utc_offset(self) -> int | None:
        """Return the offset in seconds; for a named zone the one of 1970-01-01, as a time has no day."""
        if self.zone is not None:
            return zone_offset(self.zone, 0, self.nanos)
        return self.offset

    @property
    def instant(self) -> int:
        """Return nanoseconds since midnight UTC (local ones if it has no zone)."""
        return self.nanos - (self.utc_offset or 0) * NANO

    def __str__(self) -> str:
        return _clock_text(self.nanos) + _zone_text(self.offset, self.zone)


@dataclass(frozen=True, slots=True)
class DateTime:
    """A moment: days since 1970-01-01, nanoseconds since midnight, and an offset, a zone or neither."""

    days: int
    nanos: int
    offset: int | None = None
    zone: str | None = None

    @property
    def zoned(self) -> bool:
        """Return whether it is tied to a zone or offset."""
        return self.offset is not None or self.zone is not None

    @property
    def utc_offset(self) -> int | None:
        """Return the offset in seconds at that moment, or None for a local one."""
        if self.zone is not None:
            return zone_offset(self.zone, self.days, self.nanos)
        return self.offset

    @property
    def instant(self) -> int:
        """Return nanoseconds since 1970-01-01T00:00Z (local ones if it has no zone)."""
        return self.days * DAY + self.nanos - (self.utc_offset or 0) * NANO

    @property
    def date(self) -> Date:
        """Return the day."""
        return Date(*civil_from_days(self.days))

    @property
    def time(self) -> Time:
        """Return the time of day with the same offset or zone."""
        return Time(self.nanos, self.offset, self.zone)

    def __str__(self) -> str:
        return f"{self.date}T{_clock_text(self.nanos)}{_zone_text(self.offset, self.zone)}"


def _clock_text(nanos: int) -> str:
    seconds, rest = divmod(nanos, NANO)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{_fraction(rest)}"


def _zone_text(offset: int | None, zone: str | None) -> str:
    if zone is not None:
        return f"@{zone}"
    if offset is None:
        return ""
    if offset == 0:
        return "Z"
    sign, rest = ("-", -offset) if offset < 0 else ("+", offset)
    text = f"{sign}{rest // 3600:02d}:{rest // 60 % 60:02d}"
    return text + (f":{rest % 60:02d}" if rest % 60 else "")


def zone_offset(name: str, days: int, nanos: int) -> int:
    """Return the offset in seconds of a named zone at a local moment."""
    zone = _zone(name)
    if zone is None:
        return 0
    year, month, day = civil_from_days(days)
    if not 1 < year < 9999:
        year = 2 if year < 2 else 9600 + year % 400 - (400 if year % 400 > 398 else 0)
        day = min(day, days_in_month(year, month))
    seconds = nanos // NANO
    moment = PyDateTime(year, month, day, seconds // 3600, seconds // 60 % 60, seconds % 60, tzinfo=zone)
    offset = moment.utcoffset()
    return int(offset.total_seconds()) if offset else 0


# --- reading ------------------------------------------------------------------------------------------

_DATE = r"(?P<year>-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_TIME = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?P<fraction>\.[0-9]+)?"
_ZONE = r"(?:(?P<utc>[Zz])|(?P<offset>[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)|@(?P<zone>[A-Za-z0-9_+\-/]+))?"
_DATE_RE = re.compile(_DATE, re.ASCII)
_TIME_RE = re.compile(_TIME + _ZONE, re.ASCII)
_DATETIME_RE = re.compile(_DATE + "T" + _TIME + _ZONE, re.ASCII)
_DURATION_RE = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+)(?P<fraction>\.[0-9]+)?S)?)?",
    re.ASCII,
)


def make_date(year: int, month: int, day: int) -> Date | None:
    """Return the date, or None if there is no such day."""
    if abs(year) > MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        return None
    return Date(year, month, day)


def make_time(hour: int, minute: int, nanos: int, offset: int | None = None) -> Time | None:
    """Return the time (`nanos` within the minute), or None if there is no such time or offset."""
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= nanos < 60 * NANO):
        return None
    if offset is not None and abs(offset) > MAX_OFFSET:
        return None
    return Time((hour * 3600 + minute * 60) * NANO + nanos, offset)


def parse_date(text: str) -> Date | None:
    """Read `2026-03-01`; None if it is not a date of XML Schema without zone."""
    found = _DATE_RE.fullmatch(text)
    return make_date(*(int(part) for part in found.groups())) if found else None


def parse_time(text: str) -> Time | None:
    """Read `10:00:00`, with `.123`, `Z`, `+01:00` or `@Europe/Berlin`; None if it is not a time."""
    found = _TIME_RE.fullmatch(text)
    return _time_of(found) if found else None


def parse_date_time(text: str) -> DateTime | None:
    """Read `2026-03-01T10:00:00` (or the bare date: midnight); None if it is neither."""
    found = _DATETIME_RE.fullmatch(text)
    if found is None:
        day = parse_date(text)
        return DateTime(day.days, 0) if day else None
    day = make_date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found["hour"] == "24" and day is not None and found["minute"] == found["second"] == "00":
        midnight = _time_of(found, hour=0)
        if midnight is None or midnight.nanos:
            return None
        return DateTime(day.days + 1, 0, midnight.offset, midnight.zone)
    time = _time_of(found)
    if day is None or time is None:
        return None
    return DateTime(day.days, time.nanos, time.offset, time.zone)


def _time_of(found: re.Match[str], hour: int | None = None) -> Time | None:
    fraction = found["fraction"]
    nanos = int(found["second"]) * NANO + (int((fraction[1:] + "0" * 9)[:9]) if fraction else 0)
    offset: int | None = None
    if found["utc"]:
        offset = 0
    elif found["offset"]:
        parts = [int(part) for part in found["offset"][1:].split(":")]
        if parts[1] > 59 or parts[-1] > 59:
            return None
        offset = parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)
        if found["offset"][0] == "-":
            offset = -offset
    time = make_time(int(found["hour"]) if hour is None else hour, int(found["minute"]), nanos, offset)
    if time is None or found["zone"] is None:
        return time
    return Time(time.nanos, None, found["zone"]) if _zone(found["zone"]) else None


def parse_duration(text: str) -> Duration | None:
    """Read `P1Y2M` or `P1DT2H3M4.5S` (with a leading minus); None if it is neither kind or mixes both."""
    if len(text) > 100:
        return None
    found = _DURATION_RE.fullmatch(text)
    if found is None or not any(
        found[key] for key in ("years", "months", "days", "hours", "minutes", "seconds")
    ):
        return None
    sign = -1 if found["sign"] else 1
    calendar = found["years"] or found["months"]
    clock = found["days"] or found["hours"] or found["minutes"] or found["seconds"]
    if calendar and clock:
        return None
    if calendar:
        return MonthsDuration(sign * (int(found["years"] or 0) * 12 + int(found["months"] or 0)))
    seconds = int(found["days"] or 0) * 86_400 + int(found["hours"] or 0) * 3600
    seconds += int(found["minutes"] or 0) * 60 + int(found["seconds"] or 0)
    fraction = int((found["fraction"][1:] + "0" * 9)[:9]) if found["fraction"] else 0
    return DaysDuration(sign * (seconds * NANO + fraction))


def parse_temporal(text: str) -> Date | Time | DateTime | Duration | None:
    """Read the text of an `@"…"` literal: date, time, date and time, or duration; None if none of them."""
    return parse_date(text) or parse_time(text) or parse_date_time(text) or parse_duration(text)


# --- calculating --------------------------------------------------------------------------------------


def add_months(day: Date, months: int) -> Date | None:
    """Return the day so many months later (earlier if negative); the 31st becomes the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return make_date(year, month + 1, min(day.day, days_in_month(year, month + 1)))


def shift(moment: DateTime, nanos: int) -> DateTime | None:
    """Return the moment so many nanoseconds later, in the same offset or zone; None beyond the calendar."""
    days, rest = divmod(moment.days * DAY + moment.nanos + nanos, DAY)
    if abs(civil_from_days(days)[0]) > MAX_YEAR:
        return None
    return DateTime(days, rest, moment.offset, moment.zone)


def months_between(start: Date, end: Date) -> int:
    """Return the whole months from start to end, towards zero; only the days count."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        return months - 1
    if months < 0 and end.day > start.day:
        return months + 1
    return months


def nanos_of(seconds: Decimal) -> int:
    """Return a number of seconds in nanoseconds, cut."""
    return int(seconds) * NANO + int(seconds % 1 * NANO)


# --- Python's types at the border ---------------------------------------------------------------------


def from_python(value: PyDate | PyTime | PyDateTime | timedelta) -> Date | Time | DateTime | DaysDuration:
    """Return FEEL's value for one of Python's."""
    if isinstance(value, PyDateTime):
        offset, zone = _python_zone(value)
        clock = ((value.hour * 60 + value.minute) * 60 + value.second) * NANO + value.microsecond * 1000
        return DateTime(days_from_civil(value.year, value.month, value.day), clock, offset, zone)
    if isinstance(value, PyDate):
        return Date(value.year, value.month, value.day)
    if isinstance(value, PyTime):
        offset, zone = _python_zone(value)
        clock = ((value.hour * 60 + value.minute) * 60 + value.second) * NANO + value.microsecond * 1000
        return Time(clock, offset, zone)
    return DaysDuration((value.days * 86_400 + value.seconds) * NANO + value.microseconds * 1000)


def _python_zone(value: PyDateTime | PyTime) -> tuple[int | None, str | None]:
    key = getattr(value.tzinfo, "key", None)
    if isinstance(key, str) and key != "UTC":
        return None, key
    offset = value.utcoffset()
    return (None if offset is None else int(offset.total_seconds())), None


def to_python(value: Date | Time | DateTime) -> PyDate | PyTime | PyDateTime | Date | Time | DateTime:
    """Return Python's date, time or datetime where it can hold the value (cut to microseconds), else the value."""
    if isinstance(value, Date):
        return PyDate(value.year, value.month, value.day) if 1 <= value.year <= 9999 else value
    seconds, nanos = divmod(value.nanos, NANO)
    zone = _zone(value.zone) if value.zone else None
    tzinfo = zone if zone else (None if value.offset is None else timezone(timedelta(seconds=value.offset)))
    clock = PyTime(seconds // 3600, seconds // 60 % 60, seconds % 60, nanos // 1000, tzinfo=tzinfo)
    if isinstance(value, Time):
        return clock
    year, month, day = civil_from_days(value.days)
    return PyDateTime.combine(PyDate(year, month, day), clock) if 1 <= year <= 9999 else value
