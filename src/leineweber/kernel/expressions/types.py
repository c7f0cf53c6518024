"""The types of FEEL (DMN 1.5, 10.3.2.9): what a value is an instance of, and how it is converted implicitly."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from .errors import Fault
from .temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from .values import Function, Range, Value, kind_de, kind_en


class Type:
    """A type; `name` is what a person calls it, `classes` are those whose values are all of the type."""

    __slots__ = ("classes", "name")

    def __init__(self, name: str, *classes: type) -> None:
        self.name = name
        self.classes = frozenset(classes)

    def holds(self, value: Value) -> bool:
        """Return whether a value that is not null is an instance of the type."""
        raise NotImplementedError

    def permits(self, value: Value) -> bool:
        """Return whether a value that is not null is an instance and keeps the constraints of the type."""
        return self.holds(value)

    def accepts(self, other: Type) -> bool:
        """Return whether every instance of the other type is one of this (the other conforms to this)."""
        return self is other or self.name == other.name


class AnyType(Type):
    """Every value."""

    __slots__ = ()

    def holds(self, value: Value) -> bool:
        """Return true."""
        return True

    def accepts(self, other: Type) -> bool:
        """Return true."""
        return True


class Simple(Type):
    """A type that one class of values is."""

    __slots__ = ()

    def holds(self, value: Value) -> bool:
        """Return whether the value's class is the type's."""
        return type(value) in self.classes


class ListOf(Type):
    """A list whose elements are of one type."""

    __slots__ = ("element",)

    def __init__(self, element: Type, name: str = "") -> None:
        super().__init__(name or f"list<{element.name}>")
        self.element = element

    def holds(self, value: Value) -> bool:
        """Return whether it is a list of such elements; null is an element of every type."""
        return type(value) is list and all(item is None or self.element.holds(item) for item in value)

    def permits(self, value: Value) -> bool:
        """Return whether it is a list of elements that keep the constraints of theirs."""
        return type(value) is list and all(item is None or self.element.permits(item) for item in value)

    def accepts(self, other: Type) -> bool:
        """Return whether the other is a list whose elements conform."""
        return isinstance(other, ListOf) and self.element.accepts(other.element)


class RangeOf(Type):
    """A range whose ends are of one type."""

    __slots__ = ("element",)

    def __init__(self, element: Type) -> None:
        super().__init__(f"range<{element.name}>")
        self.element = element

    def holds(self, value: Value) -> bool:
        """Return whether it is a range with such ends."""
        return type(value) is Range and all(
            end is None or self.element.holds(end) for end in (value.low, value.high)
        )

    def accepts(self, other: Type) -> bool:
        """Return whether the other is a range whose ends conform."""
        return isinstance(other, RangeOf) and self.element.accepts(other.element)


class ContextOf(Type):
    """A context with at least these entries."""

    __slots__ = ("entries",)

    def __init__(self, entries: Mapping[str, Type], name: str = "") -> None:
        super().__init__(name or "context<" + ", ".join(f"{k}: {t.name}" for k, t in entries.items()) + ">")
        self.entries = dict(entries)

    def holds(self, value: Value) -> bool:
        """Return whether it is a context with these entries, each null or of its type."""
        return type(value) is dict and all(
            key in value and (value[key] is None or kind.holds(value[key]))
            for key, kind in self.entries.items()
        )

    def permits(self, value: Value) -> bool:
        """Return whether it is a context with these entries, each keeping the constraints of its type."""
        return self.holds(value) and all(
            value[key] is None or kind.permits(value[key]) for key, kind in self.entries.items()
        )

    def accepts(self, other: Type) -> bool:
        """Return whether the other is a context with at least these entries, each conforming."""
        return isinstance(other, ContextOf) and all(
            key in other.entries and kind.accepts(other.entries[key]) for key, kind in self.entries.items()
        )


class FunctionOf(Type):
    """A function with these parameters and result; without parameters known, any function."""

    __slots__ = ("params", "result")

    def __init__(self, params: tuple[Type, ...] | None, result: Type, name: str = "") -> None:
        shown = ", ".join(param.name for param in params or ())
        super().__init__(name or f"function<{shown}>->{result.name}")
        self.params = params
        self.result = result

    def holds(self, value: Value) -> bool:
        """Return whether it is a function that can stand in for this type."""
        if not isinstance(value, Function):
            return False
        return self.accepts(getattr(value, "type", None) or FunctionOf(tuple(ANY for _ in value.params), ANY))

    def accepts(self, other: Type) -> bool:
        """Return whether the other takes what this takes and gives what this gives."""
        if not isinstance(other, FunctionOf):
            return False
        if self.params is None:
            return True
        if other.params is None or len(self.params) != len(other.params):
            return False
        takes = all(theirs.accepts(ours) for ours, theirs in zip(self.params, other.params, strict=True))
        return takes and (self.result.accepts(other.result) or other.result is ANY)


ANY = AnyType("Any")
NUMBER = Simple("number", Decimal)
STRING = Simple("string", str)
BOOLEAN = Simple("boolean", bool)
DATE = Simple("date", Date)
TIME = Simple("time", Time)
DATE_AND_TIME = Simple("date and time", DateTime)
DAYS_DURATION = Simple("days and time duration", DaysDuration)
MONTHS_DURATION = Simple("years and months duration", MonthsDuration)
NULL = Simple("Null", type(None))
LIST = ListOf(ANY, "list")
CONTEXT = ContextOf({}, "context")
ANY_FUNCTION = FunctionOf(None, ANY, "function")

BUILT_IN: dict[str, Type] = {
    kind.name: kind
    for kind in (
        *(ANY, NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_AND_TIME, DAYS_DURATION, MONTHS_DURATION, NULL),
        *(LIST, CONTEXT, ANY_FUNCTION),
    )
} | {
    "dateTime": DATE_AND_TIME,
    "dayTimeDuration": DAYS_DURATION,
    "yearMonthDuration": MONTHS_DURATION,
    "duration": Simple("duration", DaysDuration, MonthsDuration),
    "range": RangeOf(ANY),
}


def coerce(value: Value, wanted: Type) -> Value:
    """Return the value as an instance of the type, by FEEL's implicit conversions (DMN 1.5, 10.3.2.9.4).

    A list of one becomes its element, an element becomes a list of one, a date becomes midnight UTC; null is
    of every type. Raises Fault when none applies.
    """
    if value is None or type(value) in wanted.classes or wanted.permits(value):
        return value
    if type(value) is list and len(value) == 1 and (value[0] is None or wanted.permits(value[0])):
        return value[0]
    if type(value) is not list and wanted.permits([value]):
        return [value]
    if type(value) is Date:
        midnight = DateTime(value.days, 0, 0)
        if wanted.permits(midnight):
            return midnight
    if wanted.holds(value):
        raise Fault(
            f"Der Wert ist für den Typ „{wanted.name}“ nicht zugelassen.",
            f"The value is not allowed for the type “{wanted.name}”.",
        )
    raise Fault(
        f"Erwartet wird ein Wert vom Typ „{wanted.name}“, gegeben ist {kind_de(value)}.",
        f"A value of type “{wanted.name}” is expected, {kind_en(value)} is given.",
    )
