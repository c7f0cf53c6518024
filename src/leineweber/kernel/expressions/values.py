"""The values of FEEL: what they are called, when they are equal, how they are ordered, written and converted.

number is `Decimal` (34 digits), string `str`, boolean `bool`, null `None`, list `list`, context `dict`; dates,
times and durations are in `temporal`; ranges and functions are here.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from datetime import time as py_time
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from leineweber.kernel import clock as house_clock

from .errors import Diagnosis, Fault, LimitReached
from .temporal import Date, DateTime, DaysDuration, MonthsDuration, Time, from_python, to_python

Value = Any
"""A value of FEEL; see the module's docstring."""

CTX = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
"""IEEE 754 decimal128, the standard's number."""

MAX_EXACT = 10**34
"""Whole numbers below it need no rounding."""
MAX_DIAGNOSES = 100
MAX_PARTS = 500_000
WORK_BETWEEN_CHECKS = 50_000
MAX_NESTING = 150


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one compilation and evaluation.

    Attributes:
        text_length: characters of an expression.
        depth: nesting of an expression.
        calls: nesting of calls of user functions.
        iterations: rounds of all loops, quantifiers and filters together.
        list_size: elements of a list that is made.
        string_length: characters of a string that is made.
        seconds: time of the whole evaluation.
        pattern_seconds: time of one regular expression.
    """

    text_length: int = 20_000
    depth: int = 150
    calls: int = 60
    iterations: int = 100_000
    list_size: int = 100_000
    string_length: int = 1_000_000
    seconds: float = 2.0
    pattern_seconds: float = 0.1


def read_limits(text: str) -> Limits:
    """Return the usual bounds, those named in a text like `seconds=5, iterations=1000000` replaced.

    Raises:
        ValueError: a name that is no bound, or a value that is no number above zero; said in German.
    """
    usual = asdict(Limits())
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (piece.strip() for piece in part.partition("="))
        try:
            number_ = type(usual[name])(value)
            if not 0 < number_ < math.inf:
                raise ValueError
        except (KeyError, ValueError):
            raise ValueError(
                f"LEINEWEBER_FEEL_LIMITS: „{part}“ ist keine Grenze; möglich sind {', '.join(Limits.__slots__)} "
                "mit einer Zahl über null."
            ) from None
        usual[name] = number_
    return Limits(**usual)


DEFAULT_LIMITS = read_limits(os.environ.get("LEINEWEBER_FEEL_LIMITS", ""))
Place = tuple[int, int]
Clock = Callable[[], datetime]


class Run:
    """One evaluation: its bounds, what is left of them, its clock, and the diagnoses it has recorded."""

    # Defaults of the class: most evaluations need none of them changed, and there are very many evaluations.
    limits: Limits = DEFAULT_LIMITS
    clock: Clock | None = None
    diagnoses: list[Diagnosis] | None = None
    rounds: int = 0
    work: int = 0
    calls: int = 0
    _deadline: float = 0.0

    def __init__(self, limits: Limits | None = None, clock: Clock | None = None) -> None:
        if limits is not None and limits is not DEFAULT_LIMITS:
            self.limits = limits
        if clock is not None:
            self.clock = clock

    def note(self, at: Place, fault: Fault) -> None:
        """Record why the part of the expression at this place has no value."""
        if self.diagnoses is None:
            self.diagnoses = []
        if len(self.diagnoses) < MAX_DIAGNOSES:
            self.diagnoses.append(Diagnosis(at[0], at[1], fault.de, fault.en))

    def tick(self, rounds: int = 1) -> None:
        """Count rounds of a loop. Raises LimitReached when the bound of rounds or of time is reached."""
        before = self.rounds
        self.rounds = now = before + rounds
        if now > self.limits.iterations:
            raise LimitReached(
                f"Die Berechnung wurde abgebrochen: mehr als {self.limits.iterations} Durchläufe.",
                f"The evaluation was stopped: more than {self.limits.iterations} iterations.",
            )
        if before >> 8 != now >> 8 or not before:
            self.check_time()

    def spend(self, amount: int) -> None:
        """Count work that is no loop of the expression, as going through a list. Raises LimitReached in time."""
        self.work += amount
        if self.work > WORK_BETWEEN_CHECKS:
            self.work = 0
            self.check_time()

    def check_time(self) -> None:
        """Raise LimitReached when the evaluation has taken too long; the clock starts with the first call."""
        moment = time.monotonic()
        if not self._deadline:
            self._deadline = moment + self.limits.seconds
        elif moment > self._deadline:
            raise LimitReached(
                f"Die Berechnung wurde abgebrochen: länger als {self.limits.seconds:g} Sekunden.",
                f"The evaluation was stopped: longer than {self.limits.seconds:g} seconds.",
            )

    def check_size(self, size: int) -> None:
        """Raise LimitReached when a list of this size may not be made."""
        if size > self.limits.list_size:
            raise LimitReached(
                f"Die Liste wäre zu lang: {size} Elemente, erlaubt sind {self.limits.list_size}.",
                f"The list would be too long: {size} elements, {self.limits.list_size} are allowed.",
            )

    def check_text(self, length: int) -> None:
        """Raise LimitReached when a string of this length may not be made."""
        if length > self.limits.string_length:
            raise LimitReached(
                f"Die Zeichenkette wäre zu lang: {length} Zeichen, erlaubt sind {self.limits.string_length}.",
                f"The string would be too long: {length} characters, {self.limits.string_length} are allowed.",
            )

    def enter(self) -> None:
        """Count a call of a user function. Raises LimitReached when calls are nested too deeply."""
        self.calls += 1
        self.tick()
        if self.calls > self.limits.calls:
            raise LimitReached(
                f"Funktionen rufen sich zu tief auf (mehr als {self.limits.calls} Ebenen).",
                f"Functions call each other too deeply (more than {self.limits.calls} levels).",
            )

    def now(self) -> datetime:
        """Return the present moment as the wall clock in Berlin shows it."""
        return house_clock.local(house_clock.now() if self.clock is None else self.clock())


@dataclass(frozen=True, slots=True)
class Range:
    """A range; an end that is None is open to infinity. `low_closed`/`high_closed`: the end belongs to it."""

    low: Value
    high: Value
    low_closed: bool = True
    high_closed: bool = True

    def holds(self, value: Value) -> bool | None:
        """Return whether the value lies in the range; None if they cannot be compared."""
        if self.low is not None:
            order = compare(value, self.low)
            if order is None:
                return None
            if order < 0 or (order == 0 and not self.low_closed):
                return False
        if self.high is not None:
            order = compare(value, self.high)
            if order is None:
                return None
            if order > 0 or (order == 0 and not self.high_closed):
                return False
        return True


class Function:
    """A function as a value. Subclasses implement `call`.

    Attributes:
        name: what diagnoses call it.
        params: the names of its parameters.
    """

    __slots__ = ("name", "params")

    def __init__(self, name: str, params: Sequence[str]) -> None:
        self.name = name
        self.params = tuple(params)

    def call(self, run: Run, args: Sequence[Value]) -> Value:
        """Return the value for positional arguments. Raises Fault."""
        raise NotImplementedError

    def call_named(self, run: Run, args: Mapping[str, Value]) -> Value:
        """Return the value for named arguments, a missing one being null. Raises Fault for an unknown name."""
        unknown = [name for name in args if name not in self.params]
        if unknown:
            raise Fault(
                f"Die Funktion „{self.name}“ hat keinen Parameter „{unknown[0]}“.",
                f"The function “{self.name}” has no parameter “{unknown[0]}”.",
            )
        return self.call(run, [args.get(name) for name in self.params])


def wrong_count(name: str, expected: int, given: int) -> Fault:
    """Return the fault that a function was given the wrong number of arguments."""
    return Fault(
        f"Die Funktion „{name}“ erwartet {expected} Argumente, gegeben sind {given}.",
        f"The function “{name}” expects {expected} arguments, {given} are given.",
    )


# --- kinds --------------------------------------------------------------------------------------------

_KINDS: dict[type, tuple[str, str, str]] = {
    Decimal: ("number", "eine Zahl", "a number"),
    str: ("string", "eine Zeichenkette", "a string"),
    bool: ("boolean", "ein Wahrheitswert", "a boolean"),
    list: ("list", "eine Liste", "a list"),
    dict: ("context", "ein Kontext", "a context"),
    Date: ("date", "ein Datum", "a date"),
    Time: ("time", "eine Uhrzeit", "a time"),
    DateTime: ("date and time", "ein Zeitpunkt", "a date and time"),
    DaysDuration: ("days and time duration", "eine Dauer in Tagen und Stunden", "a days and time duration"),
    MonthsDuration: (
        "years and months duration",
        "eine Dauer in Jahren und Monaten",
        "a years and months duration",
    ),
    Range: ("range", "ein Bereich", "a range"),
    type(None): ("null", "kein Wert (null)", "null"),
}


def kind(value: Value) -> str:
    """Return FEEL's name of the value's type."""
    found = _KINDS.get(type(value))
    return found[0] if found else "function"


def kind_de(value: Value) -> str:
    """Return the kind of the value in German, with its article."""
    found = _KINDS.get(type(value))
    return found[1] if found else "eine Funktion"


def kind_en(value: Value) -> str:
    """Return the kind of the value in English, with its article."""
    found = _KINDS.get(type(value))
    return found[2] if found else "a function"


# --- conversion at the border -------------------------------------------------------------------------

_NATIVE = frozenset(
    (Decimal, str, bool, type(None), Date, Time, DateTime, DaysDuration, MonthsDuration, Range)
)


def number(value: Decimal) -> Decimal:
    """Return a number rounded to the standard's 34 digits. Raises Fault if it is not finite or too large."""
    try:
        rounded = CTX.plus(value)
    except (InvalidOperation, Overflow):
        rounded = Decimal("NaN")
    if not rounded.is_finite():
        raise Fault("Die Zahl ist zu groß oder keine Zahl.", "The number is too large or not a number.")
    return rounded


def into(value: object, depth: int = 0) -> Value:
    """Return FEEL's value for a Python value.

    int, float and Decimal become number, date/time/datetime/timedelta FEEL's own, mappings context, and any
    other sequence or set a list. Raises Fault for anything else (and for nesting beyond 100).
    """
    exact = type(value)
    if exact in _NATIVE:
        return number(value) if exact is Decimal else value  # type: ignore[arg-type]  # exact is Decimal
    if exact is int:
        exactly = Decimal(value)  # type: ignore[arg-type]  # exact is int
        return exactly if -MAX_EXACT < value < MAX_EXACT else number(exactly)  # type: ignore[operator]
    if isinstance(value, Function):
        return value
    if depth > 100:
        raise Fault("Die Eingabe ist zu tief verschachtelt.", "The input is nested too deeply.")
    if isinstance(value, Mapping):
        return {str(key): into(item, depth + 1) for key, item in value.items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [into(item, depth + 1) for item in value]
    if isinstance(value, (date, py_time, timedelta)):
        return from_python(value)
    if isinstance(value, float):
        return number(Decimal(repr(value)))
    if isinstance(value, (int, Decimal)):
        return number(Decimal(value))
    raise Fault(
        f"Ein Wert der Art „{exact.__name__}“ ist in Ausdrücken nicht möglich.",
        f"A value of kind “{exact.__name__}” is not possible in expressions.",
    )


def weigh(value: Value) -> None:
    """Raise LimitReached for a value of too many parts or too deep nesting.

    Lists may hold the same list many times over, so a small expression can describe a value of astronomical size.
    """
    stack = [(value, 0)]
    parts = 0
    while stack:
        item, depth = stack.pop()
        exact = type(item)
        if exact is not list and exact is not dict:
            continue
        parts += len(item)
        if parts > MAX_PARTS or depth > MAX_NESTING:
            raise LimitReached(
                "Der Wert ist zu groß oder zu tief verschachtelt.", "The value is too large or too deep."
            )
        stack.extend((inner, depth + 1) for inner in (item if exact is list else item.values()))


def out(value: Value) -> Any:
    """Return the Python value for one of FEEL's: dates and times become Python's where Python can hold them.

    Raises LimitReached for a value that is too large or too deep.
    """
    if type(value) is list or type(value) is dict:
        weigh(value)
    return _out(value)


def _out(value: Value) -> Any:
    exact = type(value)
    if exact is list:
        return [_out(item) for item in value]
    if exact is dict:
        return {key: _out(item) for key, item in value.items()}
    if exact is Date or exact is Time or exact is DateTime:
        return to_python(value)
    return value


# --- equality and order -------------------------------------------------------------------------------


def equal(a: Value, b: Value) -> bool | None:
    """Return whether two values are equal (DMN 1.5, table 44 ff.); None if their types cannot be compared.

    Raises LimitReached for values that are too large or too deep.
    """
    if type(a) is list or type(a) is dict:
        weigh(a)
    return _equal(a, b)


def _equal(a: Value, b: Value) -> bool | None:
    if a is None or b is None:
        return a is None and b is None
    kind_a, kind_b = type(a), type(b)
    if kind_a is not kind_b:
        if isinstance(a, Function) and isinstance(b, Function):
            return a is b
        return None
    if kind_a is list:
        return len(a) == len(b) and all(_equal(x, y) for x, y in zip(a, b, strict=True))
    if kind_a is dict:
        return a.keys() == b.keys() and all(_equal(item, b[key]) for key, item in a.items())
    if kind_a is DateTime or kind_a is Time:
        return bool(a.zoned == b.zoned and a.instant == b.instant)
    if kind_a is Range:
        return bool(
            a.low_closed == b.low_closed
            and a.high_closed == b.high_closed
            and equal(a.low, b.low)
            and equal(a.high, b.high)
        )
    return bool(a == b)


def compare(a: Value, b: Value) -> int | None:
    """Return -1, 0 or 1 as a is before, equal to or after b; None if they have no order."""
    exact = type(a)
    if exact is not type(b):
        return None
    if exact is Decimal or exact is str or exact is Date:
        return int(a > b) - int(a < b)
    if exact is DateTime or exact is Time:
        return None if a.zoned != b.zoned else int(a.instant > b.instant) - int(a.instant < b.instant)
    if exact is DaysDuration:
        return int(a.nanos > b.nanos) - int(a.nanos < b.nanos)
    if exact is MonthsDuration:
        return int(a.months > b.months) - int(a.months < b.months)
    return None


def incomparable(a: Value, b: Value) -> Fault:
    """Return the fault that two values cannot be compared."""
    return Fault(
        f"Nicht vergleichbar: {kind_de(a)} und {kind_de(b)}.",
        f"Not comparable: {kind_en(a)} and {kind_en(b)}.",
    )


def same(a: Value, b: Value) -> bool:
    """Return whether two values are the same element of the semantic domain (FEEL's `is`)."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (Time, DateTime)):
        return bool(a == b) or (equal(a, b) is True and a.utc_offset == b.utc_offset and a.zone == b.zone)
    return equal(a, b) is True


# --- text ---------------------------------------------------------------------------------------------


def number_text(value: Decimal) -> str:
    """Return a number without exponent."""
    return format(value or value.copy_abs(), "f")


def quote(text: str) -> str:
    """Return a string as a literal of FEEL."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def text_of(value: Value) -> str:
    """Return the value as FEEL's `string()` writes it (a string as it is).

    Raises LimitReached for a value that is too large or too deep.
    """
    if isinstance(value, str):
        return value
    weigh(value)
    return literal(value)


def literal(value: Value, source: bool = False) -> str:
    """Return the value as an expression of FEEL that a person can read.

    With `source`, dates, times and durations are written as `@"…"`, so that FEEL reads them again.
    """
    if value is None:
        return "null"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, list):
        return "[" + ", ".join(literal(item, source) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {literal(item, source)}" for key, item in value.items()) + "}"
    if isinstance(value, Range):
        return range_text(value, lambda end: literal(end, source))
    if isinstance(value, Function):
        return f"function({', '.join(value.params)}) …"
    return f'@"{value}"' if source else str(value)


def range_text(value: Range, write: Callable[[Value], str]) -> str:
    """Return a range as text, its ends by `write`."""
    if value.low is None and value.high is not None:
        return f"({'<=' if value.high_closed else '<'} {write(value.high)})"
    if value.high is None and value.low is not None:
        return f"({'>=' if value.low_closed else '>'} {write(value.low)})"
    left, right = "[" if value.low_closed else "(", "]" if value.high_closed else ")"
    return f"{left}{write(value.low)}..{write(value.high)}{right}"


def _key(key: str) -> str:
    return key if key.replace("_", "a").replace(" ", "a").isalnum() else quote(key)
