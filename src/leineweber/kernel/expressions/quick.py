"""Unary tests that are constants (`< 18`, `[1..5)`, `"a", "b"`, `not("x")`, `-`) as plain functions of the value.

Most cells of decision tables are of this kind; they need no names and no slots.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from . import nodes
from .nodes import Node
from .operators import ORDER
from .values import CTX, Value

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
