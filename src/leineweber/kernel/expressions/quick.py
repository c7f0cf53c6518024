"""Unary tests that are constants (`< 18`, `[1..5)`, `"a", "b"`, `not("x")`, `-`) as plain functions of the value.

Most cells of decision tables are of this kind; they need no names and no slots. A whole column of them is one
look-up: the constants cut the values into pieces, and within a piece every test says the same (`Selector`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from itertools import pairwise

from . import nodes
from .nodes import Node
from .operators import ORDER
from .values import CTX, Value

MAX_WORK = 200_000
"""Tests times constants of a column for which a selector is worth its making."""

Quick = Callable[[Value], bool | None]
"""From a value to true or false; None if the general way has to answer (other types, null)."""


def quick_tests(node: Node) -> Quick | None:
    """Return the function for unary tests; None if they are not all constants of one type."""
    if not isinstance(node, nodes.UnaryTests):
        return None
    if not node.tests:
        return _always
    parts = [_one(test) for test in node.tests]
    kinds = {part[0] for part in parts if part is not None}
    if len(kinds) != 1 or None in parts:
        return None
    kind, negated = kinds.pop(), node.negated
    checks = [part[1] for part in parts if part is not None]
    if len(checks) == 1:
        check = checks[0]

        def one(value: Value) -> bool | None:
            return check(value) is not negated if type(value) is kind else None

        return one

    def several(value: Value) -> bool | None:
        return any(check(value) for check in checks) is not negated if type(value) is kind else None

    return several


class Selector:
    """Which of the tests of a column a value meets, as the bits of a number: bit 0 for the first test."""

    __slots__ = ("_cuts", "_kind", "_masks", "_others", "everything")

    def __init__(self, kind: type | None, constants: Sequence[Value], tests: Sequence[Quick]) -> None:
        self._kind = kind
        self.everything = (1 << len(tests)) - 1

        def mask(value: Value) -> int:
            return sum(1 << bit for bit, test in enumerate(tests) if test(value) is True)

        self._cuts: list[Decimal] = sorted(set(constants)) if kind is Decimal else []
        self._masks: dict[Value, int] = {}
        self._others: list[int] = []
        if kind is Decimal:
            self._masks = {cut: mask(cut) for cut in self._cuts}
            self._others = [mask(between) for between in _between_cuts(self._cuts)]
        elif kind is bool:
            self._masks = {value: mask(value) for value in (True, False)}
        elif kind is str:
            self._masks = {value: mask(value) for value in constants}
            self._others = [mask("".join(constants) + "x")]

    def select(self, value: Value) -> int | None:
        """Return the bits of the tests that are met; None if each has to be asked (another type, null)."""
        if self._kind is None:
            return self.everything
        if type(value) is not self._kind:
            return None
        mask = self._masks.get(value)
        if mask is None:
            mask = self._others[bisect_left(self._cuts, value) if isinstance(value, Decimal) else 0]
        return mask


def selector(cells: Sequence[Node]) -> Selector | None:
    """Return the selector for the unary tests of a column; None if they are not all constants of one type."""
    kinds: set[type] = set()
    constants: list[Value] = []
    tests: list[Quick] = []
    for node in cells:
        test = quick_tests(node)
        if test is None or not isinstance(node, nodes.UnaryTests):
            return None
        tests.append(test)
        for part in node.tests:
            ordered = isinstance(part, nodes.RangeNode) or (
                isinstance(part, nodes.OpTest) and part.operator not in ("=", "!=")
            )
            found = _constants(part)
            if ordered and type(found[0]) is str:
                return None
            constants.extend(found)
            kinds.update(map(type, found))
    if len(kinds) > 1 or len(tests) * len(constants) > MAX_WORK:
        return None
    return Selector(kinds.pop() if kinds else None, constants, tests)


_WIDE = Context(prec=200)


def _between_cuts(cuts: Sequence[Decimal]) -> list[Decimal]:
    """Return a number below all cuts, one between each two, and one above all."""
    below, above = _WIDE.subtract(cuts[0], Decimal(1)), _WIDE.add(cuts[-1], Decimal(1))
    if below == cuts[0]:
        below = _WIDE.multiply(cuts[0], Decimal(2))
    if above == cuts[-1]:
        above = _WIDE.multiply(cuts[-1], Decimal(2))
    middle = [_WIDE.divide(_WIDE.add(low, high), Decimal(2)) for low, high in pairwise(cuts)]
    return [below, *middle, above]


def _constants(node: Node) -> list[Value]:
    if isinstance(node, nodes.OpTest):
        return [_constant(node.operand)]
    if isinstance(node, nodes.RangeNode):
        return [_constant(node.low), _constant(node.high)]
    return [_constant(node)]


def _always(value: Value) -> bool | None:
    return True


def _constant(node: Node) -> Value:
    if isinstance(node, nodes.Literal) and type(node.value) in (Decimal, str, bool):
        return node.value
    if isinstance(node, nodes.Negate) and isinstance(node.operand, nodes.Literal):
        value = node.operand.value
        return CTX.minus(value) if type(value) is Decimal else None
    return None


def _one(node: Node) -> tuple[type, Callable[[Value], bool]] | None:
    if isinstance(node, nodes.OpTest):
        bound = _constant(node.operand)
        if bound is None or (type(bound) is bool and node.operator not in ("=", "!=")):
            return None
        if node.operator == "=":
            return type(bound), lambda value: bool(value == bound)
        if node.operator == "!=":
            return type(bound), lambda value: bool(value != bound)
        order = ORDER[node.operator][0]
        return type(bound), lambda value: order(value, bound)
    if isinstance(node, nodes.RangeNode):
        low, high = _constant(node.low), _constant(node.high)
        if low is None or type(low) is bool or type(low) is not type(high):
            return None
        return type(low), _between(low, high, node.low_closed, node.high_closed)
    constant = _constant(node)
    if constant is None:
        return None
    return type(constant), lambda value: bool(value == constant)


def _between(low: Value, high: Value, low_closed: bool, high_closed: bool) -> Callable[[Value], bool]:
    if low_closed and high_closed:
        return lambda value: bool(low <= value <= high)
    if low_closed:
        return lambda value: bool(low <= value < high)
    if high_closed:
        return lambda value: bool(low < value <= high)
    return lambda value: bool(low < value < high)
