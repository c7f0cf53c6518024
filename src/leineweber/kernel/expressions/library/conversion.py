"""Conversion functions (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from .. import nodes
from ..errors import Fault, FeelError
from ..operators import range_of
from ..temporal import (
    DAY,
    NANO,
    Date,
    DateTime,
    DaysDuration,
    Duration,
    MonthsDuration,
    Time,
    make_date,
    make_time,
    months_between,
    nanos_of,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
)
from ..values import CTX, Range, Run, Value, compare, number, text_of
from .registry import BUILTINS, builtin

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?", re.ASCII)


def _whole(value: Decimal, name: str) -> int:
    if value != value.to_integral_value() or value.adjusted() > 12:
        raise Fault(f"„{name}“ muss eine ganze Zahl sein.", f"“{name}” must be a whole number.")
    return int(value)


def _unreadable(text: str, de: str, en: str) -> Fault:
    return Fault(f"„{text[:60]}“ ist {de}.", f"“{text[:60]}” is {en}.")


# --- dates and times ----------------------------------------------------------------------------------


@builtin("date", "from: Any")
def date_from(run: Run, value: Value) -> Value:
    """Return the date of a text, date, or date and time."""
    if isinstance(value, DateTime):
        return value.date
    if isinstance(value, Date):
        return value
    day = parse_date(value) if isinstance(value, str) else None
    if day is None:
        raise _unreadable(text_of(value), "kein Datum", "no date")
    return day


@builtin("date", "year: number, month: number, day: number")
def date_of(run: Run, year: Decimal, month: Decimal, day: Decimal) -> Value:
    """Return the date of year, month and day."""
    made = make_date(_whole(year, "year"), _whole(month, "month"), _whole(day, "day"))
    if made is None:
        raise Fault("Diesen Tag gibt es nicht.", "There is no such day.")
    return made


@builtin("date and time", "from: Any")
def date_and_time_from(run: Run, value: Value) -> Value:
    """Return the date and time of a text, date, or date and time."""
    if isinstance(value, DateTime):
        return value
    if isinstance(value, Date):
        return DateTime(value.days, 0, 0)
    moment = parse_date_time(value) if isinstance(value, str) else None
    if moment is None:
        raise _unreadable(text_of(value), "kein Zeitpunkt", "no date and time")
    return moment


@builtin("date and time", "date: Any, time: time")
def date_and_time_of(run: Run, day: Value, time: Time) -> Value:
    """Return the moment of a day and a time."""
    if isinstance(day, DateTime):
        day = day.date
    if not isinstance(day, Date):
        raise Fault("Erwartet werden ein Datum und eine Uhrzeit.", "A date and a time are expected.")
    return DateTime(day.days, time.nanos, time.offset, time.zone)


@builtin("date and time", "date: Any, timezone: string")
def date_and_time_in(run: Run, moment: Value, timezone: str) -> Value:
    """Return the moment as the clock of another zone shows it."""
    if not isinstance(moment, DateTime) or not moment.zoned:
        raise Fault("Erwartet wird ein Zeitpunkt mit Zone.", "A date and time with a zone is expected.")
    place = parse_date_time(f"{moment.date}T00:00:00{'' if timezone[:1] in 'Zz+-' else '@'}{timezone}")
    if place is None:
        raise _unreadable(timezone, "keine Zeitzone", "no time zone")
    days, nanos = divmod(moment.instant, DAY)
    offset = DateTime(days, nanos, place.offset, place.zone).utc_offset or 0
    days, nanos = divmod(moment.instant + offset * NANO, DAY)
    return DateTime(days, nanos, place.offset, place.zone)


@builtin(
    "date and time",
    "year: number, month: number, day: number, hour: number, minute: number, second: number, offset?: Any?",
)
def date_and_time_parts(
    run: Run,
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: Value,
) -> Value:
    """Return the moment of its parts, with an offset (duration) or a zone (text)."""
    date = date_of(run, year, month, day)
    zone: str | None = None
    if isinstance(offset, str):
        zone, offset = offset, None
    time = time_parts(run, hour, minute, second, offset)
    moment = DateTime(date.days, time.nanos, time.offset, time.zone)
    if zone is None:
        return moment
    placed = parse_date_time(f"{date}T00:00:00{'' if zone[:1] in 'Zz+-' else '@'}{zone}")
    if placed is None:
        raise _unreadable(zone, "keine Zeitzone", "no time zone")
    return DateTime(moment.days, moment.nanos, placed.offset, placed.zone)


builtin(
    "date and time",
    "year: number, month: number, day: number, hour: number, minute: number, second: number, timezone: string",
)(date_and_time_parts)


@builtin("time", "from: Any")
def time_from(run: Run, value: Value) -> Value:
    """Return the time of a text, time, date and time, or date (midnight UTC)."""
    if isinstance(value, Time):
        return value
    if isinstance(value, DateTime):
        return value.time
    if isinstance(value, Date):
        return Time(0, 0)
    time = parse_time(value) if isinstance(value, str) else None
    if time is None:
        raise _unreadable(text_of(value), "keine Uhrzeit", "no time")
    return time


@builtin("time", "hour: number, minute: number, second: number, offset?: Any?")
def time_parts(run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: Value) -> Value:
    """Return the time of hour, minute, second (with fraction) and an offset from UTC."""
    if offset is not None and (not isinstance(offset, DaysDuration) or offset.nanos % NANO):
        raise Fault("„offset“ muss eine Dauer sein.", "“offset” must be a duration.")
    seconds = None if offset is None else offset.nanos // NANO
    if second.adjusted() > 12:
        raise Fault("Diese Uhrzeit gibt es nicht.", "There is no such time.")
    made = make_time(_whole(hour, "hour"), _whole(minute, "minute"), nanos_of(second), seconds)
    if made is None:
        raise Fault("Diese Uhrzeit gibt es nicht.", "There is no such time.")
    return made


@builtin("duration", "from: Any")
def duration(run: Run, value: Value) -> Value:
    """Return the duration of a text of XML Schema."""
    if isinstance(value, Duration):
        return value
    made = parse_duration(value) if isinstance(value, str) else None
    if made is None:
        raise _unreadable(text_of(value), "keine Dauer", "no duration")
    return made


@builtin("years and months duration", "from: Any, to: Any")
def years_and_months_duration(run: Run, start: Value, end: Value) -> Value:
    """Return the whole months from one date to another."""
    days = []
    for value in (start, end):
        if not isinstance(value, (Date, DateTime)):
            raise Fault("Erwartet werden zwei Daten.", "Two dates are expected.")
        days.append(value if isinstance(value, Date) else value.date)
    return MonthsDuration(months_between(days[0], days[1]))


# --- number and string --------------------------------------------------------------------------------


def _number(text: str) -> Decimal:
    if len(text) > 200 or not _NUMBER.fullmatch(text):
        raise _unreadable(text, "keine Zahl", "no number")
    return number(Decimal(text))


@builtin("number", "from: string")
def number_from(run: Run, text: str) -> Value:
    """Return the number a text shows."""
    return _number(text)


@builtin("number", "from: string, grouping separator: string?, decimal separator: string?")
def number_with(run: Run, text: str, grouping: str | None, decimal: str | None) -> Value:
    """Return the number of a text with the given separators (grouping: space, comma, point; decimal: comma, point)."""
    if (
        grouping not in (" ", ",", ".", None)
        or decimal not in (",", ".", None)
        or (decimal and grouping == decimal)
    ):
        raise Fault("Diese Trennzeichen sind nicht möglich.", "These separators are not possible.")
    if grouping:
        text = text.replace(grouping, "")
    if decimal and decimal != ".":
        text = text.replace(".", "?").replace(decimal, ".")
    return _number(text)


@builtin("string", "from: Any?")
def string(run: Run, value: Value) -> Value:
    """Return the value as text; null of null."""
    if value is None:
        return None
    text = text_of(value)
    run.check_text(len(text))
    return text


# --- range --------------------------------------------------------------------------------------------

_ENDS = frozenset(("date", "time", "date and time", "duration"))


@lru_cache(maxsize=256)
def _range_node(text: str) -> nodes.Node | None:
    from ..lexer import Names
    from ..parser import parse

    try:
        return parse(text, known=[Names(BUILTINS)])
    except FeelError:
        return None


def _end(run: Run, node: nodes.Node) -> Value:
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Negate) and isinstance(node.operand, nodes.Literal):
        value = node.operand.value
        return CTX.minus(value) if isinstance(value, Decimal) else None
    if isinstance(node, nodes.Call) and isinstance(node.callee, nodes.Name) and node.callee.name in _ENDS:
        args = [arg.value for arg in node.args if isinstance(arg, nodes.Literal)]
        if len(args) == len(node.args):
            return BUILTINS[node.callee.name].call(run, args)
    raise Fault("Die Enden eines Bereichs sind feste Werte.", "The ends of a range are literals.")


@builtin("range", "from: string")
def range_from(run: Run, text: str) -> Value:
    """Return the range of a text like `[1..3]`, its ends being literals in order."""
    node = _range_node(text)
    if not isinstance(node, nodes.RangeNode):
        raise _unreadable(text, "kein Bereich", "no range")
    made: Range = range_of(_end(run, node.low), _end(run, node.high), node.low_closed, node.high_closed)
    if made.low is not None and made.high is not None and (compare(made.low, made.high) or 0) > 0:
        raise Fault("Der Bereich endet vor seinem Anfang.", "The range ends before it begins.")
    return made
