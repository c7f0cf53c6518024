"""List functions (DMN 1.5, 10.3.4.4 and 10.3.4.10). Positions count from 1, from -1 backwards."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cmp_to_key

from ..errors import Fault
from ..operators import ARITHMETIC, index_of, no_boolean
from ..temporal import DaysDuration, MonthsDuration
from ..values import CTX, Function, Run, Value, compare, equal, incomparable, kind_de, kind_en, same
from .registry import builtin

Items = Sequence[Value]


@builtin("list contains", "list: list, element")
def list_contains(run: Run, items: Items, element: Value) -> Value:
    """Return whether the element is in the list (null too)."""
    run.tick(len(items))
    return any(equal(item, element) is True for item in items)


@builtin("count", "list: list")
def count(run: Run, items: Items) -> Value:
    """Return the number of elements."""
    return Decimal(len(items))


def _extreme(items: Items, sign: int) -> Value:
    if not items:
        return None
    best = items[0]
    if compare(best, best) is None:
        raise incomparable(best, best)
    for item in items[1:]:
        order = compare(item, best)
        if order is None:
            raise incomparable(item, best)
        if order == sign:
            best = item
    return best


@builtin("min", "list: list", variadic=True)
@builtin("min", "list: list")
def minimum(run: Run, items: Items) -> Value:
    """Return the smallest element; null of an empty list."""
    return _extreme(items, -1)


@builtin("max", "list: list", variadic=True)
@builtin("max", "list: list")
def maximum(run: Run, items: Items) -> Value:
    """Return the greatest element; null of an empty list."""
    return _extreme(items, 1)


def _numbers(items: Items, empty: bool = False) -> list[Decimal]:
    if not items and not empty:
        raise Fault("Die Liste ist leer.", "The list is empty.")
    for item in items:
        if type(item) is not Decimal:
            raise Fault(
                f"Die Liste darf nur Zahlen enthalten, nicht {kind_de(item)}.",
                f"The list may only hold numbers, not {kind_en(item)}.",
            )
    return list(items)


def _sum(numbers: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = CTX.add(total, number)
    return total


@builtin("sum", "list: list", variadic=True)
@builtin("sum", "list: list")
def total(run: Run, items: Items) -> Value:
    """Return the sum of numbers, or of durations of one kind; null of an empty list."""
    if items and isinstance(items[0], (DaysDuration, MonthsDuration)):
        result = items[0]
        for item in items[1:]:
            result = ARITHMETIC["+"][1](result, item)
        return result
    return _sum(_numbers(items))


@builtin("mean", "list: list", variadic=True)
@builtin("mean", "list: list")
def mean(run: Run, items: Items) -> Value:
    """Return the arithmetic mean of numbers."""
    numbers = _numbers(items)
    return CTX.divide(_sum(numbers), Decimal(len(numbers)))


def _booleans(items: Items, ending: bool) -> Value:
    result: bool | None = not ending
    for item in items:
        if item is ending:
            return ending
        if type(item) is not bool:
            if item is not None:
                raise no_boolean(item)
            result = None
    return result


@builtin("all", "list: list", variadic=True)
@builtin("all", "list: list")
def all_(run: Run, items: Items) -> Value:
    """Return whether all elements are true; false as soon as one is false, else null if one is null."""
    return _booleans(items, False)


@builtin("any", "list: list", variadic=True)
@builtin("any", "list: list")
def any_(run: Run, items: Items) -> Value:
    """Return whether one element is true; else null if one is null."""
    return _booleans(items, True)


@builtin("sublist", "list: list, start position: number, length?: number")
def sublist(run: Run, items: Items, start: Decimal, length: Decimal | None) -> Value:
    """Return the part from a position on."""
    position = int(start)
    if position == 0 or abs(position) > len(items):
        raise Fault(
            "Die Anfangsstelle liegt außerhalb der Liste.", "The start position is outside of the list."
        )
    begin = position - 1 if position > 0 else len(items) + position
    if length is None:
        return list(items[begin:])
    if int(length) < 1 or begin + int(length) > len(items):
        raise Fault("Die Länge passt nicht zur Liste.", "The length does not fit the list.")
    return list(items[begin : begin + int(length)])


def _listed(item: Value) -> list[Value]:
    if item is None:
        raise Fault("Erwartet werden Listen, gegeben ist null.", "Lists are expected, null is given.")
    return item if type(item) is list else [item]


@builtin("append", "list: list", spread=True)
def append(run: Run, items: Items) -> Value:
    """Return a list with further elements at its end."""
    first = _listed(items[0]) if items else []
    run.check_size(len(first) + len(items))
    return [*first, *items[1:]]


@builtin("concatenate", "list: list", spread=True)
def concatenate(run: Run, items: Items) -> Value:
    """Return the elements of all lists in one."""
    lists = [_listed(item) for item in items]
    run.check_size(sum(map(len, lists)))
    return [element for one in lists for element in one]


@builtin("insert before", "list: list, position: number, newItem")
def insert_before(run: Run, items: Items, position: Decimal, new: Value) -> Value:
    """Return the list with a new element before a position."""
    index_of(items, Decimal(int(position)))
    index = int(position)
    begin = index - 1 if index > 0 else len(items) + index
    return [*items[:begin], new, *items[begin:]]


@builtin("remove", "list: list, position: number")
def remove(run: Run, items: Items, position: Decimal) -> Value:
    """Return the list without the element at a position."""
    index_of(items, Decimal(int(position)))
    index = int(position)
    begin = index - 1 if index > 0 else len(items) + index
    return [*items[:begin], *items[begin + 1 :]]


@builtin("list replace", "list: list, position: number, newItem")
def list_replace(run: Run, items: Items, position: Decimal, new: Value) -> Value:
    """Return the list with the element at a position replaced."""
    index_of(items, Decimal(int(position)))
    index = int(position)
    begin = index - 1 if index > 0 else len(items) + index
    return [*items[:begin], new, *items[begin + 1 :]]


@builtin("list replace", "list: list, match: function, newItem")
def list_replace_matching(run: Run, items: Items, match: Function, new: Value) -> Value:
    """Return the list with every element replaced for which match(element, new) is true."""
    result: list[Value] = []
    for item in items:
        run.tick()
        matched = match.call(run, [item, new])
        if type(matched) is not bool:
            raise no_boolean(matched)
        result.append(new if matched else item)
    return result


@builtin("reverse", "list: list")
def reverse(run: Run, items: Items) -> Value:
    """Return the list backwards."""
    return list(reversed(items))


@builtin("index of", "list: list, match")
def index_of_(run: Run, items: Items, match: Value) -> Value:
    """Return the positions at which the element stands."""
    return [Decimal(place) for place, item in enumerate(items, 1) if equal(item, match) is True]


def _distinct(run: Run, items: Items) -> list[Value]:
    result: list[Value] = []
    simple: set[Value] = set()
    for item in items:
        if type(item) is Decimal or type(item) is str:
            if item not in simple:
                simple.add(item)
                result.append(item)
            continue
        run.tick(len(result))
        if not any(equal(item, other) is True for other in result):
            result.append(item)
    return result


@builtin("distinct values", "list: list")
def distinct_values(run: Run, items: Items) -> Value:
    """Return the list without repeated elements."""
    return _distinct(run, items)


@builtin("union", "list: list", spread=True)
def union(run: Run, items: Items) -> Value:
    """Return the elements of all lists, none twice."""
    return _distinct(run, concatenate(run, items))


@builtin("flatten", "list: list")
def flatten(run: Run, items: Items) -> Value:
    """Return the elements of the list and of the lists in it, to any depth."""
    result: list[Value] = []
    stack = [iter(items)]
    while stack:
        for item in stack[-1]:
            if type(item) is list:
                stack.append(iter(item))
                break
            run.tick()
            result.append(item)
        else:
            stack.pop()
    return result


@builtin("product", "list: list", variadic=True)
@builtin("product", "list: list")
def product(run: Run, items: Items) -> Value:
    """Return the product of numbers."""
    result = Decimal(1)
    for number in _numbers(items):
        result = CTX.multiply(result, number)
    return result


@builtin("median", "list: list", variadic=True)
@builtin("median", "list: list")
def median(run: Run, items: Items) -> Value:
    """Return the middle number, or the mean of the two in the middle; null of an empty list."""
    numbers = sorted(_numbers(items, empty=True))
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return CTX.divide(CTX.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@builtin("stddev", "list: list", variadic=True)
@builtin("stddev", "list: list")
def standard_deviation(run: Run, items: Items) -> Value:
    """Return the standard deviation of a sample, at least two numbers."""
    numbers = _numbers(items)
    if len(numbers) < 2:
        raise Fault("Gebraucht werden mindestens zwei Zahlen.", "At least two numbers are needed.")
    middle = CTX.divide(_sum(numbers), Decimal(len(numbers)))
    squares = [CTX.multiply(gap, gap) for gap in (CTX.subtract(number, middle) for number in numbers)]
    return CTX.sqrt(CTX.divide(_sum(squares), Decimal(len(numbers) - 1)))


@builtin("mode", "list: list", variadic=True)
@builtin("mode", "list: list")
def mode(run: Run, items: Items) -> Value:
    """Return the most frequent numbers, the smallest first."""
    counts: dict[Decimal, int] = {}
    for number in _numbers(items, empty=True):
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


@builtin("sort", "list: list, precedes?: function")
def sort(run: Run, items: Items, precedes: Function | None) -> Value:
    """Return the list in the order of precedes(x, y); without it in the order of `<`."""

    def order(x: Value, y: Value) -> int:
        run.tick()
        if precedes is None:
            natural = compare(x, y)
            if natural is None:
                raise incomparable(x, y)
            return natural
        if precedes.call(run, [x, y]) is True:
            return -1
        return 1 if precedes.call(run, [y, x]) is True else 0

    return sorted(items, key=cmp_to_key(order))


@builtin("is", "value1?, value2?")
def is_(run: Run, value1: Value, value2: Value) -> Value:
    """Return whether two values are the same, zones and offsets included."""
    return same(value1, value2)


@builtin("not", "negand: boolean?")
def not_(run: Run, negand: bool | None) -> Value:
    """Return the opposite; null of null."""
    return None if negand is None else not negand
